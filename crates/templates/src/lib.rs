//! CloudFormation templates and Terraform plans to planned DMS resources, in all the ways they may turn out.
//!
//! A template leaves things to deployment: parameters, conditions, imports, macros. Each way of deciding them that makes
//! a difference to a rule is a [`Possibility`]; the rules judge them all with
//! [`Rule::evaluate_planned`](rule_core::Rule::evaluate_planned). What cannot be told at all is
//! [`Json::Undecided`](rule_core::Json), which satisfies no rule.
//!
//! ```
//! let template = "
//! Resources:
//!   Orders:
//!     Type: AWS::DMS::ReplicationInstance
//!     Properties:
//!       PubliclyAccessible: No
//! ";
//! let plan = templates::cloudformation(template, &templates::Settings::default())?;
//! let rule = rule_core::rules::find("dms-replication-not-public").expect("it is a rule");
//! let verdict = rule.evaluate_planned(&plan.resources[0].ways, &rule_core::RuleParameters::default(), None);
//! assert_eq!(verdict.compliance_type, rule_core::ComplianceType::Compliant);
//! assert_eq!(plan.resources[0].position_of("PubliclyAccessible").map(|at| at.line), Some(6));
//! # Ok::<(), templates::Unreadable>(())
//! ```
//!
//! Out of sight are nested stacks, modules and what a macro makes of a template.

mod cloudformation;
mod intrinsic;
mod node;
mod planned;
mod terraform;
mod world;

pub use cloudformation::{cloudformation, deployed, looks_like_cloudformation, parameters_of, resources_of};
pub use planned::{Deployed, Plan, Planned, Position, Settings, Unreadable};
pub use terraform::terraform;

#[cfg(doc)]
use rule_core::Possibility;

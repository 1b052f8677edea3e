//! Turns CloudFormation templates and Terraform plans into planned DMS resources, with every outcome of what
//! deployment decides.
//!
//! A template leaves things to deployment: parameters, conditions, imports, macros. Each combination of outcomes that
//! makes a difference to a rule is a [`Possibility`], and
//! [`Rule::evaluate_planned`](rule_core::Rule::evaluate_planned) evaluates them all. A value that no outcome
//! settles is [`Json::Undecided`](rule_core::Json), which satisfies no rule.
//!
//! ```
//! let text = "
//! Resources:
//!   Orders:
//!     Type: AWS::DMS::ReplicationInstance
//!     Properties:
//!       PubliclyAccessible: No
//! ";
//! let plan = iac::Template::parse(text)?.plan(&iac::Settings::default())?;
//! let [instance] = plan.resources.as_slice() else { panic!("one resource") };
//! let rule = rule_core::rules::find("dms-replication-not-public").expect("it is a rule");
//! let parameters = rule_core::ParameterValues::default();
//! let verdict = rule.evaluate_planned(&instance.possibilities, &parameters, None);
//! assert_eq!(verdict.compliance_type, rule_core::ComplianceType::Compliant);
//! assert_eq!(instance.position_of("PubliclyAccessible").map(|position| position.line), Some(6));
//! # Ok::<(), iac::Error>(())
//! ```
//!
//! A template within a resource is planned too. One that is named by its URL, a module, and what AWS Service Catalog keeps are
//! listed in [`Plan::elsewhere`]; the resources that a macro adds are not evaluated.

mod certificate;
mod contained;
mod decisions;
mod error;
mod node;
mod plan;
mod properties;
mod replacement;
mod settings;
mod template;
mod terraform;

pub use certificate::add_validity;
pub use error::{Error, Position};
pub use plan::{EXCEPTION_TAG, Elsewhere, Plan, PlannedResource, WrittenException};
pub use settings::Settings;
pub use template::deployment::DeployedResource;
pub use template::{Template, TemplateParameter};
pub use terraform::state::{State, StateResource, terraform_state};
pub use terraform::terraform_plan;

#[cfg(doc)]
use rule_core::Possibility;

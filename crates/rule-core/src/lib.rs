#![doc = include_str!("lib.md")]

mod address;
mod annotation;
mod configuration;
mod configuration_item;
mod exemption;
mod flag;
mod rule;
mod rule_parameters;
pub mod rules;
mod time;
mod verdict;

pub use address::{PublicAddresses, is_private};
pub use annotation::{ANNOTATION_MAXIMUM, Annotation};
pub use configuration::Configuration;
pub use configuration_item::{ConfigurationItem, ConfigurationItemStatus, InvalidConfigurationItem};
pub use exemption::{Exemption, ExemptionTag};
pub use flag::Flag;
pub use rule::{Rule, Severity};
pub use rule_parameters::{AssumeRoleMode, ExecutionRole, InvalidRuleParameter, RuleParameters};
pub use time::parse_timestamp;
pub use verdict::{ComplianceType, Evidence, Verdict};

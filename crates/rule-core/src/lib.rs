#![doc = include_str!("lib.md")]

mod address;
mod annotation;
mod configuration;
mod configuration_item;
mod exemption;
mod facts;
mod finding;
mod flag;
mod json;
/// The rule parameters.
pub mod parameter;
mod planned;
/// The types of DMS resources.
pub mod resource_type;
mod rule;
mod rule_parameters;
pub mod rules;
mod setting;
mod time;
mod verdict;

pub use address::{PublicAddresses, is_private};
pub use annotation::{ANNOTATION_MAXIMUM, Annotation};
pub use configuration::Configuration;
pub use configuration_item::{ConfigurationItem, ConfigurationItemStatus, InvalidConfigurationItem};
pub use exemption::{Exemption, ExemptionTag};
pub use facts::{Fact, Facts, KmsKey, Lookup};
pub use finding::Finding;
pub use flag::Flag;
pub use json::Json;
pub use parameter::Parameter;
pub use planned::{Choice, Possibility};
pub use resource_type::{Arn, ResourceType};
pub use rule::{Check, Input, Property, Requirement, Rule, Severity};
pub use rule_parameters::{AssumeRoleMode, ExecutionRole, InvalidRuleParameter, RuleParameters};
pub use setting::Setting;
pub use time::parse_timestamp;
pub use verdict::{ComplianceType, Evidence, Verdict};

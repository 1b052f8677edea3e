//! AWS as a person with credentials of their own reaches it.

mod aggregator;
mod aggregator_networks;
mod caller;
mod config_service;
mod deployed_rules;
mod nearest;
mod organization;
mod profiles;
mod recorder;
mod regions;
mod rest_json;
mod security_hub;

pub use aggregator::{AggregatorContent, FailedSource};
pub use aggregator_networks::AggregatorNetworks;
pub use caller::{Account, Caller};
pub use config_service::ConfigService;
pub use deployed_rules::{ConfigRule, RuleStatus};
pub use nearest::nearest;
pub use organization::Organization;
pub use recorder::{Recorder, RecorderStatus, Recording};
pub use regions::KnownRegion;
pub use security_hub::{Import, SecurityHub};

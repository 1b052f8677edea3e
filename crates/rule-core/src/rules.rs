//! The rules. A rule is one file here, its page beside it, and one entry in [`RULES`].

use crate::Rule;

mod customer_key;
mod date;
mod description;
pub mod dms_auto_minor_version_upgrade_check;
pub mod dms_certificate_customer_managed_key;
pub mod dms_certificate_not_expiring;
pub mod dms_certificate_tagged;
pub mod dms_data_migration_logging_enabled;
pub mod dms_data_provider_tls_enabled;
pub mod dms_endpoint_credentials_managed;
pub mod dms_endpoint_customer_managed_key;
pub mod dms_endpoint_host_not_public;
pub mod dms_endpoint_ssl_configured;
pub mod dms_endpoint_tagged;
pub mod dms_engine_version_supported;
pub mod dms_event_subscription_healthy;
pub mod dms_event_subscription_tagged;
pub mod dms_instance_class_supported;
pub mod dms_instance_profile_not_public;
pub mod dms_kafka_tls_enabled;
pub mod dms_mongo_db_authentication_enabled;
pub mod dms_neptune_iam_authorization_enabled;
pub mod dms_opensearch_https_enabled;
pub mod dms_redis_tls_enabled;
pub mod dms_replication_instance_customer_managed_key;
pub mod dms_replication_instance_multi_az_enabled;
pub mod dms_replication_instance_tagged;
pub mod dms_replication_not_public;
pub mod dms_replication_task_healthy;
pub mod dms_replication_task_sourcedb_logging;
pub mod dms_replication_task_tagged;
pub mod dms_replication_task_targetdb_logging;
pub mod dms_s3_bucket_owner_verified;
pub mod dms_s3_target_kms_encrypted;
pub mod dms_s3_target_not_public;
pub mod dms_serverless_customer_managed_key;
pub mod dms_serverless_multi_az_enabled;
pub mod dms_serverless_sourcedb_logging;
pub mod dms_serverless_tagged;
pub mod dms_serverless_targetdb_logging;
pub mod dms_subnet_group_tagged;
mod endpoint;
mod engine_settings;
mod extra_connection_attributes;
mod host;
mod login;
mod setting_places;
mod ssl_mode;
mod tagged;
mod task_logging;

pub use engine_settings::{ENGINE_SETTINGS, EngineSettings, Login, Tls, engines_without_ssl_mode};

/// Every rule, in the order in which they are listed.
pub static RULES: &[&Rule] = &[
    &dms_replication_not_public::RULE,
    &dms_instance_profile_not_public::RULE,
    &dms_auto_minor_version_upgrade_check::RULE,
    &dms_engine_version_supported::RULE,
    &dms_instance_class_supported::RULE,
    &dms_replication_instance_multi_az_enabled::RULE,
    &dms_serverless_multi_az_enabled::RULE,
    &dms_serverless_customer_managed_key::RULE,
    &dms_replication_instance_customer_managed_key::RULE,
    &dms_endpoint_ssl_configured::RULE,
    &dms_mongo_db_authentication_enabled::RULE,
    &dms_redis_tls_enabled::RULE,
    &dms_neptune_iam_authorization_enabled::RULE,
    &dms_kafka_tls_enabled::RULE,
    &dms_data_provider_tls_enabled::RULE,
    &dms_opensearch_https_enabled::RULE,
    &dms_endpoint_credentials_managed::RULE,
    &dms_endpoint_customer_managed_key::RULE,
    &dms_endpoint_host_not_public::RULE,
    &dms_s3_target_not_public::RULE,
    &dms_s3_target_kms_encrypted::RULE,
    &dms_s3_bucket_owner_verified::RULE,
    &dms_replication_task_sourcedb_logging::RULE,
    &dms_replication_task_targetdb_logging::RULE,
    &dms_serverless_sourcedb_logging::RULE,
    &dms_serverless_targetdb_logging::RULE,
    &dms_data_migration_logging_enabled::RULE,
    &dms_replication_task_healthy::RULE,
    &dms_event_subscription_healthy::RULE,
    &dms_certificate_not_expiring::RULE,
    &dms_certificate_customer_managed_key::RULE,
    &dms_replication_instance_tagged::RULE,
    &dms_replication_task_tagged::RULE,
    &dms_endpoint_tagged::RULE,
    &dms_certificate_tagged::RULE,
    &dms_event_subscription_tagged::RULE,
    &dms_subnet_group_tagged::RULE,
    &dms_serverless_tagged::RULE,
];

/// Returns the rule with this identifier, `None` if there is none.
#[must_use]
pub fn find(identifier: &str) -> Option<&'static Rule> {
    RULES.iter().copied().find(|rule| rule.identifier == identifier)
}

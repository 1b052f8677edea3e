//! The rules. A rule is one file here, its page beside it, and one entry in [`RULES`].

use crate::Rule;

mod endpoint;
mod tagged;
mod task_logging;

macro_rules! rules {
    ($($rule:ident),* $(,)?) => {
        $(pub mod $rule;)*

        /// Every rule.
        pub static RULES: &[&Rule] = &[$(&$rule::RULE),*];
    };
}

rules! {
    dms_replication_not_public,
    dms_instance_profile_not_public,
    dms_auto_minor_version_upgrade_check,
    dms_replication_instance_multi_az_enabled,
    dms_replication_instance_customer_managed_key,
    dms_endpoint_ssl_configured,
    dms_mongo_db_authentication_enabled,
    dms_redis_tls_enabled,
    dms_neptune_iam_authorization_enabled,
    dms_kafka_tls_enabled,
    dms_replication_task_sourcedb_logging,
    dms_replication_task_targetdb_logging,
    dms_certificate_not_expiring,
    dms_replication_instance_tagged,
    dms_replication_task_tagged,
    dms_endpoint_tagged,
    dms_certificate_tagged,
    dms_event_subscription_tagged,
    dms_subnet_group_tagged,
}

/// The rule with this identifier.
#[must_use]
pub fn find(identifier: &str) -> Option<&'static Rule> {
    RULES.iter().copied().find(|rule| rule.identifier == identifier)
}

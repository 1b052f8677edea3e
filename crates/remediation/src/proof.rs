//! The proof that the new instance is private, equal to the old one, and that the plan still holds.

use crate::instance::Instance;
use crate::next::Situation;
use crate::plan::Plan;
use crate::task::Condition;
use crate::version::Version;

/// Returns the reason for which an instance is not proved private: the flag must be literally false, and no public
/// address may be shown.
pub(crate) fn not_private(instance: &Instance) -> Option<String> {
    let addresses = instance.public_addresses();
    match instance.publicly_accessible {
        None => Some("DMS does not say if the new instance is public".to_owned()),
        Some(true) => Some("the new instance is public".to_owned()),
        Some(false) if !addresses.is_empty() => {
            Some(format!("the new instance has a public address: {}", addresses.join(", ")))
        }
        Some(false) => None,
    }
}

/// Returns what differs between the new instance and the plan; a member that DMS does not give differs.
pub(crate) fn differences(plan: &Plan, new: &Instance) -> Vec<String> {
    let old = &plan.instance;
    let mut differences = Vec::new();
    let mut compare = |name: &str, wanted: Option<String>, found: Option<String>| {
        if wanted.is_some() && wanted != found {
            let found = found.unwrap_or_else(|| "not given".to_owned());
            differences.push(format!("{name} is {found} and not {}", wanted.unwrap_or_default()));
        }
    };
    let text = |value: &Option<String>| value.clone();
    compare("the class", text(&old.replication_instance_class), text(&new.replication_instance_class));
    compare("the engine version", text(&old.engine_version), text(&new.engine_version));
    compare(
        "AutoMinorVersionUpgrade",
        Some("false".to_owned()),
        new.auto_minor_version_upgrade.map(|on| on.to_string()),
    );
    compare("MultiAZ", old.multi_az.map(|on| on.to_string()), new.multi_az.map(|on| on.to_string()));
    if old.multi_az == Some(false) {
        compare("the zone", text(&old.availability_zone), text(&new.availability_zone));
    }
    compare("the subnet group", old.subnet_group().map(str::to_owned), new.subnet_group().map(str::to_owned));
    compare("the key", text(&old.kms_key_id), text(&new.kms_key_id));
    compare("the list of name servers", text(&old.dns_name_servers), text(&new.dns_name_servers));
    compare("the network type", text(&old.network_type), text(&new.network_type));
    let groups = |instance: &Instance| instance.active_security_groups().map(|groups| groups.join(", "));
    compare("the list of security groups", groups(old), groups(new));
    let storage = plan.choices.allocated_storage.or(old.allocated_storage);
    if storage.is_none_or(|wanted| new.allocated_storage.is_none_or(|found| found < wanted)) {
        differences.push("the storage is smaller, or not given".to_owned());
    }
    differences
}

/// Returns true if tasks of `from` can be moved to `to`: DMS moves to the same or a later version only.
pub(crate) fn can_receive(to: &Instance, from: &Instance) -> bool {
    let version = |instance: &Instance| instance.engine_version.as_deref().and_then(Version::parse);
    matches!((version(to), version(from)), (Some(to), Some(from)) if to >= from)
}

impl Situation<'_> {
    /// Returns what is no longer as it was when the plan was made.
    pub(crate) fn changes(&self) -> Vec<String> {
        let (plan, observation) = (self.plan, self.observation);
        let Some(now) = &observation.old else {
            return vec!["the old instance no longer exists".to_owned()];
        };
        let then = &plan.instance;
        let mut changes = Vec::new();
        let mut compare = |is_equal: bool, change: &str| {
            if !is_equal {
                changes.push(change.to_owned());
            }
        };
        compare(
            now.replication_instance_identifier == then.replication_instance_identifier,
            "the name of the old instance",
        );
        compare(
            now.replication_instance_status == then.replication_instance_status,
            "the status of the old instance",
        );
        compare(now.publicly_accessible == then.publicly_accessible, "PubliclyAccessible");
        compare(now.replication_instance_class == then.replication_instance_class, "the class");
        compare(now.engine_version == then.engine_version, "the engine version");
        compare(now.allocated_storage == then.allocated_storage, "the storage");
        compare(now.multi_az == then.multi_az, "MultiAZ");
        compare(now.subnet_group() == then.subnet_group(), "the subnet group");
        compare(now.active_security_groups() == then.active_security_groups(), "the security groups");
        compare(now.kms_key_id == then.kms_key_id, "the key");
        compare(now.dns_name_servers == then.dns_name_servers, "the name servers");
        compare(now.network_type == then.network_type, "the network type");
        compare(
            now.kerberos_authentication_settings == then.kerberos_authentication_settings,
            "the Kerberos authentication",
        );
        compare(
            now.preferred_maintenance_window == then.preferred_maintenance_window,
            "the maintenance window",
        );
        compare(!now.has_pending_changes(), "DMS has changes of the old instance to apply");
        for planned in &plan.tasks {
            let name = planned.identifier();
            match observation.tasks.get(planned.arn()) {
                Some(Some(task)) => {
                    compare(task.status == planned.status, &format!("the status of the task {name}"));
                    compare(
                        task.migration_type == planned.migration_type,
                        &format!("the type of the task {name}"),
                    );
                    compare(
                        task.endpoints().eq(planned.endpoints()),
                        &format!("the endpoints of the task {name}"),
                    );
                    compare(
                        task.replication_instance_arn == planned.replication_instance_arn,
                        &format!("the instance of the task {name}"),
                    );
                    let loads =
                        |task: &crate::Task| task.condition() == Condition::Running && task.is_loading();
                    compare(!loads(task) || loads(planned), &format!("the task {name} loads tables again"));
                }
                _ => compare(false, &format!("the task {name} no longer exists")),
            }
        }
        for other in &observation.others {
            let is_old = other.is_tied_to(self.old_arn());
            compare(!is_old, &format!("the task {} is new on the old instance", other.identifier()));
        }
        changes
    }
}

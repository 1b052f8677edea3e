#![doc = include_str!("dms_instance_class_supported.md")]

use crate::setting::shown;
use crate::{
    Change, Configuration, Finding, Input, Lookup, Need, Property, ResourceType, Rule, Setting, Severity,
    Stop, Theme, Unknown,
};

/// The rule `dms-instance-class-supported`.
pub static RULE: Rule = Rule {
    identifier: "dms-instance-class-supported",
    resource_type: ResourceType::ReplicationInstance,
    severity: Severity::Low,
    theme: Theme::Operation,
    property: Property::text("ReplicationInstanceClass", Some("replication_instance_class")),
    wanted: "a class that can be ordered, such as dms.t3.medium or dms.r6i.large",
    reads: &[],
    needs: &[Need::List, Need::OrderableInstances],
    schedule_only: false,
    parameters: &[],
    requirements: &[],
    page: include_str!("dms_instance_class_supported.md"),
    unknown_fix: FIND_OUT,
    command: None,
    check,
};

const MODIFY: &str = concat!(
    "modify-replication-instance --replication-instance-class, one that describe-orderable-replication-instances ",
    "lists; the tasks pause meanwhile"
);
const FIND_OUT: &str = "find the class in describe-orderable-replication-instances";
const SCAN: Change = Change::AfterDeployment("dms-rule scan, which reads the classes from DMS");

/// The families that DMS offers with the sizes of each, and those that it offered before (DMS user guide, "Choosing the right
/// AWS DMS replication instance", 2026). They count where DMS cannot be called; a size that is not among them is unknown.
const OFFERED: [(&str, &[&str]); 7] = [
    ("t3", &["micro", "small", "medium", "large"]),
    ("c5", &["large", "xlarge", "2xlarge", "4xlarge", "9xlarge", "12xlarge", "18xlarge", "24xlarge"]),
    ("c6i", COMMON_SIZES),
    ("c7i", COMMON_SIZES),
    ("r5", COMMON_SIZES),
    ("r6i", COMMON_SIZES),
    ("r7i", COMMON_SIZES),
];
const COMMON_SIZES: &[&str] =
    &["large", "xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge", "24xlarge"];
const RETIRED: [&str; 3] = ["t2", "c4", "r4"];

fn check(input: &Input) -> Result<Finding, Stop> {
    let class = match Setting::read(input.configuration()?, "ReplicationInstanceClass") {
        Setting::Is(class) => class,
        Setting::Absent => return Err(Unknown::new("ReplicationInstanceClass is missing").into()),
        Setting::Unreadable(what) => {
            return Err(Unknown::new(format!("ReplicationInstanceClass is {what}")).into());
        }
    };
    let finding = match input.facts.orderable_instances.get(|| Lookup::OrderableInstances)? {
        Ok(orderable) => by_list(&class, orderable)?,
        Err(reason) => by_family(input, &class, reason),
    };
    Ok(finding.with_evidence("class", shown(&class)))
}

fn by_list(class: &str, orderable: &[Configuration]) -> Result<Finding, Unknown> {
    let mut is_listed = false;
    for instance in orderable {
        match Setting::read(instance, "ReplicationInstanceClass") {
            Setting::Is(other) => is_listed |= other == class,
            Setting::Absent | Setting::Unreadable(_) => {
                return Err(Unknown::new("DMS lists an orderable instance without a class"));
            }
        }
    }
    if orderable.is_empty() {
        return Err(Unknown::new("DMS lists no class that can be ordered"));
    }
    Ok(if is_listed {
        Finding::compliant("ORDERABLE", "the class can be ordered")
    } else {
        Finding::non_compliant("NOT ORDERABLE", "DMS no longer offers the class in this Region", MODIFY)
    })
}

/// Returns the finding by the family of the class, where DMS cannot be called for this reason.
fn by_family(input: &Input, class: &str, reason: &str) -> Finding {
    let parts = class.strip_prefix("dms.").and_then(|rest| rest.split_once('.'));
    let is_offered = |family: &str, size: &str| {
        OFFERED.iter().any(|(offered, sizes)| *offered == family && sizes.contains(&size))
    };
    match parts {
        Some((family, _)) if RETIRED.contains(&family) => {
            Finding::non_compliant("NOT ORDERABLE", format!("DMS no longer offers dms.{family}"), MODIFY)
        }
        // An instance of a class that cannot be ordered is not created at all.
        Some((family, size)) if input.facts.planned && is_offered(family, size) => {
            Finding::compliant("ORDERABLE", format!("DMS offers dms.{family}"))
        }
        _ => Finding::unknown(format!("it is not known if the class can be ordered: {reason}"))
            .with_change(SCAN),
    }
}

//! The settings of the simulated DMS of an account: what it offers, how fast it is and what goes wrong.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::settling::{Settling, Transition};

/// The settings of DMS in one account and Region, and its records that are not resources.
///
/// The resources themselves are in [`Account::dms`](crate::Account): a test may change them at any time, as another
/// user of the account would. A resource with a transitional status that no operation began keeps that status, and a
/// status that a test sets is not changed by what an operation began before.
#[derive(Clone, Debug)]
pub struct Simulation {
    /// The end of each transitional status that `settling_by_status` does not name.
    pub settling: Settling,
    /// The ends of single statuses, such as `moving`.
    pub settling_by_status: BTreeMap<String, Settling>,
    /// The engine versions, in the shape of `EngineVersion`. The one with the Lifecycle `DEFAULT_VERSION` is the
    /// default.
    pub engine_versions: Vec<Value>,
    /// The classes and versions that can be created, in the shape of `OrderableReplicationInstance`. An entry without
    /// `AvailabilityZones` is offered in the zones a, b and c of the Region.
    pub orderable: Vec<Value>,
    /// The quotas of the account by name: `ReplicationInstances`, `AllocatedStorage` (GB) and `Endpoints`. A quota
    /// that is missing has no limit.
    pub quotas: BTreeMap<String, i64>,
    /// The most tasks that one instance may have.
    pub tasks_per_instance: usize,
    /// The pending maintenance, in the shape of `ResourcePendingMaintenanceActions`.
    pub maintenance: Vec<Value>,
    /// The tables of each task by its ARN, in the shape of `TableStatistics`.
    pub tables: BTreeMap<String, Vec<Value>>,
    /// The connections that were tested, in the shape of `Connection` with both ARNs and a status.
    pub connections: Vec<Value>,
    /// The connections whose test fails.
    pub unreachable: Vec<Unreachable>,
    /// The tasks whose move ends in `failed-move`, by ARN; the message is their LastFailureMessage.
    pub failed_moves: BTreeMap<String, Failure>,
    /// The tasks whose start ends in `failed`, by ARN; the message is their LastFailureMessage.
    pub failed_starts: BTreeMap<String, Failure>,
    /// The instances whose creation ends in another status than `available`, by identifier in lower case.
    pub failed_creations: BTreeMap<String, String>,
    /// The ways in which this DMS differs from the default one.
    pub variants: BTreeSet<Variant>,
    /// The changes that await resources.
    pub(crate) transitions: Vec<Transition>,
    /// The ARNs of the instances that an operation created: a task starts on one of these only after a successful
    /// test of both endpoints. On the others, a connection that was not tested counts as successful.
    pub(crate) created: BTreeSet<String>,
    /// The ARNs of the tasks that ran before they came into a status that does not show it.
    pub(crate) ran: BTreeSet<String>,
    serial: u64,
}

/// A failure on demand.
#[derive(Clone, Debug)]
pub struct Failure {
    /// The message of DMS.
    pub message: String,
    /// The number of times that it happens from now on; `None` for always.
    pub times: Option<usize>,
}

impl Failure {
    /// Builds a failure that happens every time.
    #[must_use]
    pub fn always(message: &str) -> Self {
        Self { message: message.to_owned(), times: None }
    }

    /// Builds a failure that happens once.
    #[must_use]
    pub fn once(message: &str) -> Self {
        Self { message: message.to_owned(), times: Some(1) }
    }

    /// Counts one occasion. Returns the message if the failure happens.
    pub(crate) fn strike(&mut self) -> Option<String> {
        match &mut self.times {
            Some(0) => return None,
            Some(times) => *times -= 1,
            None => {}
        }
        Some(self.message.clone())
    }
}

/// A connection whose test fails.
#[derive(Clone, Debug)]
pub struct Unreachable {
    /// The identifier or ARN of the instance; `None` for every instance.
    pub instance: Option<String>,
    /// The ARN of the endpoint.
    pub endpoint: String,
    /// The failure; its message is the LastFailureMessage of the connection.
    pub failure: Failure,
}

/// A way in which AWS may behave and the default simulation does not: most of these are documented nowhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Variant {
    /// A task that never ran cannot be moved: the user guide names tasks "that have run" ("Moving a task").
    ReadyTasksDoNotMove,
    /// One task is moved at a time; the move of a second one is rejected.
    OneMoveAtATime,
    /// A start passes through `testing`: without an assessment in the last seven days DMS makes one ("Creating tasks
    /// for ongoing replication" in the user guide).
    StartsWithAnAssessment,
    /// A target with too little storage makes a move end in `failed-move` ("Task status" in the user guide), instead of
    /// being rejected.
    LackOfStorageFailsLate,
    /// A task that failed to move keeps its TargetReplicationInstanceArn.
    FailedMoveKeepsTarget,
    /// A test of a connection that is being tested is rejected.
    SecondTestIsRejected,
    /// The role `dms-vpc-role` is missing or not yet effective.
    NoVpcRole,
    /// Tags may have characters that the service model excludes.
    TagsOfAnyCharacters,
    /// The list of public addresses of a private instance is not empty: it holds a null.
    NullAsPublicAddress,
    /// Descriptions of an instance leave out `Krb5FileContents`.
    KerberosFileIsHidden,
}

/// The families of classes with their sizes ("Choosing the right DMS replication instance" in the user guide).
const CLASSES: [(&str, &[&str]); 4] = [
    ("t3", &["micro", "small", "medium", "large"]),
    ("c5", &["large", "xlarge", "2xlarge", "4xlarge", "9xlarge", "12xlarge", "18xlarge", "24xlarge"]),
    ("r5", &["large", "xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge", "24xlarge"]),
    (
        "",
        &["large", "xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge", "24xlarge", "32xlarge"],
    ),
];

/// The families that have the sizes of the last entry of [`CLASSES`].
const LATER_FAMILIES: [&str; 4] = ["c6i", "c7i", "r6i", "r7i"];

impl Default for Simulation {
    fn default() -> Self {
        Self {
            settling: Settling::Listings(1),
            settling_by_status: BTreeMap::new(),
            engine_versions: engine_versions(),
            orderable: ["3.5.4", "3.6.1"].into_iter().flat_map(offers).collect(),
            quotas: [("ReplicationInstances", 60), ("AllocatedStorage", 30_000), ("Endpoints", 1000)]
                .map(|(name, maximum)| (name.to_owned(), maximum))
                .into(),
            tasks_per_instance: 200,
            maintenance: Vec::new(),
            tables: BTreeMap::new(),
            connections: Vec::new(),
            unreachable: Vec::new(),
            failed_moves: BTreeMap::new(),
            failed_starts: BTreeMap::new(),
            failed_creations: BTreeMap::new(),
            variants: BTreeSet::new(),
            transitions: Vec::new(),
            created: BTreeSet::new(),
            ran: BTreeSet::new(),
            serial: 0,
        }
    }
}

/// Returns the versions of the table in the release notes of the user guide, as of November 2026.
fn engine_versions() -> Vec<Value> {
    let version = |version: &str, lifecycle: &str, (deprecated, forced): (&str, &str), upgrades: &[&str]| {
        json!({
            "Version": version,
            "Lifecycle": lifecycle,
            "ReleaseStatus": "prod",
            "DeprecationDate": format!("{deprecated}T00:00:00Z"),
            "ForceUpgradeDate": format!("{forced}T00:00:00Z"),
            "AvailableUpgrades": upgrades,
        })
    };
    let last = json!({
        "Version": "3.6.1",
        "Lifecycle": "DEFAULT_VERSION",
        "ReleaseStatus": "prod",
        "AvailableUpgrades": [],
    });
    vec![
        version("3.5.3", "DEPRECATED", ("2026-02-28", "2026-06-30"), &["3.5.4", "3.6.0", "3.6.1"]),
        version("3.5.4", "ACTIVE", ("2027-01-31", "2027-03-31"), &["3.6.0", "3.6.1"]),
        version("3.6.0", "DEPRECATED", ("2026-04-27", "2026-07-27"), &["3.6.1"]),
        last,
    ]
}

/// Returns every class, offered with a version.
fn offers(version: &str) -> impl Iterator<Item = Value> {
    CLASSES
        .iter()
        .flat_map(|(family, sizes)| {
            let families = if family.is_empty() { LATER_FAMILIES.to_vec() } else { vec![*family] };
            families
                .into_iter()
                .flat_map(|family| sizes.iter().map(move |size| format!("dms.{family}.{size}")))
        })
        .map(move |class| {
            json!({
                "EngineVersion": version,
                "ReplicationInstanceClass": class,
                "StorageType": "gp2",
                "MinAllocatedStorage": 5,
                "MaxAllocatedStorage": 6144,
                "DefaultAllocatedStorage": 50,
                "IncludedAllocatedStorage": if class.contains(".t3.") { 50 } else { 100 },
                "ReleaseStatus": "prod",
            })
        })
}

impl Simulation {
    /// Ends the offer of a version: no instance of it can be created from now on.
    pub fn withdraw_version(&mut self, version: &str) {
        self.orderable.retain(|offer| offer.get("EngineVersion").and_then(Value::as_str) != Some(version));
    }

    /// Ends the offer of a class, in all versions.
    pub fn withdraw_class(&mut self, class: &str) {
        self.orderable
            .retain(|offer| offer.get("ReplicationInstanceClass").and_then(Value::as_str) != Some(class));
    }

    /// Returns true if no resource is on its way to another status.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        self.transitions.is_empty()
    }

    pub(crate) fn has(&self, variant: Variant) -> bool {
        self.variants.contains(&variant)
    }

    /// Returns the end of a status.
    pub(crate) fn settling_of(&self, status: &str) -> Settling {
        self.settling_by_status.get(status).copied().unwrap_or(self.settling)
    }

    /// Returns the default engine version.
    pub(crate) fn default_version(&self) -> Option<&str> {
        let is_default =
            |version: &&Value| version.get("Lifecycle").and_then(Value::as_str) == Some("DEFAULT_VERSION");
        self.engine_versions.iter().find(is_default)?.get("Version")?.as_str()
    }

    /// Returns a number that it has not returned before, from 1 on.
    pub(crate) fn next_serial(&mut self) -> u64 {
        self.serial += 1;
        self.serial
    }
}

//! Rules on tags.

use crate::spec::{ROW, Spec};
use crate::world::{Expected, Source, World};

const REQUIRED: &[(&str, &str)] =
    &[("requiredKeyTags", "owner"), ("requiredKeyTags", "owner,Team"), ("requiredKeyTags", "Approved")];

const fn tagged(identifier: &'static str, resource_type: &'static str, may_be_owned: bool) -> Spec {
    Spec { identifier, resource_type, may_be_owned, parameters: REQUIRED, check: tags, ..ROW }
}

pub(crate) const SPECS: &[Spec] = &[
    tagged("dms-replication-instance-tagged", "AWS::DMS::ReplicationInstance", false),
    tagged("dms-endpoint-tagged", "AWS::DMS::Endpoint", true),
    tagged("dms-certificate-tagged", "AWS::DMS::Certificate", false),
    tagged("dms-event-subscription-tagged", "AWS::DMS::EventSubscription", false),
    tagged("dms-subnet-group-tagged", "AWS::DMS::ReplicationSubnetGroup", true),
    tagged("dms-replication-task-tagged", "AWS::DMS::ReplicationTask", false),
    tagged("dms-serverless-tagged", "AWS::DMS::ReplicationConfig", true),
];

fn tags(world: &World) -> Expected {
    let listed = match world.source {
        Source::Planned => None,
        Source::Listed | Source::Described(_) | Source::Recorded => world.listed_tags.as_ref(),
    };
    let Some(tags) = world.known_tags.as_ref().or(listed) else { return Expected::Unknown };
    let has_all = match world.parameter("requiredKeyTags") {
        Some(keys) => keys.split(',').all(|key| tags.iter().any(|(name, _)| name == key)),
        None => tags.iter().any(|(name, _)| !name.starts_with("aws:")),
    };
    match has_all {
        true => Expected::Good("TAGGED"),
        false if world.may_get_more_tags => Expected::Unknown,
        false => Expected::Bad("UNTAGGED"),
    }
}

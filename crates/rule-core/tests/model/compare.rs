//! The real verdict of a generated input, and the difference from the expected one.

use std::fmt::Write;

use rule_core::{
    ANNOTATION_MAXIMUM, ComplianceType, Configuration, ConfigurationItem, Fact, Facts, Input, KmsKey,
    Outcome, RuleParameters, Verdict,
};

use crate::clock;
use crate::generate::DATABASE;
use crate::node::Node;
use crate::reading::{Given, Group, Truth};
use crate::spec::Spec;
use crate::world::{Database, Expected, Source, Status, Tags, Type, World};

/// Returns the verdict that the pages state, before exemptions.
pub(crate) fn expected(spec: &Spec, world: &World) -> Expected {
    match (world.status, world.of_type) {
        (Status::ResourceDeleted | Status::ResourceDeletedNotRecorded | Status::ResourceNotRecorded, _)
        | (_, Type::Other(_)) => return Expected::NotApplicable,
        (_, Type::Doubtful(_)) => return Expected::Unknown,
        (Status::Ok | Status::ResourceDiscovered, Type::OfTheRule | Type::InAnotherCase) => {}
    }
    let verdict = (spec.check)(world);
    if !spec.may_be_owned {
        return verdict;
    }
    let described = match &world.source {
        Source::Described(description) => owned(Group::read(description)),
        Source::Listed | Source::Recorded | Source::Planned => Owned::No,
    };
    let own = match (owned(world.properties()), described) {
        (Owned::Missing, described) if described != Owned::Missing => {
            // DMS is called about a bad verdict alone.
            if matches!(verdict, Expected::Good(_) | Expected::Open) { Owned::No } else { described }
        }
        (own, _) => own,
    };
    match (own, verdict) {
        (Owned::Yes, _) => Expected::NotApplicable,
        (Owned::Odd, Expected::Good(_) | Expected::Open) => verdict,
        (Owned::Odd, _) => Expected::AnythingButGood,
        _ => verdict,
    }
}

/// If a zero-ETL integration owns the resource.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Owned {
    Yes,
    No,
    Missing,
    Odd,
}

fn owned(properties: Group) -> Owned {
    match (properties.one("IsReadOnly"), properties.truth("IsReadOnly", true)) {
        (Given::Missing, _) => Owned::Missing,
        (_, Truth::Is(true)) => Owned::Yes,
        (_, Truth::Is(false)) => Owned::No,
        _ => Owned::Odd,
    }
}

/// Returns true for each answer that the pages allow to the question if a tag exempts the resource on the day of the notification.
///
/// A description of DMS is later than the item. If it decides, the tags of its moment must exempt too. Where the item has some
/// configuration, either is allowed.
fn exemptions(spec: &Spec, world: &World, key: &str) -> Vec<bool> {
    let listed = if world.is_planned() { None } else { world.listed_tags.as_ref() };
    let present = is_exempt(world, listed, key);
    let Some(tags) = &world.known_tags else { return vec![present] };
    let recorded = is_exempt(world, Some(tags), key);
    let Source::Described(description) = &world.source else { return vec![recorded] };
    let is_empty = matches!(&world.configuration, Some(Node::Object(members)) if members.is_empty());
    match recorded {
        false => vec![false],
        true if is_empty && !spec.members.is_empty() && !description.holds_nothing() => vec![present],
        true => vec![true, present],
    }
}

fn is_exempt(world: &World, tags: Option<&Tags>, key: &str) -> bool {
    let Some(tags) = tags else { return false };
    let Some((_, value)) = tags.iter().find(|(name, _)| name == key) else { return false };
    let (day, _) = value.split_once(' ').unwrap_or((value, ""));
    let has_form = day.len() == 10
        && day.bytes().enumerate().all(|(index, byte)| match index {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    // The days of this form are in the order of their texts.
    world.has_time && has_form && day >= &clock::NOW[..10]
}

/// Evaluates the input by the real rule.
pub(crate) fn evaluated(spec: &Spec, world: &World) -> Result<Verdict, String> {
    let text = item(spec, world);
    let item = ConfigurationItem::from_json(&text).map_err(|error| error.to_string())?;
    let parameters =
        RuleParameters::from_json(&parameters(spec, world)).map_err(|error| error.to_string())?;
    let facts = facts(world);
    let at = world.has_time.then(clock::now);
    let input = Input { item: &item, facts: &facts, parameters: &parameters.values, at };
    parameters
        .rule
        .evaluate(&input)
        .map_err(|lookup| format!("requests {lookup}, which is known or unavailable"))
}

/// Returns what is different, `None` if the verdict is the expected one.
pub(crate) fn difference(spec: &Spec, world: &World) -> Option<String> {
    let verdict = match evaluated(spec, world) {
        Ok(verdict) => verdict,
        Err(error) => return Some(error),
    };
    let expected = expected(spec, world);
    let annotation = verdict.annotation().to_string();
    let finding = &verdict.finding;
    let is_right = match expected {
        Expected::Good(state) => {
            finding.outcome == Outcome::Compliant && (state.is_empty() || state == finding.state)
        }
        Expected::Bad(state) => finding.outcome == Outcome::NonCompliant && state == finding.state,
        Expected::Unknown => finding.outcome == Outcome::Unknown && finding.state == "UNKNOWN",
        Expected::NotGood => matches!(finding.outcome, Outcome::NonCompliant | Outcome::Unknown),
        Expected::NotApplicable => finding.outcome == Outcome::NotApplicable,
        Expected::AnythingButGood => finding.outcome != Outcome::Compliant,
        Expected::Open => true,
    };
    let allowed: Vec<ComplianceType> = match finding.outcome {
        Outcome::Compliant => vec![ComplianceType::Compliant],
        Outcome::NotApplicable => vec![ComplianceType::NotApplicable],
        Outcome::NonCompliant | Outcome::Unknown => match world.exemption {
            Some(exemption) => {
                let by_tag = if exemption.is_compliant {
                    ComplianceType::Compliant
                } else {
                    ComplianceType::NotApplicable
                };
                let either = exemptions(spec, world, exemption.key).into_iter();
                either.map(|exempts| if exempts { by_tag } else { ComplianceType::NonCompliant }).collect()
            }
            None => vec![ComplianceType::NonCompliant],
        },
    };
    let length = annotation.chars().count();
    let fits = (1..=ANNOTATION_MAXIMUM).contains(&length) && !annotation.contains(char::is_control);
    (!is_right || !allowed.contains(&verdict.compliance_type) || !fits).then(|| {
        let mut text = format!(
            "{}: expected {expected:?}, reported as one of {allowed:?}; is {} {annotation}",
            spec.identifier, verdict.compliance_type
        );
        let _ = write!(text, "\n  item {}\n  {}", item(spec, world), facts_in_words(world));
        text
    })
}

fn item(spec: &Spec, world: &World) -> String {
    let name = match world.of_type {
        Type::OfTheRule => spec.resource_type.to_owned(),
        Type::InAnotherCase => spec.resource_type.to_uppercase(),
        Type::Other(name) | Type::Doubtful(name) => name.to_owned(),
    };
    let status = match world.status {
        Status::Ok => "OK",
        Status::ResourceDiscovered => "ResourceDiscovered",
        Status::ResourceNotRecorded => "ResourceNotRecorded",
        Status::ResourceDeleted => "ResourceDeleted",
        Status::ResourceDeletedNotRecorded => "ResourceDeletedNotRecorded",
    };
    let mut text = format!(
        r#"{{"resourceType":"{name}","resourceId":"r-1","configurationItemStatus":"{status}","configurationItemCaptureTime":"{}""#,
        clock::NOW
    );
    for (name, member) in [("configuration", &world.configuration), ("tags", &world.tags)] {
        if let Some(member) = member {
            let _ = write!(text, r#","{name}":{member}"#);
        }
    }
    text.push('}');
    text
}

fn parameters(spec: &Spec, world: &World) -> String {
    let mut text = format!(r#"{{"ruleIdentifier":"{}""#, spec.identifier);
    if let Some(exemption) = world.exemption {
        let compliance = if exemption.is_compliant { "COMPLIANT" } else { "NOT_APPLICABLE" };
        let _ =
            write!(text, r#","exemptionTagKey":"{}","exemptionCompliance":"{compliance}""#, exemption.key);
    }
    if let Some((name, value)) = world.parameter {
        let _ = write!(text, r#","{name}":"{value}""#);
    }
    text.push('}');
    text
}

fn facts_in_words(world: &World) -> String {
    let World { source, listed_tags, key, parameter, exemption, has_time, .. } = world;
    let lists = (&world.versions, &world.classes, world.database, world.may_get_more_tags);
    format!(
        "source {source:?} tags {listed_tags:?} key {key:?} {parameter:?} {exemption:?} time {has_time} lists {lists:?}"
    )
}

fn configuration(node: &Node) -> Configuration {
    serde_json::from_str(&node.to_string()).unwrap()
}

fn fact<T>(value: Option<T>) -> Fact<T> {
    value.map_or_else(|| Fact::Unavailable("it was denied".to_owned()), Fact::Known)
}

fn facts(world: &World) -> Facts {
    let more_tags = world.may_get_more_tags.then(|| "the stack may add some".to_owned());
    if world.is_planned() {
        return Facts { more_tags, ..Facts::planned() };
    }
    let map = |tags: &Tags| tags.iter().cloned().collect();
    Facts {
        tags: fact(world.listed_tags.as_ref().map(map)),
        description: match &world.source {
            Source::Listed | Source::Planned => Fact::Known(Configuration::Absent),
            Source::Described(description) => Fact::Known(configuration(description)),
            Source::Recorded => Fact::Unavailable("DMS cannot be called".to_owned()),
        },
        kms_key: fact(world.key.as_ref().map(|key| KmsKey {
            key_manager: key.manager.map(str::to_owned),
            arn: Some(key.arn.to_owned()),
            alias_arns: key.aliases.iter().map(|alias| (*alias).to_owned()).collect(),
        })),
        engine_versions: fact(world.versions.as_ref().map(|versions| {
            let text = |name: &str, value: &str| (name.to_owned(), Node::Text(value.to_owned()));
            let written = versions.iter().map(|version| {
                let date = |days: i64| clock::in_days(days).to_rfc3339();
                let mut members = vec![text("Version", version.name)];
                members.extend(version.lifecycle.map(|lifecycle| text("Lifecycle", lifecycle)));
                members.extend(version.days_to_end.map(|days| text("ForceUpgradeDate", &date(days))));
                members.extend(version.days_to_last_new.map(|days| text("DeprecationDate", &date(days))));
                configuration(&Node::Object(members))
            });
            written.collect()
        })),
        orderable_instances: fact(world.classes.as_ref().map(|classes| {
            let written = classes.iter().map(|class| {
                let member =
                    class.map(|class| ("ReplicationInstanceClass".to_owned(), Node::Text(class.to_owned())));
                configuration(&Node::Object(member.into_iter().collect()))
            });
            written.collect()
        })),
        databases: match world.database {
            Database::Denied => fact(None),
            Database::NotClear => Fact::Known([(DATABASE.to_owned(), None)].into()),
            Database::Public => Fact::Known([(DATABASE.to_owned(), Some(true))].into()),
            Database::Private => Fact::Known([(DATABASE.to_owned(), Some(false))].into()),
        },
        reachability: Fact::Unavailable("it was not requested".to_owned()),
        planned: false,
        more_tags,
    }
}

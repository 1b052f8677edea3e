#![doc = include_str!("dms_event_subscription_healthy.md")]

use crate::rules::description::description;
use crate::setting::shown;
use crate::{Finding, Flag, Input, Need, Property, ResourceType, Rule, Setting, Severity, Stop, Theme};

/// The rule `dms-event-subscription-healthy`.
pub static RULE: Rule = Rule {
    identifier: "dms-event-subscription-healthy",
    resource_type: ResourceType::EventSubscription,
    severity: Severity::Low,
    theme: Theme::Operation,
    property: Property::flag("Enabled", Some("enabled")),
    wanted: "true",
    reads: &[Property::setting("Status", None)],
    needs: &[Need::List, Need::Describe],
    schedule_only: true,
    parameters: &[],
    requirements: &[],
    page: include_str!("dms_event_subscription_healthy.md"),
    unknown_fix: FIND_OUT,
    command: None,
    check,
};

const ENABLE: &str = "modify-event-subscription --enabled";
const TOPIC: &str = concat!(
    "let DMS publish to the topic (sns:Publish for dms.amazonaws.com in its policy, and in that of its key), or ",
    "modify-event-subscription --sns-topic-arn"
);
const FIND_OUT: &str = "check Status and Enabled with describe-event-subscriptions";

fn check(input: &Input) -> Result<Finding, Stop> {
    let recorded = input.configuration()?;
    if input.facts.planned {
        return Ok(match Flag::read(recorded, "Enabled", true) {
            Flag::Is(false) => Finding::non_compliant("DISABLED", "Enabled=false", ENABLE),
            Flag::Unreadable(what) => Finding::unknown(format!("Enabled is {what}")),
            Flag::Is(true) | Flag::Absent | Flag::Null => {
                return Err(Stop::NotApplicable("it has no status before deployment".to_owned()));
            }
        });
    }
    // A record is older than the state, and AWS Config does not document that it has it.
    let now = description(input, "Status")?.unwrap_or(recorded);
    let status = Setting::read(now, "Status");
    if let Setting::Is(word) = &status
        && ["no-permission", "topic-not-exist"].contains(&word.as_str())
    {
        let state = if word == "no-permission" { "NO PERMISSION" } else { "NO TOPIC" };
        return Ok(Finding::non_compliant(state, format!("Status={word}"), TOPIC));
    }
    if !Flag::read(now, "Enabled", true).known("Enabled")? {
        return Ok(Finding::non_compliant("DISABLED", "Enabled=false", ENABLE));
    }
    Ok(match status {
        // The other words that DMS documents (`EventSubscription`, "Status").
        Setting::Is(word) if ["active", "creating", "modifying"].contains(&word.as_str()) => {
            Finding::compliant("ACTIVE", format!("Status={word}"))
        }
        Setting::Is(word) if word == "deleting" => Finding::not_applicable("Status=deleting"),
        Setting::Is(word) => {
            Finding::unknown(format!("Status is {:?}, which DMS does not document", shown(&word)))
        }
        Setting::Absent => Finding::unknown("Status is missing"),
        Setting::Unreadable(what) => Finding::unknown(format!("Status is {what}")),
    })
}

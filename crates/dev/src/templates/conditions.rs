//! The conditions of templates: which rules are chosen, and which actions they need.

use std::collections::BTreeSet;

use rule_core::rules::RULES;
use rule_core::{Need, REGIONS_WITHOUT_RECORDING};

use super::names::logical_id;
use crate::Error;
use crate::yaml::indent;

/// The largest number of conditions in one `Fn::Or` ("Condition functions", Fn::Or).
const OR_LIMIT: usize = 10;

/// Returns the block `recording`.
pub(super) fn recording_block() -> String {
    let regions: Vec<String> = REGIONS_WITHOUT_RECORDING
        .iter()
        .map(|region| format!("!Equals [!Ref AWS::Region, {region}]"))
        .collect();
    format!("  IsRecorded: !Not [!Or [{}]]\n", regions.join(", "))
}

/// Returns the block `conditions`: which rules are chosen, then which actions are needed.
pub(super) fn block() -> Result<String, Error> {
    let mut conditions = chosen_rules();
    conditions += "  HasAllRights: !Or [!Equals [!Ref Rights, All], !Equals [!Ref Rules, none]]\n";
    let actions: BTreeSet<&str> = RULES.iter().flat_map(|rule| rule.actions()).collect();
    for action in actions {
        conditions += &needed_action(action)?;
    }
    Ok(conditions)
}

/// Returns a condition for each rule: its name is in the list if splitting the list at it, which removes it,
/// changes the list.
pub(super) fn chosen_rules() -> String {
    let condition = |id: &str, name: &str| {
        let list = "!Sub \",${Rules},\"";
        let without = format!("!Join [\"\", !Split [\",{name},\", {list}]]");
        format!("Has{id}: !Or [!Equals [!Ref Rules, all], !Not [!Equals [{without}, {list}]]]\n")
    };
    let all: String = RULES.iter().map(|rule| condition(&logical_id(rule), rule.identifier)).collect();
    indent(2, &all)
}

fn needed_action(action: &str) -> Result<String, Error> {
    let mut reasons = vec!["!Condition HasAllRights".to_owned()];
    let rules = RULES.iter().filter(|rule| rule.actions().contains(&action));
    reasons.extend(rules.map(|rule| format!("!Condition Has{}", logical_id(rule))));
    if reads_tags(action) {
        reasons.push("!Not [!Equals [!Ref ExemptionTagKey, \"\"]]".to_owned());
    }
    let name = name(action);
    let any = any_of(&reasons).ok_or_else(|| Error::OverLimit {
        subject: format!("the number of conditions in {name}"),
        actual: reasons.len(),
        limit: OR_LIMIT * OR_LIMIT,
        page: "CloudFormation condition functions, Fn::Or",
    })?;
    Ok(format!("  {name}: {any}\n"))
}

/// Returns the condition that one of two or more holds, in groups if they are too many for one function; `None` if the groups
/// are too many too.
fn any_of(conditions: &[String]) -> Option<String> {
    let any = |conditions: &[String]| match conditions {
        [only] => only.clone(),
        several => format!("!Or [{}]", several.join(", ")),
    };
    if conditions.len() <= OR_LIMIT {
        return Some(any(conditions));
    }
    let groups: Vec<String> = conditions.chunks(OR_LIMIT).map(any).collect();
    (groups.len() <= OR_LIMIT).then(|| any(&groups))
}

/// Returns true for an action that exemptions need, with any rule.
fn reads_tags(action: &str) -> bool {
    RULES.iter().any(|rule| Need::Tags.actions(rule.resource_type).contains(&action))
}

/// Returns the name of the condition under which a policy allows `action`; `None` if it always does.
pub(super) fn for_action(action: &str) -> Option<String> {
    let is_of_a_rule = RULES.iter().any(|rule| rule.actions().contains(&action));
    is_of_a_rule.then(|| name(action))
}

/// Returns for example `NeedsDescribeKey` for `kms:DescribeKey`.
fn name(action: &str) -> String {
    format!("Needs{}", action.split_once(':').map_or(action, |(_, name)| name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_function_has_more_conditions_than_it_takes() {
        let conditions = |count: usize| (0..count).map(|number| format!("c{number}")).collect::<Vec<_>>();
        for count in [2, 10, 11, 12, 21, 100] {
            let any = any_of(&conditions(count)).unwrap();
            assert_eq!(any.matches('c').count(), count, "{any}");
            let mut open: Vec<usize> = Vec::new();
            for letter in any.chars() {
                match letter {
                    '[' => open.push(1),
                    ',' => *open.last_mut().unwrap() += 1,
                    ']' => assert!((2..=10).contains(&open.pop().unwrap()), "{any}"),
                    _ => {}
                }
            }
        }
        assert_eq!(any_of(&conditions(101)), None);
        assert_eq!(
            any_of(&conditions(11)).unwrap(),
            "!Or [!Or [c0, c1, c2, c3, c4, c5, c6, c7, c8, c9], c10]"
        );
    }
}

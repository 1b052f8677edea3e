//! The conditions of templates: which rules are chosen, and which actions they need.

use std::collections::BTreeSet;

use rule_core::parameter::EXEMPTION_TAG_KEY;
use rule_core::rules::RULES;
use rule_core::rules::dms_replication_not_public::REACHABILITY;
use rule_core::{REGIONS_WITHOUT_RECORDING, Rule};

use super::names::logical_id;
use crate::yaml::{indent, pascal_case};

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

/// Returns the block `conditions` for these rules: which of them are chosen, then which actions are needed.
pub(super) fn block(rules: &[&Rule]) -> String {
    let mut conditions = chosen_rules(rules);
    conditions += "  HasAllRights: !Or [!Equals [!Ref Rights, All], !Equals [!Ref Rules, none]]\n";
    let of_rules = rules.iter().flat_map(|rule| rule.actions());
    let of_parameters = OF_PARAMETERS.iter().map(|(action, _)| *action);
    let of_parameters = of_parameters.filter(|action| parameter_for(action, rules).is_some());
    let actions: BTreeSet<&str> = of_rules.chain(of_parameters).collect();
    conditions.extend(actions.into_iter().map(|action| needed_action(action, rules)));
    conditions
}

/// Returns a condition for each rule: its name is in the list if splitting the list at it, which removes it,
/// changes the list.
pub(super) fn chosen_rules(rules: &[&Rule]) -> String {
    let condition = |id: &str, name: &str| {
        let list = "!Sub \",${Rules},\"";
        let without = format!("!Join [\"\", !Split [\",{name},\", {list}]]");
        format!("Has{id}: !Or [!Equals [!Ref Rules, all], !Not [!Equals [{without}, {list}]]]\n")
    };
    let all: String = rules.iter().map(|rule| condition(&logical_id(rule), rule.identifier)).collect();
    indent(2, &all)
}

fn needed_action(action: &str, rules: &[&Rule]) -> String {
    let mut reasons = vec!["!Condition HasAllRights".to_owned()];
    let its = rules.iter().filter(|rule| rule.actions().contains(&action));
    reasons.extend(its.map(|rule| format!("!Condition Has{}", logical_id(rule))));
    reasons.extend(parameter_for(action, rules).map(is_given));
    format!("  {}: {}\n", name(action), any_of(&reasons))
}

/// Returns the condition that one of two or more holds: one function takes ten.
fn any_of(conditions: &[String]) -> String {
    match conditions.split_at_checked(OR_LIMIT - 1) {
        // Two or more are left for the inner one.
        Some((first, rest)) if rest.len() > 1 => format!("!Or [{}, {}]", first.join(", "), any_of(rest)),
        _ => format!("!Or [{}]", conditions.join(", ")),
    }
}

/// The actions that a parameter needs, whatever the rules: one of every rule, or one of a rule that is in the template.
const OF_PARAMETERS: [(&str, &str); 2] =
    [("dms:ListTagsForResource", EXEMPTION_TAG_KEY.name), ("config:SelectResourceConfig", REACHABILITY.name)];

/// Returns the parameter that needs an action in a template with these rules.
fn parameter_for(action: &str, rules: &[&Rule]) -> Option<&'static str> {
    let (_, name) = OF_PARAMETERS.iter().find(|(known, _)| *known == action)?;
    let is_taken = |rule: &&Rule| rule.parameters.iter().any(|parameter| parameter.name == *name);
    (*name == EXEMPTION_TAG_KEY.name || rules.iter().any(is_taken)).then_some(*name)
}

/// Returns the condition that a parameter of the template is given, or true.
fn is_given(parameter: &str) -> String {
    let name = pascal_case(parameter);
    if parameter == REACHABILITY.name {
        format!("!Equals [!Ref {name}, \"true\"]")
    } else {
        format!("!Not [!Equals [!Ref {name}, \"\"]]")
    }
}

/// Returns the name of the condition under which the policy of a template with these rules allows `action`; `None` if it
/// always does.
pub(super) fn for_action(action: &str, rules: &[&Rule]) -> Option<String> {
    let is_of = |rules: &[&Rule]| rules.iter().any(|rule| rule.actions().contains(&action));
    if is_of(rules) || parameter_for(action, rules).is_some() {
        Some(name(action))
    } else {
        // Rules of another template need it, or of a pack.
        is_of(RULES).then(|| "HasAllRights".to_owned())
    }
}

/// Returns for example `NeedsDescribeKey` for `kms:DescribeKey`.
fn name(action: &str) -> String {
    format!("Needs{}", action.split_once(':').map_or(action, |(_, name)| name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tag_of_an_exemption_is_read_in_a_template_whose_rules_read_no_tags() {
        let rules = RULES.get(..1).unwrap();
        assert_eq!(for_action("dms:ListTagsForResource", rules).as_deref(), Some("NeedsListTagsForResource"));
        let expected = "  NeedsListTagsForResource: !Or [!Condition HasAllRights, !Not [!Equals [!Ref ExemptionTagKey, \"\"]]]\n";
        assert!(block(rules).ends_with(expected), "{}", block(rules));
    }

    #[test]
    fn no_function_has_more_conditions_than_it_takes() {
        let conditions = |count: usize| (0..count).map(|number| format!("c{number}")).collect::<Vec<_>>();
        for count in [2, 9, 10, 11, 12, 21, 100] {
            let any = any_of(&conditions(count));
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
        assert_eq!(any_of(&conditions(11)), "!Or [c0, c1, c2, c3, c4, c5, c6, c7, c8, !Or [c9, c10]]");
    }
}

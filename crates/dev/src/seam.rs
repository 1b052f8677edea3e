//! What the rules say, until the new API of rule-core is there.

use rule_core::{Parameter, Rule};

pub(crate) fn type_name(rule: &Rule) -> &'static str {
    rule.resource_type.name
}

pub(crate) fn is_recorded(rule: &Rule) -> bool {
    rule.resource_type.recorded
}

pub(crate) fn parameters(rule: &Rule) -> Vec<&'static Parameter> {
    rule.parameters.iter().collect()
}

pub(crate) fn pattern(parameter: &Parameter) -> &'static str {
    if parameter.name == "daysToExpiration" { "[0-9]{0,4}" } else { r#"[^"\\]*"# }
}

pub(crate) const LIST_TAGS: &str = "dms:ListTagsForResource";

pub(crate) fn actions(rule: &Rule) -> Vec<String> {
    let list = match rule.resource_type.list.strip_suffix("List").unwrap_or(rule.resource_type.list) {
        "InstanceProfiles" => "dms:ListInstanceProfiles".to_owned(),
        list => format!("dms:Describe{list}"),
    };
    let mut actions = vec![list];
    if rule.parameters.iter().any(|parameter| parameter.name == "kmsKeyArns") {
        actions.extend(["kms:DescribeKey", "kms:ListAliases"].map(str::to_owned));
    }
    if rule.identifier.ends_with("-tagged") {
        actions.push(LIST_TAGS.to_owned());
    }
    actions
}

//! The rule parameters as parameters of templates.

use std::collections::BTreeSet;

use rule_core::Parameter;
use rule_core::rules::RULES;

use crate::yaml::{indent, pascal_case};

/// Returns the parameters of single rules, each once. Those that every rule takes are written into the templates by
/// hand.
pub(crate) fn all() -> impl Iterator<Item = &'static Parameter> {
    let mut names = BTreeSet::new();
    let all = RULES.iter().flat_map(|rule| rule.parameters).copied();
    all.filter(move |parameter| names.insert(parameter.name))
}

/// Returns the block `parameters`. The patterns reject values that the function would reject on every run.
pub(super) fn block() -> String {
    let parameter = |parameter: &Parameter| {
        indoc::formatdoc! {r#"
            {name}:
              Type: String
              Default: "{default}"
              MaxLength: 640
              AllowedPattern: "{pattern}"
              Description: "{name}: {meaning}"
            "#,
            name = pascal_case(parameter.name),
            default = parameter.default,
            pattern = parameter.pattern.replace('\\', r"\\").replace('"', r#"\""#),
            meaning = parameter.meaning.replace('`', "").replace('"', "'"),
        }
    };
    indent(2, &all().map(parameter).collect::<String>())
}

/// Returns the block `names`: a pattern that takes these words and names of rules, and rejects unknown ones.
pub(super) fn names_block(words: &[&str]) -> String {
    let any = RULES.iter().map(|rule| rule.identifier).collect::<Vec<_>>().join("|");
    let words = words.join("|");
    format!("    AllowedPattern: \"{words}|({any})(,({any}))*\"\n")
}

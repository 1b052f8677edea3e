//! The rule parameters as parameters of templates.

use std::collections::BTreeSet;

use rule_core::rules::RULES;
use rule_core::{Parameter, Rule};

use crate::yaml::{indent, pascal_case};

/// Returns the parameters of single rules, each once. Those that every rule takes are written into the templates by
/// hand.
pub(crate) fn all() -> impl Iterator<Item = &'static Parameter> {
    taken_by(RULES)
}

/// Returns the parameters of these rules, each once.
pub(super) fn taken_by<'a>(rules: &'a [&Rule]) -> impl Iterator<Item = &'static Parameter> + use<'a> {
    let mut names = BTreeSet::new();
    let all = rules.iter().flat_map(|rule| rule.parameters).copied();
    all.filter(move |parameter| names.insert(parameter.name))
}

/// Returns the block `parameters` for these rules. The patterns reject values that the function would reject on every run.
pub(super) fn block(rules: &[&Rule]) -> String {
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
    indent(2, &taken_by(rules).map(parameter).collect::<String>())
}

/// Returns the block `names`: a pattern that takes these words and names of these rules, and rejects unknown ones. Each name
/// is in it once: behind a comma there is another.
pub(super) fn names_block(words: &[&str], rules: &[&Rule]) -> String {
    let any = rules.iter().map(|rule| rule.identifier).collect::<Vec<_>>().join("|");
    let words = words.join("|");
    format!("    AllowedPattern: \"{words}|(({any})(,(?=d)|$))+\"\n")
}

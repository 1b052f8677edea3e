//! The few shapes that all generated YAML is made of. Every text ends with a line break.

/// Indents every line that is not empty.
pub(crate) fn indent(spaces: usize, text: &str) -> String {
    textwrap::indent(text, &" ".repeat(spaces))
}

/// Makes a value an element of a list.
pub(crate) fn element(value: &str) -> String {
    let indented = indent(2, value);
    indented.strip_prefix("  ").map_or(indented.clone(), |rest| format!("- {rest}"))
}

/// Makes a value an element of a list that is there only if a condition of the template holds.
pub(crate) fn element_if(condition: &str, value: &str) -> String {
    let branches = [format!("- {condition}\n"), element(value), "- !Ref AWS::NoValue\n".to_owned()];
    element(&format!("!If\n{}", branches.concat()))
}

/// Returns the name in the way that logical ids and parameters of templates are written:
/// `dms-endpoint-tagged` becomes `DmsEndpointTagged`.
pub(crate) fn pascal_case(name: &str) -> String {
    let capitalized = |word: &str| {
        let mut letters = word.chars();
        letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect::<String>()
    };
    name.split('-').map(capitalized).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_element_under_a_condition_is_the_second_branch_of_an_if() {
        assert_eq!(
            element_if("OnChange", "A: 1\nB: 2\n"),
            "- !If\n  - OnChange\n  - A: 1\n    B: 2\n  - !Ref AWS::NoValue\n"
        );
    }

    #[test]
    fn names_of_rules_and_of_parameters_become_logical_ids() {
        assert_eq!(pascal_case("dms-endpoint-tagged"), "DmsEndpointTagged");
        assert_eq!(pascal_case("kmsKeyArns"), "KmsKeyArns");
    }
}

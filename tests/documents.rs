//! What is written about the rules follows from the rules: pages and README.

#[cfg(test)]
mod documents {
    use std::collections::BTreeSet;
    use std::path::{Path, PathBuf};

    use rule_core::rules::RULES;
    use rule_core::rules::dms_endpoint_ssl_configured::{ENGINES_WITHOUT_SSL_MODE, RULE};
    use rule_core::{Parameter, Rule, parameter};

    fn root() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
    }

    #[test]
    fn every_page_has_its_headings_and_the_name_of_its_rule() {
        let headings = [
            "What it checks",
            "Why it matters",
            "Evidence",
            "Parameters",
            "How to fix it",
            "AWS calls",
            "Limits",
            "Where other tools differ",
            "References",
        ];
        for rule in RULES {
            assert!(rule.page.starts_with(&format!("# {}\n\n", rule.identifier)), "{}", rule.identifier);
            assert!(rule.summary().ends_with('.'), "{}", rule.identifier);
            let found: Vec<_> = rule.page.lines().filter_map(|line| line.strip_prefix("## ")).collect();
            assert_eq!(found, headings, "{}", rule.identifier);
            for tool in ["Console", "CLI", "Terraform", "CloudFormation"] {
                assert!(rule.page.contains(&format!("- **{tool}**: ")), "{} {tool}", rule.identifier);
            }
        }
    }

    #[test]
    fn no_two_rules_share_a_name_and_a_parameter_s_default_is_valid() {
        let names: BTreeSet<_> = RULES.iter().map(|rule| rule.identifier).collect();
        assert_eq!(names.len(), RULES.len());
        for parameter in parameter::COMMON.into_iter().chain(RULES.iter().flat_map(|rule| rule.parameters)) {
            assert!(
                parameter.default.is_empty() || (parameter.is_valid)(parameter.default),
                "{}",
                parameter.name
            );
        }
    }

    /// The annotation that a page shows as its example is one that the rule writes, to the letter.
    #[test]
    fn the_example_of_every_page_begins_as_an_annotation_of_its_rule() {
        for rule in RULES {
            let example = rule.page.split("```text\n").nth(1).unwrap().split("\n```").next().unwrap();
            let state = example.split(':').next().unwrap();
            let cases = std::fs::read_dir(root().join("tests/cases").join(rule.identifier)).unwrap();
            let all: String =
                cases.map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap()).collect();
            assert!(all.contains(&format!("\"annotation\": \"{state}:")), "{}: {state}", rule.identifier);
            assert!(example.contains(" Fix: ") && !example.contains('\n'), "{}", rule.identifier);
        }
    }

    /// The list of engines has one definition; the page's sentence is it.
    #[test]
    fn the_page_names_the_engines_without_the_setting() {
        let (last, others) = ENGINES_WITHOUT_SSL_MODE.split_last().unwrap();
        let sentence = format!("| the engine is {} or {last} | NOT_APPLICABLE", others.join(", "));
        assert!(RULE.page.contains(&sentence), "{sentence}");
    }

    fn file_of(rule: &Rule) -> String {
        format!("{}.md", rule.identifier.replace('-', "_"))
    }

    fn parameters_table<'a>(parameters: impl Iterator<Item = &'a Parameter>) -> String {
        let rows = parameters.map(|Parameter { name, default, meaning, .. }| {
            let default = if default.is_empty() { "none".to_owned() } else { format!("`{default}`") };
            format!("| `{name}` | {default} | {meaning} |\n")
        });
        "| name | default | meaning |\n|---|---|---|\n".to_owned() + &rows.collect::<String>()
    }

    /// What stands in a document between a line that starts with `start` and `end`; with `UPDATE` set it is written, else
    /// compared.
    fn written(file: &Path, start: &str, end: &str, wanted: &str) {
        let document = std::fs::read_to_string(file).unwrap();
        let (before, rest) =
            document.split_once(start).unwrap_or_else(|| panic!("{}: {start}", file.display()));
        let (line, rest) = rest.split_once('\n').unwrap();
        let (is, after) = rest.split_once(end).unwrap();
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(file, format!("{before}{start}{line}\n{wanted}{end}{after}")).unwrap();
        } else {
            assert_eq!(is, wanted, "{}: UPDATE=1 cargo test -p rule-core --test documents", file.display());
        }
    }

    fn in_comments(file: &Path, name: &str, wanted: &str) {
        written(file, &format!("<!-- {name}: "), &format!("<!-- end of {name} -->"), wanted);
    }

    #[test]
    fn every_page_tells_what_the_code_says() {
        let pages = root().join("crates/rule-core/src/rules");
        for rule in RULES {
            let answers: Vec<String> = rule
                .requirements
                .iter()
                .map(|requirement| format!("{}: {}", requirement.framework, requirement.ids.join(", ")))
                .collect();
            let answers =
                if answers.is_empty() { "no published control".to_owned() } else { answers.join("; ") };
            let facts = format!(
                "| | |\n|---|---|\n| resource | `{}` |\n| severity | {} |\n| triggers | {} |\n| answers | {answers} |\n",
                rule.resource_type.name,
                rule.severity.as_str(),
                rule.triggers(),
            );
            in_comments(&pages.join(file_of(rule)), "facts", &facts);
            let common = "Every rule takes [these](parameters.md), which choose the rule, exempt resources and name a role.\n";
            let own = if rule.parameters.is_empty() {
                format!("None of its own. {common}")
            } else {
                format!("{}\n{common}", parameters_table(rule.parameters.iter()))
            };
            in_comments(&pages.join(file_of(rule)), "parameters", &own);
        }
        in_comments(
            &pages.join("parameters.md"),
            "parameters",
            &parameters_table(parameter::COMMON.into_iter()),
        );
    }

    #[test]
    fn the_readme_lists_the_rules() {
        let row = |rule: &&Rule| {
            format!(
                "| [`{}`](crates/rule-core/src/rules/{}) | `{}` | {} | {} | {} |\n",
                rule.identifier,
                file_of(rule),
                rule.resource_type.name,
                rule.severity.as_str(),
                rule.triggers(),
                rule.summary()
            )
        };
        let rows: Vec<String> = RULES.iter().map(row).collect();
        let wanted = "| rule | resource | severity | triggers | |\n|---|---|---|---|---|\n".to_owned()
            + &rows.concat();
        in_comments(&root().join("README.md"), "rules", &wanted);
    }
}

//! What is written about the rules follows from the rules: pages, README, template.

#[cfg(test)]
mod documents {
    use std::collections::BTreeSet;
    use std::fmt::Write;
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

    fn pascal_case(identifier: &str) -> String {
        let word = |word: &str| {
            let mut letters = word.chars();
            letters
                .next()
                .map(|first| first.to_ascii_uppercase())
                .into_iter()
                .chain(letters)
                .collect::<String>()
        };
        identifier.split('-').map(word).collect()
    }

    fn own_parameters() -> impl Iterator<Item = &'static Parameter> {
        let mut seen = BTreeSet::new();
        RULES.iter().flat_map(|rule| rule.parameters).filter(move |parameter| seen.insert(parameter.name))
    }

    fn template_parameters() -> String {
        let parameter = |Parameter { name, default, meaning, .. }: &Parameter| {
            let (name, meaning) = (pascal_case(name), meaning.replace('`', "").replace('"', "'"));
            format!(
                "  {name}:\n    Type: String\n    Default: \"{default}\"\n    Description: \"{name}: {meaning}\"\n"
            )
        };
        own_parameters().map(parameter).collect::<Vec<_>>().concat()
    }

    /// Whether the name of the rule is in the list, told by what is left when it is split there.
    fn template_conditions() -> String {
        let condition = |rule: &&Rule| {
            let (name, id) = (pascal_case(rule.identifier), rule.identifier);
            format!(
                "  Has{name}: !Or [!Equals [!Ref Rules, all], !Not [!Equals [!Join [\"\", !Split [\",{id},\", !Sub \",${{Rules}},\"]], !Sub \",${{Rules}},\"]]]\n"
            )
        };
        RULES.iter().map(condition).collect::<Vec<_>>().concat()
    }

    fn template_rules() -> String {
        let mut rules = String::new();
        for rule in RULES {
            let (name, id, summary, of) =
                (pascal_case(rule.identifier), rule.identifier, rule.summary(), rule.resource_type.name);
            write!(rules, "  {name}:\n    Type: AWS::Config::ConfigRule\n    Condition: Has{name}\n    DependsOn: Permission\n    Properties:\n      ConfigRuleName: {id}\n      Description: {summary}\n").unwrap();
            if rule.resource_type.recorded {
                write!(rules, "      Scope:\n        ComplianceResourceTypes: [\"{of}\"]\n").unwrap();
            }
            write!(rules, "      InputParameters:\n        ruleIdentifier: {id}\n        exemptionTagKey: !Ref ExemptionTagKey\n        exemptionCompliance: !Ref ExemptionCompliance\n").unwrap();
            for Parameter { name, .. } in rule.parameters {
                writeln!(rules, "        {name}: !Ref {}", pascal_case(name)).unwrap();
            }
            rules += "      Source:\n        Owner: CUSTOM_LAMBDA\n        SourceIdentifier: !GetAtt Function.Arn\n        SourceDetails:\n";
            let scheduled = "MessageType: ScheduledNotification\n              MaximumExecutionFrequency: !Ref Frequency\n";
            if rule.resource_type.recorded {
                for message in
                    ["ConfigurationItemChangeNotification", "OversizedConfigurationItemChangeNotification"]
                {
                    write!(rules, "          - !If\n            - OnChange\n            - EventSource: aws.config\n              MessageType: {message}\n            - !Ref AWS::NoValue\n").unwrap();
                }
                write!(rules, "          - !If\n            - OnSchedule\n            - EventSource: aws.config\n              {scheduled}            - !Ref AWS::NoValue\n").unwrap();
            } else {
                let scheduled = scheduled.replace("              ", "            ");
                write!(rules, "          - EventSource: aws.config\n            {scheduled}").unwrap();
            }
            rules.push('\n');
        }
        rules
    }

    /// aws-config-rdk#133 and #192 (the oversized message missing), #488 (anybody's AWS Config may call), and
    /// cloud-custodian#3530 (the rule made before the permission).
    #[test]
    fn the_template_has_every_rule_with_every_message_and_lets_only_this_account_call() {
        let file = root().join("rule-templates/cloudformation/single-account.yaml");
        for (name, wanted) in [
            ("parameters", template_parameters()),
            ("conditions", template_conditions()),
            ("rules", template_rules()),
        ] {
            written(&file, &format!("  # {name}: "), &format!("  # end of {name}\n"), &wanted);
        }
        let template = std::fs::read_to_string(file).unwrap();
        assert!(
            template.len() < 51_200,
            "a template's body has at most 51,200 bytes, not {}",
            template.len()
        );
        let section = |name: &str| {
            let rest = template.split_once(&format!("\n  {name}:\n")).unwrap().1;
            rest.split("\n\n  ").next().unwrap().to_owned()
        };
        for rule in RULES {
            let section = section(&pascal_case(rule.identifier));
            assert!(section.contains("DependsOn: Permission"), "{}", rule.identifier);
            assert!(section.contains("MessageType: ScheduledNotification"), "{}", rule.identifier);
            for message in
                ["ConfigurationItemChangeNotification", "OversizedConfigurationItemChangeNotification"]
            {
                let subscribed = section.contains(&format!("MessageType: {message}"));
                assert_eq!(subscribed, rule.resource_type.recorded, "{} {message}", rule.identifier);
            }
        }
        let permission = section("Permission");
        assert!(
            permission.contains("SourceAccount: !Ref AWS::AccountId")
                && permission.contains("config.amazonaws.com")
        );
        // The calls that the function makes, and no others.
        let policies = section("Role");
        let mut actions: Vec<&str> = policies
            .lines()
            .flat_map(|line| line.split([' ', '[', ']', ',']))
            .filter(|word| {
                ["config:", "dms:", "kms:", "sqs:", "logs:"].iter().any(|service| word.starts_with(service))
            })
            .collect();
        actions.sort_unstable();
        assert_eq!(
            actions,
            [
                "config:GetComplianceDetailsByConfigRule",
                "config:GetResourceConfigHistory",
                "config:ListDiscoveredResources",
                "config:PutEvaluations",
                "dms:DescribeCertificates",
                "dms:DescribeEndpoints",
                "dms:DescribeEventSubscriptions",
                "dms:DescribeReplicationInstances",
                "dms:DescribeReplicationSubnetGroups",
                "dms:DescribeReplicationTasks",
                "dms:ListInstanceProfiles",
                "dms:ListTagsForResource",
                "kms:DescribeKey",
                "kms:ListAliases",
                "logs:CreateLogStream",
                "logs:PutLogEvents",
                "sqs:SendMessage",
            ]
        );
    }
}

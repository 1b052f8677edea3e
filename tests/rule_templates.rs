//! The templates follow from the rules and from `rule-templates/iam`; what differs between them is here.
//!
//! `UPDATE=1 cargo test -p rule-core --test rule_templates` writes them; without it they are compared.

#[cfg(test)]
mod rule_templates {
    use std::collections::{BTreeMap, BTreeSet};
    use std::fmt::Write;
    use std::path::{Path, PathBuf};

    use rule_core::rules::RULES;
    use rule_core::{Parameter, ResourceType, Rule, Severity};
    use serde::Deserialize;
    use serde_json::{Value, json};

    /// A template's body, and a conformance pack's, has at most so many bytes.
    const BODY_MAXIMUM: usize = 51_200;

    /// Here AWS Config records none of the types (the coverage table of 2026).
    const NOT_RECORDED_IN: [&str; 2] = ["ca-west-1", "mx-central-1"];

    fn folder() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rule-templates")
    }

    fn read(file: &str) -> String {
        std::fs::read_to_string(folder().join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
    }

    /// A file that is written as a whole; with `UPDATE` set it is, else it is compared.
    fn is_written(file: &str, wanted: &str) {
        if std::env::var_os("UPDATE").is_some() {
            let path = folder().join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, wanted).unwrap();
        } else {
            let same = read(file) == wanted;
            assert!(same, "{file} is not as written: UPDATE=1 cargo test -p rule-core --test rule_templates");
        }
        assert!(wanted.len() <= BODY_MAXIMUM, "{file} has {} bytes", wanted.len());
    }

    /// A template with what stands between `# NAME:` and `# end of NAME` replaced.
    fn with_block(template: &str, name: &str, wanted: &str) -> String {
        let (before, rest) = template.split_once(&format!("# {name}:")).unwrap_or_else(|| panic!("{name}"));
        let (line, rest) = rest.split_once('\n').unwrap();
        let (_, after) = rest.split_once(&format!("# end of {name}\n")).unwrap_or_else(|| panic!("{name}"));
        let indent = before.rsplit('\n').next().unwrap();
        format!("{before}# {name}:{line}\n{wanted}{indent}# end of {name}\n{after}")
    }

    /// The same without the marks.
    fn without_block(template: &str, name: &str, instead: &str) -> String {
        let (before, rest) = template.split_once(&format!("  # {name}:")).unwrap_or_else(|| panic!("{name}"));
        let (_, after) = rest.split_once(&format!("# end of {name}\n")).unwrap_or_else(|| panic!("{name}"));
        format!("{before}{instead}{after}")
    }

    fn pascal_case(identifier: &str) -> String {
        let word = |word: &str| {
            let (first, rest) = word.split_at(1);
            first.to_ascii_uppercase() + rest
        };
        identifier.split(['-', ':']).map(word).collect()
    }

    fn own_parameters() -> impl Iterator<Item = &'static Parameter> {
        let mut seen = BTreeSet::new();
        RULES.iter().flat_map(|rule| rule.parameters).filter(move |parameter| seen.insert(parameter.name))
    }

    /// The action that lists a type. The API DescribeInstanceProfiles has none of its own name.
    fn list_action(of: &ResourceType) -> String {
        match of.list.strip_suffix("List").unwrap_or(of.list) {
            "InstanceProfiles" => "dms:ListInstanceProfiles".to_owned(),
            list => format!("dms:Describe{list}"),
        }
    }

    /// What a rule asks AWS beyond what every rule does.
    fn actions(rule: &Rule) -> Vec<String> {
        let mut actions = vec![list_action(rule.resource_type)];
        if rule.parameters.iter().any(|parameter| parameter.name == "kmsKeyArns") {
            actions.extend(["kms:DescribeKey", "kms:ListAliases"].map(str::to_owned));
        }
        if rule.identifier.ends_with("-tagged") {
            actions.push("dms:ListTagsForResource".to_owned());
        }
        actions
    }

    /// The condition under which an action is needed; none: always.
    fn condition(action: &str) -> Option<String> {
        let needed = RULES.iter().any(|rule| actions(rule).iter().any(|needed| needed == action));
        needed.then(|| format!("Needs{}", action.split_once(':').unwrap().1))
    }

    // ---- The policies of IAM ----

    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase", deny_unknown_fields)]
    struct Policy {
        version: String,
        statement: Vec<Statement>,
    }

    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase", deny_unknown_fields)]
    struct Statement {
        sid: Option<String>,
        effect: String,
        principal: Option<BTreeMap<String, OneOrMore>>,
        action: OneOrMore,
        resource: Option<String>,
        condition: Option<BTreeMap<String, BTreeMap<String, String>>>,
    }

    #[derive(Deserialize)]
    #[serde(untagged)]
    enum OneOrMore {
        One(String),
        More(Vec<String>),
    }

    /// A text of a policy in CloudFormation's words.
    fn scalar(text: &str, region: &str) -> String {
        let names = [
            ("partition", "AWS::Partition"),
            ("region", region),
            ("account_id", "AWS::AccountId"),
            ("log_group_arn", "LogGroup.Arn"),
            ("failure_queue_arn", "FailureQueue.Arn"),
            ("function_arn", "Function.Arn"),
            ("kms_key_arn", "KmsKeyArn"),
            ("execution_role_name", "ExecutionRoleName"),
            ("member_role_name", "MemberRoleName"),
            ("organization_id", "OrganizationId"),
            ("function_role_arn", "FunctionRoleArns"),
            ("event_rule_arn", "Rule.Arn"),
            ("topic_arn", "Topic"),
        ];
        let mut sub = text.to_owned();
        for (name, here) in names {
            let here = if here == "*" { "*".to_owned() } else { format!("${{{here}}}") };
            sub = sub.replace(&format!("${{{name}}}"), &here);
        }
        let only =
            sub.strip_prefix("${").and_then(|rest| rest.strip_suffix('}')).filter(|name| !name.contains('$'));
        match only {
            Some(name) if name.contains('.') => format!("!GetAtt {name}"),
            Some(name) => format!("!Ref {name}"),
            None if sub.contains("${") => format!("!Sub \"{sub}\""),
            None if sub == "*" => "\"*\"".to_owned(),
            None => sub,
        }
    }

    /// A policy of `iam/` as YAML, indented; an action that only some rules need stands under their condition.
    fn policy(file: &str, indent: usize, region: &str) -> String {
        let text = read(&format!("iam/{file}.json"));
        let Policy { version, statement } =
            serde_json::from_str(&text).unwrap_or_else(|error| panic!("{file}: {error}"));
        let pad = " ".repeat(indent);
        let mut yaml = format!("{pad}Version: \"{version}\"\n{pad}Statement:\n");
        for Statement { sid, effect, principal, action, resource, condition: when } in statement {
            let actions = match action {
                OneOrMore::One(action) => vec![action],
                OneOrMore::More(actions) => actions,
            };
            let conditions: BTreeSet<Option<String>> =
                actions.iter().map(|action| condition(action)).collect();
            let whole = match conditions.first() {
                Some(Some(name)) if conditions.len() == 1 => Some(name.clone()),
                _ => None,
            };
            let mut lines = Vec::new();
            lines.extend(sid.map(|sid| format!("Sid: {sid}")));
            lines.push(format!("Effect: {effect}"));
            for (kind, who) in principal.into_iter().flatten() {
                // A list of one stands for a parameter that is a list.
                let who = match who {
                    OneOrMore::One(who) => who,
                    OneOrMore::More(all) => all.concat(),
                };
                lines.extend(["Principal:".to_owned(), format!("  {kind}: {}", scalar(&who, region))]);
            }
            lines.push("Action:".to_owned());
            for action in &actions {
                lines.push(match condition(action) {
                    Some(name) if whole.is_none() => {
                        format!("  - !If [{name}, \"{action}\", !Ref AWS::NoValue]")
                    }
                    _ => format!("  - {action}"),
                });
            }
            lines.extend(resource.map(|resource| format!("Resource: {}", scalar(&resource, region))));
            if let Some(when) = when {
                lines.push("Condition:".to_owned());
                for (operator, keys) in when {
                    lines.push(format!("  {operator}:"));
                    for (key, value) in keys {
                        lines.push(format!("    {key}: {}", scalar(&value, region)));
                    }
                }
            }
            let (inner, last) = match &whole {
                Some(name) => {
                    write!(yaml, "{pad}  - !If\n{pad}    - {name}\n").unwrap();
                    (format!("{pad}    "), format!("{pad}    - !Ref AWS::NoValue\n"))
                }
                None => (format!("{pad}  "), String::new()),
            };
            for (number, line) in lines.iter().enumerate() {
                writeln!(yaml, "{inner}{} {line}", if number == 0 { "-" } else { " " }).unwrap();
            }
            yaml += &last;
        }
        yaml
    }

    /// The policies of a role: name, file, and the condition under which it has it.
    fn role(trust: &str, policies: &[(&str, Option<&str>)], region: &str) -> String {
        let mut yaml =
            format!("      AssumeRolePolicyDocument:\n{}      Policies:\n", policy(trust, 8, region));
        for (file, when) in policies {
            match when {
                None => {
                    write!(
                        yaml,
                        "        - PolicyName: {file}\n          PolicyDocument:\n{}",
                        policy(file, 12, region)
                    )
                    .unwrap();
                }
                Some(when) => {
                    write!(
                        yaml,
                        "        - !If\n          - {when}\n          - PolicyName: {file}\n            PolicyDocument:\n{}          - !Ref AWS::NoValue\n",
                        policy(file, 14, region)
                    )
                    .unwrap();
                }
            }
        }
        yaml
    }

    // ---- Parameters, conditions, rules ----

    fn parameters() -> String {
        let parameter = |Parameter { name, default, meaning, .. }: &Parameter| {
            // A value that the function would refuse on every run is refused here.
            let pattern = if *name == "daysToExpiration" { "[0-9]{0,4}" } else { "[^\\\"\\\\\\\\]*" };
            let (name, meaning) = (pascal_case(name), meaning.replace('`', "").replace('"', "'"));
            format!(
                "  {name}:\n    Type: String\n    Default: \"{default}\"\n    MaxLength: 640\n    AllowedPattern: \"{pattern}\"\n    Description: \"{name}: {meaning}\"\n"
            )
        };
        own_parameters().map(parameter).collect()
    }

    /// A name that no rule has must not deploy without a word.
    fn names() -> String {
        let any = RULES.iter().map(|rule| rule.identifier).collect::<Vec<_>>().join("|");
        format!("    AllowedPattern: \"all|none|({any})(,({any}))*\"\n")
    }

    fn recording() -> String {
        let here: Vec<String> =
            NOT_RECORDED_IN.iter().map(|region| format!("!Equals [!Ref AWS::Region, {region}]")).collect();
        format!("  IsRecorded: !Not [!Or [{}]]\n", here.join(", "))
    }

    /// Whether the name of a rule is in the list, told by what is left when it is split there; and what they need.
    fn conditions() -> String {
        let has = |rule: &&Rule| {
            let (name, id) = (pascal_case(rule.identifier), rule.identifier);
            format!(
                "  Has{name}: !Or [!Equals [!Ref Rules, all], !Not [!Equals [!Join [\"\", !Split [\",{id},\", !Sub \",${{Rules}},\"]], !Sub \",${{Rules}},\"]]]\n"
            )
        };
        let mut conditions: String = RULES.iter().map(has).collect();
        conditions += "  HasAllRights: !Or [!Equals [!Ref Rights, All], !Equals [!Ref Rules, none]]\n";
        let all: BTreeSet<String> = RULES.iter().flat_map(|rule| actions(rule)).collect();
        for action in all {
            let name = condition(&action).unwrap();
            let mut any = vec!["!Condition HasAllRights".to_owned()];
            let rules = RULES.iter().filter(|rule| actions(rule).contains(&action));
            any.extend(rules.map(|rule| format!("!Condition Has{}", pascal_case(rule.identifier))));
            if action == "dms:ListTagsForResource" {
                any.push("!Not [!Equals [!Ref ExemptionTagKey, \"\"]]".to_owned());
            }
            assert!(any.len() <= 10, "Fn::Or takes ten: {name}");
            writeln!(conditions, "  {name}: !Or [{}]", any.join(", ")).unwrap();
        }
        conditions
    }

    /// The messages that a rule takes, by what triggers them.
    const CHANGE: [&str; 2] =
        ["ConfigurationItemChangeNotification", "OversizedConfigurationItemChangeNotification"];

    fn rules() -> String {
        let mut yaml = String::new();
        for rule in RULES {
            let (name, id, summary, of) =
                (pascal_case(rule.identifier), rule.identifier, rule.summary(), rule.resource_type.name);
            write!(yaml, "  {name}:\n    Type: AWS::Config::ConfigRule\n    Condition: Has{name}\n    DependsOn: Permission\n    Properties:\n      ConfigRuleName: {id}\n      Description: {summary}\n").unwrap();
            if rule.resource_type.recorded {
                write!(yaml, "      Scope: !If\n        - OnChange\n        - ComplianceResourceTypes: [\"{of}\"]\n        - !Ref AWS::NoValue\n").unwrap();
            }
            write!(yaml, "      InputParameters:\n        ruleIdentifier: {id}\n        exemptionTagKey: !If [HasExemptions, !Ref ExemptionTagKey, !Ref AWS::NoValue]\n        exemptionCompliance: !Ref ExemptionCompliance\n        ExecutionRoleName: !If [HasExecutionRole, !Ref ExecutionRoleName, !Ref AWS::NoValue]\n").unwrap();
            for Parameter { name, .. } in rule.parameters {
                writeln!(yaml, "        {name}: !Ref {}", pascal_case(name)).unwrap();
            }
            yaml += "      Source:\n        Owner: CUSTOM_LAMBDA\n        SourceIdentifier: !GetAtt Function.Arn\n        SourceDetails:\n";
            let scheduled = "MessageType: ScheduledNotification\n              MaximumExecutionFrequency: !Ref Frequency\n";
            if rule.resource_type.recorded {
                for message in CHANGE {
                    write!(yaml, "          - !If\n            - OnChange\n            - EventSource: aws.config\n              MessageType: {message}\n            - !Ref AWS::NoValue\n").unwrap();
                }
                write!(yaml, "          - !If\n            - OnSchedule\n            - EventSource: aws.config\n              {scheduled}            - !Ref AWS::NoValue\n").unwrap();
            } else {
                let scheduled = scheduled.replace("              ", "            ");
                write!(yaml, "          - EventSource: aws.config\n            {scheduled}").unwrap();
            }
            yaml.push('\n');
        }
        yaml
    }

    fn organization_rules(after: &str) -> String {
        let mut yaml = String::new();
        for rule in RULES {
            let (name, id, summary, of) =
                (pascal_case(rule.identifier), rule.identifier, rule.summary(), rule.resource_type.name);
            assert!(id.len() <= 64, "{id}");
            let mut input = format!(
                "\"ruleIdentifier\":\"{id}\",\"exemptionTagKey\":\"${{ExemptionTagKey}}\",\"exemptionCompliance\":\"${{ExemptionCompliance}}\",\"ExecutionRoleName\":\"${{MemberRoleName}}\""
            );
            for Parameter { name, .. } in rule.parameters {
                write!(input, ",\"{name}\":\"${{{}}}\"", pascal_case(name)).unwrap();
            }
            write!(yaml, "  {name}:\n    Type: AWS::Config::OrganizationConfigRule\n    Condition: Has{name}\n{after}    Properties:\n      OrganizationConfigRuleName: {id}\n      ExcludedAccounts: !If [HasExcludedAccounts, !Ref ExcludedAccounts, !Ref AWS::NoValue]\n      OrganizationCustomRuleMetadata:\n        Description: {summary}\n        LambdaFunctionArn: !GetAtt Function.Arn\n        InputParameters: !Sub '{{{input}}}'\n").unwrap();
            if rule.resource_type.recorded {
                write!(yaml, "        ResourceTypesScope: !If [OnChange, [\"{of}\"], !Ref AWS::NoValue]\n        MaximumExecutionFrequency: !If [OnSchedule, !Ref Frequency, !Ref AWS::NoValue]\n        OrganizationConfigRuleTriggerTypes:\n").unwrap();
                for message in CHANGE {
                    writeln!(yaml, "          - !If [OnChange, {message}, !Ref AWS::NoValue]").unwrap();
                }
                yaml += "          - !If [OnSchedule, ScheduledNotification, !Ref AWS::NoValue]\n";
            } else {
                yaml += "        MaximumExecutionFrequency: !Ref Frequency\n        OrganizationConfigRuleTriggerTypes: [ScheduledNotification]\n";
            }
            yaml.push('\n');
        }
        yaml
    }

    // ---- The files ----

    const HOW: &str = "UPDATE=1 cargo test -p rule-core --test rule_templates";

    fn single_account() -> String {
        let mut template = read("cloudformation/single-account.yaml");
        let policies = [
            ("function", None),
            ("evaluate", Some("UsesItsOwnRole")),
            ("function-kms", Some("HasKey")),
            ("function-vpc", Some("IsInVpc")),
            ("assume-execution-role", Some("HasExecutionRole")),
        ];
        for (name, wanted) in [
            ("parameters", parameters()),
            ("names", names()),
            ("recording", recording()),
            ("conditions", conditions()),
            ("role", role("trust-function", &policies, "AWS::Region")),
            ("rules", rules()),
        ] {
            template = with_block(&template, name, &wanted);
        }
        template
    }

    #[test]
    fn the_rules_in_one_file_for_whoever_reads_json() {
        let rules: Vec<Value> = RULES
            .iter()
            .map(|rule| {
                json!({
                    "name": rule.identifier,
                    "resourceType": rule.resource_type.name,
                    "recorded": rule.resource_type.recorded,
                    "severity": rule.severity.as_str(),
                    "description": rule.summary(),
                    "parameters": rule.parameters.iter().map(|parameter| parameter.name).collect::<Vec<_>>(),
                    "actions": actions(rule),
                })
            })
            .collect();
        let parameters: BTreeMap<&str, Value> = own_parameters()
            .map(|parameter| {
                let meaning = parameter.meaning.replace('`', "");
                (parameter.name, json!({"default": parameter.default, "description": meaning}))
            })
            .collect();
        let file = json!({"rules": rules, "parameters": parameters, "notRecordedIn": NOT_RECORDED_IN});
        is_written("rules.json", &format!("{file:#}\n"));
    }

    #[test]
    fn one_account() {
        is_written("cloudformation/single-account.yaml", &single_account());
    }

    /// The same with the function as SAM builds it.
    #[test]
    fn the_serverless_application_model() {
        let function = "  Function:
    Type: AWS::Serverless::Function
    Metadata:
      BuildMethod: rust-cargolambda
      BuildProperties:
        Binary: bootstrap
    Properties:
      CodeUri: ../../crates/config-lambda
";
        let single = single_account();
        let (_, properties) =
            single.split_once("    Type: AWS::Lambda::Function\n    Properties:\n").unwrap();
        let (properties, _) = properties.split_once("  # end of function\n").unwrap();
        let code = "      Code:\n        S3Bucket: !If [IsBucketPerRegion, !Sub \"${CodeS3Bucket}-${AWS::Region}\", !Ref CodeS3Bucket]\n        S3Key: !Ref CodeS3Key\n        S3ObjectVersion: !If [HasCodeVersion, !Ref CodeS3ObjectVersion, !Ref AWS::NoValue]\n";
        assert!(properties.contains(code));
        let properties = properties.replace(code, "").replace("      Code:", "");
        let template = without_block(&single, "code", "");
        let template = without_block(&template, "code switch", "");
        let template = with_block(&template, "function", &format!("{function}{properties}"));
        let template = template
            .replace(
                "AWSTemplateFormatVersion: \"2010-09-09\"\n",
                &format!("# Written from cloudformation/single-account.yaml; {HOW}\nAWSTemplateFormatVersion: \"2010-09-09\"\nTransform: AWS::Serverless-2016-10-31\n"),
            )
            .replace("What the zip was built for", "What the function is built for");
        is_written("sam/template.yaml", &template);
    }

    const ORGANIZATION_SETTINGS: &str = "  OrganizationId:
    Type: String
    AllowedPattern: \"o-[a-z0-9]{10,32}\"
    Description: The id of the organization; the role of a member can only be assumed within it
  MemberRoleName:
    Type: String
    Default: DmsRuleMember
    AllowedPattern: \"[A-Za-z0-9+=,.@_-]+\"
    Description: The role that organization-member-role.yaml makes in each account
  ExcludedAccounts:
    Type: CommaDelimitedList
    Default: \"\"
    Description: Accounts in which the rules are not made
";

    fn central(description: &str, more_settings: &str, permission: &str, after: &str) -> String {
        let mut template = single_account();
        let settings = format!("{ORGANIZATION_SETTINGS}{more_settings}");
        let switches = "  HasExcludedAccounts: !Not [!Equals [!Join [\"\", !Ref ExcludedAccounts], \"\"]]\n";
        let policies = [
            ("function", None),
            ("assume-member-role", None),
            ("function-kms", Some("HasKey")),
            ("function-vpc", Some("IsInVpc")),
        ];
        // What a rule needs is asked with the role of the member, so the conditions of it are not here.
        let conditions = conditions();
        let (has, _) = conditions.split_once("  HasAllRights").unwrap();
        for name in ["rights", "tag switch"] {
            template = without_block(&template, name, "");
        }
        for (name, instead) in [("role settings", settings.as_str()), ("role switches", switches)] {
            template = without_block(&template, name, instead);
        }
        for (name, wanted) in [
            ("conditions", has),
            ("role", &role("trust-function", &policies, "AWS::Region")),
            ("permission", permission),
            ("rules", &organization_rules(after)),
        ] {
            template = with_block(&template, name, wanted);
        }
        template
            .replace("AWS Config rules for AWS DMS: function, role, permission and rules for one account and Region", description)
            .replacen("AWSTemplateFormatVersion", &format!("# Written from single-account.yaml; {HOW}\nAWSTemplateFormatVersion"), 1)
    }

    #[test]
    fn an_organization() {
        let permission = format!(
            "  # AWS Config, on behalf of an account of the organization. The rules are created after it.
  Permission:
    Type: AWS::Lambda::ResourcePolicy
    Properties:
      ResourceArn: !GetAtt Function.Arn
      PolicyDocument:
{}
",
            policy("invoke-by-organization", 8, "AWS::Region")
        );
        let template = central(
            "AWS Config rules for AWS DMS in an organization: function, role, resource policy and organization rules, for the delegated administrator",
            "",
            &permission,
            "    DependsOn: Permission\n",
        );
        is_written("cloudformation/organization-central.yaml", &template);
    }

    /// Where Lambda has no resource policies by organization: one permission for each account.
    #[test]
    fn an_organization_by_its_accounts() {
        let permission = "  # AWS Config, on behalf of each account. A rule cannot depend on the permissions that a loop makes: that is why the
  # stack is made with Rules=none first.
  Fn::ForEach::Permissions:
    - AccountId
    - !Ref AccountIds
    - Permission${AccountId}:
        Type: AWS::Lambda::Permission
        Properties:
          FunctionName: !GetAtt Function.Arn
          Action: lambda:InvokeFunction
          Principal: config.amazonaws.com
          SourceAccount: !Ref AccountId

";
        let template = central(
            "AWS Config rules for AWS DMS in an organization, where Lambda has no AWS::Lambda::ResourcePolicy: permissions by account",
            "  AccountIds:
    Type: CommaDelimitedList
    Description: The accounts on whose behalf AWS Config may call the function, some fifty at most
",
            permission,
            "",
        );
        let template = template
            .replacen("Description: \"AWS", "Transform: AWS::LanguageExtensions\nDescription: \"AWS", 1)
            .replace("    Default: dms-replication-not-public\n", "    Default: none\n")
            .replace(
                "Description: The names of the rules",
                "Description: none when the stack is created, then the names of the rules",
            );
        is_written("cloudformation/organization-central-by-account.yaml", &template);
    }

    #[test]
    fn a_member_of_an_organization() {
        let mut template = read("cloudformation/organization-member-role.yaml");
        let single = single_account();
        let (_, settings) = single.split_once("  # rule settings:\n").unwrap();
        let rules = settings.split_once("  Triggers:").unwrap().0;
        let (rules, rights) = rules.split_once("  # rights:").unwrap();
        let rights = rights.split_once('\n').unwrap().1.split_once("  # end of rights\n").unwrap().0;
        let exemption = settings
            .split_once("  ExemptionTagKey:")
            .unwrap()
            .1
            .split_once("  ExemptionCompliance:")
            .unwrap()
            .0;
        for (name, wanted) in [
            (
                "rule settings",
                format!("{rules}{rights}  ExemptionTagKey:{exemption}")
                    .replace("Default: OfRules", "Default: All"),
            ),
            ("conditions", conditions()),
            ("role", role("trust-member-role", &[("evaluate", None)], "*")),
        ] {
            template = with_block(&template, name, &wanted);
        }
        is_written("cloudformation/organization-member-role.yaml", &template);
    }

    // ---- Conformance packs ----

    /// A pack may use Ref, Fn::If, Fn::Not, Fn::Equals and nothing else that is known to work.
    fn pack(comment: &str, rules: &[&Rule]) -> String {
        let mut yaml = format!("{comment}# Written by {HOW}\nParameters:\n");
        let mut parameter = |name: &str, default: Option<&str>| {
            write!(yaml, "  {name}:\n    Type: String\n").unwrap();
            if let Some(default) = default {
                writeln!(yaml, "    Default: \"{default}\"").unwrap();
            }
        };
        parameter("FunctionArn", None);
        parameter("Triggers", Some("Both"));
        parameter("Frequency", Some("TwentyFour_Hours"));
        parameter("ExemptionTagKey", Some(""));
        parameter("ExemptionCompliance", Some("COMPLIANT"));
        let mut own: Vec<&Parameter> = own_parameters().collect();
        own.retain(|parameter| {
            rules.iter().any(|rule| rule.parameters.iter().any(|one| one.name == parameter.name))
        });
        for Parameter { name, default, .. } in &own {
            parameter(&pascal_case(name), Some(default));
        }
        yaml += "Conditions:\n  OnChange:\n    Fn::Not:\n      - Fn::Equals: [{Ref: Triggers}, Periodic]\n  OnSchedule:\n    Fn::Not:\n      - Fn::Equals: [{Ref: Triggers}, Change]\n";
        let given =
            ["ExemptionTagKey".to_owned()].into_iter().chain(own.iter().map(|one| pascal_case(one.name)));
        for name in given {
            write!(yaml, "  Has{name}:\n    Fn::Not:\n      - Fn::Equals: [{{Ref: {name}}}, \"\"]\n")
                .unwrap();
        }
        yaml += "Resources:\n";
        for rule in rules {
            yaml += &pack_rule(rule);
        }
        yaml
    }

    fn pack_rule(rule: &Rule) -> String {
        let (name, id, summary, of) =
            (pascal_case(rule.identifier), rule.identifier, rule.summary(), rule.resource_type.name);
        let mut yaml = format!(
            "  {name}:\n    Type: AWS::Config::ConfigRule\n    Properties:\n      ConfigRuleName: {id}\n      Description: {summary}\n"
        );
        if rule.resource_type.recorded {
            write!(yaml, "      Scope:\n        Fn::If:\n          - OnChange\n          - ComplianceResourceTypes: [\"{of}\"]\n          - {{Ref: \"AWS::NoValue\"}}\n").unwrap();
        }
        let optional = |parameter: &str, name: &str| {
            format!(
                "        {parameter}:\n          Fn::If: [Has{name}, {{Ref: {name}}}, {{Ref: \"AWS::NoValue\"}}]\n"
            )
        };
        write!(yaml, "      InputParameters:\n        ruleIdentifier: {id}\n{}        exemptionCompliance: {{Ref: ExemptionCompliance}}\n", optional("exemptionTagKey", "ExemptionTagKey")).unwrap();
        for Parameter { name, .. } in rule.parameters {
            yaml += &optional(name, &pascal_case(name));
        }
        yaml += "      Source:\n        Owner: CUSTOM_LAMBDA\n        SourceIdentifier: {Ref: FunctionArn}\n        SourceDetails:\n";
        let scheduled = "MessageType: ScheduledNotification, MaximumExecutionFrequency: {Ref: Frequency}";
        if rule.resource_type.recorded {
            for (when, message) in [
                ("OnChange", format!("MessageType: {}", CHANGE[0])),
                ("OnChange", format!("MessageType: {}", CHANGE[1])),
                ("OnSchedule", scheduled.to_owned()),
            ] {
                write!(yaml, "          - Fn::If:\n              - {when}\n              - {{EventSource: aws.config, {message}}}\n              - {{Ref: \"AWS::NoValue\"}}\n").unwrap();
            }
        } else {
            writeln!(yaml, "          - {{EventSource: aws.config, {scheduled}}}").unwrap();
        }
        yaml
    }

    #[test]
    fn conformance_packs() {
        let all: Vec<&Rule> = RULES.to_vec();
        is_written(
            "conformance-packs/dms-all-controls.yaml",
            &pack(
                "# All rules on AWS DMS. The function is there already: cloudformation/single-account.yaml with Rules=none.\n",
                &all,
            ),
        );
        let exposed: Vec<&Rule> =
            all.iter().copied().filter(|rule| rule.identifier.ends_with("-not-public")).collect();
        assert_eq!(exposed.len(), 2);
        is_written(
            "conformance-packs/dms-exposure.yaml",
            &pack(
                "# What of AWS DMS the Internet can reach. The function is there already: cloudformation/single-account.yaml with\n# Rules=none.\n",
                &exposed,
            ),
        );
        let same =
            exposed.iter().copied().find(|rule| rule.identifier == "dms-replication-not-public").unwrap();
        is_written(
            "conformance-packs/replace-managed-rule.yaml",
            &pack(
                "# For a pack that holds AWS's managed rule DMS_REPLICATION_NOT_PUBLIC, as 51 of AWS's samples do: put Parameters and\n# Conditions beside its own, and the resource in the place of its resource of the same name. It is a pack itself, too.\n",
                &[same],
            ),
        );
    }

    // ---- Security Hub ----

    #[test]
    fn security_hub_severities() {
        let mut yaml = format!("# Written by {HOW}
AWSTemplateFormatVersion: \"2010-09-09\"
Description: \"Security Hub: findings of the DMS rules get the severity of their rule; AWS Config sends them all as MEDIUM\"

Resources:
");
        let all = [Severity::Critical, Severity::High, Severity::Medium, Severity::Low];
        let mut order = 0;
        for severity in all.into_iter().filter(|severity| *severity != Severity::Medium) {
            let names: Vec<_> =
                RULES.iter().filter(|rule| rule.severity == severity).map(|rule| rule.identifier).collect();
            if names.is_empty() {
                continue;
            }
            assert!(names.len() <= 20, "a filter has twenty values");
            let (label, name) = (severity.as_str(), pascal_case(&severity.as_str().to_lowercase()));
            write!(
                yaml,
                "  {name}:
    Type: AWS::SecurityHub::AutomationRule
    Properties:
      RuleName: dms-rules-{}
      RuleOrder: {}
      RuleStatus: ENABLED
      Description: Findings of the DMS rules whose severity is {label}
      IsTerminal: false
      Criteria:
        ProductName: [{{Comparison: EQUALS, Value: Config}}]
        RecordState: [{{Comparison: EQUALS, Value: ACTIVE}}]
        Title:
",
                severity.as_str().to_lowercase(),
                100 + order
            )
            .unwrap();
            for name in names {
                writeln!(yaml, "          - {{Comparison: EQUALS, Value: {name}}}").unwrap();
            }
            write!(
                yaml,
                "      Actions:
        - Type: FINDING_FIELDS_UPDATE
          FindingFieldsUpdate:
            Severity: {{Label: {label}}}
"
            )
            .unwrap();
            order += 1;
        }
        is_written("security-hub/severities.yaml", &yaml);
    }

    #[test]
    fn security_hub_notification() {
        let mut template = read("security-hub/notification.yaml");
        let names: Vec<String> =
            RULES.iter().map(|rule| format!("            - prefix: {}\n", rule.identifier)).collect();
        let names = names.concat();
        for (name, wanted) in [
            ("key policy", policy("topic-key", 8, "AWS::Region")),
            ("topic policy", policy("topic", 8, "AWS::Region")),
            ("rules", names),
        ] {
            template = with_block(&template, name, &wanted);
        }
        is_written("security-hub/notification.yaml", &template);
    }
}

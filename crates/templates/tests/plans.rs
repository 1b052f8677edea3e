//! Templates and plans: what each says before anything is deployed.

#[cfg(test)]
mod templates_and_plans {
    use proptest::prelude::*;
    use rule_core::{RuleParameters, rules};
    use templates::{Plan, Settings, cloudformation, looks_like_cloudformation, terraform};

    const PUBLIC: &str = "dms-replication-not-public";

    fn judged(plan: &Plan, rule: &str) -> Vec<String> {
        let rule = rules::find(rule).unwrap();
        plan.resources
            .iter()
            .filter(|planned| planned.resource_type.name == rule.resource_type.name)
            .map(|planned| {
                let verdict = rule.evaluate_planned(&planned.ways, &RuleParameters::default(), None);
                format!("{} {}", verdict.compliance_type, verdict.finding.reason)
            })
            .collect()
    }

    fn plan(template: &str) -> Plan {
        assert!(looks_like_cloudformation(template), "{template}");
        cloudformation(template, &Settings::default()).unwrap_or_else(|error| panic!("{error}: {template}"))
    }

    /// A template with one instance whose properties, in one line, are these.
    fn instance(sections: &str, properties: &str) -> String {
        format!(
            "{sections}\nResources:\n  Orders:\n    Type: AWS::DMS::ReplicationInstance\n    Properties: {{ReplicationInstanceClass: dms.c5.xlarge, {properties}}}\n"
        )
    }

    fn public(sections: &str, properties: &str) -> String {
        let template = instance(sections, properties);
        let [verdict] = &judged(&plan(&template), PUBLIC)[..] else { panic!("one instance: {template}") };
        verdict.clone()
    }

    const PRIVATE: &str = "COMPLIANT PRIVATE: PubliclyAccessible=false";
    const IS_PUBLIC: &str = "NON_COMPLIANT PUBLIC: PubliclyAccessible=true";
    const NOT_SET: &str = "NON_COMPLIANT PUBLIC: PubliclyAccessible is not set, and DMS's default is true";

    fn if_(path: &str) -> String {
        format!(
            "NON_COMPLIANT UNKNOWN: cannot be known before deployment, PUBLIC if {path}: PubliclyAccessible=true"
        )
    }

    #[test]
    fn literals_are_read_as_cloudformation_reads_them() {
        for spelling in
            ["false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF", "'false'", "\"False\""]
        {
            assert_eq!(public("", &format!("PubliclyAccessible: {spelling}")), PRIVATE, "{spelling}");
        }
        for spelling in ["true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON", "'true'", "\"TRUE\""]
        {
            assert_eq!(public("", &format!("PubliclyAccessible: {spelling}")), IS_PUBLIC, "{spelling}");
        }
        for odd in ["0", "n", "'no'", "[false]", "{a: false}", "fAlse_", "''", "' false'"] {
            let verdict = public("", &format!("PubliclyAccessible: {odd}"));
            assert!(verdict.starts_with("NON_COMPLIANT UNKNOWN: PubliclyAccessible is "), "{odd}: {verdict}");
        }
        let null = "NON_COMPLIANT UNKNOWN: PubliclyAccessible is null; DMS's default is public";
        for spelling in ["~", "null", ""] {
            assert_eq!(public("", &format!("PubliclyAccessible: {spelling}")), null);
        }
        assert_eq!(public("", ""), NOT_SET);
        assert_eq!(public("", "PubliclyAccessible: false, PubliclyAccessible: true"), IS_PUBLIC);
        assert_eq!(public("", "PubliclyAccessible: true, PubliclyAccessible: false"), IS_PUBLIC);
    }

    #[test]
    fn a_parameter_passes_only_if_no_value_of_it_is_public() {
        let declared = |declaration: &str| format!("Parameters:\n  P: {{Type: String{declaration}}}");
        for (declaration, wanted) in [
            (", AllowedValues: ['false']", PRIVATE.to_owned()),
            (", AllowedValues: [false], Default: false", PRIVATE.to_owned()),
            (", AllowedValues: ['true']", IS_PUBLIC.to_owned()),
            (", AllowedValues: ['true', 'false'], Default: 'false'", if_("parameter P is true")),
            (", Default: 'false'", if_("parameter P is true")),
            (", Default: 'true'", if_("parameter P is true")),
            ("", if_("parameter P is true")),
        ] {
            for reference in ["!Ref P", "{Ref: P}", "!Sub '${P}'", "!If [C, !Ref P, !Ref P]"] {
                if reference.starts_with("!Sub") && !declaration.contains("AllowedValues") {
                    continue;
                }
                let verdict = public(&declared(declaration), &format!("PubliclyAccessible: {reference}"));
                assert_eq!(verdict, wanted, "{declaration} {reference}");
            }
        }
        let compared = "Parameters:\n  P: {Type: String}\nConditions:\n  IsTrue: !Equals [!Ref P, 'true']";
        let verdict = public(compared, "PubliclyAccessible: !If [IsTrue, false, !Ref P]");
        assert!(verdict.starts_with("NON_COMPLIANT UNKNOWN") && verdict.contains("PUBLIC if "), "{verdict}");
        for unclear in [
            ", AllowedValues: ['false', !Ref Q]",
            ", AllowedValues: 'false'",
            ", AllowedValues: ['false'], AllowedValues: ['true']",
            ", Default: 'false', Default: 'true'",
        ] {
            let verdict = public(&declared(unclear), "PubliclyAccessible: !Ref P");
            assert_eq!(verdict, if_("parameter P is true"), "{unclear}");
        }
        // A default that is read in parts, or within a text, is no more certain.
        for (declaration, reference) in [
            (", Default: 'false'", "!Sub '${P}'"),
            (", Default: 'false'", "!Join ['', [!Ref P]]"),
            (", Default: 'false'", "!If [C, !Sub '${P}', false]"),
        ] {
            let verdict = public(&declared(declaration), &format!("PubliclyAccessible: {reference}"));
            assert!(
                verdict.contains("PUBLIC if ")
                    && verdict.contains("parameter P is another value and the value of parameter P is true"),
                "{reference}: {verdict}"
            );
        }
        let list = "Parameters:\n  P: {Type: CommaDelimitedList, Default: 'false,true'}";
        let verdict = public(list, "PubliclyAccessible: !Select [0, !Ref P]");
        assert!(
            verdict.contains("PUBLIC if parameter P is another value and the value of parameter P is true"),
            "{verdict}"
        );
        let ssm = "Parameters:\n  P: {Type: 'AWS::SSM::Parameter::Value<String>', Default: 'false'}";
        assert_eq!(public(ssm, "PubliclyAccessible: !Ref P"), if_("parameter P is true"));
        let twice = "Parameters:\n  P: {Type: String, AllowedValues: ['false']}\n  P: {Type: String}";
        assert_eq!(public(twice, "PubliclyAccessible: !Ref P"), if_("parameter P is true"));
    }

    #[test]
    fn what_will_be_given_decides() {
        let template =
            instance("Parameters:\n  P: {Type: String, Default: 'false'}", "PubliclyAccessible: !Ref P");
        let with = |parameters: &[(&str, &str)], assume_defaults| {
            let parameters = parameters.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
            let plan =
                cloudformation(&template, &Settings { parameters, assume_defaults, ..Settings::default() })
                    .unwrap();
            judged(&plan, PUBLIC).remove(0)
        };
        assert_eq!(with(&[], true), PRIVATE);
        assert_eq!(with(&[("P", "false")], false), PRIVATE);
        assert_eq!(with(&[("P", "true")], true), IS_PUBLIC);
        assert_eq!(with(&[("Q", "false")], false), if_("parameter P is true"));
    }

    #[test]
    fn conditions_are_followed_through_both_branches() {
        let free = "Conditions:\n  C: !Equals [!Ref 'AWS::Region', us-east-1]";
        for (value, wanted) in [
            ("!If [C, false, false]", PRIVATE.to_owned()),
            ("!If [C, 'false', false]", PRIVATE.to_owned()),
            ("!If [C, true, true]", IS_PUBLIC.to_owned()),
            ("!If [C, true, false]", if_("condition C is true")),
            ("!If [C, false, true]", if_("condition C is false")),
            ("{'Fn::If': [C, false, true]}", if_("condition C is false")),
            ("!If [C, !If [C, false, true], false]", PRIVATE.to_owned()),
            ("!If [C, !If [D, false, true], false]", if_("condition C is true and condition D is false")),
            ("!If [Unknown, false, true]", if_("condition Unknown is false")),
            ("!Ref 'AWS::NoValue'", NOT_SET.to_owned()),
            (
                "!If [C, false, !Ref 'AWS::NoValue']",
                "NON_COMPLIANT UNKNOWN: cannot be known before deployment, PUBLIC if condition C is false: PubliclyAccessible is not set, and DMS's default is true".to_owned(),
            ),
        ] {
            assert_eq!(public(free, &format!("PubliclyAccessible: {value}")), wanted, "{value}");
        }
        let malformed = public(free, "PubliclyAccessible: !If [C, false]");
        assert_eq!(malformed, if_("Fn::If is true"));
        // What the parameters decide is not free.
        let stage = "Parameters:\n  S: {Type: String, AllowedValues: [dev, prod]}\nConditions:\n  P: !Equals [!Ref S, prod]\n  N: !Not [!Condition P]\n  A: !And [!Condition P, !Condition N]\n  O: !Or [!Condition P, !Condition N]\n  X: !Condition X";
        for (value, wanted) in [
            ("!If [P, false, true]", if_("parameter S is dev")),
            ("!If [N, false, true]", if_("parameter S is prod")),
            ("!If [A, true, false]", PRIVATE.to_owned()),
            ("!If [O, false, true]", PRIVATE.to_owned()),
            ("!If [P, !If [N, true, false], !If [P, true, false]]", PRIVATE.to_owned()),
            ("!If [X, true, false]", if_("condition X is true")),
        ] {
            assert_eq!(public(stage, &format!("PubliclyAccessible: {value}")), wanted, "{value}");
        }
    }

    #[test]
    fn what_stands_elsewhere_cannot_be_known() {
        for (value, by) in [
            ("!ImportValue shared-public", "the import shared-public"),
            ("{'Fn::ImportValue': !Sub '${AWS::StackName}-public'}", "an import"),
            ("!GetAtt Other.Public", "the attribute Other.Public"),
            ("!Ref Other", "the resource Other"),
            ("!Ref AWS::Region", "AWS::Region"),
            ("!Transform {Name: X}", "Fn::Transform"),
            ("!FindInMap [Absent, a, b]", "the mapping Absent"),
            ("!Unheard of", "Fn::Unheard"),
        ] {
            assert_eq!(
                public("", &format!("PubliclyAccessible: {value}")),
                if_(&format!("{by} is true")),
                "{value}"
            );
        }
        let map = "Mappings:\n  M:\n    a: {public: true, private: false, s: 'false'}\n    b: {public: false, private: 'false', s: false}";
        for (value, wanted) in [
            ("!FindInMap [M, a, private]", PRIVATE.to_owned()),
            ("!FindInMap [M, a, public]", IS_PUBLIC.to_owned()),
            ("!FindInMap [M, !Ref 'AWS::Region', private]", PRIVATE.to_owned()),
            ("!FindInMap [M, !Ref 'AWS::Region', public]", if_("the mapping M is true")),
            ("!FindInMap [M, c, public]", if_("the mapping M is true")),
        ] {
            assert_eq!(public(map, &format!("PubliclyAccessible: {value}")), wanted, "{value}");
        }
        for (value, wanted) in [
            ("!Sub 'false'", PRIVATE),
            ("!Sub ['${X}', {X: 'false'}]", PRIVATE),
            ("!Join ['', [fal, se]]", PRIVATE),
            ("!Select [1, ['true', 'false']]", PRIVATE),
            ("!Select [0, !Split [',', 'true,false']]", IS_PUBLIC),
        ] {
            assert_eq!(public("", &format!("PubliclyAccessible: {value}")), wanted, "{value}");
        }
    }

    #[test]
    fn a_resource_counts_if_it_may_be_made() {
        let template = "Parameters:\n  S: {Type: String, AllowedValues: [dev, prod]}\nConditions:\n  P: !Equals [!Ref S, prod]\n  Never: !Equals [a, b]\nResources:\n  Orders:\n    Type: AWS::DMS::ReplicationInstance\n    Condition: P\n    Properties: {PubliclyAccessible: !If [P, false, true]}\n  Gone:\n    Type: AWS::DMS::ReplicationInstance\n    Condition: Never\n    Properties: {PubliclyAccessible: true}\n";
        assert_eq!(
            judged(&plan(template), PUBLIC),
            [PRIVATE, "NOT_APPLICABLE NOT APPLICABLE: it is never made"]
        );
    }

    #[test]
    fn every_resource_is_seen() {
        for (resources, wanted) in [
            (
                "  A: {Type: 'aws::dms::replicationinstance', Properties: {PubliclyAccessible: false}}",
                vec![PRIVATE],
            ),
            ("  A: {Type: 'AWS::DMS::ReplicationInstance'}", vec![NOT_SET]),
            (
                "  A: {Type: 'AWS::DMS::ReplicationInstance', Properties: {PubliclyAccessible: false}}\n  A: {Type: 'AWS::DMS::ReplicationInstance'}",
                vec![PRIVATE, NOT_SET],
            ),
            (
                "  Fn::ForEach::I:\n    - N\n    - [a, b]\n    - Orders${N}: {Type: 'AWS::DMS::ReplicationInstance', Properties: {PubliclyAccessible: !Ref N}}",
                vec![
                    "NON_COMPLIANT UNKNOWN: cannot be known before deployment, PUBLIC if the resource N is true: PubliclyAccessible=true",
                ],
            ),
            (
                "  A:\n    Type: AWS::DMS::ReplicationInstance\n    Properties: {PubliclyAccessible: false}\n    Properties: {AllocatedStorage: 5}",
                vec![
                    "NON_COMPLIANT UNKNOWN: the configuration is unreadable (Properties is given twice); DMS's default is public",
                ],
            ),
            (
                "  A: &i {Type: 'AWS::DMS::ReplicationInstance', Properties: {PubliclyAccessible: false}}\n  B: *i",
                vec![PRIVATE, PRIVATE],
            ),
            (
                "  A: {Type: 'AWS::DMS::ReplicationInstance', Properties: &p {PubliclyAccessible: true}}\n  B: {Type: 'AWS::DMS::ReplicationInstance', Properties: {<<: *p, PubliclyAccessible: false}}\n  C: {Type: 'AWS::DMS::ReplicationInstance', Properties: {<<: *p}}",
                vec![IS_PUBLIC, PRIVATE, IS_PUBLIC],
            ),
            (
                "  A: {Type: 'AWS::DMS::ReplicationInstance', Properties: [PubliclyAccessible]}",
                vec![
                    "NON_COMPLIANT UNKNOWN: the configuration is unreadable (Properties is no map); DMS's default is public",
                ],
            ),
            (
                "  A: {Type: 'AWS::DMS::ReplicationInstance', Properties: {PubliclyAccessible: false, 'Fn::Transform': {Name: 'AWS::Include'}}}",
                vec![
                    "NON_COMPLIANT UNKNOWN: the configuration is unreadable (Fn::Transform or Fn::ForEach may change the properties); DMS's default is public",
                ],
            ),
        ] {
            assert_eq!(judged(&plan(&format!("Resources:\n{resources}\n")), PUBLIC), wanted, "{resources}");
        }
        for (resources, failure) in [
            ("  A: x", "line 2, column 3: A is no resource"),
            ("  A: {Properties: {}}\n  B: {Type: X}", "line 2, column 3: A has no Type"),
            ("  A: {Type: !Ref T}", "line 2, column 3: the Type of A is no text"),
            (
                "  'Fn::Transform': {Name: 'AWS::Include'}",
                "line 2, column 3: Fn::Transform may make resources that are not seen",
            ),
        ] {
            let plan = cloudformation(&format!("Resources:\n{resources}\n"), &Settings::default()).unwrap();
            assert_eq!(plan.failures, [failure]);
        }
    }

    /// Each of these once passed, or was let off.
    #[test]
    fn what_is_hidden_or_said_otherwise_does_not_pass() {
        let one = "Resources:\n  R:\n    Type: AWS::DMS::ReplicationInstance\n";
        let endpoint = "    - R${K}: {Type: 'AWS::DMS::Endpoint', Properties: {EngineName: redis, RedisSettings: {Port: 1, ";
        let each =
            "Transform: AWS::LanguageExtensions\nResources:\n  Fn::ForEach::X:\n    - K\n    - [Protocol]\n";
        let redis = "dms-redis-tls-enabled";
        for (template, rule) in [
            (format!("{one}    Properties:\n      PubliclyAccessible: false\n      PubliclyAccessible: !Ref AWS::NoValue\n"), PUBLIC),
            (format!("{one}    Properties:\n      MultiAZ: true\n      MultiAZ: !Ref AWS::NoValue\n"), "dms-replication-instance-multi-az-enabled"),
            (format!("{one}    Fn::Transform: {{Name: Mine}}\n    Properties: {{PubliclyAccessible: false}}\n"), PUBLIC),
            (format!("Fn::Transform: {{Name: Mine}}\n{one}    Properties: {{PubliclyAccessible: false}}\n"), PUBLIC),
            (format!("Mappings:\n  M: {{'Fn::Transform': {{Name: Mine}}, prod: {{Public: false}}}}\n{one}    Properties: {{PubliclyAccessible: !FindInMap [M, !Ref 'AWS::Region', Public]}}\n"), PUBLIC),
            (format!("Conditions:\n  Fn::Transform: {{Name: Mine}}\n  Never: !Equals [a, b]\n{one}    Condition: Never\n"), PUBLIC),
            (format!("Conditions: {{Never: !Equals [a, b], Always: !Equals [a, a]}}\n{one}    Condition: Never\n    Condition: Always\n"), PUBLIC),
            (format!("Mappings:\n  M:\n    r1: {{A: 'true', B: 'true'}}\n    r2: {{A: 'true', B: 'false'}}\n    r3: {{A: 'false', B: 'false'}}\nConditions:\n  A: !Equals [!FindInMap [M, !Ref 'AWS::Region', A], 'true']\n  B: !Equals [!FindInMap [M, !Ref 'AWS::Region', B], 'true']\n{one}    Properties: {{PubliclyAccessible: !If [A, !If [B, false, true], false]}}\n"), PUBLIC),
            (format!("Parameters:\n  L: {{Type: CommaDelimitedList, AllowedValues: [a, b]}}\nConditions:\n  Both: !Equals [!Join [',', !Ref L], 'a,b']\n{one}    Properties: {{PubliclyAccessible: !If [Both, true, false]}}\n"), PUBLIC),
            (format!("{one}    Properties: {{PubliclyAccessible: !Sub ['${{X}}', {{X: 'false', X: 'true'}}]}}\n"), PUBLIC),
            (format!("{one}    Properties: {{PubliclyAccessible: '{{{{resolve:ssm:/public}}}}'}}\n"), PUBLIC),
            (format!("{one}    Properties: {{PubliclyAccessible: !!str no}}\n"), PUBLIC),
            (format!("{each}{endpoint}'SslSecurity${{K}}': plaintext}}}}}}\n"), redis),
            (format!("{each}{endpoint}SslSecurityProtocol: plaintext}}}}}}\n").replace("EngineName: redis", "EngineName: '${K}'"), redis),
            ("Resources:\n  R: {Type: 'AWS::DMS::Endpoint', Properties: {EngineName: '{{resolve:ssm:/engine}}', RedisSettings: {SslSecurityProtocol: plaintext}}}\n".to_owned(), redis),
        ] {
            let verdicts = judged(&plan(&template), rule);
            assert!(verdicts.len() == 1 && verdicts[0].starts_with("NON_COMPLIANT"), "{template}: {verdicts:?}");
        }
        let hidden = format!("{each}    - R${{K}}: {{Type: 'AWS::DMS::${{K}}'}}\n");
        assert!(plan(&hidden).failures[0].contains("put together by a loop"));
    }

    /// Every condition is worked out once, however often it is named: else this would not end.
    #[test]
    fn conditions_that_name_each_other_often_are_worked_out() {
        let levels: Vec<String> = (0..14)
            .map(|n| format!("  C{n}: !And [{}]\n", vec![format!("!Condition C{}", n + 1); 10].join(", ")))
            .collect();
        let tower = format!("Conditions:\n{}  C14: !Equals [a, a]", levels.concat());
        assert_eq!(public(&tower, "PubliclyAccessible: !If [C0, false, true]"), PRIVATE);
        let ring = tower.replace("C14: !Equals [a, a]", "C14: !And [!Condition C0, !Condition C1]");
        assert!(public(&ring, "PubliclyAccessible: !If [C0, false, true]").contains("PUBLIC if condition"));
    }

    #[test]
    fn a_macro_may_change_what_it_is_given() {
        let verdict = public("Transform: [AWS::LanguageExtensions, Mine]", "PubliclyAccessible: false");
        assert!(
            verdict.starts_with("NON_COMPLIANT UNKNOWN: cannot be known before deployment, UNKNOWN if the macro Mine is changing it"),
            "{verdict}"
        );
        assert_eq!(public("Transform: AWS::Serverless-2016-10-31", "PubliclyAccessible: false"), PRIVATE);
        assert_eq!(public("Transform: Mine", "PubliclyAccessible: true"), IS_PUBLIC);
    }

    #[test]
    #[expect(clippy::too_many_lines, reason = "it is a table")]
    fn other_rules_see_groups_texts_and_tags() {
        let template = |kind: &str, properties: &str| {
            format!(
                "Parameters:\n  M: {{Type: String}}\nResources:\n  A: {{Type: 'AWS::DMS::{kind}', Properties: {{{properties}}}}}\n"
            )
        };
        for (kind, properties, rule, wanted) in [
            (
                "Endpoint",
                "EngineName: mysql, SslMode: require",
                "dms-endpoint-ssl-configured",
                "COMPLIANT TLS: SslMode=require",
            ),
            (
                "Endpoint",
                "EngineName: mysql",
                "dms-endpoint-ssl-configured",
                "NON_COMPLIANT PLAINTEXT: SslMode is missing, and DMS's default is none",
            ),
            (
                "Endpoint",
                "EngineName: mysql, SslMode: !Ref M",
                "dms-endpoint-ssl-configured",
                "NON_COMPLIANT UNKNOWN: SslMode is not known before deployment (parameter M)",
            ),
            (
                "Endpoint",
                "EngineName: !Ref M, SslMode: require",
                "dms-endpoint-ssl-configured",
                "NON_COMPLIANT UNKNOWN: EngineName is not known before deployment (parameter M), so the rule may apply",
            ),
            (
                "Endpoint",
                "EngineName: redis, RedisSettings: {ServerName: a}",
                "dms-redis-tls-enabled",
                "COMPLIANT TLS: SslSecurityProtocol is not set, and DMS's default is ssl-encryption",
            ),
            (
                "Endpoint",
                "EngineName: redis, RedisSettings: !If [C, {ServerName: a}, {ServerName: a, SslSecurityProtocol: plaintext}]",
                "dms-redis-tls-enabled",
                "NON_COMPLIANT UNKNOWN: cannot be known before deployment, PLAINTEXT if condition C is false: SslSecurityProtocol=plaintext",
            ),
            (
                "Endpoint",
                "EngineName: neptune, NeptuneSettings: {IamAuthEnabled: !Ref M}",
                "dms-neptune-iam-authorization-enabled",
                "NON_COMPLIANT UNKNOWN: cannot be known before deployment, ",
            ),
            (
                "ReplicationInstance",
                "MultiAZ: true",
                "dms-replication-instance-multi-az-enabled",
                "COMPLIANT MULTI-AZ: MultiAZ=true",
            ),
            (
                "ReplicationInstance",
                "",
                "dms-replication-instance-multi-az-enabled",
                "NON_COMPLIANT UNKNOWN: MultiAZ is missing",
            ),
            (
                "ReplicationInstance",
                "",
                "dms-auto-minor-version-upgrade-check",
                "COMPLIANT UPGRADED: AutoMinorVersionUpgrade=true",
            ),
            (
                "ReplicationInstance",
                "KmsKeyId: !Ref Key",
                "dms-replication-instance-customer-managed-key",
                "NON_COMPLIANT UNKNOWN: KmsKeyId is not known before deployment (the resource Key)",
            ),
            (
                "ReplicationInstance",
                "",
                "dms-replication-instance-tagged",
                "NON_COMPLIANT UNTAGGED: no tag but those of AWS",
            ),
            (
                "ReplicationInstance",
                "Tags: [{Key: team, Value: !Ref M}]",
                "dms-replication-instance-tagged",
                "COMPLIANT TAGGED: team",
            ),
            (
                "ReplicationInstance",
                "Tags: [{Key: !Ref M, Value: a}]",
                "dms-replication-instance-tagged",
                "NON_COMPLIANT UNKNOWN: the tags are not recorded, and nothing is known of it before deployment",
            ),
            (
                "ReplicationInstance",
                "Tags: [!If [C, {Key: team, Value: a}, !Ref 'AWS::NoValue']]",
                "dms-replication-instance-tagged",
                "NON_COMPLIANT UNKNOWN: cannot be known before deployment, UNTAGGED if condition C is false: no tag but those of AWS",
            ),
            (
                "ReplicationTask",
                "ReplicationTaskSettings: '{\"Logging\":{\"EnableLogging\":false}}'",
                "dms-replication-task-sourcedb-logging",
                "NON_COMPLIANT NOT LOGGED: EnableLogging=false",
            ),
            (
                "ReplicationTask",
                "",
                "dms-replication-task-sourcedb-logging",
                "NON_COMPLIANT UNKNOWN: ReplicationTaskSettings is missing",
            ),
            (
                "ReplicationTask",
                "ReplicationTaskSettings: !Sub '{\"Logging\":{\"EnableLogging\":${M}}}'",
                "dms-replication-task-sourcedb-logging",
                "NON_COMPLIANT UNKNOWN: ReplicationTaskSettings is unreadable (not known before deployment (parameter M))",
            ),
            (
                "InstanceProfile",
                "PubliclyAccessible: false",
                "dms-instance-profile-not-public",
                "COMPLIANT PRIVATE: PubliclyAccessible=false",
            ),
            (
                "InstanceProfile",
                "",
                "dms-instance-profile-not-public",
                "NON_COMPLIANT UNKNOWN: PubliclyAccessible is missing",
            ),
            (
                "EventSubscription",
                "SubscriptionName: s, Tags: [{Key: team, Value: a}]",
                "dms-event-subscription-tagged",
                "COMPLIANT TAGGED: team",
            ),
        ] {
            let verdict = judged(&plan(&template(kind, properties)), rule).remove(0);
            assert!(verdict.starts_with(wanted), "{kind} {properties} {rule}: {verdict}");
        }
    }

    #[test]
    fn a_finding_stands_at_its_property() {
        let template = "Resources:\n  Cache:\n    Type: AWS::DMS::Endpoint\n    Properties:\n      EngineName: redis\n      RedisSettings:\n        Fn::If:\n          - C\n          - ServerName: a\n            SslSecurityProtocol: plaintext\n          - ServerName: a\n";
        let plan = plan(template);
        let place = |path| plan.resources[0].position_of(path).map(|at| (at.line, at.column));
        assert_eq!(place("RedisSettings.SslSecurityProtocol"), Some((10, 13)));
        assert_eq!(place("RedisSettings.Port"), Some((6, 7)));
        assert_eq!(place("SslMode"), Some((2, 3)));
        let json = "{\n\t\"Resources\": {\n\t\t\"A\": {\"Type\": \"AWS::DMS::ReplicationInstance\",\n\t\t\t\"Properties\": {\"PubliclyAccessible\": \"true\"}}}}";
        let plan = cloudformation(json, &Settings::default()).unwrap();
        assert_eq!(judged(&plan, PUBLIC), [IS_PUBLIC]);
        assert_eq!(plan.resources[0].position_of("PubliclyAccessible").map(|at| at.line), Some(4));
        assert_eq!(
            plan.resources[0].fix(rules::find(PUBLIC).unwrap().property),
            "set PubliclyAccessible: false."
        );
        // Half of a surrogate pair at a time is JSON and no YAML.
        let pair = "{\"Description\": \"\\ud83d\\ude00\", \"Resources\": {\"A\": {\"Type\": \"AWS::DMS::ReplicationInstance\"}}}";
        assert_eq!(judged(&cloudformation(pair, &Settings::default()).unwrap(), PUBLIC), [NOT_SET]);
    }

    #[test]
    fn what_is_no_template_says_where_it_breaks() {
        for (text, wanted) in [
            ("Resources:\n  A: [\n", "line 3, column 1: neither YAML nor JSON"),
            ("Resources: {A: }}\n", "line 1, column"),
            ("AWSTemplateFormatVersion: '2010-09-09'\n", "the template has no Resources"),
            ("Resources: {}\n---\nResources: {}\n", "line 2, column 1: more than one YAML document"),
            ("Resources: *nobody\n", "line 1, column"),
        ] {
            let error = cloudformation(text, &Settings::default()).unwrap_err().to_string();
            assert!(error.starts_with(wanted), "{text}: {error}");
        }
        let deep = format!("Resources: {}", "[".repeat(50_000));
        let error = cloudformation(&deep, &Settings::default()).unwrap_err().to_string();
        assert!(error.contains("recursion limit") || error.contains("nested too deeply"), "{error}");
        let lines: Vec<String> =
            (1..40).map(|n| format!("a{n}: &a{n} [*a{0}, *a{0}, *a{0}]\n", n - 1)).collect();
        let bomb = lines.concat();
        let bomb = format!("a0: &a0 [x]\n{bomb}Resources: {{}}\n");
        assert!(cloudformation(&bomb, &Settings::default()).unwrap_err().to_string().contains("too large"));
        for other in [
            "",
            "hello",
            "apiVersion: v1\nkind: List\n",
            "[1]",
            "{\"Resources\": 1}",
            "a: [",
            "Resources: [x]",
        ] {
            assert!(!looks_like_cloudformation(other), "{other}");
        }
    }

    fn terraform_plan(values: &str, unknown: &str, more: &str) -> String {
        format!(
            r#"{{"format_version":"1.2","planned_values":{{"root_module":{{"resources":[{{"address":"aws_dms_replication_instance.a","mode":"managed","type":"aws_dms_replication_instance","values":{values}}}]}}}},
            "resource_changes":[{{"address":"aws_dms_replication_instance.a","mode":"managed","type":"aws_dms_replication_instance","change":{{"actions":["create"],"after":{values},"after_unknown":{unknown}}}}}]{more}}}"#
        )
    }

    #[test]
    fn a_plan_of_terraform_is_judged_by_what_is_known_before_apply() {
        let open = "NON_COMPLIANT UNKNOWN: cannot be known before deployment, PUBLIC if publicly_accessible (known after apply) is true: PubliclyAccessible=true";
        for (values, unknown, wanted) in [
            (r#"{"publicly_accessible":false}"#, "{}", PRIVATE),
            (r#"{"publicly_accessible":true}"#, "{}", IS_PUBLIC),
            (r#"{"publicly_accessible":"false"}"#, "{}", PRIVATE),
            ("{}", "{}", NOT_SET),
            (r#"{"publicly_accessible":null}"#, "{}", NOT_SET),
            ("{}", r#"{"publicly_accessible":true}"#, open),
            (r#"{"publicly_accessible":false}"#, r#"{"publicly_accessible":true}"#, open),
            (r#"{"publicly_accessible":false}"#, r#"{"publicly_accessible":false,"multi_az":true}"#, PRIVATE),
            (
                "null",
                "{}",
                "NON_COMPLIANT UNKNOWN: the configuration is unreadable (the plan does not tell its values); DMS's default is public",
            ),
        ] {
            let plan = terraform(&terraform_plan(values, unknown, "")).unwrap();
            assert_eq!(judged(&plan, PUBLIC), [wanted], "{values} {unknown}");
            assert!(plan.failures.is_empty());
        }
        let plan = terraform(&terraform_plan(r#"{"publicly_accessible":false}"#, "{}", r#","errored":true"#))
            .unwrap();
        assert_eq!((judged(&plan, PUBLIC).len(), plan.failures.len()), (1, 1));
        assert_eq!(
            plan.resources[0].fix(rules::find(PUBLIC).unwrap().property),
            "set publicly_accessible = false."
        );
        assert!(terraform(r#"{"planned_values":[]}"#).is_err());
        for nothing in ["{}", r#"{"format_version":"9.0"}"#] {
            assert!(terraform(nothing).is_err());
        }
        let ghost = terraform_plan(r#"{"tags_all":{}}"#, r#"{"tags_all":{"Ghost":false}}"#, "");
        let untagged = judged(&terraform(&ghost).unwrap(), "dms-replication-instance-tagged");
        assert!(untagged[0].starts_with("NON_COMPLIANT UNTAGGED"), "{untagged:?}");
        let twice = terraform_plan(r#"{"publicly_accessible":true,"publicly_accessible":false}"#, "{}", "");
        assert!(terraform(&twice).unwrap_err().to_string().contains("given twice"));
    }

    #[test]
    fn modules_states_and_changes_that_were_put_off_are_seen() {
        let nested = r#"{"format_version":"1.0","values":{"root_module":{"child_modules":[{"resources":[{"address":"module.m.aws_dms_replication_instance.a[0]","mode":"managed","type":"aws_dms_replication_instance","values":{"publicly_accessible":true}}],"child_modules":[{"resources":[{"address":"data.x","mode":"data","type":"aws_dms_replication_instance","values":{"publicly_accessible":true}},{"address":"awscc_dms_instance_profile.p","mode":"managed","type":"awscc_dms_instance_profile","values":{"publicly_accessible":false}}]}]}]}}}"#;
        let plan = terraform(nested).unwrap();
        let ids: Vec<_> = plan.resources.iter().map(|planned| planned.id.as_str()).collect();
        assert_eq!(ids, ["module.m.aws_dms_replication_instance.a[0]", "awscc_dms_instance_profile.p"]);
        assert_eq!(judged(&plan, "dms-instance-profile-not-public"), [PRIVATE]);
        let change = |actions: &str| {
            format!(
                r#"{{"address":"a","mode":"managed","type":"aws_dms_replication_instance","change":{{"actions":{actions},"after":{{"publicly_accessible":true}}}}}}"#
            )
        };
        let (create, delete) = (change(r#"["create"]"#), change(r#"["delete"]"#));
        for (text, wanted) in [
            (format!(r#"{{"planned_values":{{}},"resource_changes":[{create}]}}"#), vec![IS_PUBLIC]),
            (format!(r#"{{"planned_values":{{}},"resource_changes":[{delete}]}}"#), vec![]),
            (
                format!(
                    r#"{{"planned_values":{{}},"deferred_changes":[{{"reason":"x","resource_change":{create}}}]}}"#
                ),
                vec![IS_PUBLIC],
            ),
        ] {
            assert_eq!(judged(&terraform(&text).unwrap(), PUBLIC), wanted, "{text}");
        }
    }

    #[test]
    fn terraform_s_endpoints_tasks_and_tags_are_read_in_their_own_words() {
        let one = |kind: &str, values: &str, unknown: &str, rule: &str| {
            let text = format!(
                r#"{{"planned_values":{{"root_module":{{"resources":[{{"address":"x","mode":"managed","type":"{kind}","values":{values}}}]}}}},"resource_changes":[{{"address":"x","type":"{kind}","change":{{"actions":["create"],"after_unknown":{unknown}}}}}]}}"#
            );
            judged(&terraform(&text).unwrap(), rule).remove(0)
        };
        for (kind, values, unknown, rule, wanted) in [
            (
                "aws_dms_endpoint",
                r#"{"engine_name":"postgres","ssl_mode":"none"}"#,
                "{}",
                "dms-endpoint-ssl-configured",
                "NON_COMPLIANT PLAINTEXT: SslMode=none",
            ),
            (
                "aws_dms_endpoint",
                r#"{"engine_name":"redis","redis_settings":[{"server_name":"a","ssl_security_protocol":"plaintext"}]}"#,
                "{}",
                "dms-redis-tls-enabled",
                "NON_COMPLIANT PLAINTEXT: SslSecurityProtocol=plaintext",
            ),
            (
                "aws_dms_endpoint",
                r#"{"engine_name":"redis","redis_settings":[]}"#,
                "{}",
                "dms-redis-tls-enabled",
                "NON_COMPLIANT UNKNOWN: RedisSettings is missing",
            ),
            (
                "aws_dms_endpoint",
                r#"{"engine_name":"mongodb","mongodb_settings":[{"auth_type":"password","auth_mechanism":"default"}]}"#,
                "{}",
                "dms-mongo-db-authentication-enabled",
                "COMPLIANT AUTHENTICATED: AuthType=password",
            ),
            (
                "aws_dms_endpoint",
                r#"{"engine_name":"kafka","kafka_settings":[{"broker":"b"}]}"#,
                r#"{"kafka_settings":[{"security_protocol":true}]}"#,
                "dms-kafka-tls-enabled",
                "NON_COMPLIANT UNKNOWN: SecurityProtocol is not known before deployment (security_protocol (known after apply))",
            ),
            (
                "aws_dms_s3_endpoint",
                r#"{"ssl_mode":"none"}"#,
                "{}",
                "dms-endpoint-ssl-configured",
                "NOT_APPLICABLE NOT APPLICABLE: DMS has no SslMode for the engine s3",
            ),
            (
                "aws_dms_replication_task",
                r#"{"replication_task_settings":"{\"Logging\":{\"EnableLogging\":false}}"}"#,
                "{}",
                "dms-replication-task-targetdb-logging",
                "NON_COMPLIANT NOT LOGGED: EnableLogging=false",
            ),
            (
                "aws_dms_replication_instance",
                r#"{"tags":{"team":"a"},"tags_all":{"team":"a","org":"x"}}"#,
                "{}",
                "dms-replication-instance-tagged",
                "COMPLIANT TAGGED: org, team",
            ),
            (
                "aws_dms_replication_instance",
                "{}",
                r#"{"tags_all":true}"#,
                "dms-replication-instance-tagged",
                "NON_COMPLIANT UNKNOWN: the tags are not recorded",
            ),
            (
                "aws_dms_replication_instance",
                "{}",
                "{}",
                "dms-replication-instance-tagged",
                "NON_COMPLIANT UNTAGGED",
            ),
        ] {
            let verdict = one(kind, values, unknown, rule);
            assert!(verdict.starts_with(wanted), "{kind} {values} {rule}: {verdict}");
        }
    }

    proptest! {
        /// Whatever the text: an answer, and never COMPLIANT without an explicit false.
        #[test]
        fn no_text_is_too_odd(text in any::<String>(), cut in 0..600_usize, put in "[-!&*{}\\[\\]:,'\"\\n a-z]{0,6}") {
            let _ = looks_like_cloudformation(&text);
            let _ = cloudformation(&text, &Settings::default());
            let _ = terraform(&text);
            let template = instance("Conditions:\n  C: !Equals [!Ref X, a]", "PubliclyAccessible: !If [C, !Sub '${X}', on]");
            let at = template.char_indices().map(|(at, _)| at).nth(cut % template.len()).unwrap_or(0);
            let (before, after) = template.split_at(at);
            let broken = [before, put.as_str(), after].concat();
            if let Ok(plan) = cloudformation(&broken, &Settings::default()) {
                for verdict in judged(&plan, PUBLIC) {
                    prop_assert!(!verdict.starts_with("COMPLIANT"), "{}", broken);
                }
            }
        }
    }
}

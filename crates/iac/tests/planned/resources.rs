//! Resources of a CloudFormation template: which there are, and what the rules read of them.

use std::collections::BTreeMap;

use iac::Settings;
use rule_core::{Finding, rules};

use crate::{IS_PUBLIC, NOT_SET, PRIVATE, PUBLIC, cloudformation, plan, verdicts};

#[test]
fn a_resource_is_evaluated_if_it_may_be_created() {
    let template = "Parameters:\n  S: {Type: String, AllowedValues: [dev, prod]}\nConditions:\n  P: !Equals [!Ref S, prod]\n  Never: !Equals [a, b]\nResources:\n  Orders:\n    Type: AWS::DMS::ReplicationInstance\n    Condition: P\n    Properties: {PubliclyAccessible: !If [P, false, true]}\n  Gone:\n    Type: AWS::DMS::ReplicationInstance\n    Condition: Never\n    Properties: {PubliclyAccessible: true}\n";
    assert_eq!(
        verdicts(&plan(template), PUBLIC),
        [PRIVATE, "NOT_APPLICABLE NOT APPLICABLE: it is never created"]
    );
}

#[test]
fn every_resource_is_found() {
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
                "NON_COMPLIANT UNKNOWN: PubliclyAccessible is the text \"a\", neither true nor false; DMS's default is public",
                "NON_COMPLIANT UNKNOWN: PubliclyAccessible is the text \"b\", neither true nor false; DMS's default is public",
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
                "NON_COMPLIANT UNKNOWN: the configuration is unreadable (Properties is not a map); DMS's default is public",
            ],
        ),
        (
            "  A: {Type: 'AWS::DMS::ReplicationInstance', Properties: {PubliclyAccessible: false, 'Fn::Transform': {Name: 'AWS::Include'}}}",
            vec![
                "NON_COMPLIANT UNKNOWN: the configuration is unreadable (Fn::Transform or Fn::ForEach may change the properties); DMS's default is public",
            ],
        ),
    ] {
        assert_eq!(verdicts(&plan(&format!("Resources:\n{resources}\n")), PUBLIC), wanted, "{resources}");
    }
    for (resources, failure) in [
        ("  A: x", "line 2, column 3: A is not a resource"),
        ("  A: {Properties: {}}\n  B: {Type: X}", "line 2, column 3: A has no Type"),
        ("  A: {Type: !Ref T}", "line 2, column 3: the Type of A is not text"),
        (
            "  'Fn::Transform': {Name: 'AWS::Include'}",
            "line 2, column 3: Fn::Transform may create resources that cannot be evaluated",
        ),
    ] {
        let plan = cloudformation(&format!("Resources:\n{resources}\n"), &Settings::default()).unwrap();
        let failures: Vec<_> = plan.failures.iter().map(ToString::to_string).collect();
        assert_eq!(failures, [failure]);
    }
}

/// Each of these templates was once COMPLIANT or NOT_APPLICABLE.
#[test]
fn hidden_or_ambiguous_values_do_not_pass() {
    let one = "Resources:\n  R:\n    Type: AWS::DMS::ReplicationInstance\n";
    let endpoint =
        "    - R${K}: {Type: 'AWS::DMS::Endpoint', Properties: {EngineName: redis, RedisSettings: {Port: 1, ";
    let each =
        "Transform: AWS::LanguageExtensions\nResources:\n  Fn::ForEach::X:\n    - K\n    - !Ref Names\n";
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
        let verdicts = verdicts(&plan(&template), rule);
        assert!(verdicts.len() == 1 && verdicts[0].starts_with("NON_COMPLIANT"), "{template}: {verdicts:?}");
    }
    let hidden = format!("{each}    - R${{K}}: {{Type: 'AWS::DMS::${{K}}'}}\n");
    assert!(plan(&hidden).failures[0].message.contains("comes from a loop"));
}

#[test]
#[expect(clippy::too_many_lines, reason = "it is a table")]
fn other_rules_read_groups_texts_and_tags() {
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
            "COMPLIANT TLS: SslMode=require, whatever the engine (EngineName is not known before deployment (parameter M))",
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
            "Tags: []",
            "dms-replication-instance-tagged",
            "NON_COMPLIANT UNTAGGED: no user-defined tags",
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
            "Tags: {Ref: M, ref: M}",
            "dms-replication-instance-tagged",
            "NON_COMPLIANT UNKNOWN: the tags are not recorded, and nothing is known of it before deployment",
        ),
        (
            "ReplicationInstance",
            "Tags: {team: a}",
            "dms-replication-instance-tagged",
            "NON_COMPLIANT UNKNOWN: the tags are not recorded, and nothing is known of it before deployment",
        ),
        (
            "ReplicationInstance",
            "Tags: [!If [C, {Key: team, Value: a}, !Ref 'AWS::NoValue']]",
            "dms-replication-instance-tagged",
            "NON_COMPLIANT UNKNOWN: cannot be known before deployment, UNTAGGED if condition C is false: no user-defined tags",
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
        let settings = Settings { stack_tags: Some(BTreeMap::new()), ..Settings::default() };
        let plan = cloudformation(&template(kind, properties), &settings).unwrap();
        let verdict = verdicts(&plan, rule).remove(0);
        assert!(verdict.starts_with(wanted), "{kind} {properties} {rule}: {verdict}");
    }
}

#[test]
fn a_finding_has_the_position_of_its_property() {
    let template = "Resources:\n  Cache:\n    Type: AWS::DMS::Endpoint\n    Properties:\n      EngineName: redis\n      RedisSettings:\n        Fn::If:\n          - C\n          - ServerName: a\n            SslSecurityProtocol: plaintext\n          - ServerName: a\n";
    let plan = plan(template);
    let place = |path| plan.resources[0].position_of(path).map(|at| (at.line, at.column));
    assert_eq!(place("RedisSettings.SslSecurityProtocol"), Some((10, 13)));
    assert_eq!(place("RedisSettings.Port"), Some((6, 7)));
    assert_eq!(place("SslMode"), Some((2, 3)));
    let json = "{\n\t\"Resources\": {\n\t\t\"A\": {\"Type\": \"AWS::DMS::ReplicationInstance\",\n\t\t\t\"Properties\": {\"PubliclyAccessible\": \"true\"}}}}";
    let plan = cloudformation(json, &Settings::default()).unwrap();
    assert_eq!(verdicts(&plan, PUBLIC), [IS_PUBLIC]);
    assert_eq!(plan.resources[0].position_of("PubliclyAccessible").map(|at| at.line), Some(4));
    assert_eq!(
        plan.resources[0].fix(rules::find(PUBLIC).unwrap(), &Finding::unknown("flag")),
        "if new, set PubliclyAccessible: false; if it exists, that replaces it and its tasks: see dms-rule plan"
    );
    // Half of a surrogate pair at a time is JSON and no YAML.
    let pair = "{\"Description\": \"\\ud83d\\ude00\", \"Resources\": {\"A\": {\"Type\": \"AWS::DMS::ReplicationInstance\"}}}";
    assert_eq!(verdicts(&cloudformation(pair, &Settings::default()).unwrap(), PUBLIC), [NOT_SET]);
}

"""Faults of conformance packs and of the templates for Security Hub."""

from oracles.seeding import LONG_COMMENT, Fault

# Of each conformance pack.
PACK = [
    Fault(
        "a resource that a pack may not have",
        "Resources:\n",
        "Resources:\n  Queue:\n    Type: AWS::SQS::Queue\n",
        "the type AWS::SQS::Queue is not allowed in a pack",
    ),
    Fault(
        "a function that a pack may not have",
        "SourceIdentifier: {Ref: FunctionArn}",
        'SourceIdentifier: {"Fn::Sub": "${FunctionArn}"}',
        "the function Fn::Sub is not allowed in a pack",
    ),
    Fault(
        "a parameter that is not declared",
        "{Ref: ExemptionCompliance}",
        "{Ref: ExemptionsCompliance}",
        "UnreadableTemplateError: KeyError 'ExemptionsCompliance'",
    ),
    Fault(
        "a parameter that is not used",
        "Parameters:\n",
        "Parameters:\n  Unused:\n    Type: String\n    Default: x\n",
        "the parameter Unused is not used",
    ),
    Fault(
        "a condition that is not defined",
        "          - OnChange\n",
        "          - OnChanges\n",
        "UnreadableTemplateError: KeyError 'OnChanges'",
    ),
    Fault(
        "a section that a pack may not have",
        "Resources:\n",
        "Outputs:\n  A:\n    Value: x\nResources:\n",
        "the section Outputs is not allowed in a pack",
    ),
    Fault("an unknown frequency", '"TwentyFour_Hours"', '"Daily"', "'Daily' is not one of"),
    Fault(
        "a pack over the limit",
        "Resources:\n",
        LONG_COMMENT + "Resources:\n",
        "bytes, expected at most 51200",
    ),
    Fault(
        "a remediation of an unknown rule",
        "Resources:\n",
        "Resources:\n  Fix:\n    Type: AWS::Config::RemediationConfiguration\n    Properties:\n      ConfigRuleName: another-rule\n      TargetType: SSM_DOCUMENT\n      TargetId: AWS-PublishSNSNotification\n",
        "a remediation of another-rule, which is not in the pack",
    ),
    Fault("invalid YAML", "Resources:\n", "Resources: {\n", "UnreadableTemplateError: did not find expected ','"),
]

# Of dms-all-controls.yaml.
ALL_CONTROLS = [
    Fault(
        "a rule missing",
        "ConfigRuleName: dms-redis-tls-enabled",
        "ConfigRuleName: dms-kafka-tls-enabled",
        "the rules differ in ['dms-redis-tls-enabled']",
    ),
]

# Of dms-exposure-with-remediation.yaml.
REMEDIATED = [
    Fault(
        "a run by itself", "Automatic: false", "Automatic: true", "the runbook starts by itself and nobody must approve"
    ),
    Fault("another resource", "Value: RESOURCE_ID", "Value: RESOURCE", "'RESOURCE' is not one of"),
]

# Of replace-managed-rule.yaml.
REPLACE_MANAGED_RULE = [
    Fault(
        "another logical id",
        "  DmsReplicationNotPublic:\n",
        "  NotPublic:\n",
        "the logical id is not the one of the rule that it replaces",
    ),
]

# Of severities.yaml.
SEVERITIES = [
    Fault(
        "an unknown severity",
        "Severity: {Label: CRITICAL}",
        "Severity: {Label: SEVERE}",
        "'SEVERE' is not one of",
    ),
    Fault(
        "the wrong severity",
        "Severity: {Label: CRITICAL}",
        "Severity: {Label: HIGH}",
        "HIGH is not the severity of ['dms-instance-profile-not-public', 'dms-replication-not-public', 'dms-s3-target-not-public']",
    ),
    Fault(
        "a rule that is missing",
        "          - {Comparison: EQUALS, Value: dms-replication-not-public}\n",
        "",
        "CRITICAL is not the severity of ['dms-instance-profile-not-public', 'dms-s3-target-not-public']",
    ),
    Fault(
        "a rule misspelt",
        "Value: dms-replication-not-public",
        "Value: dms-replication-public",
        "CRITICAL is not the severity of ['dms-instance-profile-not-public', 'dms-replication-public', 'dms-s3-target-not-public']",
    ),
    Fault(
        "a comparison that matches other rules",
        "Comparison: EQUALS, Value: dms-replication-not-public",
        "Comparison: CONTAINS, Value: dms-replication-not-public",
        "a title is not compared as a whole",
    ),
    Fault(
        "findings of every product",
        "        ProductName: [{Comparison: EQUALS, Value: Config}]\n",
        "",
        "findings of other products are changed",
    ),
    Fault("another product", "Value: Config}", "Value: Inspector}", "findings of other products are changed"),
    Fault("a disabled rule", "RuleStatus: ENABLED", "RuleStatus: DISABLED", "a rule is disabled, or ends others"),
    Fault(
        "an unknown action",
        "Type: FINDING_FIELDS_UPDATE",
        "Type: FINDING_FIELD_UPDATE",
        "'FINDING_FIELD_UPDATE' is not one of",
    ),
    Fault("two rules with the same order", "RuleOrder: 101", "RuleOrder: 100", "two rules have the same order"),
    Fault("a member misspelt", "RuleName:", "Rulename:", 'Unknown parameter in input: "Rulename"'),
    Fault(
        "an order out of range",
        "RuleOrder: 100",
        "RuleOrder: 0",
        "Invalid value for parameter RuleOrder, value: 0",
    ),
    Fault(
        "archived findings",
        "        RecordState: [{Comparison: EQUALS, Value: ACTIVE}]\n",
        "",
        "archived findings are changed",
    ),
]

# Of notification.yaml.
NOTIFICATION = [
    Fault(
        "another source",
        "source: [aws.config]",
        "source: [aws.dms]",
        "no notification of dms-replication-not-public",
    ),
    Fault(
        "another detail type",
        "detail-type: [Config Rules Compliance Change]",
        "detail-type: [Config Configuration Item Change]",
        "no notification of dms-replication-not-public",
    ),
    Fault(
        "another message type",
        "messageType: [ComplianceChangeNotification]",
        "messageType: [ComplianceChange]",
        "no notification of dms-replication-not-public",
    ),
    Fault(
        "resources that are compliant",
        "complianceType: [NON_COMPLIANT]",
        "complianceType: [COMPLIANT]",
        "no notification of dms-replication-not-public",
    ),
    Fault(
        "a rule without notification",
        "            - prefix: dms-replication-not-public\n",
        "",
        "no notification of dms-replication-not-public",
    ),
    Fault(
        "every rule of AWS Config",
        "            - prefix: dms-replication-not-public\n",
        '            - prefix: ""\n',
        '"configRuleName": "s3-bucket-public-read-prohibited"',
    ),
    Fault(
        "a topic without encryption",
        "      KmsMasterKeyId: !If [MakesKey, !Ref Key, !Ref KmsKeyArn]\n",
        "",
        "the topic is not encrypted with a key that EventBridge may use",
    ),
    Fault(
        "a key for another service",
        "              Service: events.amazonaws.com\n",
        "              Service: sns.amazonaws.com\n",
        "the policy of the key is not iam/topic-key.json",
    ),
    Fault(
        "a topic for everybody",
        "aws:SourceArn: !GetAtt Rule.Arn",
        'aws:SourceArn: "*"',
        "the policy of the topic is not iam/topic.json",
    ),
    Fault(
        "a topic for another service",
        "Action:\n              - sns:Publish",
        "Action:\n              - sns:*",
        "the policy of the topic is not iam/topic.json",
    ),
    Fault(
        "another target",
        "          Arn: !Ref Topic\n",
        "          Arn: !GetAtt Key.Arn\n",
        "the target is not the topic",
    ),
    Fault(
        "no reason in the message",
        "              why: $.detail.newEvaluationResult.annotation\n",
        "",
        "<why> has no path",
    ),
    Fault(
        "a path to nothing",
        "$.detail.resourceId",
        "$.detail.resource.id",
        "the message does not have rule, type, id, account, Region and reason",
    ),
    Fault(
        "a key that is not rotated",
        "EnableKeyRotation: true",
        "EnableKeyRotation: false",
        "the key is not rotated",
    ),
    Fault("a disabled rule", "State: ENABLED", "State: DISABLED", "the rule is disabled"),
    Fault("an unknown state", "State: ENABLED", "State: ON", "Invalid type for parameter State, value: True"),
]

"""Faults to seed: a name, what stands in the file, and what is put in its place (the first time it stands there)."""

RULE = [
    ("the oversized message misspelt", "MessageType: OversizedConfigurationItemChangeNotification", "MessageType: OversizedConfigurationItemChange"),
    ("a message of another kind", "MessageType: ScheduledNotification", "MessageType: ConfigurationSnapshotDeliveryCompleted"),
    ("a member misspelt", "MessageType: ConfigurationItemChangeNotification", "MessageTypes: ConfigurationItemChangeNotification"),
    ("an event source that is none", "EventSource: aws.config", "EventSource: aws.events"),
    ("an owner that is none", "Owner: CUSTOM_LAMBDA", "Owner: CUSTOM"),
    ("a resource type misspelt", '["AWS::DMS::ReplicationInstance"]', '["AWS::DMS::ReplicationInstances"]'),
    ("a rule of another name", "ConfigRuleName: dms-replication-not-public", "ConfigRuleName: dms-replication-is-not-public"),
    ("one rule run as another", "ruleIdentifier: dms-replication-not-public", "ruleIdentifier: dms-endpoint-tagged"),
    ("a parameter misspelt", "exemptionCompliance:", "exemptionComplianceType:"),
    ("a rule that only looks ahead", "      ConfigRuleName: dms-replication-not-public\n", "      ConfigRuleName: dms-replication-not-public\n      EvaluationModes: [{Mode: PROACTIVE}]\n"),
    ("a scope of a tag", '- ComplianceResourceTypes: ["AWS::DMS::ReplicationInstance"]\n', '- {ComplianceResourceTypes: ["AWS::DMS::ReplicationInstance"], TagKey: nothing}\n'),
]
FUNCTION = [
    ("a runtime that ends", "Runtime: provided.al2023", "Runtime: provided.al2"),
    ("a handler that is not there", "Handler: bootstrap", "Handler: index.handler"),
    ("an architecture that is none", "AllowedValues: [x86_64, arm64]", "AllowedValues: [x86_64, arm]"),
    ("a frequency that is none", "AllowedValues: [One_Hour,", "AllowedValues: [OneHour,"),
    ("a default that is not allowed", "Default: TwentyFour_Hours", "Default: Twenty_Four_Hours"),
    ("a log group that keeps lines for ever", "      RetentionInDays: !Ref LogRetentionDays\n", ""),
    ("a queue that is not encrypted", "      SqsManagedSseEnabled: !If [HasKey, !Ref AWS::NoValue, true]\n", ""),
    ("failed events that go nowhere", "          Destination: !GetAtt FailureQueue.Arn", "          Destination: !GetAtt Function.Arn"),
    ("an alarm on something else", "MetricName: Errors", "MetricName: Invocations"),
    ("an alarm that is told by nothing", "TreatMissingData: notBreaching", "TreatMissingData: breaching"),
    ("a silence that nobody hears", "MetricName: Invocations", "MetricName: Duration"),
    ("a silence that is well", "TreatMissingData: breaching", "TreatMissingData: notBreaching"),
    ("a name of a rule that is none", 'AllowedPattern: "all|none|(dms-replication-not-public|', 'AllowedPattern: "all|none|(dms-[a-z-]+|'),
    ("a function that runs for a moment", "Timeout: 120", "Timeout: 3"),
    ("a role for somebody else", "Service: lambda.amazonaws.com", "Service: ec2.amazonaws.com"),
    ("a managed policy", "      Policies:\n", "      ManagedPolicyArns: [!Sub \"arn:${AWS::Partition}:iam::aws:policy/ReadOnlyAccess\"]\n      Policies:\n"),
    ("an extra action", "                  - logs:PutLogEvents\n", "                  - logs:PutLogEvents\n                  - logs:CreateLogGroup\n"),
    ("a missing action", "                  - logs:PutLogEvents\n", ""),
    ("a right on everything", "Resource: !GetAtt FailureQueue.Arn", 'Resource: "*"'),
    ("a reference to nothing", "!Ref MemorySize", "!Ref MemorySizes"),
    ("a Region that is not known to record nothing", "!Equals [!Ref AWS::Region, ca-west-1]", "!Equals [!Ref AWS::Region, ca-west-2]"),
    ("a body that is too long", "\nOutputs:\n", "\n# " + "x" * 60_000 + "\nOutputs:\n"),
    ("no YAML", "\nResources:\n", "\nResources: [\n"),
    ("a change without a trigger", "OnChange: !And [", "OnChange: !Or ["),
    ("a Region that is forgotten", "!Equals [!Ref AWS::Region, mx-central-1]", "!Equals [!Ref AWS::Region, mx-central-2]"),
    ("a reservation of nothing", "!If [HasReservation, !Ref ReservedConcurrency, !Ref AWS::NoValue]", "!If [HasReservation, 0, !Ref AWS::NoValue]"),
    ("subnets for security groups", "          SecurityGroupIds: !Ref SecurityGroupIds\n", "          SecurityGroupIds: !Ref SubnetIds\n"),
    ("an alarm that does nothing", "      MetricName: Errors\n", "      MetricName: Errors\n      ActionsEnabled: false\n"),
    ("events that are given up at once", "      Qualifier: $LATEST\n", "      Qualifier: $LATEST\n      MaximumRetryAttempts: 0\n"),
    ("failed events of another version", "Qualifier: $LATEST", "Qualifier: live"),
    ("a boundary around the role", "    Type: AWS::IAM::Role\n    Properties:\n", "    Type: AWS::IAM::Role\n    Properties:\n      PermissionsBoundary: !Sub arn:${AWS::Partition}:iam::aws:policy/AWSDenyAll\n"),
    ("a policy beside the role", "  # end of function resources\n", "  Denied:\n    Type: AWS::IAM::RolePolicy\n    Properties:\n      PolicyName: x\n      RoleName: !Ref Role\n      PolicyDocument: {Version: '2012-10-17', Statement: [{Effect: Deny, Action: '*', Resource: '*'}]}\n  # end of function resources\n"),
    ("a rule that another one brings", "    Condition: HasDmsEndpointTagged\n", "    Condition: HasDmsSubnetGroupTagged\n"),
    ("a name that no list has", '[",dms-endpoint-tagged,", !Sub', '[",dms-endpoint-tag,", !Sub'),
]
EVALUATE = [
    ("a missing dms: action", '                  - !If [NeedsDescribeEndpoints, "dms:DescribeEndpoints", !Ref AWS::NoValue]\n', ""),
    ("an extra dms: action", "                  - config:PutEvaluations\n", "                  - config:PutEvaluations\n                  - dms:DeleteReplicationInstance\n"),
    ("a dms: action misspelt", '"dms:DescribeReplicationInstances"', '"dms:DescribeReplicationInstance"'),
    ("a right that tags need forgotten", ', !Not [!Equals [!Ref ExemptionTagKey, ""]]', ""),
    ("a right that a rule needs forgotten", "NeedsDescribeReplicationTasks: !Or [!Condition HasAllRights, !Condition HasDmsReplicationTaskSourcedbLogging, ", "NeedsDescribeReplicationTasks: !Or [!Condition HasAllRights, "),
    ("a right that the rules do not need", "HasAllRights: !Or [", "HasAllRights: !Not [!And ["),
]
PERMISSION = [
    ("another parameter for the tag", "exemptionTagKey: !If [HasExemptions, !Ref ExemptionTagKey,", "exemptionTagKey: !If [HasExemptions, !Ref ExemptionCompliance,"),
    ("another parameter", "        kmsKeyArns: !Ref KmsKeyArns\n", "        kmsKeyArns: !Ref DaysToExpiration\n"),
    ("a parameter that is fixed", "        exemptionCompliance: !Ref ExemptionCompliance\n", "        exemptionCompliance: COMPLIANT\n"),
    ("a permission for another service", "Principal: config.amazonaws.com", "Principal: events.amazonaws.com"),
    ("a permission for every account", "      SourceAccount: !Ref AWS::AccountId\n", ""),
    ("a permission for everything", "Action: lambda:InvokeFunction", "Action: lambda:*"),
    ("a permission after the rule", "    DependsOn: Permission\n", ""),
    ("another function", "        SourceIdentifier: !GetAtt Function.Arn\n", "        SourceIdentifier: !GetAtt Role.Arn\n"),
]
ORGANIZATION = [
    ("changes alone where there are none", "OnSchedule: !Or [!Not [!Condition IsRecorded], !Not [!Equals [!Ref Triggers, Change]]]", "OnSchedule: !Not [!Equals [!Ref Triggers, Change]]"),
    ("another parameter", '"exemptionTagKey":"${ExemptionTagKey}"', '"exemptionTagKey":"${ExemptionCompliance}"'),
    ("a message of another kind", "ScheduledNotification", "Scheduled"),
    ("the oversized message missing", "          - !If [OnChange, OversizedConfigurationItemChangeNotification, !Ref AWS::NoValue]\n", ""),
    ("a resource type misspelt", '["AWS::DMS::ReplicationInstance"]', '["AWS::DMS::Replicationinstance"]'),
    ("a rule name that AWS refuses", "OrganizationConfigRuleName: dms-replication-not-public", "OrganizationConfigRuleName: dms.replication.not.public"),
    ("parameters that are no JSON", '"ExecutionRoleName":"${MemberRoleName}"}', '"ExecutionRoleName":"${MemberRoleName}"'),
    ("no role of the member", ',"ExecutionRoleName":"${MemberRoleName}"', ""),
    ("a role of any organization", '                Condition:\n                  StringEquals:\n                    aws:ResourceOrgID: !Ref OrganizationId\n', ""),
    ("any role of a member", 'role/${MemberRoleName}"', 'role/*"'),
    ("excluded accounts forgotten", "      ExcludedAccounts: !If [HasExcludedAccounts, !Ref ExcludedAccounts, !Ref AWS::NoValue]\n", ""),
]
PACK = [
    ("a resource that a pack may not hold", "Resources:\n", "Resources:\n  Queue:\n    Type: AWS::SQS::Queue\n"),
    ("a function that a pack may not use", "SourceIdentifier: {Ref: FunctionArn}", 'SourceIdentifier: {"Fn::Sub": "${FunctionArn}"}'),
    ("a parameter that is not declared", "{Ref: ExemptionCompliance}", "{Ref: ExemptionsCompliance}"),
    ("a parameter that is not used", "Parameters:\n", "Parameters:\n  Unused:\n    Type: String\n    Default: x\n"),
    ("a condition that is not defined", "          - OnChange\n", "          - OnChanges\n"),
    ("a section that a pack has not", "Resources:\n", "Outputs:\n  A:\n    Value: x\nResources:\n"),
    ("a frequency that is none", '"TwentyFour_Hours"', '"Daily"'),
    ("a pack that is too long", "Resources:\n", "# " + "x" * 60_000 + "\nResources:\n"),
    ("a remediation of a rule that is not there", "Resources:\n", "Resources:\n  Fix:\n    Type: AWS::Config::RemediationConfiguration\n    Properties:\n      ConfigRuleName: another-rule\n      TargetType: SSM_DOCUMENT\n      TargetId: AWS-PublishSNSNotification\n"),
    ("no YAML", "Resources:\n", "Resources: {\n"),
]

FAULTS = {
    "cloudformation/single-account.yaml": FUNCTION + RULE + EVALUATE + PERMISSION,
    "sam/template.yaml": FUNCTION + RULE + EVALUATE + PERMISSION,
    "cloudformation/organization-central.yaml": FUNCTION
    + ORGANIZATION
    + [
        ("any organization", '            Condition:\n              StringEquals:\n                aws:SourceOrgID: !Ref OrganizationId\n', ""),
        ("another service", "Service: config.amazonaws.com", "Service: events.amazonaws.com"),
        ("the rules before the policy", "    DependsOn: Permission\n", ""),
        ("a permission beside the policy", "\nOutputs:\n", "\n  Other:\n    Type: AWS::Lambda::Permission\n    Properties:\n      FunctionName: !Ref Function\n      Action: lambda:InvokeFunction\n      Principal: config.amazonaws.com\n      SourceAccount: !Ref AWS::AccountId\n\nOutputs:\n"),
    ],
    "cloudformation/organization-central-by-account.yaml": FUNCTION
    + ORGANIZATION
    + [
        ("a permission for another service", "Principal: config.amazonaws.com", "Principal: events.amazonaws.com"),
        ("a permission for every account", "          SourceAccount: !Ref AccountId\n", ""),
        ("permissions for one account", "          SourceAccount: !Ref AccountId\n", "          SourceAccount: !Ref AWS::AccountId\n"),
        ("the rules with the permissions", "    Default: none\n", "    Default: all\n"),
        ("no transform", "Transform: AWS::LanguageExtensions\n", ""),
    ],
    "cloudformation/organization-member-role.yaml": [
        ("a role that anybody may assume", "              AWS: !Ref FunctionRoleArns\n", '              AWS: "*"\n'),
        ("a role for a service", "              AWS: !Ref FunctionRoleArns\n", "              Service: lambda.amazonaws.com\n"),
        ("any organization", "            Condition:\n              StringEquals:\n                aws:PrincipalOrgID: !Ref OrganizationId\n", ""),
        ("another name", "      RoleName: !Ref MemberRoleName\n", "      RoleName: DmsRule\n"),
        ("tags of every account", 'Resource: !Sub "arn:${AWS::Partition}:dms:*:${AWS::AccountId}:*"', 'Resource: "*"'),
        ("results of every account", ":config:*:${AWS::AccountId}:config-rule/*", ":config:*:*:config-rule/*"),
        ("a managed policy", "      Policies:\n", "      ManagedPolicyArns: [!Sub \"arn:${AWS::Partition}:iam::aws:policy/ReadOnlyAccess\"]\n      Policies:\n"),
        ("a reference to nothing", "!Ref MemberRoleName", "!Ref MemberRole"),
        ("a second policy", "      Policies:\n", "      Policies:\n        - PolicyName: more\n          PolicyDocument: {Version: \"2012-10-17\", Statement: [{Effect: Allow, Action: \"dms:*\", Resource: \"*\"}]}\n"),
        ("no YAML", "\nResources:\n", "\nResources: [\n"),
    ]
    + EVALUATE,
    "conformance-packs/dms-all-controls.yaml": RULE + PACK + [("a rule missing", "ConfigRuleName: dms-redis-tls-enabled", "ConfigRuleName: dms-kafka-tls-enabled")],
    "conformance-packs/dms-exposure.yaml": RULE + PACK,
    "conformance-packs/replace-managed-rule.yaml": RULE + PACK + [("another logical id", "  DmsReplicationNotPublic:\n", "  NotPublic:\n")],
    "security-hub/severities.yaml": [
        ("a severity that is none", "Severity: {Label: CRITICAL}", "Severity: {Label: SEVERE}"),
        ("the wrong severity", "Severity: {Label: CRITICAL}", "Severity: {Label: HIGH}"),
        ("a rule that is missing", "          - {Comparison: EQUALS, Value: dms-replication-not-public}\n", ""),
        ("a rule misspelt", "Value: dms-replication-not-public", "Value: dms-replication-public"),
        ("a comparison that takes in others", "Comparison: EQUALS, Value: dms-replication-not-public", "Comparison: CONTAINS, Value: dms-replication-not-public"),
        ("findings of every product", "        ProductName: [{Comparison: EQUALS, Value: Config}]\n", ""),
        ("another product", "Value: Config}", "Value: Inspector}"),
        ("a rule that is off", "RuleStatus: ENABLED", "RuleStatus: DISABLED"),
        ("an action that is none", "Type: FINDING_FIELDS_UPDATE", "Type: FINDING_FIELD_UPDATE"),
        ("two rules of one order", "RuleOrder: 101", "RuleOrder: 100"),
        ("a member misspelt", "RuleName:", "Rulename:"),
        ("an order that is none", "RuleOrder: 100", "RuleOrder: 0"),
        ("archived findings", "        RecordState: [{Comparison: EQUALS, Value: ACTIVE}]\n", ""),
    ],
    "security-hub/notification.yaml": [
        ("another source", "source: [aws.config]", "source: [aws.dms]"),
        ("another detail type", "detail-type: [Config Rules Compliance Change]", "detail-type: [Config Configuration Item Change]"),
        ("another message type", "messageType: [ComplianceChangeNotification]", "messageType: [ComplianceChange]"),
        ("resources that are well", "complianceType: [NON_COMPLIANT]", "complianceType: [COMPLIANT]"),
        ("a rule that nobody hears of", "            - prefix: dms-replication-not-public\n", ""),
        ("every rule of AWS Config", "            - prefix: dms-replication-not-public\n", '            - prefix: ""\n'),
        ("a topic in the clear", "      KmsMasterKeyId: !If [MakesKey, !Ref Key, !Ref KmsKeyArn]\n", ""),
        ("a key that lets nobody in", "              Service: events.amazonaws.com\n", "              Service: sns.amazonaws.com\n"),
        ("a topic for everybody", "aws:SourceArn: !GetAtt Rule.Arn", 'aws:SourceArn: "*"'),
        ("a topic for another service", "Action:\n              - sns:Publish", "Action:\n              - sns:*"),
        ("another target", "          Arn: !Ref Topic\n", "          Arn: !GetAtt Key.Arn\n"),
        ("no reason", "              why: $.detail.newEvaluationResult.annotation\n", ""),
        ("a path to nothing", "$.detail.resourceId", "$.detail.resource.id"),
        ("a key that is not rotated", "EnableKeyRotation: true", "EnableKeyRotation: false"),
        ("a rule that is off", "State: ENABLED", "State: DISABLED"),
        ("a state that is none", "State: ENABLED", "State: ON"),
    ],
}


def of_policy(name, text):
    """Faults of a policy of iam/, as far as it has what they break."""
    first = text.split('"Action":', 1)[1].split('"', 2)[1]
    service = first.split(":")[0]
    faults = [
        ("an action missing", f'"{first}"', f'"{service}:Nothing"'),
        ("an action of everything", f'"{first}"', f'"{service}:*"' if first != "kms:*" else '"*"'),
        ("an action misspelt", f'"{first}"', f'"{first}s"'),
        ("an extra action", f'"{first}"', f'"{first}", "{service}:TagResource"'),
        ("another version", "2012-10-17", "2008-10-17"),
        ("a denial", '"Effect": "Allow"', '"Effect": "Deny"'),
        ("no JSON", '"Statement": [', '"Statement": ['.replace("[", "[[")),
        ("a placeholder that nobody fills", "{\n  \"Version\"", "{\n  \"Id\": \"${nothing}\",\n  \"Version\""),
        ("everything but", '"Action":', '"NotAction":'),
        ("a member that is unknown", '"Effect":', '"Effects":'),
    ]
    for key in ("${organization_id}", "${event_rule_arn}", "${function_role_arn}"):
        faults.append(("anybody", key, "*"))
    for service_name in ("lambda.amazonaws.com", "config.amazonaws.com", "events.amazonaws.com"):
        faults.append(("another service", service_name, "ec2.amazonaws.com"))
    for scoped in ("${log_group_arn}", "${failure_queue_arn}", "${kms_key_arn}", ":instance-profile:*", "config-rule/*"):
        faults.append(("another resource", scoped, "arn:${partition}:s3:::bucket" if scoped.startswith("$") else ":function:x"))
    return [fault for fault in faults if fault[1] in text]

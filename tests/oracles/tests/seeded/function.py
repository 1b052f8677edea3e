"""Faults of the function of a template and of the resources around it."""

from oracles.seeding import LONG_COMMENT, Fault
from seeded.rules import logical_id

# Of each template with a function.
FUNCTION = [
    Fault(
        "a runtime that is phased out",
        "Runtime: provided.al2023",
        "Runtime: provided.al2",
        "Runtime of the function is provided.al2, expected provided.al2023",
    ),
    Fault(
        "a handler that does not exist",
        "Handler: bootstrap",
        "Handler: index.handler",
        "Handler of the function is index.handler",
    ),
    Fault(
        "an unknown architecture",
        "AllowedValues: [x86_64, arm64]",
        "AllowedValues: [x86_64, arm]",
        "'arm' is not one of x86_64, arm64",
    ),
    Fault(
        "an unknown frequency",
        "AllowedValues: [One_Hour,",
        "AllowedValues: [OneHour,",
        "'OneHour' is not one of",
    ),
    Fault(
        "a default that is not allowed",
        "Default: TwentyFour_Hours",
        "Default: Twenty_Four_Hours",
        "'Twenty_Four_Hours' is not one of",
    ),
    Fault(
        "a log group without retention",
        "      RetentionInDays: !Ref LogRetentionDays\n",
        "",
        "the retention of the log group is not the one of the parameter",
    ),
    Fault(
        "a queue that is not encrypted",
        "      SqsManagedSseEnabled: !If [HasKey, !Ref AWS::NoValue, true]\n",
        "",
        "the failure queue is not encrypted as the parameter requires",
    ),
    Fault(
        "failed events that do not reach the queue",
        "          Destination: !GetAtt FailureQueue.Arn",
        "          Destination: !GetAtt Function.Arn",
        "failed events do not go to the failure queue",
    ),
    Fault(
        "an alarm on another metric",
        "MetricName: Errors",
        "MetricName: Invocations",
        "no alarm on Errors of Function",
    ),
    Fault(
        "an alarm on missing data",
        "TreatMissingData: notBreaching",
        "TreatMissingData: breaching",
        "ErrorAlarm alarms at [1, 1, 'GreaterThanOrEqualToThreshold', 300, 'breaching']",
    ),
    Fault(
        "no alarm on silence",
        "MetricName: Invocations",
        "MetricName: Duration",
        "no alarm on Invocations of Function",
    ),
    Fault(
        "an alarm that cannot be left out",
        "    Condition: HasSilenceAlarm\n",
        "    Condition: OnSchedule\n",
        "an alarm on Invocations of Function is not expected (Alarms=false)",
    ),
    Fault(
        "no alarms by default",
        'Default: "true"\n    AllowedValues: ["true", "false"]\n    Description: false creates no alarms',
        'Default: "false"\n    AllowedValues: ["true", "false"]\n    Description: false creates no alarms',
        "no alarms by default",
    ),
    Fault(
        "silence that is no alarm",
        "TreatMissingData: breaching",
        "TreatMissingData: notBreaching",
        "SilenceAlarm alarms at [1, 2, 'LessThanThreshold', 86400, 'notBreaching']",
    ),
    Fault(
        "a timeout of three seconds",
        "Timeout: 120",
        "Timeout: 3",
        "the timeout is too short for a periodic run",
    ),
    Fault(
        "a role for another service",
        "Service: lambda.amazonaws.com",
        "Service: ec2.amazonaws.com",
        "the trust policy is not iam/trust-function.json",
    ),
    Fault(
        "a managed policy",
        "      Policies:\n",
        '      ManagedPolicyArns: [!Sub "arn:${AWS::Partition}:iam::aws:policy/ReadOnlyAccess"]\n      Policies:\n',
        "the role has ManagedPolicyArns, which is not expected",
    ),
    Fault(
        "an extra action",
        "                  - logs:PutLogEvents\n",
        "                  - logs:PutLogEvents\n                  - logs:CreateLogGroup\n",
        'a grant that iam/function.json does not have: ["Allow", "logs:CreateLogGroup"',
    ),
    Fault(
        "a missing action",
        "                  - logs:PutLogEvents\n",
        "",
        'lacks a grant of iam/function.json: ["Allow", "logs:PutLogEvents"',
    ),
    Fault(
        "a grant on every resource",
        "Resource: !GetAtt FailureQueue.Arn",
        'Resource: "*"',
        'a grant that iam/function.json does not have: ["Allow", "sqs:SendMessage", "*"',
    ),
    Fault("a reference to an undefined name", "!Ref MemorySize", "!Ref MemorySizes", "KeyError 'MemorySizes'"),
    Fault(
        "a Region without recording renamed",
        "!Equals [!Ref AWS::Region, ca-west-1]",
        "!Equals [!Ref AWS::Region, ca-west-2]",
        "the messages are ['ConfigurationItemChangeNotification'",
    ),
    Fault(
        "a body over the limit",
        "\nOutputs:\n",
        "\n" + LONG_COMMENT + "Outputs:\n",
        "bytes, expected at most 51200",
    ),
    Fault(
        "invalid YAML",
        "\nResources:\n",
        "\nResources: [\n",
        "UnreadableTemplateError: did not find expected ','",
    ),
    Fault(
        "a change trigger that is always on",
        "OnChange: !And [",
        "OnChange: !Or [",
        "the messages are ['ConfigurationItemChangeNotification'",
    ),
    Fault(
        "another Region without recording renamed",
        "!Equals [!Ref AWS::Region, mx-central-1]",
        "!Equals [!Ref AWS::Region, mx-central-2]",
        "the messages are ['ConfigurationItemChangeNotification'",
    ),
    Fault(
        "a reservation of zero",
        "!If [HasReservation, !Ref ReservedConcurrency, !Ref AWS::NoValue]",
        "!If [HasReservation, 0, !Ref AWS::NoValue]",
        "the reserved concurrency is not the one of the parameter",
    ),
    Fault(
        "subnets for security groups",
        "          SecurityGroupIds: !Ref SecurityGroupIds\n",
        "          SecurityGroupIds: !Ref SubnetIds\n",
        "'subnet-1234567890abcdef0' does not match sg-",
    ),
    Fault(
        "an alarm whose actions are disabled",
        "      MetricName: Errors\n",
        "      MetricName: Errors\n      ActionsEnabled: false\n",
        "ErrorAlarm has ActionsEnabled, which is not expected",
    ),
    Fault(
        "events without a retry",
        "      Qualifier: $LATEST\n",
        "      Qualifier: $LATEST\n      MaximumRetryAttempts: 0\n",
        "the handling of failed events has MaximumRetryAttempts, which is not expected",
    ),
    Fault(
        "failed events of another version",
        "Qualifier: $LATEST",
        "Qualifier: live",
        "failed events of another version go to the failure queue",
    ),
    Fault(
        "a permissions boundary on the role",
        "    Type: AWS::IAM::Role\n    Properties:\n",
        "    Type: AWS::IAM::Role\n    Properties:\n      PermissionsBoundary: !Sub arn:${AWS::Partition}:iam::aws:policy/AWSDenyAll\n",
        "the role has PermissionsBoundary, which is not expected",
    ),
    Fault(
        "a policy beside the role",
        "\nOutputs:\n",
        "  Denied:\n    Type: AWS::IAM::RolePolicy\n    Properties:\n      PolicyName: x\n      RoleName: !Ref Role\n      PolicyDocument: {Version: '2012-10-17', Statement: [{Effect: Deny, Action: '*', Resource: '*'}]}\n\nOutputs:\n",
        "the types of its resources differ in ['AWS::IAM::RolePolicy']",
    ),
]


def of_selection(rule: str, other: str, foreign: str) -> list[Fault]:
    """Returns faults of the parameter Rules: the first rule of a template, another one, and one that it does not have."""
    return [
        Fault(
            "any name accepted as a rule",
            f'AllowedPattern: "all|none|(({rule}|',
            'AllowedPattern: "all|none|((dms-[a-z-]+|',
            f"Rules={rule[:-1]}x is accepted",
        ),
        Fault(
            "the name of a rule in the other template accepted",
            f'AllowedPattern: "all|none|(({rule}|',
            f'AllowedPattern: "all|none|(({rule}|{foreign}|',
            f"Rules={foreign} is accepted",
        ),
        Fault(
            "the name of a rule rejected",
            f"|{other}|",
            "|",
            f"Rules={other} is rejected",
        ),
        Fault(
            "a rule made under the condition of another",
            f"    Condition: Has{logical_id(other)}\n",
            f"    Condition: Has{logical_id(rule)}\n",
            f"Rules={other} makes []",
        ),
        Fault(
            "a rule whose condition never holds",
            f'[",{other},", !Sub',
            f'[",{other}x,", !Sub',
            f"Rules={other} makes []",
        ),
    ]


# Of a template of the rules on exposure, connections and encryption.
SECURITY = of_selection("dms-replication-not-public", "dms-redis-tls-enabled", "dms-endpoint-tagged")
# Of a template of the rules on operation and ownership.
OPERATIONS = of_selection("dms-auto-minor-version-upgrade-check", "dms-endpoint-tagged", "dms-replication-not-public")


def in_the_wrong_template(rule: str, foreign: str) -> list[Fault]:
    """Returns faults of a template whose first rule is one that the other template has."""
    return [
        Fault(
            "a rule in the wrong template",
            f"ConfigRuleName: {rule}\n",
            f"ConfigRuleName: {foreign}\n",
            f"there is no rule {foreign}",
        )
    ]


# Of each template with the policy evaluate.
EVALUATE = [
    Fault(
        "a missing dms: action",
        '- !If [NeedsDescribeEndpoints, "dms:DescribeEndpoints", !Ref AWS::NoValue]',
        "- !Ref AWS::NoValue",
        'lacks a grant of iam/evaluate.json: ["Allow", "dms:DescribeEndpoints"',
    ),
    Fault(
        "an extra dms: action",
        '- !If [NeedsDescribeEndpoints, "dms:DescribeEndpoints", !Ref AWS::NoValue]',
        '- !If [NeedsDescribeEndpoints, "dms:DescribeEndpoints", "dms:DeleteReplicationInstance"]',
        'a grant that iam/evaluate.json does not have: ["Allow", "dms:DeleteReplicationInstance"',
    ),
    Fault(
        "a dms: action misspelt",
        '"dms:DescribeReplicationInstances"',
        '"dms:DescribeReplicationInstance"',
        'a grant that iam/evaluate.json does not have: ["Allow", "dms:DescribeReplicationInstance"',
    ),
    Fault(
        "no grant for the exemption tag",
        ', !Not [!Equals [!Ref ExemptionTagKey, ""]]',
        "",
        'lacks a grant of iam/evaluate.json: ["Allow", "dms:ListTagsForResource"',
    ),
    Fault(
        "grants for rules that are not deployed",
        "HasAllRights: !Or [",
        "HasAllRights: !Or [!Equals [a, a], ",
        'a grant that iam/evaluate.json does not have: ["Allow", "dms:',
    ),
]

# Of each template with the policy evaluate and rules on endpoints, certificates and keys.
EVALUATE_SECURITY = [
    Fault(
        "no grant for reachability",
        ', !Equals [!Ref Reachability, "true"]',
        "",
        'lacks a grant of iam/evaluate.json: ["Allow", "config:SelectResourceConfig"',
    ),
    Fault(
        "no grant for one rule",
        "NeedsDescribeCertificates: !Or [!Condition HasAllRights, !Condition HasDmsCertificateNotExpiring, ",
        "NeedsDescribeCertificates: !Or [!Condition HasAllRights, ",
        'lacks a grant of iam/evaluate.json: ["Allow", "dms:DescribeCertificates"',
    ),
]
# Of each template with the policy evaluate and rules on tasks and tags.
EVALUATE_OPERATIONS = [
    Fault(
        "no grant for one rule",
        "NeedsDescribeReplicationTasks: !Or [!Condition HasAllRights, !Condition HasDmsReplicationTaskSourcedbLogging, ",
        "NeedsDescribeReplicationTasks: !Or [!Condition HasAllRights, ",
        'lacks a grant of iam/evaluate.json: ["Allow", "dms:DescribeReplicationTasks"',
    ),
]


def of_the_other_part(action: str) -> list[Fault]:
    """Returns faults of a right that no rule of the template needs, but one of the other template."""
    return [
        Fault(
            "a right of the other template for every rule",
            f'- !If [HasAllRights, "{action}", !Ref AWS::NoValue]',
            f"- {action}",
            f'a grant that iam/evaluate.json does not have: ["Allow", "{action}"',
        ),
        Fault(
            "no right of the other template for packs",
            f'- !If [HasAllRights, "{action}", !Ref AWS::NoValue]',
            "- !Ref AWS::NoValue",
            f'lacks a grant of iam/evaluate.json: ["Allow", "{action}"',
        ),
    ]

"""Faults of the template of the CloudFormation hook."""

from oracles.seeding import Fault

HOOK = [
    Fault(
        "a type without the hook", "          - AWS::DMS::Endpoint\n", "", "the hook is not for ['AWS::DMS::Endpoint']"
    ),
    Fault("only creations", "Actions: [CREATE, UPDATE]", "Actions: [CREATE]", "Actions of the hook is"),
    Fault(
        "not before calls of Cloud Control API",
        "TargetOperations: [RESOURCE, CLOUD_CONTROL]",
        "TargetOperations: [RESOURCE]",
        "TargetOperations of the hook is",
    ),
    Fault("stacks", "[RESOURCE, CLOUD_CONTROL]", "[STACK]", "TargetOperations of the hook is"),
    Fault("never a failure", "FailureMode: !Ref FailureMode", "FailureMode: WARN", "FailureMode of the hook is WARN"),
    Fault("disabled", "HookStatus: ENABLED", "HookStatus: DISABLED", "HookStatus of the hook is DISABLED"),
    Fault(
        "an alias of AWS",
        "Alias: DmsRule::Lambda::BeforeDeployment",
        "Alias: AWS::Lambda::BeforeDeployment",
        "Alias of the hook is",
    ),
    Fault(
        "unknown is let through by default",
        "    Default: FAIL\n    AllowedValues: [FAIL, WARN]\n    Description: FAIL lets",
        "    Default: WARN\n    AllowedValues: [FAIL, WARN]\n    Description: FAIL lets",
        "Unknown is not FAIL by default",
    ),
    Fault("unknown never fails", "UNKNOWN: !Ref Unknown", "UNKNOWN: WARN", "Environment of the function is"),
    Fault(
        "a variable that nothing reads",
        "KMS_KEY_ARNS: !Ref KmsKeyArns",
        "KMS_KEYS: !Ref KmsKeyArns",
        "Environment of the",
    ),
    Fault(
        "an end after that of the hook", "Timeout: 25", "Timeout: 120", "ends before its own limit, or after the hook"
    ),
    Fault("an end before its own limit", "Timeout: 25", "Timeout: 10", "ends before its own limit, or after the hook"),
    Fault(
        "another service may invoke",
        "hooks.cloudformation.amazonaws.com",
        "ec2.amazonaws.com",
        "the trust policy is not",
    ),
    Fault("any account may invoke", "aws:SourceAccount:", "aws:SourceAccounts:", "the trust policy is not"),
    Fault(
        "any function",
        "Resource: !GetAtt Function.Arn",
        'Resource: "*"',
        "a grant that iam/hook-invoke.json does not have",
    ),
    Fault("an extra right", "- logs:PutLogEvents", "- logs:*", "a grant that iam/hook-log.json does not have"),
    Fault("a runtime that is phased out", "provided.al2023", "provided.al2", "Runtime of the function is"),
    Fault("no alarm on errors", "MetricName: Errors", "MetricName: Invocations", "no alarm on Errors"),
    Fault("findings are counted as failures", '"InternalFailure"', '"NonCompliant"', "does not count what could not"),
    Fault(
        "a log group without retention",
        "      RetentionInDays: !Ref LogRetentionDays\n",
        "",
        "the retention of the log",
    ),
]

"""Faults of the template that deploys the runbook."""

from oracles.seeding import Fault

REMEDIATION = [
    Fault("another service may use the role", "ssm.amazonaws.com", "ec2.amazonaws.com", "the trust policy is not"),
    Fault("any account", "aws:SourceAccount:", "aws:SourceAccounts:", "the trust policy is not"),
    Fault(
        "an extra right", "- dms:StopReplicationTask", "- dms:DeleteReplicationTask", "a grant that iam/remediate.json"
    ),
    Fault(
        "any instance may be deleted",
        "aws:ResourceTag/dms-rule:run: runbook-*",
        'aws:ResourceTag/dms-rule:run: "*"',
        "a grant that iam/remediate.json does not have",
    ),
    Fault("a script that differs", "TAKEN_BACK = (", "TAKEN_BACK = (  ", "the runbook is not the one of"),
    Fault("another step", "- name: Approve", "- name: Approves", "the runbook is not the one of"),
    Fault("no role", "default: !GetAtt Role.Arn", 'default: ""', "has not its role as the default"),
    Fault("a command document", "DocumentType: Automation", "DocumentType: Command", "no Automation runbook"),
    Fault("automatic by default", "!If [IsAutomatic, true, false]", "true", "starts by itself and nobody must"),
    Fault("an automatic run without approvers", "Approvers: !If\n", "Approver: !If\n", "nobody must approve"),
    Fault(
        "another resource type",
        "ResourceType: AWS::DMS::ReplicationInstance",
        "ResourceType: AWS::DMS::Endpoint",
        "not for",
    ),
    Fault("another target", "TargetType: SSM_DOCUMENT", "TargetType: LAMBDA", "'LAMBDA' is not one of"),
    Fault("no resource", "Value: RESOURCE_ID", "Value: RESOURCE", "'RESOURCE' is not one of"),
    Fault("an unknown rule", "Default: dms-replication-not-public", "Default: other", "which is no rule"),
    Fault("always deleted", "Values: [!Ref DeleteOldInstance]", 'Values: ["Yes"]', "does not get DeleteOldInstance"),
    Fault("repeated attempts", "IsAutomatic, 1,", "IsAutomatic, 5,", "is started again by itself"),
]

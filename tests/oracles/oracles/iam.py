"""The policies of rule-templates/iam: by parliament, by policy_sentry, and by what a run calls."""

import json
import re
from collections.abc import Iterator

from parliament import analyze_policy_string
from policy_sentry.querying.actions import get_action_data

from oracles.facts import Facts, filled
from oracles.repository import POLICIES, items

# Actions of every run, with any rules: the function reads its results, the recorder and an oversized item.
EVERY_RUN = {
    "config:GetComplianceDetailsByConfigRule",
    "config:GetResourceConfigHistory",
    "config:ListDiscoveredResources",
    "config:PutEvaluations",
}
# Actions that AWS Lambda, Amazon CloudWatch and others take, and not the function itself.
OTHERS = {
    "function": {"logs:CreateLogStream", "logs:PutLogEvents", "sqs:SendMessage"},
    "function-kms": {"kms:Decrypt", "kms:GenerateDataKey"},
    "function-vpc": {
        "ec2:AssignPrivateIpAddresses",
        "ec2:CreateNetworkInterface",
        "ec2:DeleteNetworkInterface",
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeSubnets",
        "ec2:UnassignPrivateIpAddresses",
    },
    "assume-execution-role": {"sts:AssumeRole"},
    "assume-member-role": {"sts:AssumeRole"},
    "trust-function": {"sts:AssumeRole"},
    "trust-member-role": {"sts:AssumeRole"},
    "invoke-by-organization": {"lambda:InvokeFunction"},
    "code-bucket": {"s3:GetObject"},
    "remediate": {
        "dms:AddTagsToResource",
        "dms:CreateReplicationInstance",
        "dms:DeleteReplicationInstance",
        "dms:DescribeAccountAttributes",
        "dms:DescribeConnections",
        "dms:DescribeOrderableReplicationInstances",
        "dms:DescribeReplicationInstances",
        "dms:DescribeReplicationTasks",
        "dms:ListTagsForResource",
        "dms:ModifyReplicationInstance",
        "dms:MoveReplicationTask",
        "dms:StartReplicationTask",
        "dms:StopReplicationTask",
        "dms:TestConnection",
        "iam:PassRole",
        "sns:Publish",
    },
    "scan": {
        "account:ListRegions",
        "config:DescribeConfigRuleEvaluationStatus",
        "config:DescribeConfigRules",
        "config:DescribeConfigurationRecorderStatus",
        "config:DescribeConfigurationRecorders",
        "config:GetComplianceDetailsByConfigRule",
        "config:SelectResourceConfig",
        "dms:DescribeCertificates",
        "dms:DescribeDataMigrations",
        "dms:DescribeEndpoints",
        "dms:DescribeEngineVersions",
        "dms:DescribeEventSubscriptions",
        "dms:DescribeOrderableReplicationInstances",
        "dms:DescribeReplicationConfigs",
        "dms:DescribeReplicationInstances",
        "dms:DescribeReplicationSubnetGroups",
        "dms:DescribeReplicationTasks",
        "dms:ListDataProviders",
        "dms:ListInstanceProfiles",
        "dms:ListTagsForResource",
        "kms:DescribeKey",
        "kms:ListAliases",
    },
    "plan": {
        "config:SelectResourceConfig",
        "dms:DescribeAccountAttributes",
        "dms:DescribeEndpoints",
        "dms:DescribeEngineVersions",
        "dms:DescribeEventSubscriptions",
        "dms:DescribeOrderableReplicationInstances",
        "dms:DescribePendingMaintenanceActions",
        "dms:DescribeReplicationInstances",
        "dms:DescribeReplicationTasks",
        "dms:ListTagsForResource",
    },
    "apply": {
        "dms:AddTagsToResource",
        "dms:CreateReplicationInstance",
        "dms:DeleteReplicationInstance",
        "dms:DescribeConnections",
        "dms:DescribeReplicationInstances",
        "dms:DescribeReplicationTasks",
        "dms:DescribeTableStatistics",
        "dms:ListTagsForResource",
        "dms:ModifyReplicationInstance",
        "dms:MoveReplicationTask",
        "dms:StartReplicationTask",
        "dms:StopReplicationTask",
        "dms:TestConnection",
        "iam:PassRole",
    },
    "hook-invoke": {"lambda:InvokeFunction"},
    "hook-log": {"logs:CreateLogStream", "logs:PutLogEvents"},
    "trust-hook": {"sts:AssumeRole"},
    "trust-automation": {"sts:AssumeRole"},
    "topic": {"sns:Publish"},
    "topic-key": {"kms:*", "kms:Decrypt", "kms:GenerateDataKey"},
}
KNOWN = {*OTHERS, "evaluate"}
# A call that names no recorder, to find out which there are, is one on `*`: a recorder is no required resource of these
# (service authorization reference of AWS Config).
OF_NO_RESOURCE = {"config:DescribeConfigurationRecorderStatus", "config:DescribeConfigurationRecorders"}
_THIS_ACCOUNT = {"StringEquals": {"aws:SourceAccount": "${account_id}"}}
# Condition and principal of each statement, as they are written; None where there is none.
CONDITIONS = {
    "assume-member-role": [{"StringEquals": {"aws:ResourceOrgID": "${organization_id}"}}],
    "trust-member-role": [{"StringEquals": {"aws:PrincipalOrgID": "${organization_id}"}}],
    "invoke-by-organization": [{"StringEquals": {"aws:SourceOrgID": "${organization_id}"}}],
    "trust-automation": [_THIS_ACCOUNT],
    "trust-hook": [_THIS_ACCOUNT],
    "remediate": [
        *[None] * 4,
        {"StringLike": {"iam:PassedToService": "dms.*"}},
        *[None] * 3,
        {"StringLike": {"aws:ResourceTag/dms-rule:run": "runbook-*"}},
        {"StringLike": {"aws:ResourceTag/dms-rule:replaced-by": "arn:${partition}:dms:${region}:${account_id}:rep:*"}},
        None,
    ],
    "apply": [
        *[None] * 3,
        {"StringLike": {"iam:PassedToService": "dms.*"}},
        *[None] * 3,
        {"StringLike": {"aws:ResourceTag/dms-rule:replaces": "arn:*"}},
        {"StringEquals": {"aws:ResourceTag/dms-rule:may-be-deleted": "yes"}},
    ],
    "code-bucket": [{"StringEquals": {"aws:PrincipalOrgID": "${organization_id}"}}],
    "topic": [{"ArnEquals": {"aws:SourceArn": "${event_rule_arn}"}}, _THIS_ACCOUNT],
    "topic-key": [None, _THIS_ACCOUNT, _THIS_ACCOUNT],
}
PRINCIPALS = {
    "trust-function": [{"Service": "lambda.amazonaws.com"}],
    "trust-member-role": [{"AWS": ["${function_role_arn}"]}],
    "trust-automation": [{"Service": "ssm.amazonaws.com"}],
    "trust-hook": [{"Service": "hooks.cloudformation.amazonaws.com"}],
    "invoke-by-organization": [{"Service": "config.amazonaws.com"}],
    "code-bucket": [{"AWS": "*"}],
    "topic": [{"Service": "events.amazonaws.com"}, {"Service": "cloudwatch.amazonaws.com"}],
    "topic-key": [
        {"AWS": "arn:${partition}:iam::${account_id}:root"},
        {"Service": "events.amazonaws.com"},
        {"Service": "cloudwatch.amazonaws.com"},
    ],
}
OF_RESOURCES = set(PRINCIPALS)
MEMBERS = {"Sid", "Effect", "Principal", "Action", "Resource", "Condition"}


def policy_names() -> list[str]:
    """Returns the names of the policies of rule-templates/iam, without the ending of the file."""
    return sorted(file.stem for file in POLICIES.glob("*.json"))


def policy_findings(name: str, text: str, facts: Facts) -> Iterator[str]:
    """Yields the defects in the text of a policy of rule-templates/iam."""
    if name not in KNOWN:
        yield "nothing is known of this policy"
        return
    try:
        written, policy = json.loads(text), filled(text)
    except (ValueError, KeyError) as error:
        yield f"{type(error).__name__}: {error}"
        return
    if policy.get("Version") != "2012-10-17":
        yield f"Version is {policy.get('Version')}, expected 2012-10-17"
    statements = policy.get("Statement", [])
    actions = {action for statement in statements for action in items(statement.get("Action", []))}
    expected = EVERY_RUN | facts.actions if name == "evaluate" else OTHERS[name]
    yield from (f"{action} is missing" for action in sorted(expected - actions))
    yield from (f"{action} is not needed" for action in sorted(actions - expected))
    for key, by_name in (("Condition", CONDITIONS), ("Principal", PRINCIPALS)):
        values = [statement.get(key) for statement in written.get("Statement", [])]
        if values != by_name.get(name, [None] * len(values)):
            yield f"{key} is {values}, expected {by_name.get(name)}"
    for statement in statements:
        unknown = set(statement) - MEMBERS
        if unknown or statement.get("Effect") != "Allow":
            yield f"a statement with {sorted(unknown)} and Effect {statement.get('Effect')}"
        if name not in OF_RESOURCES:
            yield from _scope_findings(statement)
    if name not in OF_RESOURCES:
        yield from _parliament_findings(policy)


def _scope_findings(statement: dict) -> Iterator[str]:
    """Yields actions on `*` that could be scoped, and actions on a resource that they do not have."""
    resource = statement.get("Resource")
    for action in items(statement.get("Action", [])):
        service, _, operation = action.partition(":")
        try:
            data = get_action_data(service, operation)
        except Exception as error:  # noqa: BLE001 - policy_sentry raises many kinds for unknown names
            yield f"{action}: {error}"
            continue
        if not data:
            yield f"{action} does not exist"
            continue
        arns = {entry["resource_arn_format"] for entries in data.values() for entry in entries} - {"*"}
        if resource == "*" and arns and service != "ec2" and action not in OF_NO_RESOURCE:
            yield f"{action} can be scoped to {min(arns)}, but its resource is *"
        for one in items(resource):
            if one != "*" and not any(_is_of_kind(str(one), arn) for arn in arns):
                yield f"{action} cannot be scoped to {one}"


def _is_of_kind(resource: str, arn: str) -> bool:
    """Returns true if a pattern fits an ARN such as arn:${Partition}:dms:${Region}:${Account}:rep:${Id}."""
    kinds = [re.split("[:/]", one.split(":", 5)[-1])[0] for one in (resource, arn)]
    same_service = resource.split(":")[2:3] == arn.split(":")[2:3]
    return same_service and (kinds[0] in ("*", kinds[1]) or kinds[1].startswith("$"))


def _parliament_findings(policy: dict) -> Iterator[str]:
    for finding in analyze_policy_string(json.dumps(policy)).findings:
        # AWS Lambda requires these on `*` before it attaches a function to a VPC: developer guide, "Giving Lambda
        # functions access to resources in an Amazon VPC", execution role permissions.
        is_of_vpc = finding.issue == "RESOURCE_STAR" and "ec2:CreateNetworkInterface" in str(finding.detail)
        is_of_listings = finding.issue == "RESOURCE_STAR" and set(items(finding.detail)) <= OF_NO_RESOURCE
        if not (is_of_vpc or is_of_listings):
            yield f"parliament: {finding.issue} {finding.detail}"

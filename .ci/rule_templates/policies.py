"""The policies of iam/: each by parliament, each `*` by the list of what cannot be scoped, all by what a run calls."""

import json
import re
import string
import subprocess
import sys

from policy_sentry.querying.actions import get_action_data

VALUES = {
    "partition": "aws",
    "region": "us-east-1",
    "account_id": "123456789012",
    "log_group_arn": "arn:aws:logs:us-east-1:123456789012:log-group:LogGroup:*",
    "failure_queue_arn": "arn:aws:sqs:us-east-1:123456789012:FailureQueue",
    "function_arn": "arn:aws:lambda:us-east-1:123456789012:function:Function",
    "function_role_arn": "arn:aws:iam::123456789012:role/Role",
    "kms_key_arn": "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab",
    "execution_role_name": "DmsRule",
    "member_role_name": "DmsRuleMember",
    "organization_id": "o-exampleorg1",
    "code_bucket": "bucket",
    "topic_arn": "arn:aws:sns:us-east-1:123456789012:Topic",
    "event_rule_arn": "arn:aws:events:us-east-1:123456789012:rule/Rule",
}

# What is called by Lambda and CloudWatch rather than by the function: the platform's part.
PLATFORM = {
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
    "topic": {"sns:Publish"},
    "topic-key": {"kms:*", "kms:Decrypt", "kms:GenerateDataKey"},
}

# Who has the right, and what must stand between the rest of the world and it: one for each statement.
CONDITIONS = {
    "assume-member-role": [{"StringEquals": {"aws:ResourceOrgID": "${organization_id}"}}],
    "trust-member-role": [{"StringEquals": {"aws:PrincipalOrgID": "${organization_id}"}}],
    "invoke-by-organization": [{"StringEquals": {"aws:SourceOrgID": "${organization_id}"}}],
    "code-bucket": [{"StringEquals": {"aws:PrincipalOrgID": "${organization_id}"}}],
    "topic": [{"ArnEquals": {"aws:SourceArn": "${event_rule_arn}"}}, {"StringEquals": {"aws:SourceAccount": "${account_id}"}}],
    "topic-key": [None, {"StringEquals": {"aws:SourceAccount": "${account_id}"}}, {"StringEquals": {"aws:SourceAccount": "${account_id}"}}],
}
PRINCIPALS = {
    "trust-function": [{"Service": "lambda.amazonaws.com"}],
    "trust-member-role": [{"AWS": ["${function_role_arn}"]}],
    "invoke-by-organization": [{"Service": "config.amazonaws.com"}],
    "code-bucket": [{"AWS": "*"}],
    "topic": [{"Service": "events.amazonaws.com"}, {"Service": "cloudwatch.amazonaws.com"}],
    "topic-key": [{"AWS": "arn:${partition}:iam::${account_id}:root"}, {"Service": "events.amazonaws.com"}, {"Service": "cloudwatch.amazonaws.com"}],
}
RESOURCE_POLICIES = {"trust-function", "trust-member-role", "invoke-by-organization", "topic", "topic-key", "code-bucket"}


def needed(rules):
    """The actions of a run of all rules: what the tests measured, written in the rules' pages."""
    operations = set()
    for page in (rules / "crates/rule-core/src/rules").glob("dms_*.md"):
        section = page.read_text().split("## AWS calls", 1)[1].split("## Limits", 1)[0]
        operations |= set(re.findall(r"`([A-Z][A-Za-z]+)`", section))
    operations.add("GetResourceConfigHistory")  # of an oversized notification
    actions = set()
    for operation in operations:
        if operation in ("DescribeKey", "ListAliases"):
            actions.add(f"kms:{operation}")
        elif operation in ("PutEvaluations", "GetComplianceDetailsByConfigRule", "ListDiscoveredResources", "GetResourceConfigHistory"):
            actions.add(f"config:{operation}")
        elif operation == "DescribeInstanceProfiles":
            actions.add("dms:ListInstanceProfiles")
        elif operation == "ListTagsForResource" or operation.startswith("Describe"):
            actions.add(f"dms:{operation}")
    return actions


def filled(text):
    return json.loads(string.Template(text).substitute(VALUES))


def listed(value):
    return value if isinstance(value, list) else [value]


def findings(folder, repository):
    found = []
    files = sorted(folder.glob("*.json"))
    known = set(PLATFORM) | {"evaluate"}
    for name in known - {file.stem for file in files}:
        found.append(f"iam/{name}.json: missing")
    for file in files:
        where = f"iam/{file.name}"
        if file.stem not in known:
            found.append(f"{where}: what is it for? it is unknown here")
            continue
        try:
            raw, policy = json.loads(file.read_text()), filled(file.read_text())
        except (ValueError, KeyError) as error:
            found.append(f"{where}: {error}")
            continue
        found += [f"{where}: {one}" for one in _one(file.stem, raw, policy, repository)]
    return found


def _one(name, raw, policy, repository):
    statements = policy.get("Statement", [])
    if policy.get("Version") != "2012-10-17":
        yield "Version is not 2012-10-17"
    actions = {action for statement in statements for action in listed(statement.get("Action", []))}
    wanted = needed(repository) if name == "evaluate" else PLATFORM[name]
    for action in sorted(wanted - actions):
        yield f"{action} is missing"
    for action in sorted(actions - wanted):
        yield f"{action} is more than is needed"
    templates = raw.get("Statement", [])
    for key, wanted in (("Condition", CONDITIONS), ("Principal", PRINCIPALS)):
        there = [template.get(key) for template in templates]
        if there != wanted.get(name, [None] * len(there)):
            yield f"{key} is {there}, not {wanted.get(name)}"
    for statement in statements:
        unknown = set(statement) - {"Sid", "Effect", "Principal", "Action", "Resource", "Condition"}
        if unknown or statement.get("Effect") != "Allow":
            yield f"a statement with {sorted(unknown)} and Effect {statement.get('Effect')}"
        if name not in RESOURCE_POLICIES:
            yield from _scope(statement)
    if name not in RESOURCE_POLICIES:
        yield from _parliament(policy)


def _scope(statement):
    """A resource is `*` only where no action can be scoped, and a pattern of the right kind elsewhere."""
    resource = statement.get("Resource")
    for action in listed(statement.get("Action", [])):
        service, _, name = action.partition(":")
        try:
            data = get_action_data(service, name)
        except Exception as error:  # of many kinds, for names that do not exist
            yield f"{action}: {error}"
            continue
        if not data:
            yield f"{action} does not exist"
            continue
        arns = {entry["resource_arn_format"] for entries in data.values() for entry in entries}
        scopable = arns - {"*"}
        if resource == "*" and scopable and service != "ec2":
            yield f"{action} can be scoped to {sorted(scopable)[0]}, but its resource is *"
        if resource != "*":
            if not any(_same_kind(str(resource), arn) for arn in scopable):
                yield f"{action} cannot be scoped to {resource}"


def _same_kind(resource, arn):
    """Whether a pattern is of the kind of a format such as arn:${Partition}:dms:${Region}:${Account}:rep:${Id}."""
    kind = [re.split("[:/]", one.split(":", 5)[-1])[0] for one in (resource, arn)]
    return resource.split(":")[2:3] == arn.split(":")[2:3] and (kind[0] in ("*", kind[1]) or kind[1].startswith("$"))


def _parliament(policy):
    code = "import json,sys;from parliament import analyze_policy_string as a;p=a(sys.stdin.read());print(json.dumps([[f.issue,f.severity,str(f.detail)] for f in p.findings]))"
    run = subprocess.run([sys.executable, "-W", "ignore", "-c", code], input=json.dumps(policy), capture_output=True, text=True)
    if run.returncode != 0:
        yield "parliament: " + run.stderr.strip().splitlines()[-1]
        return
    for issue, severity, detail in json.loads(run.stdout):
        if issue == "RESOURCE_STAR" and "ec2:CreateNetworkInterface" in detail:
            continue  # Lambda asks for these with * before it attaches a function to a VPC
        yield f"parliament: {issue} {detail}"

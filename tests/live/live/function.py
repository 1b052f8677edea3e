"""A rule of AWS Config with a function of Lambda that writes the event to its log.

The log then has the result token, by which evaluations of this rule of the run can be submitted. The rule and the log
are deleted at the end of the run.
"""

import io
import json
import time
import zipfile
from collections.abc import Callable

from live.aws import Aws, Rejected
from live.names import tags
from live.network import create_role, patiently

CODE = 'import json\n\n\ndef handler(event, context):\n    print("EVENT " + json.dumps(event))\n'
MINUTES = 15


def create_function(aws: Aws, name: str, condition: dict | None = None) -> str:
    """Creates a function and its role, which may have a condition in its trust policy. Returns the function's ARN."""
    statement = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    trust = {"Statement": [{**statement, **({"Condition": condition} if condition else {})}]}
    logs = {
        "Effect": "Allow",
        "Action": ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"],
        "Resource": "*",
    }
    role = create_role(aws, f"{aws.run_id}-{name}", trust, {"Statement": [logs]})
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as files:
        files.writestr("index.py", CODE)

    def create() -> dict:
        return aws.change(
            "lambda",
            "CreateFunction",
            FunctionName=f"{aws.run_id}-{name}",
            Runtime="python3.13",
            Role=role,
            Handler="index.handler",
            Code={"ZipFile": archive.getvalue()},
            Tags={tags(aws.run_id)[0]["Key"]: aws.run_id},
        )

    function = patiently(create, "InvalidParameterValueException", 6, aws.pace)["FunctionArn"]
    aws.own.add(function)
    aws.touched.add("logs")  # an invocation creates a group
    return function


def create_rule(aws: Aws, once: Callable) -> str:
    """Creates a periodic rule with the function; returns its name."""
    function = once("function", lambda: create_function(aws, "rule"))
    aws.change(
        "lambda",
        "AddPermission",
        FunctionName=f"{aws.run_id}-rule",
        StatementId="config",
        Action="lambda:InvokeFunction",
        Principal="config.amazonaws.com",
        SourceAccount=aws.account,
    )
    name = f"{aws.run_id}-rule"
    details = {
        "EventSource": "aws.config",
        "MessageType": "ScheduledNotification",
        "MaximumExecutionFrequency": "TwentyFour_Hours",
    }
    source = {"Owner": "CUSTOM_LAMBDA", "SourceIdentifier": function, "SourceDetails": [details]}
    rule = {"ConfigRuleName": name, "Description": f"dms-rule live test {aws.run_id}", "Source": source}
    aws.change("config", "PutConfigRule", ConfigRule=rule, Tags=tags(aws.run_id))
    return name


def invoke_by_rule(aws: Aws, once: Callable) -> tuple[str, str]:
    """Creates the rule, has it evaluated, and reads the result token of the event from the log of the function."""
    name = once("config rule", lambda: create_rule(aws, once))
    aws.wait("the rule to be active", lambda: _is_active(aws, name), 5)
    aws.change("config", "StartConfigRulesEvaluation", ConfigRuleNames=[name])
    event = aws.wait("an event in the log of the function", lambda: newest_event(aws, f"{aws.run_id}-rule"), MINUTES)
    return name, event["resultToken"]


def _is_active(aws: Aws, name: str) -> bool | None:
    rules = aws.read("config", "DescribeConfigRules", ConfigRuleNames=[name])["ConfigRules"]
    return True if rules and rules[0].get("ConfigRuleState") == "ACTIVE" else None


def newest_event(aws: Aws, function: str) -> dict | None:
    """Returns the last event in the log of a function; `None` if there is none yet."""
    group = f"/aws/lambda/{function}"
    groups = aws.read("logs", "DescribeLogGroups", logGroupNamePrefix=group).get("logGroups", [])
    if group not in [one.get("logGroupName") for one in groups]:
        return None
    kept = len(aws.evidence)
    found = list(aws.list("logs", "FilterLogEvents", "events", logGroupName=group, filterPattern="EVENT"))
    del aws.evidence[kept:]  # the log has the result token
    if not found:
        return None
    return json.loads(found[-1]["message"].partition("EVENT ")[2])


def invoke(aws: Aws, function: str) -> None:
    """Invokes a function until its role can be assumed. Raises Rejected if it cannot within two minutes."""
    end = time.monotonic() + 120 * aws.patience
    while True:
        try:
            aws.change("lambda", "Invoke", FunctionName=function, Payload=b"{}")
        except Rejected:
            if time.monotonic() >= end:
                raise
            time.sleep(aws.pace)
        else:
            return

"""The function of a template, and the resources around it: log group, queue, alarms and role."""

from collections.abc import Iterator

from oracles.facts import Facts
from oracles.templates.config_rules import triggers
from oracles.templates.deployment import Deployment
from oracles.templates.policies import role_findings, unexpected

FUNCTION_TYPES = ("AWS::Lambda::Function", "AWS::Serverless::Function")
FUNCTION_PROPERTIES = {
    "Architectures",
    "Code",
    "CodeUri",
    "Description",
    "Handler",
    "KmsKeyArn",
    "LoggingConfig",
    "MemorySize",
    "ReservedConcurrentExecutions",
    "Role",
    "Runtime",
    "Timeout",
    "VpcConfig",
}
ALARM_PROPERTIES = {
    "AlarmActions",
    "AlarmDescription",
    "ComparisonOperator",
    "Dimensions",
    "EvaluationPeriods",
    "MetricName",
    "Namespace",
    "Period",
    "Statistic",
    "Threshold",
    "TreatMissingData",
}
FOURTEEN_DAYS = 1209600


def function_findings(deployed: Deployment, policies: set[str], facts: Facts) -> Iterator[str]:
    """Yields findings on the function and all that is around it."""
    name, function = deployed.the_one(*FUNCTION_TYPES)
    given = deployed.parameters
    for key, value in {
        "Runtime": "provided.al2023",
        "Handler": "bootstrap",
        "Architectures": [given["Architecture"]],
        "MemorySize": int(given["MemorySize"]),
        "Role": deployed.arn("Role"),
    }.items():
        if function.get(key) != value:
            yield f"{key} of the function is {function.get(key)}, expected {value}"
    if not 60 <= int(function.get("Timeout", 3)) <= 900:
        yield "the timeout is too short for a periodic run"
    if function.get("LoggingConfig") != {
        "LogFormat": "JSON",
        "ApplicationLogLevel": given["LogLevel"],
        "SystemLogLevel": "WARN",
        "LogGroup": "LogGroup",
    }:
        yield "the function does not log to its group in JSON at the level of the parameter"
    yield from unexpected("the function", function, FUNCTION_PROPERTIES)
    vpc = {"SubnetIds": given["SubnetIds"], "SecurityGroupIds": given["SecurityGroupIds"]}
    if function.get("VpcConfig") != (None if given["SubnetIds"] == [""] else vpc):
        yield "the VPC is not the one of the parameters"
    if function.get("ReservedConcurrentExecutions", 0) != int(given["ReservedConcurrency"]):
        yield "the reserved concurrency is not the one of the parameter"
    yield from code_findings(function, deployed)
    yield from _queue_and_log_findings(name, function, deployed)
    _, role = deployed.the_one("AWS::IAM::Role")
    yield from role_findings(role, "trust-function", policies, facts, deployed)


def code_findings(function: dict, deployed: Deployment) -> Iterator[str]:
    """Yields the finding that the code is not at the place that the parameters name."""
    given = deployed.parameters
    if "CodeS3Bucket" not in given:
        if function.get("CodeUri") != "../../crates/config-lambda":
            yield "the code is not the one of the function"
        return
    suffix = f"-{deployed.region}" if given["CodeS3BucketPerRegion"] == "true" else ""
    code = {"S3Bucket": given["CodeS3Bucket"] + suffix, "S3Key": given["CodeS3Key"]}
    if given["CodeS3ObjectVersion"]:
        code["S3ObjectVersion"] = given["CodeS3ObjectVersion"]
    if function.get("Code") != code:
        yield "the code is not at the place of the parameters"


def retention_findings(deployed: Deployment) -> Iterator[str]:
    """Yields the finding that the log group does not keep its events for as long as the parameter says."""
    _, group = deployed.the_one("AWS::Logs::LogGroup")
    if group.get("RetentionInDays") != int(deployed.parameters["LogRetentionDays"]):
        yield "the retention of the log group is not the one of the parameter"


def _queue_and_log_findings(name: str, function: dict, deployed: Deployment) -> Iterator[str]:
    key = deployed.parameters["KmsKeyArn"]
    _, group = deployed.the_one("AWS::Logs::LogGroup")
    yield from retention_findings(deployed)
    queue_name, queue = deployed.the_one("AWS::SQS::Queue")
    if not (queue.get("KmsMasterKeyId") == key if key else queue.get("SqsManagedSseEnabled") is True):
        yield "the failure queue is not encrypted as the parameter requires"
    if key and (group.get("KmsKeyId") != key or function.get("KmsKeyArn") != key):
        yield "log group or function is not encrypted with the key"
    if queue.get("MessageRetentionPeriod") != FOURTEEN_DAYS:
        yield "the failure queue keeps events for less than 14 days"
    _, invoke = deployed.the_one("AWS::Lambda::EventInvokeConfig")
    yield from unexpected("the handling of failed events", invoke, {"FunctionName", "Qualifier", "DestinationConfig"})
    if invoke.get("Qualifier") != "$LATEST":
        yield "failed events of another version go to the failure queue"
    destination = {"OnFailure": {"Destination": deployed.arn(queue_name)}}
    if invoke.get("DestinationConfig") != destination or invoke.get("FunctionName") != name:
        yield "failed events do not go to the failure queue"
    yield from _alarm_findings(deployed, name, queue_name)


def _alarm_findings(deployed: Deployment, function: str, queue: str) -> Iterator[str]:
    expected = {
        ("AWS/Lambda", "Errors", "FunctionName", function, "Sum"),
        ("AWS/Lambda", "Throttles", "FunctionName", function, "Sum"),
        ("AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", f"{queue}.QueueName", "Maximum"),
    }
    if deployed.parameters["Alarms"] == "false":
        expected = set()
    elif triggers(deployed)[1]:
        expected.add(("AWS/Lambda", "Invocations", "FunctionName", function, "Sum"))
    topic = deployed.parameters["AlarmTopicArn"]
    found = set()
    for name, alarm in deployed.of_type("AWS::CloudWatch::Alarm").items():
        metric, silence = alarm.get("MetricName"), alarm.get("MetricName") == "Invocations"
        for dimension in alarm.get("Dimensions", []):
            found.add(
                (
                    alarm.get("Namespace"),
                    metric,
                    dimension.get("Name"),
                    dimension.get("Value"),
                    alarm.get("Statistic"),
                )
            )
        terms = ("Threshold", "EvaluationPeriods", "ComparisonOperator", "Period", "TreatMissingData")
        values = [alarm.get(term) for term in terms]
        wanted = (
            [1, 2, "LessThanThreshold", 86400, "breaching"]
            if silence
            else [1, 1, "GreaterThanOrEqualToThreshold", 300, "notBreaching"]
        )
        if values != wanted:
            yield f"{name} alarms at {values}, expected {wanted}"
        yield from unexpected(name, alarm, ALARM_PROPERTIES)
        if alarm.get("AlarmActions") != ([topic] if topic else None):
            yield f"{name} does not notify the topic"
    yield from (f"an alarm on {more[1]} of {more[3]} is not expected" for more in sorted(found - expected, key=str))
    yield from (f"no alarm on {missing[1]} of {missing[3]}" for missing in sorted(expected - found))

"""Requirements on the template of the CloudFormation hook."""

from collections.abc import Iterator

from oracles.facts import Facts
from oracles.templates.deployment import Deployment
from oracles.templates.function import code_findings, retention_findings
from oracles.templates.policies import role_findings, unexpected

FUNCTION_PROPERTIES = {
    "Architectures",
    "Code",
    "Description",
    "Environment",
    "Handler",
    "LoggingConfig",
    "MemorySize",
    "Role",
    "Runtime",
    "Timeout",
}
HOOK_WAITS = 30  # seconds: CloudFormation Hooks user guide, "Developing a Lambda Hook"
ANSWERS_AFTER = 20  # seconds: the limit in crates/cloudformation-hook/src/runtime.rs
VARIABLES = {
    "RULES": "Rules",
    "UNKNOWN": "Unknown",
    "EXEMPTION_TAG_KEY": "ExemptionTagKey",
    "DAYS_TO_END_OF_LIFE": "DaysToEndOfLife",
    "KMS_KEY_ARNS": "KmsKeyArns",
    "REACHABILITY": "Reachability",
    "MINIMUM_MODE": "MinimumMode",
    "DAYS": "Days",
    "DAYS_TO_EXPIRATION": "DaysToExpiration",
    "REQUIRED_KEY_TAGS": "RequiredKeyTags",
}


def lambda_hook(template: dict, deployed: Deployment, facts: Facts) -> Iterator[str]:
    """Yields findings on a deployment of the hook, its function and its roles."""
    given = deployed.parameters
    for name, default in {"Rules": "all", "Unknown": "FAIL", "FailureMode": "FAIL", "ExemptionTagKey": ""}.items():
        if template["Parameters"][name]["Default"] != default:
            yield f"{name} is not {default} by default"
    yield from _hook_findings(deployed, facts)
    name, function = deployed.the_one("AWS::Lambda::Function")
    for key, value in {
        "Runtime": "provided.al2023",
        "Handler": "bootstrap",
        "Architectures": [given["Architecture"]],
        "Role": deployed.arn("FunctionRole"),
        "Environment": {"Variables": {variable: given[one] for variable, one in VARIABLES.items()}},
    }.items():
        if function.get(key) != value:
            yield f"{key} of the function is {function.get(key)}, expected {value}"
    if not ANSWERS_AFTER < int(function.get("Timeout", 3)) < HOOK_WAITS:
        yield "the function ends before its own limit, or after the hook"
    logging = {
        "LogFormat": "JSON",
        "ApplicationLogLevel": given["LogLevel"],
        "SystemLogLevel": "WARN",
        "LogGroup": "LogGroup",
    }
    if function.get("LoggingConfig") != logging:
        yield "the function does not log to its group in JSON at the level of the parameter"
    yield from unexpected("the function", function, FUNCTION_PROPERTIES)
    yield from code_findings(function, deployed)
    yield from retention_findings(deployed)
    roles = deployed.of_type("AWS::IAM::Role")
    if set(roles) != {"FunctionRole", "HookRole"}:
        yield f"the roles are {sorted(roles)}"
    yield from role_findings(roles["FunctionRole"], "trust-function", {"hook-log"}, facts, deployed)
    yield from role_findings(roles["HookRole"], "trust-hook", {"hook-invoke"}, facts, deployed)
    yield from _alarm_findings(deployed, name)


def _hook_findings(deployed: Deployment, facts: Facts) -> Iterator[str]:
    _, hook = deployed.the_one("AWS::CloudFormation::LambdaHook")
    types = {rule["resourceType"] for rule in facts.rules.values()}
    filters = hook.get("TargetFilters", {})
    if set(filters.get("TargetNames", [])) != types:
        yield f"the hook is not for {sorted(types ^ set(filters.get('TargetNames', [])))}"
    for key, found, expected in (
        ("Actions", filters.get("Actions"), ["CREATE", "UPDATE"]),
        ("TargetOperations", hook.get("TargetOperations"), ["RESOURCE", "CLOUD_CONTROL"]),
        ("FailureMode", hook.get("FailureMode"), deployed.parameters["FailureMode"]),
        ("HookStatus", hook.get("HookStatus"), "ENABLED"),
        ("Alias", hook.get("Alias"), "DmsRule::Lambda::BeforeDeployment"),
        ("ExecutionRole", hook.get("ExecutionRole"), deployed.arn("HookRole")),
        ("LambdaFunction", hook.get("LambdaFunction"), deployed.arn("Function")),
    ):
        if found != expected:
            yield f"{key} of the hook is {found}, expected {expected}"


def _alarm_findings(deployed: Deployment, function: str) -> Iterator[str]:
    expected = {
        ("AWS/Lambda", "Errors", function),
        ("AWS/Lambda", "Throttles", function),
        ("DmsRule/Hook", "NotEvaluated", None),
    }
    if deployed.parameters["Alarms"] == "false":
        expected = set()
    topic = deployed.parameters["AlarmTopicArn"]
    found = set()
    for name, alarm in deployed.of_type("AWS::CloudWatch::Alarm").items():
        dimensions = [one.get("Value") for one in alarm.get("Dimensions", [])] or [None]
        found |= {(alarm.get("Namespace"), alarm.get("MetricName"), one) for one in dimensions}
        terms = ("Threshold", "EvaluationPeriods", "ComparisonOperator", "TreatMissingData")
        values = [alarm.get(term) for term in terms]
        if values != [1, 1, "GreaterThanOrEqualToThreshold", "notBreaching"]:
            yield f"{name} alarms at {values}"
        if alarm.get("AlarmActions") != ([topic] if topic else None):
            yield f"{name} does not notify the topic"
    yield from (f"an alarm on {more[1]} is not expected" for more in sorted(found - expected, key=str))
    yield from (f"no alarm on {missing[1]}" for missing in sorted(expected - found, key=str))
    for made in deployed.of_type("AWS::Logs::MetricFilter").values():
        if made.get("LogGroupName") != "LogGroup" or made.get("FilterPattern") != '{ $.errorCode = "InternalFailure" }':
            yield "the metric does not count what could not be evaluated"

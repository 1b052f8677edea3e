"""Requirements of AWS Config and AWS Lambda on the resources of the modules."""

import re
from collections.abc import Iterator

from oracles.terraform.modules import TERRAFORM, Declaration, Finding, Module, is_blocks, normalized

CHANGE = ["ConfigurationItemChangeNotification", "OversizedConfigurationItemChangeNotification"]
SCHEDULE = ["ScheduledNotification"]
# Types of resources that a module must have, by its folder under rule-templates/terraform.
TYPES = {
    ".": (
        "aws_cloudwatch_log_group",
        "aws_sqs_queue",
        "aws_iam_role",
        "aws_iam_role_policy",
        "aws_lambda_function",
        "aws_lambda_function_event_invoke_config",
        "aws_lambda_permission",
        "aws_config_config_rule",
        "aws_cloudwatch_metric_alarm",
    ),
    "modules/organization": ("aws_lambda_permission", "aws_config_organization_custom_rule"),
    "modules/member-role": ("aws_iam_role", "aws_iam_role_policy"),
    "modules/remediation": (
        "aws_iam_role",
        "aws_iam_role_policy",
        "aws_ssm_document",
        "aws_config_remediation_configuration",
    ),
}
SCOPE = normalized("length(each.value.resource_types) > 0 ? [each.value.resource_types] : []")
ALARMS = ("AWS/Lambda Errors", "AWS/Lambda Throttles", "AWS/SQS ApproximateNumberOfMessagesVisible")
TAGGED = (
    "aws_lambda_function",
    "aws_cloudwatch_log_group",
    "aws_sqs_queue",
    "aws_iam_role",
    "aws_config_config_rule",
)


def contract_findings(module: Module) -> Iterator[Finding]:
    """Yields where a module does not deploy what AWS Config and AWS Lambda need."""
    short = str(module.folder.relative_to(TERRAFORM))
    main = module.folder / "main.tf"
    for resource_type in TYPES.get(short, ()):
        if not module.of_type(resource_type):
            yield Finding(main, f"there is no {resource_type}")
    for resource_type, check in CHECKS.items():
        for address, declaration in module.of_type(resource_type).items():
            for text in check(declaration.body):
                yield Finding(declaration.file, f"{address}: {text}")
    if short == ".":
        yield from _root_findings(module)
    if short == "modules/organization":
        yield from _permissions_of_members(module)
    if short == "modules/rules":
        yield from _facts_findings(module)
    yield from _text_findings(module)


def _facts_findings(module: Module) -> Iterator[Finding]:
    main = module.folder / "main.tf"
    for name, expected in (("on_change", CHANGE), ("on_schedule", SCHEDULE)):
        if module.local(name) != expected:
            yield Finding(main, f"local {name} must be {', '.join(expected)}")
    if "/../../files/rules.json" not in str(module.local("facts")):
        yield Finding(main, "local facts must come from files/rules.json")


def _text_findings(module: Module) -> Iterator[Finding]:
    for file in module.files:
        for word in re.findall(r'"(\w*Notification\w*)"', file.text):
            if word not in CHANGE + SCHEDULE:
                yield Finding(file.path, f"{word} is not a message type of AWS Config")
        if re.search(r"\barn:aws:", file.text):
            yield Finding(file.path, "an ARN of one partition; take the partition's")


def _block(body: dict, name: str) -> dict:
    """Returns the first block of a name, or an empty body."""
    return body[name][0] if is_blocks(body.get(name)) else {}


def _function(body: dict) -> Iterator[str]:
    for argument, expected in (("runtime", "provided.al2023"), ("handler", "bootstrap")):
        if body.get(argument) != expected:
            yield f"{argument} must be {expected}, not {body.get(argument)}"
    if body.get("architectures") != ["${var.architecture}"]:
        yield "architectures must be var.architecture"
    logging = _block(body, "logging_config")
    if logging.get("log_format") != "JSON" or "aws_cloudwatch_log_group." not in str(logging.get("log_group")):
        yield "logging_config must be JSON to the module's log group"
    if "aws_iam_role_policy.evaluate" not in str(body.get("depends_on")):
        yield "depends_on lacks aws_iam_role_policy.evaluate"


def _event_invoke_config(body: dict) -> Iterator[str]:
    destination = _block(body, "destination_config")
    if "aws_sqs_queue." not in str(destination.get("on_failure")):
        yield "failed events must go to the queue"


def _permission(body: dict) -> Iterator[str]:
    if body.get("principal") != "config.amazonaws.com":
        yield f"principal must be config.amazonaws.com, not {body.get('principal')}"
    if not body.get("source_account"):
        yield "source_account is missing: any account's AWS Config could invoke the function"
    if body.get("action") != "lambda:InvokeFunction":
        yield "action must be lambda:InvokeFunction"


def _rule(body: dict) -> Iterator[str]:
    if "aws_lambda_permission." not in str(body.get("depends_on")):
        yield "depends_on lacks the permission: AWS Config invokes the function when the rule is made"
    if body.get("for_each") != "${module.rules.rules}":
        yield "for_each must be module.rules.rules"
    for argument in ("description", "input_parameters"):
        if body.get(argument) != f"${{each.value.{argument}}}":
            yield f"{argument} must be the one of module.rules"


def _config_rule(body: dict) -> Iterator[str]:
    yield from _rule(body)
    source = _block(body, "source")
    if source.get("owner") != "CUSTOM_LAMBDA":
        yield f"owner must be CUSTOM_LAMBDA, not {source.get('owner')}"
    details = [one["source_detail"] for one in source.get("dynamic", []) if "source_detail" in one]
    detail = (details or [{}])[0]
    content = _block(detail, "content")
    if detail.get("for_each") != "${each.value.messages}" or content.get("message_type") != "${source_detail.value}":
        yield "source_detail must be one for each of each.value.messages"
    if content.get("event_source") != "aws.config":
        yield "event_source must be aws.config"
    scopes = [one["scope"] for one in body.get("dynamic", []) if "scope" in one]
    if [one.get("for_each") for one in scopes] != [SCOPE]:
        yield "scope must be each.value.resource_types"


def _organization_rule(body: dict) -> Iterator[str]:
    yield from _rule(body)
    values = {"name": "short_name", "trigger_types": "messages", "resource_types_scope": "resource_types"}
    for argument, value in values.items():
        if body.get(argument) != f"${{each.value.{value}}}":
            yield f"{argument} must be the {value} of module.rules"


def _runbook(body: dict) -> Iterator[str]:
    if body.get("document_type") != "Automation" or body.get("document_format") != "YAML":
        yield "the document must be an Automation runbook in YAML"
    if body.get("content") != '${file("${path.module}/../../files/private-instance.yaml")}':
        yield "content must be files/private-instance.yaml"


def _remediation(body: dict) -> Iterator[str]:
    if body.get("automatic") != "${var.automatic}":
        yield "automatic must be var.automatic"
    if body.get("maximum_automatic_attempts") != "${var.automatic ? 1 : null}":
        yield "a runbook that failed would be started again by itself"
    if _block(body, "parameter").get("resource_value") != "RESOURCE_ID":
        yield "the runbook does not get the resource that is NON_COMPLIANT"
    if "!var.automatic || length(var.approvers) > 0" not in str(body.get("lifecycle")):
        yield "an automatic run must have approvers"


CHECKS = {
    "aws_ssm_document": _runbook,
    "aws_config_remediation_configuration": _remediation,
    "aws_lambda_function": _function,
    "aws_lambda_function_event_invoke_config": _event_invoke_config,
    "aws_lambda_permission": _permission,
    "aws_config_config_rule": _config_rule,
    "aws_config_organization_custom_rule": _organization_rule,
}


def _root_findings(module: Module) -> Iterator[Finding]:
    alarms = [
        f"{body.get('namespace')} {body.get('metric_name')}"
        for _, body in module.of_type("aws_cloudwatch_metric_alarm").values()
    ]
    for expected in ALARMS:
        if expected not in alarms:
            yield Finding(module.folder / "alarms.tf", f"no alarm on {expected}")
    for address, (file, body) in module.of_type("aws_cloudwatch_metric_alarm").items():
        if not str(body.get("count", "")).removeprefix("${").startswith("var.alarms "):
            yield Finding(file, f"{address}: it must be left out without var.alarms")
    for resource_type in TAGGED:
        for address, (file, body) in module.of_type(resource_type).items():
            if body.get("tags") != "${var.tags}":
                yield Finding(file, f"{address}: tags must be var.tags")


def _permissions_of_members(module: Module) -> Iterator[Finding]:
    declarations: dict[str, Declaration] = module.of_type("aws_lambda_permission")
    for address, (file, body) in declarations.items():
        each = body.get("source_account") == "${each.key}"
        if not each or body.get("for_each") != "${var.organization_account_ids}":
            yield Finding(file, f"{address}: there must be one for each of var.organization_account_ids")

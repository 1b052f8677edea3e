"""Faults of the modules of rule-templates/terraform and of the facts that they share with others."""

from dataclasses import dataclass

from oracles.seeding import Fault, PatternFault


@dataclass(frozen=True)
class ModuleFault:
    """A fault in a file under rule-templates, and the file of the finding if that is another."""

    file: str
    fault: Fault
    found_in: str | None = None


MAIN = "terraform/main.tf"
RULES = "terraform/rules.tf"
FACTS = "terraform/modules/rules/main.tf"
ORGANIZATION = "terraform/modules/organization/main.tf"
SINGLE_ACCOUNT = "terraform/examples/single-account/main.tf"
SEVERAL_ACCOUNTS = "terraform/examples/organization/main.tf"
VARIABLES = "terraform/variables.tf"

MODULE_FAULTS = [
    ModuleFault(MAIN, Fault("syntax error", 'handler       = "bootstrap"', 'handler       = ("bootstrap"', "syntax:")),
    ModuleFault(
        MAIN,
        Fault("misspelt argument", "architectures =", "architecturez =", "unknown argument architecturez"),
    ),
    ModuleFault(
        MAIN,
        Fault(
            "argument in the wrong block",
            'log_format            = "JSON"',
            'log_format            = "JSON"\n    retention_in_days     = 90',
            "logging_config: unknown argument retention_in_days",
        ),
    ),
    ModuleFault(
        MAIN,
        Fault(
            "misspelt argument in a dynamic block",
            "subnet_ids         =",
            "subnets            =",
            "vpc_config: unknown argument subnets",
        ),
    ),
    ModuleFault(MAIN, Fault("unknown block", "  logging_config {", "  log_config {", "unknown block log_config")),
    ModuleFault(
        RULES,
        Fault(
            "unknown dynamic block",
            'dynamic "source_detail"',
            'dynamic "source_details"',
            "unknown block source_details",
        ),
    ),
    ModuleFault(
        MAIN,
        Fault(
            "block written as an argument",
            "logging_config {",
            "logging_config = {",
            "logging_config is a block, not an argument",
        ),
    ),
    ModuleFault(
        RULES,
        Fault(
            "block given twice",
            "  source {",
            '  source {\n    owner = "CUSTOM_LAMBDA"\n  }\n\n  source {',
            "block source is given more than once",
        ),
    ),
    ModuleFault(
        RULES,
        PatternFault("missing required argument", r"\n  name +=[^\n]*", "", "missing required argument name"),
    ),
    ModuleFault(
        MAIN,
        PatternFault(
            "missing required argument in a block",
            r"\n +log_format +=[^\n]*",
            "",
            "logging_config: missing required argument log_format",
        ),
    ),
    ModuleFault(
        MAIN,
        Fault(
            "argument of the wrong kind",
            "architectures = [var.architecture]",
            'architectures = "arm64"',
            "argument architectures must be a list, not a string",
        ),
    ),
    ModuleFault(
        ORGANIZATION,
        Fault(
            "misspelt resource type",
            'resource "aws_config_organization_custom_rule"',
            'resource "aws_config_organisation_custom_rule"',
            "the provider has no such type",
        ),
    ),
    ModuleFault(
        "terraform/outputs.tf",
        Fault(
            "attribute that the resource does not have",
            "aws_sqs_queue.failures.url",
            "aws_sqs_queue.failures.uri",
            "aws_sqs_queue.failures.uri: no such attribute",
        ),
    ),
    ModuleFault(MAIN, Fault("undeclared variable", "var.memory_size", "var.memory", "undeclared var.memory")),
    ModuleFault(
        MAIN,
        PatternFault("variable that is not used", r"\n  memory_size +=[^\n]*", "", "variable memory_size is not used"),
        VARIABLES,
    ),
    ModuleFault(
        VARIABLES,
        PatternFault("variable without a type", r"  type        = number\n", "", "variable memory_size has no type"),
    ),
    ModuleFault(
        VARIABLES,
        PatternFault(
            "variable without a description",
            r'  description = "Megabytes[^\n]*\n',
            "",
            "variable memory_size has no description",
        ),
    ),
    ModuleFault(
        VARIABLES,
        Fault(
            "validation that Terraform 1.5 rejects",
            "var.memory_size >= 128",
            "var.memory_size >= var.reserved_concurrency",
            "may refer to itself only",
        ),
    ),
    ModuleFault(MAIN, Fault("undeclared local", "= local.account_id", "= local.account", "undeclared local.account")),
    ModuleFault(
        "terraform/alarms.tf",
        Fault(
            "undeclared resource",
            "aws_lambda_function.function",
            "aws_lambda_function.evaluator",
            "undeclared aws_lambda_function.evaluator",
        ),
    ),
    ModuleFault(
        SEVERAL_ACCOUNTS,
        Fault(
            "output that a module does not have",
            "module.function.function_arn",
            "module.function.arn",
            "module.function.arn: the module has no such output",
        ),
    ),
    ModuleFault(
        SINGLE_ACCOUNT,
        Fault(
            "argument that a module does not take",
            "alarm_actions ",
            "alarm_topics ",
            "has no variable alarm_topics",
        ),
    ),
    ModuleFault(
        SEVERAL_ACCOUNTS,
        PatternFault(
            "required variable of a module left out",
            r"\n  function_arn +=[^\n]*",
            "",
            "required variable function_arn is not given",
        ),
    ),
    ModuleFault(
        SEVERAL_ACCOUNTS,
        Fault(
            "misspelt rule in an example",
            "dms-instance-profile-not-public",
            "dms-instance-profiles-not-public",
            "there is no rule dms-instance-profiles-not-public",
        ),
    ),
    ModuleFault(
        SINGLE_ACCOUNT,
        Fault(
            "parameter of another rule in an example",
            "daysToExpiration",
            "daysToExpire",
            "has no parameter daysToExpire",
        ),
    ),
    ModuleFault(ORGANIZATION, Fault("path to no module", '"../rules"', '"../rule"', "there is no module in ../rule")),
    ModuleFault(
        MAIN,
        Fault(
            "wrong runtime",
            "provided.al2023",
            "provided.al2",
            "runtime must be provided.al2023, not provided.al2",
        ),
    ),
    ModuleFault(
        MAIN,
        Fault(
            "wrong handler",
            'handler       = "bootstrap"',
            'handler       = "main"',
            "handler must be bootstrap",
        ),
    ),
    ModuleFault(
        MAIN,
        Fault(
            "wrong principal",
            "config.amazonaws.com",
            "lambda.amazonaws.com",
            "principal must be config.amazonaws.com, not lambda.amazonaws.com",
        ),
    ),
    ModuleFault(
        MAIN,
        PatternFault("missing source_account", r"\n  source_account[^\n]*", "", "source_account is missing"),
    ),
    ModuleFault(
        ORGANIZATION,
        PatternFault(
            "missing source_account for members", r"\n  source_account[^\n]*", "", "source_account is missing"
        ),
    ),
    ModuleFault(
        RULES,
        Fault(
            "rule before its permission",
            "[aws_lambda_permission.config, ",
            "[",
            "depends_on lacks the permission",
        ),
    ),
    ModuleFault(
        ORGANIZATION,
        PatternFault(
            "organization rule before its permissions",
            r"\n  depends_on = \[aws_lambda_permission.config\]",
            "",
            "depends_on lacks the permission",
        ),
    ),
    ModuleFault(
        MAIN,
        PatternFault(
            "function before its policy",
            r"\n  depends_on = \[aws_iam_role_policy.evaluate\]",
            "",
            "depends_on lacks aws_iam_role_policy.evaluate",
        ),
    ),
    ModuleFault(
        FACTS,
        Fault(
            "wrong message type",
            '"ScheduledNotification"',
            '"ScheduleNotification"',
            "ScheduleNotification is not a message type",
        ),
    ),
    ModuleFault(
        FACTS,
        Fault(
            "missing message type",
            ', "OversizedConfigurationItemChangeNotification"',
            "",
            "local on_change must be",
        ),
    ),
    ModuleFault(
        RULES,
        Fault(
            "one message for every rule",
            "message_type                = source_detail.value",
            'message_type                = "ScheduledNotification"',
            "source_detail must be one for each",
        ),
    ),
    ModuleFault(
        RULES,
        Fault("wrong owner", "CUSTOM_LAMBDA", "CUSTOM_POLICY", "owner must be CUSTOM_LAMBDA, not CUSTOM_POLICY"),
    ),
    ModuleFault(
        RULES,
        Fault(
            "scope with a fixed type",
            "? [each.value.resource_types]",
            '? [["AWS::DMS::Instance"]]',
            "scope must be each.value.resource_types",
        ),
    ),
    ModuleFault(
        MAIN,
        PatternFault(
            "failed events without a destination",
            r"\n    on_failure \{[^}]*\}",
            "",
            "failed events must go to the queue",
        ),
    ),
    ModuleFault(
        "terraform/modules/remediation/main.tf",
        Fault("file of another folder", "/../../files/private", "/../../../ssm/private", "is outside of the folder"),
    ),
    ModuleFault(
        "terraform/modules/remediation/main.tf",
        Fault("file that does not exist", "private-instance.yaml", "private.yaml", "private.yaml does not exist"),
    ),
    ModuleFault(
        "terraform/README.md",
        Fault("link out of the folder", "(examples/", "(../examples/", "is outside of the folder"),
    ),
    ModuleFault(
        "terraform/modules/organization/README.md",
        Fault("variable that no document names", "`frequency`", "`often`", "the tables lack frequency"),
    ),
    ModuleFault(
        "terraform/alarms.tf",
        Fault("alarm that stays", "count = var.alarms && ", "count = ", "it must be left out without var.alarms"),
    ),
    ModuleFault(
        "terraform/alarms.tf",
        Fault("missing alarm", '"Throttles"', '"Duration"', "no alarm on AWS/Lambda Throttles"),
    ),
    ModuleFault(
        SEVERAL_ACCOUNTS,
        Fault(
            "ARN of one partition",
            "arn:${data.aws_partition.current.partition}:",
            "arn:aws:",
            "an ARN of one partition",
        ),
    ),
    ModuleFault(
        MAIN,
        Fault(
            "inline IAM statement",
            'policy = jsonencode({ Version = "2012-10-17", Statement = local.needed_statements })',
            'policy = jsonencode({\n    Version   = "2012-10-17"\n    Statement = [{ Effect = "Allow", Action = "ec2:*", Resource = "*" }]\n  })',
            "aws_iam_role_policy.evaluate: policy is not a template of rule-templates/iam",
        ),
    ),
    ModuleFault(
        MAIN,
        Fault(
            "IAM statement beside the templates",
            "jsondecode(part.policy).Statement :",
            '[{ "Effect" : "Allow", "Action" : "ec2:*", "Resource" : "*" }] :',
            "an IAM statement is written in Terraform",
        ),
    ),
    ModuleFault(
        MAIN,
        Fault(
            "policies that are not wanted",
            "statement if part.wanted",
            "statement",
            "local statements must be made of templates",
        ),
    ),
    ModuleFault(
        MAIN,
        Fault(
            "actions that a rule needs left out",
            "module.rules.unneeded_actions)) })",
            '["config:PutEvaluations"])) })',
            "local needed_statements must be made of templates",
        ),
    ),
    ModuleFault(
        "terraform/modules/member-role/main.tf",
        Fault(
            "trust without a template",
            'jsonencode({ Version = "2012-10-17", Statement = local.trusted })',
            'jsonencode({ Version = "2012-10-17" })',
            "assume_role_policy is not a template of rule-templates/iam",
        ),
    ),
    ModuleFault(
        "terraform/files/iam/function.json",
        PatternFault(
            "two statements of one name",
            r'"Sid": "(\w+)"([\s\S]*?)"Sid": "\w+"',
            '"Sid": "\\1"\\2"Sid": "\\1"',
            "is in rule-templates/terraform/files/iam/function.json already",
        ),
    ),
    ModuleFault(
        MAIN,
        Fault(
            "managed policy",
            'resource "aws_lambda_function_event_invoke_config"',
            'resource "aws_iam_role_policy_attachment" "more" {\n  role       = aws_iam_role.function.name\n  policy_arn = var.kms_key_arn\n}\n\nresource "aws_lambda_function_event_invoke_config"',
            "only policies of rule-templates/iam",
        ),
    ),
    ModuleFault(
        MAIN,
        Fault(
            "policy that does not exist",
            "function-kms.json",
            "function-key.json",
            "there is no rule-templates/terraform/files/iam/function-key.json",
        ),
    ),
    ModuleFault(
        MAIN,
        PatternFault(
            "policy that lacks a value",
            r"\n {6}account_id +=[^\n]*",
            "",
            "evaluate.json needs account_id, which is not given",
        ),
    ),
    ModuleFault(
        "terraform/files/iam/function-kms.json",
        Fault(
            "policy that needs another value",
            "${kms_key_arn}",
            "${key_arn}",
            "needs key_arn, which is not given",
        ),
        MAIN,
    ),
    ModuleFault(
        "terraform/files/iam/evaluate.json",
        Fault(
            "action that the policy does not allow",
            "dms:DescribeEndpoints",
            "dms:DescribeEndpointTypes",
            "action dms:DescribeEndpoints is not in",
        ),
        "terraform/files/rules.json",
    ),
    ModuleFault(
        "terraform/files/rules.json",
        Fault(
            "rule facts of another subject", '"theme": "exposure"', '"theme": "danger"', "theme danger is not one of"
        ),
    ),
    ModuleFault(
        "terraform/files/rules.json",
        Fault("rule facts without a type's recording", '"recorded": true,', "", "recorded must be true or false"),
    ),
    ModuleFault(
        VARIABLES,
        Fault(
            "another default than CloudFormation's",
            "default     = 128",
            "default     = 256",
            "default of memory_size is 256, but 128",
        ),
        MAIN,
    ),
    ModuleFault(
        "terraform/README.md",
        Fault(
            "variable that the README lacks",
            "| `memory_size` |",
            "| `memory` |",
            "the table lacks the variable memory_size",
        ),
    ),
]

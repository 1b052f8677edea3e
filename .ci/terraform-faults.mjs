// Faults for terraform-check.mjs --self-test: what is broken in which file of rule-templates, and the words that must
// tell of it (in the file `at`, if that is another).
const main = "terraform/main.tf";
const rules = "terraform/rules.tf";
const facts = "terraform/modules/rules/main.tf";
const organization = "terraform/modules/organization/main.tf";
const single = "terraform/examples/single-account/main.tf";
const several = "terraform/examples/organization/main.tf";

export const seededFaults = [
    // Terraform and the provider
    { fault: "syntax error", file: main, from: "handler       = \"bootstrap\"", to: "handler       = (\"bootstrap\"", told: "syntax:" },
    { fault: "misspelt argument", file: main, from: "architectures =", to: "architecturez =", told: "unknown argument architecturez" },
    { fault: "argument in the wrong block", file: main, from: "log_format            = \"JSON\"", to: "log_format            = \"JSON\"\n    retention_in_days     = 90", told: "logging_config: unknown argument retention_in_days" },
    { fault: "misspelt argument in a dynamic block", file: main, from: "subnet_ids         =", to: "subnets            =", told: "vpc_config: unknown argument subnets" },
    { fault: "unknown block", file: main, from: "  logging_config {", to: "  log_config {", told: "unknown block log_config" },
    { fault: "unknown dynamic block", file: rules, from: "dynamic \"source_detail\"", to: "dynamic \"source_details\"", told: "unknown block source_details" },
    { fault: "block written as an argument", file: main, from: "logging_config {", to: "logging_config = {", told: "logging_config is a block, not an argument" },
    { fault: "block that may stand once stands twice", file: rules, from: "  source {", to: "  source {\n    owner = \"CUSTOM_LAMBDA\"\n  }\n\n  source {", told: "block source stands more than once" },
    { fault: "missing required argument", file: rules, from: /\n  name +=[^\n]*/, to: "", told: "missing required argument name" },
    { fault: "missing required argument in a block", file: main, from: /\n +log_format +=[^\n]*/, to: "", told: "logging_config: missing required argument log_format" },
    { fault: "argument of the wrong kind", file: main, from: "architectures = [var.architecture]", to: "architectures = \"arm64\"", told: "argument architectures must be a list, not a string" },
    { fault: "misspelt resource type", file: organization, from: "resource \"aws_config_organization_custom_rule\"", to: "resource \"aws_config_organisation_custom_rule\"", told: "the provider has no such type" },
    { fault: "attribute that the resource does not have", file: "terraform/outputs.tf", from: "aws_sqs_queue.failures.url", to: "aws_sqs_queue.failures.uri", told: "aws_sqs_queue.failures.uri: no such attribute" },

    // Names within and between modules
    { fault: "undeclared variable", file: main, from: "var.memory_size", to: "var.memory", told: "undeclared var.memory" },
    { fault: "variable that nothing uses", file: main, from: /\n  memory_size +=[^\n]*/, to: "", at: "terraform/variables.tf", told: "variable memory_size is not used" },
    { fault: "variable without a type", file: "terraform/variables.tf", from: /  type        = number\n/, to: "", told: "variable memory_size has no type" },
    { fault: "variable without a description", file: "terraform/variables.tf", from: /  description = "Megabytes[^\n]*\n/, to: "", told: "variable memory_size has no description" },
    { fault: "validation that Terraform 1.5 refuses", file: "terraform/variables.tf", from: "var.memory_size >= 128", to: "var.memory_size >= var.reserved_concurrency", told: "may refer to itself only" },
    { fault: "undeclared local", file: main, from: "= local.account_id", to: "= local.account", told: "undeclared local.account" },
    { fault: "undeclared resource", file: "terraform/alarms.tf", from: "aws_lambda_function.function", to: "aws_lambda_function.evaluator", told: "undeclared aws_lambda_function.evaluator" },
    { fault: "output that a module does not have", file: several, from: "module.function.function_arn", to: "module.function.arn", told: "module.function.arn: the module has no such output" },
    { fault: "argument that a module does not take", file: single, from: "alarm_actions ", to: "alarm_topics ", told: "has no variable alarm_topics" },
    { fault: "required variable of a module left out", file: several, from: /\n  function_arn +=[^\n]*/, to: "", told: "required variable function_arn is not given" },
    { fault: "misspelt rule in an example", file: several, from: "dms-instance-profile-not-public", to: "dms-instance-profiles-not-public", told: "there is no rule dms-instance-profiles-not-public" },
    { fault: "parameter of another rule in an example", file: single, from: "daysToExpiration", to: "daysToExpire", told: "has no parameter daysToExpire" },
    { fault: "path to no module", file: organization, from: "\"../rules\"", to: "\"../rule\"", told: "there is no module in ../rule" },

    // What AWS Config needs
    { fault: "wrong runtime", file: main, from: "provided.al2023", to: "provided.al2", told: "runtime must be provided.al2023, not provided.al2" },
    { fault: "wrong handler", file: main, from: "handler       = \"bootstrap\"", to: "handler       = \"main\"", told: "handler must be bootstrap" },
    { fault: "wrong principal", file: main, from: "config.amazonaws.com", to: "lambda.amazonaws.com", told: "principal must be config.amazonaws.com, not lambda.amazonaws.com" },
    { fault: "missing source_account", file: main, from: /\n  source_account[^\n]*/, to: "", told: "source_account is missing" },
    { fault: "missing source_account for members", file: organization, from: /\n  source_account[^\n]*/, to: "", told: "source_account is missing" },
    { fault: "rule before its permission", file: rules, from: "[aws_lambda_permission.config, ", to: "[", told: "depends_on lacks the permission" },
    { fault: "organization rule before its permissions", file: organization, from: /\n  depends_on = \[aws_lambda_permission.config\]/, to: "", told: "depends_on lacks the permission" },
    { fault: "function before its policy", file: main, from: /\n  depends_on = \[aws_iam_role_policy.evaluate\]/, to: "", told: "depends_on lacks aws_iam_role_policy.evaluate" },
    { fault: "wrong message type", file: facts, from: "\"ScheduledNotification\"", to: "\"ScheduleNotification\"", told: "ScheduleNotification is no message type" },
    { fault: "missing message type", file: facts, from: ", \"OversizedConfigurationItemChangeNotification\"", to: "", told: "local on_change must be" },
    { fault: "one message for every rule", file: rules, from: "message_type                = source_detail.value", to: "message_type                = \"ScheduledNotification\"", told: "source_detail must be one for each" },
    { fault: "wrong owner", file: rules, from: "CUSTOM_LAMBDA", to: "CUSTOM_POLICY", told: "owner must be CUSTOM_LAMBDA, not CUSTOM_POLICY" },
    { fault: "scope with a type written by hand", file: rules, from: /\[each.value.resource_types\]|each.value.resource_types/g, to: "[\"AWS::DMS::Instance\"]", told: "scope must be each.value.resource_types" },
    { fault: "failed events go nowhere", file: main, from: /\n    on_failure \{[^}]*\}/, to: "", told: "failed events must go to the queue" },
    { fault: "missing alarm", file: "terraform/alarms.tf", from: "\"Throttles\"", to: "\"Duration\"", told: "no alarm on AWS/Lambda Throttles" },
    { fault: "ARN of one partition", file: several, from: "arn:${data.aws_partition.current.partition}:", to: "arn:aws:", told: "an ARN of one partition" },

    // The one place of policies and facts
    { fault: "inline IAM statement", file: main, from: "policy = jsonencode({ Version = \"2012-10-17\", Statement = local.needed_statements })", to: "policy = jsonencode({\n    Version   = \"2012-10-17\"\n    Statement = [{ Effect = \"Allow\", Action = \"ec2:*\", Resource = \"*\" }]\n  })", told: "aws_iam_role_policy.evaluate: policy is no template of rule-templates/iam" },
    { fault: "IAM statement beside the templates", file: main, from: "jsondecode(part.policy).Statement :", to: "[{ \"Effect\" : \"Allow\", \"Action\" : \"ec2:*\", \"Resource\" : \"*\" }] :", told: "an IAM statement stands in Terraform" },
    { fault: "policies that are not wanted too", file: main, from: "statement if part.wanted", to: "statement", told: "local statements must be made of templates" },
    { fault: "actions that a rule needs left out", file: main, from: "module.rules.unneeded_actions)) })", to: "[\"config:PutEvaluations\"])) })", told: "local needed_statements must be made of templates" },
    { fault: "trust written by hand", file: "terraform/modules/member-role/main.tf", from: "jsonencode({ Version = \"2012-10-17\", Statement = local.trusted })", to: "jsonencode({ Version = \"2012-10-17\" })", told: "assume_role_policy is no template of rule-templates/iam" },
    { fault: "two statements of one name", file: "iam/function.json", from: /"Sid": "(\w+)"([^]*?)"Sid": "\w+"/, to: "\"Sid\": \"$1\"$2\"Sid\": \"$1\"", told: "stands in rule-templates/iam/function.json already" },
    { fault: "managed policy", file: main, from: "resource \"aws_lambda_function_event_invoke_config\"", to: "resource \"aws_iam_role_policy_attachment\" \"more\" {\n  role       = aws_iam_role.function.name\n  policy_arn = var.kms_key_arn\n}\n\nresource \"aws_lambda_function_event_invoke_config\"", told: "only policies of rule-templates/iam" },
    { fault: "policy that does not exist", file: main, from: "function-kms.json", to: "function-key.json", told: "there is no rule-templates/iam/function-key.json" },
    { fault: "policy that lacks a value", file: main, from: /\n {6}account_id +=[^\n]*/, to: "", told: "evaluate.json asks for account_id, which is not given" },
    { fault: "policy that asks for more", file: "iam/function-kms.json", from: "${kms_key_arn}", to: "${key_arn}", at: main, told: "asks for key_arn, which is not given" },
    { fault: "action that the policy does not allow", file: "iam/evaluate.json", from: "dms:DescribeEndpoints", to: "dms:DescribeEndpointTypes", at: "rules.json", told: "action dms:DescribeEndpoints does not stand in" },
    { fault: "rule facts without a type's recording", file: "rules.json", from: "\"recorded\": true,", to: "", told: "recorded must be true or false" },
    { fault: "another default than CloudFormation's", file: "terraform/variables.tf", from: "default     = 128", to: "default     = 256", at: main, told: "default of memory_size is 256, but 128" },
    { fault: "variable that the README does not tell", file: "terraform/README.md", from: "| `memory_size` |", to: "| `memory` |", told: "the table lacks the variable memory_size" },
];

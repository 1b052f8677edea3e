data "aws_partition" "current" {}

data "aws_region" "current" {}

data "aws_caller_identity" "current" {}

locals {
  # Every policy is the same as in the CloudFormation templates.
  iam        = "${path.module}/files/iam"
  account_id = data.aws_caller_identity.current.account_id
  partition  = data.aws_partition.current.partition
  # The id is the name of the Region in every version of the provider.
  region = data.aws_region.current.id
}

resource "aws_cloudwatch_log_group" "function" {
  name              = "/aws/lambda/${var.name}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
  tags              = var.tags
}

# An event that failed three times lands here instead of nowhere.
resource "aws_sqs_queue" "failures" {
  name                      = "${var.name}-failures"
  message_retention_seconds = 1209600
  sqs_managed_sse_enabled   = var.kms_key_arn == null ? true : null
  kms_master_key_id         = var.kms_key_arn
  tags                      = var.tags
}

# Its name ends in letters that AWS chooses: two Regions of one account do not meet.
resource "aws_iam_role" "function" {
  name_prefix        = "${substr(var.name, 0, 37)}-"
  description        = "Evaluates AWS DMS resources for AWS Config"
  assume_role_policy = templatefile("${local.iam}/trust-function.json", {})
  tags               = var.tags
}

locals {
  policies = {
    function = { wanted = true, policy = templatefile("${local.iam}/function.json", {
      log_group_arn     = "${aws_cloudwatch_log_group.function.arn}:*"
      failure_queue_arn = aws_sqs_queue.failures.arn
    }) }
    # In an organization, the function works with the role of the rule's account only.
    evaluate = { wanted = var.organization_id == null && var.execution_role_name == null, policy = templatefile("${local.iam}/evaluate.json", {
      partition  = local.partition
      region     = local.region
      account_id = local.account_id
    }) }
    vpc = { wanted = length(var.subnet_ids) > 0, policy = templatefile("${local.iam}/function-vpc.json", {}) }
    kms = { wanted = var.kms_key_arn != null, policy = templatefile("${local.iam}/function-kms.json", {
      kms_key_arn = coalesce(var.kms_key_arn, "none")
    }) }
    role_here = { wanted = var.execution_role_name != null && var.organization_id == null, policy = templatefile("${local.iam}/assume-execution-role.json", {
      partition           = local.partition
      account_id          = local.account_id
      execution_role_name = coalesce(var.execution_role_name, "none")
    }) }
    role_of_member = { wanted = var.organization_id != null, policy = templatefile("${local.iam}/assume-member-role.json", {
      partition        = local.partition
      member_role_name = coalesce(var.execution_role_name, "none")
      organization_id  = coalesce(var.organization_id, "none")
    }) }
  }

  # One policy, not one for each: a key that is made in the same run cannot be counted before it is made.
  statements = flatten([for part in local.policies : [for statement in jsondecode(part.policy).Statement : statement if part.wanted]])

  # Without the actions that none of the rules needs.
  needed_statements = [
    for statement in local.statements : merge(statement, { Action = sort(setsubtract(flatten([statement.Action]), module.rules.unneeded_actions)) })
    if length(setsubtract(flatten([statement.Action]), module.rules.unneeded_actions)) > 0
  ]
}

resource "aws_iam_role_policy" "evaluate" {
  name   = "evaluate"
  role   = aws_iam_role.function.id
  policy = jsonencode({ Version = "2012-10-17", Statement = local.needed_statements })

  lifecycle {
    precondition {
      condition     = var.organization_id == null || var.execution_role_name != null
      error_message = "organization_id needs execution_role_name: the role that the function assumes in each account."
    }
  }
}

resource "aws_lambda_function" "function" {
  function_name = var.name
  description   = "Evaluates AWS DMS resources for AWS Config"
  role          = aws_iam_role.function.arn
  runtime       = "provided.al2023"
  handler       = "bootstrap"
  architectures = [var.architecture]
  memory_size   = var.memory_size
  timeout       = 120

  filename          = var.zip_path
  source_code_hash  = var.zip_path == null ? null : filebase64sha256(var.zip_path)
  s3_bucket         = var.s3_bucket
  s3_key            = var.s3_bucket == null ? null : var.s3_key
  s3_object_version = var.s3_bucket == null ? null : var.s3_object_version

  reserved_concurrent_executions = var.reserved_concurrency

  # A key without an environment is not kept by AWS Lambda.
  kms_key_arn = length(var.environment_variables) > 0 ? var.kms_key_arn : null
  tags        = var.tags

  logging_config {
    log_format            = "JSON"
    log_group             = aws_cloudwatch_log_group.function.name
    application_log_level = var.log_level
    system_log_level      = "WARN"
  }

  dynamic "environment" {
    for_each = length(var.environment_variables) > 0 ? [var.environment_variables] : []
    content {
      variables = environment.value
    }
  }

  dynamic "vpc_config" {
    for_each = length(var.subnet_ids) > 0 ? [var.subnet_ids] : []
    content {
      subnet_ids         = vpc_config.value
      security_group_ids = var.security_group_ids
    }
  }

  lifecycle {
    precondition {
      condition     = (var.zip_path == null) != (var.s3_bucket == null)
      error_message = "Give either zip_path or s3_bucket."
    }

    precondition {
      condition     = length(var.subnet_ids) == 0 || length(var.security_group_ids) > 0
      error_message = "subnet_ids need security_group_ids."
    }
  }

  depends_on = [aws_iam_role_policy.evaluate]
}

resource "aws_lambda_function_event_invoke_config" "function" {
  function_name          = aws_lambda_function.function.function_name
  qualifier              = "$LATEST"
  maximum_retry_attempts = 2

  destination_config {
    on_failure {
      destination = aws_sqs_queue.failures.arn
    }
  }

  # AWS Lambda checks that the role may send there.
  depends_on = [aws_iam_role_policy.evaluate]
}

# Only AWS Config, and only on behalf of this account.
resource "aws_lambda_permission" "config" {
  statement_id   = "config"
  action         = "lambda:InvokeFunction"
  function_name  = aws_lambda_function.function.function_name
  principal      = "config.amazonaws.com"
  source_account = local.account_id
}

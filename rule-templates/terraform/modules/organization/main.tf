data "aws_region" "current" {}

module "rules" {
  source = "../rules"

  rules  = var.rules
  region = data.aws_region.current.id

  triggers              = var.triggers
  unrecorded_regions    = var.unrecorded_regions
  exemption_tag_key     = var.exemption_tag_key
  exemption_compliance  = var.exemption_compliance
  execution_role_name   = var.execution_role_name
  execution_role_region = var.execution_role_region
  assume_role_mode      = var.assume_role_mode
  rule_parameters       = var.rule_parameters
}

# One statement for each account: AWS Config calls as a service, which carries no aws:PrincipalOrgID.
resource "aws_lambda_permission" "config" {
  for_each = var.organization_account_ids

  statement_id   = "config-${each.key}"
  action         = "lambda:InvokeFunction"
  function_name  = var.function_arn
  principal      = "config.amazonaws.com"
  source_account = each.key
}

resource "aws_config_organization_custom_rule" "rule" {
  for_each = module.rules.rules

  name                        = each.value.short_name
  description                 = each.value.description
  lambda_function_arn         = var.function_arn
  input_parameters            = each.value.input_parameters
  trigger_types               = each.value.messages
  maximum_execution_frequency = contains(each.value.messages, "ScheduledNotification") ? var.frequency : null
  resource_types_scope        = each.value.resource_types
  excluded_accounts           = var.excluded_account_ids

  # AWS Config tries the function in every account.
  depends_on = [aws_lambda_permission.config]
}

module "rules" {
  source = "./modules/rules"

  rules                 = var.rules
  rights                = var.rights
  region                = local.region
  triggers              = var.triggers
  unrecorded_regions    = var.unrecorded_regions
  exemption_tag_key     = var.exemption_tag_key
  exemption_compliance  = var.exemption_compliance
  execution_role_name   = var.execution_role_name
  execution_role_region = var.execution_role_region
  assume_role_mode      = var.assume_role_mode
  rule_parameters       = var.rule_parameters
}

resource "aws_config_config_rule" "rule" {
  for_each = module.rules.rules

  name             = each.key
  description      = each.value.description
  input_parameters = each.value.input_parameters
  tags             = var.tags

  dynamic "scope" {
    for_each = length(each.value.resource_types) > 0 ? [each.value.resource_types] : []
    content {
      compliance_resource_types = scope.value
    }
  }

  source {
    owner             = "CUSTOM_LAMBDA"
    source_identifier = aws_lambda_function.function.arn

    dynamic "source_detail" {
      for_each = each.value.messages
      content {
        event_source                = "aws.config"
        message_type                = source_detail.value
        maximum_execution_frequency = source_detail.value == "ScheduledNotification" ? var.frequency : null
      }
    }
  }

  # AWS Config tries the function when the rule is created.
  depends_on = [aws_lambda_permission.config, aws_iam_role_policy.evaluate]
}

# The runbook that replaces a public DMS replication instance by a private one, its role, and the remediation of the
# rule. Once in each account and Region.

data "aws_partition" "current" {}

data "aws_region" "current" {}

data "aws_caller_identity" "current" {}

locals {
  iam = "${path.module}/../../files/iam"

  static = merge({
    AutomationAssumeRole = [aws_iam_role.runbook.arn]
    DeleteOldInstance    = [var.delete_old_instance ? "Yes" : "No"]
    }, length(var.approvers) == 0 ? {} : {
    Approvers        = var.approvers
    ApprovalTopicArn = [var.approval_topic_arn]
  })
}

resource "aws_iam_role" "runbook" {
  name_prefix = "${substr(var.name, 0, 37)}-"
  description = "Replaces public AWS DMS replication instances by private ones"
  assume_role_policy = templatefile("${local.iam}/trust-automation.json", {
    account_id = data.aws_caller_identity.current.account_id
  })
  tags = var.tags
}

resource "aws_iam_role_policy" "runbook" {
  name = "remediate"
  role = aws_iam_role.runbook.id
  policy = templatefile("${local.iam}/remediate.json", {
    partition  = data.aws_partition.current.partition
    region     = data.aws_region.current.id
    account_id = data.aws_caller_identity.current.account_id
  })
}

resource "aws_ssm_document" "runbook" {
  name            = var.name
  document_type   = "Automation"
  document_format = "YAML"
  content         = file("${path.module}/../../files/private-instance.yaml")
  tags            = var.tags
}

resource "aws_config_remediation_configuration" "rule" {
  count = var.rule_name == null ? 0 : 1

  config_rule_name           = var.rule_name
  resource_type              = "AWS::DMS::ReplicationInstance"
  target_type                = "SSM_DOCUMENT"
  target_id                  = aws_ssm_document.runbook.name
  automatic                  = var.automatic
  maximum_automatic_attempts = var.automatic ? 1 : null
  retry_attempt_seconds      = var.automatic ? 86400 : null

  # AWS Config's id of an instance is its ARN or the last part of it: the runbook takes both.
  parameter {
    name           = "ReplicationInstance"
    resource_value = "RESOURCE_ID"
  }

  dynamic "parameter" {
    for_each = local.static
    content {
      name          = parameter.key
      static_values = parameter.value
    }
  }

  lifecycle {
    precondition {
      condition     = !var.automatic || length(var.approvers) > 0
      error_message = "automatic needs approvers: the runbook would stop tasks at any time."
    }

    precondition {
      condition     = (length(var.approvers) == 0) == (var.approval_topic_arn == null)
      error_message = "approvers and approval_topic_arn need each other."
    }
  }

  depends_on = [aws_iam_role_policy.runbook]
}

# What the central functions work with in this account. IAM is global: once for each account, for all Regions.

data "aws_partition" "current" {}

data "aws_caller_identity" "current" {}

module "rules" {
  source = "../rules"

  rules             = var.rules
  rights            = var.rights
  exemption_tag_key = var.exemption_tag_key
}

locals {
  iam = "${path.module}/../../files/iam"

  # One statement for all Regions: a trust policy has 2,048 characters.
  trusted = jsondecode(templatefile("${local.iam}/trust-member-role.json", {
    function_role_arn = join("\", \"", var.function_role_arns)
    organization_id   = var.organization_id
  })).Statement

  statements = jsondecode(templatefile("${local.iam}/evaluate.json", {
    partition  = data.aws_partition.current.partition
    region     = "*"
    account_id = data.aws_caller_identity.current.account_id
  })).Statement

  # Without the actions that none of the rules needs.
  needed_statements = [
    for statement in local.statements : merge(statement, { Action = sort(setsubtract(flatten([statement.Action]), module.rules.unneeded_actions)) })
    if length(setsubtract(flatten([statement.Action]), module.rules.unneeded_actions)) > 0
  ]
}

resource "aws_iam_role" "member" {
  name               = var.name
  path               = var.path
  description        = "Lets the central functions evaluate AWS DMS resources of this account for AWS Config"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = local.trusted })
  tags               = var.tags
}

resource "aws_iam_role_policy" "member" {
  name   = "evaluate"
  role   = aws_iam_role.member.id
  policy = jsonencode({ Version = "2012-10-17", Statement = local.needed_statements })
}

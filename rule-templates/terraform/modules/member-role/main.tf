# What the central function works with in this account. IAM is global: once for each account.

data "aws_partition" "current" {}

locals {
  iam = "${path.module}/../../../iam"
}

resource "aws_iam_role" "member" {
  name        = var.name
  path        = var.path
  description = "Lets the central function evaluate AWS DMS resources of this account for AWS Config"
  assume_role_policy = templatefile("${local.iam}/trust-member-role.json", {
    function_role_arn = var.function_role_arn
    organization_id   = var.organization_id
  })
  tags = var.tags
}

resource "aws_iam_role_policy" "member" {
  name   = "evaluate"
  role   = aws_iam_role.member.id
  policy = templatefile("${local.iam}/member-role.json", { partition = data.aws_partition.current.partition })
}

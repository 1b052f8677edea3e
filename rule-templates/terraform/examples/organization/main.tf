# One Region of an organization: run as its delegated administrator for AWS Config. The function is in this account;
# every account gets the rules from AWS Config, and a role that the function works with.

variable "zip_path" {
  description = "Path of the function's zip"
  type        = string
  default     = "bootstrap.zip"
  nullable    = false
}

variable "organization_id" {
  description = "The organization, o-..."
  type        = string
  nullable    = false
}

variable "organization_account_ids" {
  description = "The accounts that the organization rules reach, this one too"
  type        = set(string)
  nullable    = false
}

variable "member_account_id" {
  description = "An account of them to make the role in"
  type        = string
  nullable    = false
}

variable "member_admin_role_name" {
  description = "The role in that account with which this run makes the role"
  type        = string
  default     = "OrganizationAccountAccessRole"
  nullable    = false
}

locals {
  rules               = ["dms-replication-not-public", "dms-instance-profile-not-public"]
  execution_role_name = "DmsRuleMember"
  # With a function in more than one Region: the roles of all of them.
  function_role_arns = [module.function.function_role_arn]
}

data "aws_partition" "current" {}

provider "aws" {}

provider "aws" {
  alias = "member"

  assume_role {
    role_arn = "arn:${data.aws_partition.current.partition}:iam::${var.member_account_id}:role/${var.member_admin_role_name}"
  }
}

module "function" {
  source = "../.."

  zip_path            = var.zip_path
  rules               = []
  execution_role_name = local.execution_role_name
  organization_id     = var.organization_id
}

module "organization_rules" {
  source = "../../modules/organization"

  function_arn             = module.function.function_arn
  organization_account_ids = var.organization_account_ids
  rules                    = local.rules
  execution_role_name      = local.execution_role_name

  # A rule needs the roles: without one its first run fails.
  depends_on = [module.role_here, module.role_of_member]
}

# The rules reach this account too.
module "role_here" {
  source = "../../modules/member-role"

  name               = local.execution_role_name
  function_role_arns = local.function_role_arns
  organization_id    = var.organization_id
  rules              = local.rules
}

# Once for each account, with a provider for each. For many accounts, a stack set of
# organization-member-role.yaml does the same.
module "role_of_member" {
  source = "../../modules/member-role"

  providers = { aws = aws.member }

  name               = local.execution_role_name
  function_role_arns = local.function_role_arns
  organization_id    = var.organization_id
  rules              = local.rules
}

output "rule_arns" {
  description = "ARNs of the organization rules by name"
  value       = module.organization_rules.rule_arns
}

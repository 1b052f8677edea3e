# One account and Region: the function and all rules, with a topic that is notified when an evaluation fails.

variable "zip_path" {
  description = "Path of the function's zip"
  type        = string
  default     = "bootstrap.zip"
  nullable    = false
}

variable "alarm_topic_arn" {
  description = "ARN of the SNS topic that the alarms notify; null: none"
  type        = string
  default     = null
}

provider "aws" {}

module "dms_rule" {
  source = "../.."

  zip_path          = var.zip_path
  rules             = ["all"]
  exemption_tag_key = "PublicDmsApproved"
  alarm_actions     = var.alarm_topic_arn == null ? [] : [var.alarm_topic_arn]

  rule_parameters = {
    dms-certificate-not-expiring    = { daysToExpiration = "60" }
    dms-replication-instance-tagged = { requiredKeyTags = "owner,cost-center" }
  }

  tags = { application = "dms-rule" }
}

output "rule_arns" {
  description = "ARNs of the rules by name"
  value       = module.dms_rule.rule_arns
}

variable "name" {
  description = "Name of the runbook, and the prefix of its role's name"
  type        = string
  default     = "dms-private-instance"
  nullable    = false
}

variable "rule_name" {
  description = "The rule whose remediation the runbook is; null: none"
  type        = string
  default     = "dms-replication-not-public"
}

variable "automatic" {
  description = "true: AWS Config starts the runbook by itself for every public instance"
  type        = bool
  default     = false
  nullable    = false
}

variable "approvers" {
  description = "ARNs of the users or roles of which one must approve before the first task is stopped; []: nobody is asked"
  type        = list(string)
  default     = []
  nullable    = false
}

variable "approval_topic_arn" {
  description = "The SNS topic that notifies the approvers; its name begins with Automation"
  type        = string
  default     = null
}

variable "delete_old_instance" {
  description = "true: the old instance is deleted once all tasks are on the new one; there is no way back from there"
  type        = bool
  default     = false
  nullable    = false
}

variable "tags" {
  description = "Tags of runbook and role"
  type        = map(string)
  default     = {}
  nullable    = false
}

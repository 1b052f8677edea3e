variable "function_role_arn" {
  description = "ARN of the role of the central function, which may assume this one"
  type        = string
  nullable    = false
}

variable "organization_id" {
  description = "The organization (o-...) that the function's role must be in"
  type        = string
  nullable    = false
}

variable "name" {
  description = "Name of the role"
  type        = string
  default     = "DmsRuleExecutionRole"
  nullable    = false
}

variable "path" {
  description = "Path of the role, with / before and after it"
  type        = string
  default     = "/"
  nullable    = false
}

variable "tags" {
  description = "Tags of the role"
  type        = map(string)
  default     = {}
  nullable    = false
}

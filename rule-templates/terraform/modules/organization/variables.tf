variable "function_arn" {
  description = "ARN of the function, in this account and Region"
  type        = string
  nullable    = false
}

variable "organization_account_ids" {
  description = "Accounts for which AWS Config may invoke the function: every one that the organization rules reach"
  type        = set(string)
  nullable    = false

  validation {
    condition     = alltrue([for id in var.organization_account_ids : can(regex("^[0-9]{12}$", id))])
    error_message = "organization_account_ids must be account ids of 12 digits."
  }
}

variable "excluded_account_ids" {
  description = "Accounts of the organization that get no rule"
  type        = set(string)
  default     = []
  nullable    = false
}

variable "rules" {
  description = "The names of the rules to create, or [\"all\"]; [] creates none"
  type        = set(string)
  default     = ["dms-replication-not-public"]
  nullable    = false
}

variable "triggers" {
  description = "Change, Periodic or Both; a rule on a type that AWS Config does not record is periodic in any case"
  type        = string
  default     = "Both"
  nullable    = false

  validation {
    condition     = contains(["Both", "Change", "Periodic"], var.triggers)
    error_message = "triggers must be Both, Change or Periodic."
  }
}

variable "unrecorded_regions" {
  description = "Regions where AWS Config does not record the types of AWS DMS, so that all rules are periodic; null: those known, ca-west-1 and mx-central-1"
  type        = set(string)
  default     = null
}

variable "exemption_tag_key" {
  description = "A tag whose value YYYY-MM-DD exempts a resource through that day; null exempts none"
  type        = string
  default     = null
}

variable "exemption_compliance" {
  description = "The result that is reported for an exempt resource: COMPLIANT or NOT_APPLICABLE"
  type        = string
  default     = "NOT_APPLICABLE"
  nullable    = false

  validation {
    condition     = contains(["COMPLIANT", "NOT_APPLICABLE"], var.exemption_compliance)
    error_message = "exemption_compliance must be COMPLIANT or NOT_APPLICABLE."
  }
}

variable "execution_role_name" {
  description = "The name of the role to assume in each member account; may hold a path"
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9+=,.@_-]+(/[A-Za-z0-9+=,.@_-]+)*$", var.execution_role_name))
    error_message = "execution_role_name must be the name of a role, without its ARN; it may hold a path, such as team/DmsRule."
  }
}

variable "execution_role_region" {
  description = "The Region whose STS endpoint is called for that role; null: the function's"
  type        = string
  default     = null
}

variable "assume_role_mode" {
  description = "\"true\": always assume that role; \"false\": never; null: when it is named, or the rule is in another account than the function"
  type        = string
  default     = null

  validation {
    condition     = var.assume_role_mode == null ? true : contains(["true", "false"], var.assume_role_mode)
    error_message = "assume_role_mode must be \"true\", \"false\" or null."
  }
}

variable "rule_parameters" {
  description = "Parameters of single rules, by the name of the rule: { dms-certificate-not-expiring = { daysToExpiration = \"60\" } }"
  type        = map(map(string))
  default     = {}
  nullable    = false
}

variable "frequency" {
  description = "The frequency of the periodic run: One_Hour, Three_Hours, Six_Hours, Twelve_Hours or TwentyFour_Hours"
  type        = string
  default     = "TwentyFour_Hours"
  nullable    = false

  validation {
    condition     = contains(["One_Hour", "Three_Hours", "Six_Hours", "Twelve_Hours", "TwentyFour_Hours"], var.frequency)
    error_message = "frequency must be One_Hour, Three_Hours, Six_Hours, Twelve_Hours or TwentyFour_Hours."
  }
}

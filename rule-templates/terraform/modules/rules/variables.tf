variable "region" {
  description = "The Region that the rules are for; null where that does not matter"
  type        = string
  default     = null
}

variable "rules" {
  description = "The names of the rules to create, or [\"all\"]; [] creates none"
  type        = set(string)
  default     = ["dms-replication-not-public"]
  nullable    = false
}

variable "rights" {
  description = "OfRules: read what the rules need; All, or no rules: what every rule needs, as for conformance packs"
  type        = string
  default     = "OfRules"
  nullable    = false

  validation {
    condition     = contains(["OfRules", "All"], var.rights)
    error_message = "rights must be OfRules or All."
  }
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
  description = "The name of a role to assume in the account of the rule; may hold a path; null: the function works with its own"
  type        = string
  default     = null

  validation {
    condition     = var.execution_role_name == null ? true : can(regex("^[A-Za-z0-9+=,.@_-]+(/[A-Za-z0-9+=,.@_-]+)*$", var.execution_role_name))
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

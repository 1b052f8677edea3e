variable "name" {
  description = "Name of the function, and start of the names of what belongs to it"
  type        = string
  default     = "dms-rule"
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,50}$", var.name))
    error_message = "name must be 1 to 50 letters, digits, - or _."
  }
}

variable "zip_path" {
  description = "Path of the function's zip on this machine; or give s3_bucket and s3_key"
  type        = string
  default     = null
}

variable "s3_bucket" {
  description = "The bucket that holds the function's zip, in this Region; or give zip_path"
  type        = string
  default     = null
}

variable "s3_key" {
  description = "The key of the function's zip in s3_bucket"
  type        = string
  default     = "dms-rule/bootstrap.zip"
  nullable    = false
}

variable "s3_object_version" {
  description = "The version of that object; null: the newest. A new version deploys the function anew"
  type        = string
  default     = null
}

variable "architecture" {
  description = "The architecture that the zip was built for: x86_64 or arm64"
  type        = string
  default     = "x86_64"
  nullable    = false

  validation {
    condition     = contains(["x86_64", "arm64"], var.architecture)
    error_message = "architecture must be x86_64 or arm64."
  }
}

variable "memory_size" {
  description = "Megabytes; more memory is more CPU"
  type        = number
  default     = 128
  nullable    = false

  validation {
    condition     = var.memory_size >= 128 && var.memory_size <= 10240
    error_message = "memory_size must be 128 to 10240."
  }
}

variable "reserved_concurrency" {
  description = "The most invocations that run at once; null reserves none. AWS Lambda rejects it in accounts with a small quota"
  type        = number
  default     = null

  validation {
    condition     = var.reserved_concurrency == null ? true : var.reserved_concurrency >= 1
    error_message = "reserved_concurrency must be 1 or more; null reserves none. With 0 the function would never run."
  }
}

variable "environment_variables" {
  description = "Environment of the function, such as AWS_CA_BUNDLE"
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "log_retention_days" {
  description = "Days for which the log lines are kept"
  type        = number
  default     = 90
  nullable    = false

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1827, 3653], var.log_retention_days)
    error_message = "log_retention_days must be one that CloudWatch Logs knows: 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1827 or 3653."
  }
}

variable "log_level" {
  description = "TRACE, DEBUG, INFO, WARN, ERROR or FATAL; ERROR keeps only failures"
  type        = string
  default     = "INFO"
  nullable    = false

  validation {
    condition     = contains(["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"], var.log_level)
    error_message = "log_level must be TRACE, DEBUG, INFO, WARN, ERROR or FATAL."
  }
}

variable "kms_key_arn" {
  description = "ARN of the KMS key for log group, environment and queue, whose policy must allow CloudWatch Logs; null: keys that AWS owns"
  type        = string
  default     = null
}

variable "subnet_ids" {
  description = "Subnets for the function; they must reach AWS Config, AWS DMS, KMS and STS. [] is no VPC"
  type        = list(string)
  default     = []
  nullable    = false
}

variable "security_group_ids" {
  description = "Security groups of the function, if subnet_ids are given"
  type        = list(string)
  default     = []
  nullable    = false
}

variable "alarms" {
  description = "false: no alarms, where something else watches the function"
  type        = bool
  default     = true
  nullable    = false
}

variable "alarm_actions" {
  description = "ARNs that the alarms notify, such as of an SNS topic"
  type        = list(string)
  default     = []
  nullable    = false
}

variable "tags" {
  description = "Tags of everything that can be tagged"
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "organization_id" {
  description = "The organization (o-...) in whose accounts the function assumes execution_role_name; null: in this account only"
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

variable "function_role_arns" {
  description = "ARNs of the roles of the central functions, one for each Region, which may assume this one"
  type        = list(string)
  nullable    = false
}

variable "organization_id" {
  description = "The organization (o-...) that those roles must be in"
  type        = string
  nullable    = false
}

variable "name" {
  description = "Name of the role"
  type        = string
  default     = "DmsRuleMember"
  nullable    = false
}

variable "path" {
  description = "Path of the role, with / before and after it"
  type        = string
  default     = "/"
  nullable    = false
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

variable "exemption_tag_key" {
  description = "A tag whose value YYYY-MM-DD exempts a resource through that day; null exempts none"
  type        = string
  default     = null
}

variable "tags" {
  description = "Tags of the role"
  type        = map(string)
  default     = {}
  nullable    = false
}

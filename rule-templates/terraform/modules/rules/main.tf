# What each rule is made of; no resources. The facts are written by the project from its Rust code.

locals {
  facts = jsondecode(file("${path.module}/../../files/rules.json"))
  known = { for rule in local.facts.rules : rule.name => rule }

  wanted = contains(var.rules, "all") ? toset(keys(local.known)) : var.rules
  chosen = { for name, rule in local.known : name => rule if contains(local.wanted, name) }

  unknown_rules = setsubtract(setunion(setsubtract(var.rules, ["all"]), keys(var.rule_parameters)), keys(local.known))
  unknown_parameters = flatten([
    for name, given in var.rule_parameters : [
      for parameter in keys(given) : "${name}.${parameter}" if !contains(try(local.known[name].parameters, []), parameter)
    ]
  ])

  # Changes reach a rule only where AWS Config records its type; elsewhere nothing but a schedule does.
  unrecorded_regions = var.unrecorded_regions == null ? toset(local.facts.notRecordedIn) : var.unrecorded_regions
  recorded           = { for name, rule in local.chosen : name => rule.recorded && !contains(local.unrecorded_regions, coalesce(var.region, "any")) }

  on_change   = ["ConfigurationItemChangeNotification", "OversizedConfigurationItemChangeNotification"]
  on_schedule = ["ScheduledNotification"]

  common_parameters = {
    exemptionTagKey     = var.exemption_tag_key
    exemptionCompliance = var.exemption_compliance
    ExecutionRoleName   = var.execution_role_name
    ExecutionRoleRegion = var.execution_role_region
    AssumeRoleMode      = var.assume_role_mode
  }

  own_parameters = {
    for name, rule in local.chosen : name => {
      for parameter in rule.parameters : parameter => try(var.rule_parameters[name][parameter], local.facts.parameters[parameter].default)
    }
  }

  # What a policy allows beyond these is needed by every rule. Tags are read for exemptions too, networks for reachability.
  actions = toset(flatten([for rule in values(local.known) : rule.actions]))
  needed = var.rights == "All" || length(local.chosen) == 0 ? local.actions : toset(flatten([
    [for rule in values(local.chosen) : rule.actions],
    var.exemption_tag_key == null ? [] : ["dms:ListTagsForResource"],
    [for parameters in values(local.own_parameters) : "config:SelectResourceConfig" if lower(try(parameters.reachability, "false")) == "true"],
  ]))
}

output "rules" {
  description = "The chosen rules by name: short name, description, message types, resource types of the scope, input parameters as JSON"
  value = {
    for name, rule in local.chosen : name => {
      # For an organization: AWS Config adds to the name, and lists results by names of 64 characters at most.
      short_name  = rule.shortName
      description = rule.description
      messages = concat(
        local.recorded[name] && var.triggers != "Periodic" ? local.on_change : [],
        !local.recorded[name] || var.triggers != "Change" ? local.on_schedule : [],
      )
      resource_types = local.recorded[name] && var.triggers != "Periodic" ? [rule.resourceType] : []
      # What is empty is left out.
      input_parameters = jsonencode({
        for key, value in merge({ ruleIdentifier = name }, local.common_parameters, local.own_parameters[name]) : key => value
        if value != null && value != ""
      })
    }
  }

  precondition {
    condition     = length(local.unknown_rules) == 0
    error_message = "There are no rules of these names: ${join(", ", local.unknown_rules)}. Known are all, ${join(", ", keys(local.known))}."
  }

  precondition {
    condition     = length(local.unknown_parameters) == 0
    error_message = "rule_parameters has what the rules do not take: ${join(", ", local.unknown_parameters)}."
  }
}

output "unneeded_actions" {
  description = "Actions of iam/evaluate.json that none of the chosen rules needs"
  value       = setsubtract(local.actions, local.needed)
}

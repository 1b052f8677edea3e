output "rule_arns" {
  description = "ARNs of the organization rules by name"
  value       = { for name, rule in aws_config_organization_custom_rule.rule : name => rule.arn }
}

output "document_name" {
  description = "Name of the runbook"
  value       = aws_ssm_document.runbook.name
}

output "role_arn" {
  description = "ARN of the runbook's role"
  value       = aws_iam_role.runbook.arn
}

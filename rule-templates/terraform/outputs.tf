output "function_arn" {
  description = "ARN of the function"
  value       = aws_lambda_function.function.arn
}

output "function_role_arn" {
  description = "ARN of the function's role, which roles in member accounts trust"
  value       = aws_iam_role.function.arn
}

output "failure_queue_url" {
  description = "URL of the queue for events that failed three times"
  value       = aws_sqs_queue.failures.url
}

output "log_group_name" {
  description = "Name of the log group"
  value       = aws_cloudwatch_log_group.function.name
}

output "rule_arns" {
  description = "ARNs of the rules by name"
  value       = { for name, rule in aws_config_config_rule.rule : name => rule.arn }
}

output "alarm_arns" {
  description = "ARNs of the alarms on errors, on throttles, on the queue and on silence; [] without alarms"
  value = concat(
    aws_cloudwatch_metric_alarm.errors[*].arn,
    aws_cloudwatch_metric_alarm.throttles[*].arn,
    aws_cloudwatch_metric_alarm.failures[*].arn,
    aws_cloudwatch_metric_alarm.silence[*].arn,
  )
}

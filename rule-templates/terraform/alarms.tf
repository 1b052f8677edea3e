resource "aws_cloudwatch_metric_alarm" "errors" {
  count = var.alarms ? 1 : 0

  alarm_name          = "${var.name}-errors"
  alarm_description   = "An evaluation failed; the function's log has the reason and who must act"
  namespace           = "AWS/Lambda"
  metric_name         = "Errors"
  dimensions          = { FunctionName = aws_lambda_function.function.function_name }
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 1
  threshold           = 1
  comparison_operator = "GreaterThanOrEqualToThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarm_actions
  tags                = var.tags
}

resource "aws_cloudwatch_metric_alarm" "throttles" {
  count = var.alarms ? 1 : 0

  alarm_name          = "${var.name}-throttles"
  alarm_description   = "Lambda throttled events; raise the concurrency"
  namespace           = "AWS/Lambda"
  metric_name         = "Throttles"
  dimensions          = { FunctionName = aws_lambda_function.function.function_name }
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 1
  threshold           = 1
  comparison_operator = "GreaterThanOrEqualToThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarm_actions
  tags                = var.tags
}

resource "aws_cloudwatch_metric_alarm" "failures" {
  count = var.alarms ? 1 : 0

  alarm_name          = "${var.name}-failures"
  alarm_description   = "Events that failed three times are in the failure queue; correct the cause and evaluate the rule again"
  namespace           = "AWS/SQS"
  metric_name         = "ApproximateNumberOfMessagesVisible"
  dimensions          = { QueueName = aws_sqs_queue.failures.name }
  statistic           = "Maximum"
  period              = 300
  evaluation_periods  = 1
  threshold           = 1
  comparison_operator = "GreaterThanOrEqualToThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarm_actions
  tags                = var.tags
}

# A function that is never invoked raises no error: its permission is missing, or the recorder stopped.
resource "aws_cloudwatch_metric_alarm" "silence" {
  count = var.alarms && var.triggers != "Change" ? 1 : 0

  alarm_name          = "${var.name}-silence"
  alarm_description   = "AWS Config has not invoked the function for two days; check its permission, the rules and the recorder"
  namespace           = "AWS/Lambda"
  metric_name         = "Invocations"
  dimensions          = { FunctionName = aws_lambda_function.function.function_name }
  statistic           = "Sum"
  period              = 86400
  evaluation_periods  = 2
  threshold           = 1
  comparison_operator = "LessThanThreshold"
  treat_missing_data  = "breaching"
  alarm_actions       = var.alarm_actions
  tags                = var.tags
}

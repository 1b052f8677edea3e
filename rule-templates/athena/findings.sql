-- The findings of every rule that a query answers, at the end of the data.
SELECT rule, condition, account_id, aws_region, resource_type, resource_id, arn, started_at, start_is_known, last_seen_at
FROM dms_periods
WHERE next_condition IS NULL AND condition IN ('NON_COMPLIANT', 'UNKNOWN')
ORDER BY rule, condition, account_id, aws_region, resource_id

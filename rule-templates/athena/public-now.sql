-- Replication instances that are public at the end of the data, or of which it is not known.
SELECT account_id, aws_region, resource_id, arn, condition, started_at, start_is_known, last_seen_at, first_source
FROM dms_periods
WHERE rule = 'dms-replication-not-public' AND next_condition IS NULL AND condition IN ('NON_COMPLIANT', 'UNKNOWN')
ORDER BY condition, account_id, aws_region, resource_id

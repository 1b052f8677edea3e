-- When each replication instance was public, and for how long. Where start_is_known is false, it was so for that time at least.
SELECT
  account_id, aws_region, resource_id, arn, condition, started_at, start_is_known, ended_at, next_condition,
  CAST(floor(milliseconds / 1000.0) AS bigint) AS seconds, records, first_source
FROM dms_periods
WHERE rule = 'dms-replication-not-public' AND condition IN ('NON_COMPLIANT', 'UNKNOWN')
ORDER BY account_id, aws_region, resource_id, started_at

-- The periods of each resource and rule, without a gap, from its first record to the latest record of all.
CREATE OR REPLACE VIEW dms_periods AS
WITH ranked AS (
  SELECT
    *,
    max(state_number) OVER (
      PARTITION BY rule, account_id, aws_region, resource_type, resource_id, captured_at
    ) AS last_state
  FROM dms_conditions
),
-- Of records of one time the worst counts, unless a higher state id overtakes it.
steps AS (
  SELECT
    rule, account_id, aws_region, resource_type, resource_id, captured_at,
    CASE WHEN state_number < last_state THEN 0 ELSE 1 END AS place,
    max(severity) AS severity,
    count(*) AS records,
    min_by(source, 0 - severity) AS source,
    max(arn) AS arn
  FROM ranked
  GROUP BY
    rule, account_id, aws_region, resource_type, resource_id, captured_at,
    CASE WHEN state_number < last_state THEN 0 ELSE 1 END
),
followed AS (
  SELECT
    *,
    lead(severity) OVER (
      PARTITION BY rule, account_id, aws_region, resource_type, resource_id, captured_at ORDER BY place
    ) AS following
  FROM steps
),
marked AS (
  SELECT
    *,
    CASE
      WHEN severity = lag(severity) OVER (
        PARTITION BY rule, account_id, aws_region, resource_type, resource_id ORDER BY captured_at, place
      ) THEN 0
      ELSE 1
    END AS starts
  FROM followed
  WHERE following IS NULL OR severity > following
),
numbered AS (
  SELECT
    *,
    sum(starts) OVER (
      PARTITION BY rule, account_id, aws_region, resource_type, resource_id ORDER BY captured_at, place
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS number
  FROM marked
),
periods AS (
  SELECT
    rule, account_id, aws_region, resource_type, resource_id, number,
    max(severity) AS severity,
    min(captured_at) AS started_at,
    max(captured_at) AS last_seen_at,
    sum(records) AS records,
    min_by(source, captured_at) AS first_source,
    max(arn) AS arn
  FROM numbered
  GROUP BY rule, account_id, aws_region, resource_type, resource_id, number
),
neighbours AS (
  SELECT
    *,
    lag(severity) OVER (
      PARTITION BY rule, account_id, aws_region, resource_type, resource_id ORDER BY number
    ) AS severity_before,
    lead(severity) OVER (
      PARTITION BY rule, account_id, aws_region, resource_type, resource_id ORDER BY number
    ) AS severity_after,
    lead(started_at) OVER (
      PARTITION BY rule, account_id, aws_region, resource_type, resource_id ORDER BY number
    ) AS changed_at,
    max(last_seen_at) OVER () AS latest
  FROM periods
)
SELECT
  rule, account_id, aws_region, resource_type, resource_id, arn,
  element_at(ARRAY['DELETED', 'NOT_APPLICABLE', 'COMPLIANT', 'UNKNOWN', 'NON_COMPLIANT'], severity + 1) AS condition,
  started_at,
  coalesce(severity_before <> 3, false) AS start_is_known,
  coalesce(changed_at, latest) AS ended_at,
  element_at(
    ARRAY['DELETED', 'NOT_APPLICABLE', 'COMPLIANT', 'UNKNOWN', 'NON_COMPLIANT'], severity_after + 1
  ) AS next_condition,
  date_diff('millisecond', started_at, coalesce(changed_at, latest)) AS milliseconds,
  records, last_seen_at, first_source
FROM neighbours

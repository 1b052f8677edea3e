-- For each account: public periods, those that are still open or after which nothing is known, and the time to fix of the others.
WITH exposures AS (
  SELECT
    account_id, milliseconds, next_condition, start_is_known,
    next_condition IS NOT NULL AND next_condition <> 'UNKNOWN' AS is_over
  FROM dms_periods
  WHERE rule = 'dms-replication-not-public' AND condition = 'NON_COMPLIANT'
),
ordered AS (
  SELECT
    *,
    row_number() OVER (PARTITION BY account_id, is_over ORDER BY milliseconds) AS place,
    count(*) OVER (PARTITION BY account_id, is_over) AS places
  FROM exposures
)
SELECT
  account_id,
  count(*) AS exposures,
  count_if(next_condition IS NULL) AS still_open,
  count_if(coalesce(next_condition, '') = 'UNKNOWN') AS lost,
  CAST(floor(sum(milliseconds) / 1000.0) AS bigint) AS total_seconds,
  CAST(floor(
    avg(CASE WHEN is_over AND abs(2 * place - places - 1) < 2 THEN milliseconds END) / 1000.0
  ) AS bigint) AS median_seconds_to_fix,
  CAST(floor(max(CASE WHEN is_over THEN milliseconds END) / 1000.0) AS bigint) AS longest_seconds_to_fix,
  bool_and(is_over AND start_is_known) AS is_exact
FROM ordered
GROUP BY account_id
ORDER BY account_id

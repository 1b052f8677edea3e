-- One row for each record of a DMS resource, once however many files hold it.
-- The items are wrapped, since UNNEST makes a column of each member of a struct or one of the whole, by the version of the engine.
CREATE OR REPLACE VIEW dms_items AS
WITH delivered AS (
  SELECT account, region, "$path" AS source, wrapped[1] AS item
  FROM config_deliveries
  CROSS JOIN UNNEST(transform(configurationitems, one -> ARRAY[one])) AS t (wrapped)
),
named AS (
  SELECT
    coalesce(nullif(item.awsaccountid, ''), account) AS account_id,
    coalesce(nullif(item.awsregion, ''), region) AS aws_region,
    lower(item.resourcetype) AS resource_type,
    item.resourceid AS resource_id,
    nullif(item.arn, '') AS arn,
    item.configurationitemstatus AS item_status,
    item.configurationitemcapturetime AS capture_time,
    TRY(from_iso8601_timestamp(item.configurationitemcapturetime)) AS captured_at,
    TRY_CAST(item.configurationstateid AS bigint) AS state_number,
    item.configuration AS configuration,
    cardinality(filter(map_keys(item.tags), tag -> NOT lower(tag) LIKE 'aws:%')) AS own_tags,
    source
  FROM delivered
  WHERE lower(item.resourcetype) LIKE '%dms%' OR item.resourcetype IS NULL
)
SELECT
  account_id, aws_region, resource_type, resource_id, arn, item_status, capture_time, captured_at, state_number,
  configuration, own_tags, min(source) AS source
FROM named
GROUP BY
  account_id, aws_region, resource_type, resource_id, arn, item_status, capture_time, captured_at, state_number,
  configuration, own_tags

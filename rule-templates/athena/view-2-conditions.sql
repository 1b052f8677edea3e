-- One row for each record and rule. What is missing, null, odd or given twice is UNKNOWN, and never COMPLIANT.
CREATE OR REPLACE VIEW dms_conditions AS
WITH texts AS (
  SELECT
    *,
    lower(TRY(json_extract_scalar(configuration, '$.PubliclyAccessible'))) AS public_1,
    lower(TRY(json_extract_scalar(configuration, '$.publiclyAccessible'))) AS public_2,
    cardinality(regexp_extract_all(configuration, '(?i)"[^a-z0-9"]*publicly[^a-z0-9"]*accessible[^a-z0-9"]*"\s*:')) AS publics,
    lower(TRY(json_extract_scalar(configuration, '$.MultiAZ'))) AS multi_1,
    lower(TRY(json_extract_scalar(configuration, '$.multiAZ'))) AS multi_2,
    cardinality(regexp_extract_all(configuration, '(?i)"[^a-z0-9"]*multi[^a-z0-9"]*az[^a-z0-9"]*"\s*:')) AS multis,
    lower(TRY(json_extract_scalar(configuration, '$.AutoMinorVersionUpgrade'))) AS minor_1,
    lower(TRY(json_extract_scalar(configuration, '$.autoMinorVersionUpgrade'))) AS minor_2,
    cardinality(regexp_extract_all(configuration, '(?i)"[^a-z0-9"]*auto[^a-z0-9"]*minor[^a-z0-9"]*version[^a-z0-9"]*upgrade[^a-z0-9"]*"\s*:')) AS minors,
    lower(TRY(json_extract_scalar(configuration, '$.SslMode'))) AS ssl_1,
    lower(TRY(json_extract_scalar(configuration, '$.sslMode'))) AS ssl_2,
    cardinality(regexp_extract_all(configuration, '(?i)"[^a-z0-9"]*ssl[^a-z0-9"]*mode[^a-z0-9"]*"\s*:')) AS ssls,
    lower(TRY(json_extract_scalar(configuration, '$.EngineName'))) AS engine_1,
    lower(TRY(json_extract_scalar(configuration, '$.engineName'))) AS engine_2,
    cardinality(regexp_extract_all(configuration, '(?i)"[^a-z0-9"]*engine[^a-z0-9"]*name[^a-z0-9"]*"\s*:')) AS engines,
    regexp_replace(
      concat(
        coalesce(TRY(json_format(json_extract(configuration, '$.ReplicationInstancePublicIpAddress'))), ''), ' ',
        coalesce(TRY(json_format(json_extract(configuration, '$.replicationInstancePublicIpAddress'))), ''), ' ',
        coalesce(TRY(json_format(json_extract(configuration, '$.ReplicationInstancePublicIpAddresses'))), ''), ' ',
        coalesce(TRY(json_format(json_extract(configuration, '$.replicationInstancePublicIpAddresses'))), '')
      ),
      '(?i)\b(10|127)(\.(25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)){3}\b|\b(192\.168|169\.254|172\.(1[6-9]|2\d|3[01])|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7]))(\.(25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)){2}\b|\b0\.0\.0\.0\b|\b(null|none)\b|[\[\]",;\s]',
      ''
    ) AS addresses,
    cardinality(regexp_extract_all(configuration, '(?i)"[^a-z0-9"]*replication[^a-z0-9"]*instance[^a-z0-9"]*public[^a-z0-9"]*ip[^a-z0-9"]*address(es)?[^a-z0-9"]*"\s*:')) AS address_names,
    cardinality(
      array_distinct(regexp_extract_all(configuration, '"([Rr]eplicationInstancePublicIpAddress(es)?)"\s*:', 1))
    ) AS known_address_names
  FROM dms_items
  WHERE captured_at IS NOT NULL
),
found AS (
  SELECT
    *,
    'dms-replication-not-public' AS rule,
    CASE
      WHEN trim(public_1) = 'true' OR trim(public_2) = 'true' THEN 'NON_COMPLIANT'
      WHEN publics = 1 AND coalesce(public_1, public_2) = 'false' THEN CASE
        WHEN addresses = '' AND address_names = known_address_names THEN 'COMPLIANT'
        WHEN regexp_like(addresses, '\d+\.\d+\.\d+\.\d+') THEN 'NON_COMPLIANT'
        ELSE 'UNKNOWN'
      END
      ELSE 'UNKNOWN'
    END AS finding
  FROM texts
  WHERE resource_type = 'aws::dms::replicationinstance'
  UNION ALL
  SELECT
    *,
    'dms-replication-instance-multi-az-enabled' AS rule,
    CASE
      WHEN trim(multi_1) = 'false' OR trim(multi_2) = 'false' THEN 'NON_COMPLIANT'
      WHEN multis = 1 AND coalesce(multi_1, multi_2) = 'true' THEN 'COMPLIANT'
      ELSE 'UNKNOWN'
    END AS finding
  FROM texts
  WHERE resource_type = 'aws::dms::replicationinstance'
  UNION ALL
  SELECT
    *,
    'dms-auto-minor-version-upgrade-check' AS rule,
    CASE
      WHEN trim(minor_1) = 'false' OR trim(minor_2) = 'false' THEN 'NON_COMPLIANT'
      WHEN minors = 1 AND coalesce(minor_1, minor_2) = 'true' THEN 'COMPLIANT'
      ELSE 'UNKNOWN'
    END AS finding
  FROM texts
  WHERE resource_type = 'aws::dms::replicationinstance'
  UNION ALL
  SELECT
    *,
    'dms-endpoint-ssl-configured' AS rule,
    CASE
      WHEN engines = 1 AND coalesce(engine_1, engine_2) IN (
        'dms-transfer', 'dynamodb', 'elasticsearch', 'kafka', 'kinesis', 'lakehouse', 'neptune', 'opensearch',
        'redis', 'redshift', 'redshift-serverless', 's3', 'timestream'
      ) THEN 'NOT_APPLICABLE'
      WHEN engines = 0 AND ssls = 1 AND coalesce(ssl_1, ssl_2) IN ('require', 'verify-ca', 'verify-full') THEN 'COMPLIANT'
      WHEN engines = 1 AND regexp_like(coalesce(engine_1, engine_2), '^[a-z][a-z0-9-]*$')
        AND coalesce(engine_1, engine_2) NOT IN ('true', 'false') THEN CASE
        WHEN ssls = 1 AND coalesce(ssl_1, ssl_2) IN ('require', 'verify-ca', 'verify-full') THEN 'COMPLIANT'
        -- The default that DMS documents.
        WHEN ssls = 0 THEN 'NON_COMPLIANT'
        WHEN ssls = 1 AND coalesce(ssl_1, ssl_2) = 'none' THEN 'NON_COMPLIANT'
        ELSE 'UNKNOWN'
      END
      ELSE 'UNKNOWN'
    END AS finding
  FROM texts
  WHERE resource_type = 'aws::dms::endpoint'
  UNION ALL
  SELECT
    *,
    CASE resource_type
      WHEN 'aws::dms::replicationinstance' THEN 'dms-replication-instance-tagged'
      WHEN 'aws::dms::replicationtask' THEN 'dms-replication-task-tagged'
      WHEN 'aws::dms::endpoint' THEN 'dms-endpoint-tagged'
      WHEN 'aws::dms::certificate' THEN 'dms-certificate-tagged'
      WHEN 'aws::dms::eventsubscription' THEN 'dms-event-subscription-tagged'
      ELSE 'dms-subnet-group-tagged'
    END AS rule,
    CASE
      WHEN own_tags > 0 THEN 'COMPLIANT'
      WHEN own_tags = 0 THEN 'NON_COMPLIANT'
      ELSE 'UNKNOWN'
    END AS finding
  FROM texts
  WHERE resource_type IN (
    'aws::dms::replicationinstance', 'aws::dms::replicationtask', 'aws::dms::endpoint', 'aws::dms::certificate',
    'aws::dms::eventsubscription', 'aws::dms::replicationsubnetgroup'
  )
),
decided AS (
  SELECT
    rule, account_id, aws_region, resource_type, resource_id, arn, captured_at, state_number, source,
    CASE
      WHEN item_status IN ('ResourceDeleted', 'ResourceDeletedNotRecorded') THEN 'DELETED'
      -- A letter that is written as an escape hides a name from the patterns above.
      WHEN finding <> 'NON_COMPLIANT' AND rule NOT LIKE '%-tagged' AND regexp_like(configuration, '\\u00[2-7]') THEN 'UNKNOWN'
      WHEN item_status IN ('OK', 'ResourceDiscovered') THEN finding
      ELSE 'UNKNOWN'
    END AS condition
  FROM found
)
SELECT
  *,
  CASE condition
    WHEN 'DELETED' THEN 0
    WHEN 'NOT_APPLICABLE' THEN 1
    WHEN 'COMPLIANT' THEN 2
    WHEN 'NON_COMPLIANT' THEN 4
    ELSE 3
  END AS severity
FROM decided

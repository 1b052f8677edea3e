SELECT
  accountId, awsRegion, resourceType, resourceId, resourceName, arn,
  configuration.EndpointIdentifier,
  configuration.EndpointType,
  configuration.EngineName,
  configuration.SslMode,
  configuration.KafkaSettings.SecurityProtocol,
  configuration.RedisSettings.SslSecurityProtocol,
  tags, configurationItemCaptureTime
WHERE
  resourceType = 'AWS::DMS::Endpoint'
  AND (
    (
      configuration.SslMode = 'none'
      AND NOT configuration.EngineName IN (
        'dms-transfer', 'dynamodb', 'elasticsearch', 'kafka', 'kinesis',
        'lakehouse', 'neptune', 'opensearch', 'redis', 'redshift',
        'redshift-serverless', 's3', 'timestream'
      )
    )
    OR configuration.KafkaSettings.SecurityProtocol = 'plaintext'
    OR configuration.RedisSettings.SslSecurityProtocol = 'plaintext'
  )

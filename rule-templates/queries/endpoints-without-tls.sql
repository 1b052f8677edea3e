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
        'dynamodb', 'elasticsearch', 'kafka', 'kinesis', 'neptune',
        'opensearch', 'redis', 'redshift', 'redshift-serverless', 's3'
      )
    )
    OR configuration.KafkaSettings.SecurityProtocol = 'plaintext'
    OR configuration.RedisSettings.SslSecurityProtocol = 'plaintext'
  )

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

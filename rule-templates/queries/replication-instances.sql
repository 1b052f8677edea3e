SELECT
  accountId, awsRegion, resourceType, resourceId, resourceName, arn,
  configuration.ReplicationInstanceIdentifier,
  configuration.PubliclyAccessible,
  configuration.ReplicationInstancePublicIpAddresses,
  configuration.AutoMinorVersionUpgrade,
  configuration.MultiAZ,
  configuration.KmsKeyId,
  configuration.EngineVersion,
  tags, configurationItemCaptureTime
WHERE
  resourceType = 'AWS::DMS::ReplicationInstance'

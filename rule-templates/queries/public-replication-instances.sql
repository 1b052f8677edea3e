SELECT
  accountId, awsRegion, resourceType, resourceId, resourceName, arn,
  configuration.ReplicationInstanceIdentifier,
  configuration.PubliclyAccessible,
  configuration.ReplicationInstancePublicIpAddresses,
  tags, configurationItemCaptureTime
WHERE
  resourceType = 'AWS::DMS::ReplicationInstance'
  AND configuration.PubliclyAccessible = true

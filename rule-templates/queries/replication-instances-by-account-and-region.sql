SELECT
  accountId, awsRegion, configuration.PubliclyAccessible, COUNT(*)
WHERE
  resourceType = 'AWS::DMS::ReplicationInstance'
GROUP BY
  accountId, awsRegion, configuration.PubliclyAccessible

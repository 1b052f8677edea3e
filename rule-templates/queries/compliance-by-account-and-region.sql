SELECT
  accountId, awsRegion, configuration.complianceType, COUNT(*)
WHERE
  resourceType = 'AWS::Config::ResourceCompliance'
  AND configuration.targetResourceType LIKE 'AWS::DMS::%'
GROUP BY
  accountId, awsRegion, configuration.complianceType

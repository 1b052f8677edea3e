SELECT
  accountId, awsRegion,
  configuration.targetResourceType,
  configuration.targetResourceId,
  configuration.complianceType,
  configuration.configRuleList,
  configurationItemCaptureTime
WHERE
  resourceType = 'AWS::Config::ResourceCompliance'
  AND configuration.targetResourceType LIKE 'AWS::DMS::%'

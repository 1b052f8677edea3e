SELECT
  accountId, awsRegion,
  configuration.targetResourceType,
  configuration.targetResourceId,
  configuration.complianceType,
  configuration.configRuleList,
  configurationItemCaptureTime
WHERE
  resourceType = 'AWS::Config::ResourceCompliance'
  AND configuration.configRuleList.configRuleName LIKE 'dms-replication-not-public%'

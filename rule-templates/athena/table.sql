CREATE EXTERNAL TABLE config_deliveries (
  fileversion string,
  configsnapshotid string,
  configurationitems array<struct<
    configurationitemcapturetime: string,
    configurationstateid: string,
    configurationitemstatus: string,
    awsaccountid: string,
    awsregion: string,
    resourcetype: string,
    resourceid: string,
    resourcename: string,
    arn: string,
    configuration: string,
    tags: map<string, string>
  >>
)
PARTITIONED BY (account string, region string, day string, kind string)
ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'
WITH SERDEPROPERTIES (
  'case.insensitive' = 'false',
  'ignore.malformed.json' = 'false',
  'mapping.fileversion' = 'fileVersion',
  'mapping.configsnapshotid' = 'configSnapshotId',
  'mapping.configurationitems' = 'configurationItems',
  'mapping.configurationitemcapturetime' = 'configurationItemCaptureTime',
  'mapping.configurationstateid' = 'configurationStateId',
  'mapping.configurationitemstatus' = 'configurationItemStatus',
  'mapping.awsaccountid' = 'awsAccountId',
  'mapping.awsregion' = 'awsRegion',
  'mapping.resourcetype' = 'resourceType',
  'mapping.resourceid' = 'resourceId',
  'mapping.resourcename' = 'resourceName',
  'mapping.arn' = 'ARN'
)
LOCATION 's3://BUCKET/PREFIX/AWSLogs/'
TBLPROPERTIES (
  'projection.enabled' = 'true',
  'projection.account.type' = 'enum',
  'projection.account.values' = 'ACCOUNTS',
  'projection.region.type' = 'enum',
  'projection.region.values' = 'REGIONS',
  'projection.day.type' = 'date',
  'projection.day.format' = 'yyyy/M/d',
  'projection.day.range' = 'FIRST_DAY,NOW',
  'projection.day.interval' = '1',
  'projection.day.interval.unit' = 'DAYS',
  'projection.kind.type' = 'enum',
  'projection.kind.values' = 'ConfigHistory,ConfigSnapshot',
  'storage.location.template' = 's3://BUCKET/PREFIX/AWSLogs/${account}/Config/${region}/${day}/${kind}/'
)

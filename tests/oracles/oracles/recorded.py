"""Properties that AWS Config records of DMS and that a query may select, and sample items.

Source: github.com/awslabs/aws-config-resource-schema, one file for each type.
"""

OF_ALL_TYPES = (
    "accountId arn awsRegion configurationItemCaptureTime resourceId resourceName resourceType "
    "tags tags.key tags.tag tags.value"
).split()
INSTANCE = "AWS::DMS::ReplicationInstance"
ENDPOINT = "AWS::DMS::Endpoint"
COMPLIANCE = "AWS::Config::ResourceCompliance"
PROPERTIES = {
    INSTANCE: (
        "AllocatedStorage AutoMinorVersionUpgrade AvailabilityZone EngineVersion Id KmsKeyId MultiAZ "
        "PreferredMaintenanceWindow PubliclyAccessible ReplicationInstanceClass ReplicationInstanceIdentifier "
        "ReplicationInstancePrivateIpAddresses ReplicationInstancePublicIpAddresses"
    ).split(),
    ENDPOINT: (
        "CertificateArn DatabaseName EndpointIdentifier EndpointType EngineName Id KafkaSettings.SecurityProtocol "
        "KmsKeyId MongoDbSettings.AuthType NeptuneSettings.IamAuthEnabled Port RedisSettings.SslSecurityProtocol "
        "ServerName SslMode"
    ).split(),
    COMPLIANCE: (
        "complianceType configRuleList configRuleList.complianceType configRuleList.configRuleArn "
        "configRuleList.configRuleId configRuleList.configRuleName targetResourceId targetResourceType"
    ).split(),
}
BOOLEANS = {"AutoMinorVersionUpgrade", "MultiAZ", "PubliclyAccessible", "IamAuthEnabled"}


def properties(resource_type: str) -> set[str]:
    """Returns the names of all properties of a type as a query selects them."""
    return {*OF_ALL_TYPES, *(f"configuration.{name}" for name in PROPERTIES[resource_type])}


def _item(resource_type: str, name: str, **configuration: object) -> dict:
    arn = f"arn:aws:dms:eu-west-1:123456789012:{name}"
    return {
        "accountId": "123456789012",
        "awsRegion": "eu-west-1",
        "resourceType": resource_type,
        "resourceId": arn,
        "arn": arn,
        "resourceName": name,
        "configuration": configuration,
        "tags": [],
        "configurationItemCaptureTime": "2026-10-01T12:00:00.000Z",
    }


def _instance(name: str, **configuration: object) -> dict:
    return _item(INSTANCE, name, ReplicationInstanceIdentifier=name, **configuration)


def endpoint(name: str, engine: str, ssl_mode: str = "none", **configuration: object) -> dict:
    """Returns a sample of an endpoint."""
    known = {"EndpointIdentifier": name, "EndpointType": "source", "EngineName": engine, "SslMode": ssl_mode}
    return _item(ENDPOINT, name, **known, **configuration)


def _result(name: str, resource_type: str, rule: str, compliance_type: str) -> dict:
    return _item(
        COMPLIANCE,
        name,
        targetResourceType=resource_type,
        targetResourceId=name,
        complianceType=compliance_type,
        configRuleList=[{"configRuleName": rule, "complianceType": compliance_type}],
    )


SAMPLES = [
    _instance("public", PubliclyAccessible=True, ReplicationInstancePublicIpAddresses="203.0.113.10"),
    _instance("private", PubliclyAccessible=False),
    endpoint("plain", "mysql"),
    endpoint("tls", "mysql", "verify-full"),
    endpoint("s3", "s3"),
    endpoint("kafka", "kafka", KafkaSettings={"SecurityProtocol": "plaintext"}),
    endpoint("kafka-tls", "kafka", KafkaSettings={"SecurityProtocol": "ssl-encryption"}),
    endpoint("redis", "redis", RedisSettings={"SslSecurityProtocol": "plaintext"}),
    endpoint("redis-tls", "redis", RedisSettings={"SslSecurityProtocol": "ssl-encryption"}),
    _result("bad", INSTANCE, "dms-replication-not-public-a1b2c3", "NON_COMPLIANT"),
    _result("good", INSTANCE, "dms-replication-not-public", "COMPLIANT"),
    _result("plain", ENDPOINT, "dms-endpoint-ssl-configured", "NON_COMPLIANT"),
    _result("bucket", "AWS::S3::Bucket", "s3-bucket-logging-enabled", "NON_COMPLIANT"),
]

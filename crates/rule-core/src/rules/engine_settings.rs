//! The groups of settings that endpoints have, one for each kind of engine, and how each kind gets TLS.

/// A group of settings of an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EngineSettings {
    /// The member of `Endpoint` and `CreateEndpoint` in the service model of DMS.
    pub group: &'static str,
    /// The engines that it is for, as `EngineName` spells them.
    pub engines: &'static [&'static str],
    /// The source of TLS.
    pub tls: Tls,
    /// The way in which DMS logs in.
    pub login: Login,
}

/// How DMS logs in to an engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Login {
    /// By a user and a password, which DMS can read from AWS Secrets Manager.
    Secret,
    /// By a user or a token that DMS stores: its settings have no member for a secret.
    Stored,
    /// By a role, or not at all: DMS stores no password.
    Role,
}

/// How the connection of an endpoint gets TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tls {
    /// `SslMode` decides.
    SslMode,
    /// The engine has no `SslMode`: this property of its settings decides.
    Setting(&'static str),
    /// The engine has no `SslMode`: DMS reaches it through AWS's own API, or always by TLS.
    Always,
}

/// Every group of the service model of DMS 2016-01-01 (a test of `aws-client` compares them with the SDK's). The
/// engines are those that `CreateEndpoint` and `Endpoint` name, and `timestream` and `lakehouse`, which they do not.
///
/// An engine that is in no group is evaluated by its `SslMode`: Control Tower's CT.DMS.PR.2 names eleven that have it.
pub const ENGINE_SETTINGS: [EngineSettings; 20] = [
    group("DynamoDbSettings", &["dynamodb"], Tls::Always, Login::Role),
    group("S3Settings", &["s3"], Tls::Always, Login::Role),
    // DMS reads what was transferred from a bucket (DmsTransferSettings).
    group("DmsTransferSettings", &["dms-transfer"], Tls::Always, Login::Role),
    group("MongoDbSettings", &["mongodb"], Tls::SslMode, Login::Secret),
    group("KinesisSettings", &["kinesis"], Tls::Always, Login::Role),
    group("KafkaSettings", &["kafka"], Tls::Setting("SecurityProtocol"), Login::Stored),
    // DMS uses HTTPS if the address names no protocol (ElasticsearchSettings).
    group(
        "ElasticsearchSettings",
        &["elasticsearch", "opensearch"],
        Tls::Setting("EndpointUri"),
        Login::Role,
    ),
    group("NeptuneSettings", &["neptune"], Tls::Always, Login::Role),
    // An endpoint for Redshift uses TLS already (DMS user guide, "Using SSL with AWS Database Migration Service").
    group("RedshiftSettings", &["redshift", "redshift-serverless"], Tls::Always, Login::Secret),
    group(
        "PostgreSQLSettings",
        &["postgres", "aurora-postgresql", "aurora-postgresql-serverless", "babelfish"],
        Tls::SslMode,
        Login::Secret,
    ),
    group("MySQLSettings", &["mysql", "mariadb", "aurora", "aurora-serverless"], Tls::SslMode, Login::Secret),
    group("OracleSettings", &["oracle"], Tls::SslMode, Login::Secret),
    group("SybaseSettings", &["sybase"], Tls::SslMode, Login::Secret),
    group(
        "MicrosoftSQLServerSettings",
        &["sqlserver", "azuredb", "azure-sql-managed-instance"],
        Tls::SslMode,
        Login::Secret,
    ),
    group("IBMDb2Settings", &["db2", "db2-zos"], Tls::SslMode, Login::Secret),
    group("DocDbSettings", &["docdb", "documentdb"], Tls::SslMode, Login::Secret),
    group("RedisSettings", &["redis"], Tls::Setting("SslSecurityProtocol"), Login::Stored),
    group("GcpMySQLSettings", &["gcp-mysql"], Tls::SslMode, Login::Secret),
    // DMS calls the API of Amazon Timestream (DMS user guide, "Using Amazon Timestream as a target").
    group("TimestreamSettings", &["timestream"], Tls::Always, Login::Role),
    // The settings are an ARN alone; DMS makes the endpoint for a zero-ETL integration (LakehouseSettings).
    group("LakehouseSettings", &["lakehouse"], Tls::Always, Login::Role),
];

const fn group(
    group: &'static str,
    engines: &'static [&'static str],
    tls: Tls,
    login: Login,
) -> EngineSettings {
    EngineSettings { group, engines, tls, login }
}

/// Returns the engines that are reached in another way, or have a setting of their own, in alphabetical order.
#[must_use]
pub fn engines_without_ssl_mode() -> Vec<&'static str> {
    let without = ENGINE_SETTINGS.iter().filter(|settings| settings.tls != Tls::SslMode);
    let mut engines: Vec<_> = without.flat_map(|settings| settings.engines).copied().collect();
    engines.sort_unstable();
    engines
}

/// Returns the settings of an engine; `None` if it is in no group.
pub(super) fn of_engine(engine: &str) -> Option<&'static EngineSettings> {
    ENGINE_SETTINGS.iter().find(|settings| settings.engines.contains(&engine))
}

/// Returns the engines that have a group of settings.
pub(super) fn engines(group: &str) -> &'static [&'static str] {
    let settings = ENGINE_SETTINGS.iter().find(|settings| settings.group == group);
    settings.map_or(&[], |settings| settings.engines)
}

/// Returns true if DMS has no `SslMode` for the engine.
pub(super) fn lacks_ssl_mode(engine: &str) -> bool {
    of_engine(engine).is_some_and(|settings| settings.tls != Tls::SslMode)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_engine_is_in_one_group() {
        let mut engines: Vec<_> =
            ENGINE_SETTINGS.iter().flat_map(|settings| settings.engines).copied().collect();
        let all = engines.len();
        engines.sort_unstable();
        engines.dedup();
        assert_eq!(engines.len(), all);
        for engine in ["timestream", "lakehouse", "dms-transfer", "opensearch", "redshift-serverless"] {
            assert!(lacks_ssl_mode(engine), "{engine}");
        }
        for engine in ["mysql", "gcp-mysql", "documentdb", "azure-sql-managed-instance", "a-new-one"] {
            assert!(!lacks_ssl_mode(engine), "{engine}");
        }
    }
}

#![doc = include_str!("dms_endpoint_host_not_public.md")]

use crate::rules::description::description;
use crate::rules::endpoint::{self, Word};
use crate::rules::engine_settings::{self, Login};
use crate::rules::host::Host;
use crate::rules::login;
use crate::text::cut;
use crate::{
    Configuration, Finding, Input, Json, Lookup, Need, Property, ResourceType, Rule, Severity, Stop, Theme,
    Unknown, spelling,
};

/// The rule `dms-endpoint-host-not-public`.
pub static RULE: Rule = Rule {
    identifier: "dms-endpoint-host-not-public",
    resource_type: ResourceType::Endpoint,
    severity: Severity::Low,
    theme: Theme::Exposure,
    property: SERVER_NAME,
    wanted: "an address or name that is private",
    reads: &[
        endpoint::ENGINE_NAME,
        Property::text("RedisSettings.ServerName", Some("redis_settings.server_name")),
        Property::text("MongoDbSettings.ServerName", None),
        Property::text("RedshiftSettings.ServerName", None),
        Property::text("PostgreSqlSettings.ServerName", None),
        Property::text("MySqlSettings.ServerName", None),
        Property::text("OracleSettings.ServerName", None),
        Property::text("SybaseSettings.ServerName", None),
        Property::text("MicrosoftSqlServerSettings.ServerName", None),
        Property::text("IbmDb2Settings.ServerName", None),
        Property::text("DocDbSettings.ServerName", None),
        Property::text("GcpMySQLSettings.ServerName", None),
        Property::text("MongoDbSettings.SecretsManagerSecretId", None),
        Property::text("RedshiftSettings.SecretsManagerSecretId", None),
        Property::text("PostgreSqlSettings.SecretsManagerSecretId", None),
        Property::text("MySqlSettings.SecretsManagerSecretId", None),
        Property::text("OracleSettings.SecretsManagerSecretId", None),
        Property::text("SybaseSettings.SecretsManagerSecretId", None),
        Property::text("MicrosoftSqlServerSettings.SecretsManagerSecretId", None),
        Property::text("IbmDb2Settings.SecretsManagerSecretId", None),
        Property::text("DocDbSettings.SecretsManagerSecretId", None),
        Property::text("GcpMySQLSettings.SecretsManagerSecretId", None),
    ],
    needs: &[Need::List, Need::Describe, Need::Databases],
    schedule_only: false,
    parameters: &[],
    requirements: &[],
    page: include_str!("dms_endpoint_host_not_public.md"),
    unknown_fix: FIND_OUT,
    command: None,
    check,
};

/// The property that decides. The settings of most engines have a member of the same name.
const SERVER_NAME: Property = Property::text("ServerName", Some("server_name"));

const MODIFY: &str = "use a private way and address (modify-endpoint --server-name), or modify-db-instance --no-publicly-accessible";
const FIND_OUT: &str = "record AWS::RDS::DBInstance and allow config:SelectResourceConfig, or find ServerName with describe-endpoints";

fn check(input: &Input) -> Result<Finding, Stop> {
    let configuration = input.configuration()?;
    let engine = match Word::engine(configuration) {
        Word::Is(engine) => engine,
        Word::Open(reason) | Word::Unreadable(reason) => return Ok(endpoint::unknown_engine(&reason)),
    };
    let settings = engine_settings::of_engine(&engine);
    if settings.is_some_and(|settings| settings.login == Login::Role || settings.group == "KafkaSettings") {
        return Err(Stop::NotApplicable(format!("endpoints of the engine {engine} have no ServerName")));
    }
    let group = settings.map(|settings| spelling::cloudformation_name(settings.group));
    let mut hosts = hosts(configuration, group)?;
    if hosts.is_empty() {
        let now = description(input, SERVER_NAME.path)?.unwrap_or(configuration);
        hosts = self::hosts(now, group)?;
        if hosts.is_empty() {
            return without_host(now, group);
        }
    }
    if let Some(address) = hosts.iter().find_map(Host::public_address) {
        let fact = format!("the server has the public address {address}");
        return Ok(Finding::non_compliant("PUBLIC ADDRESS", fact, MODIFY));
    }
    if hosts.contains(&Host::Odd) {
        // The text is not shown: it may hold a password.
        return Err(Unknown::new("ServerName is neither an IP address nor the name of a host").into());
    }
    let databases: Vec<String> = hosts.iter().filter_map(Host::database).map(str::to_owned).collect();
    if let Some(finding) = in_databases(input, &databases)? {
        return Ok(finding);
    }
    if let Some(name) = hosts.iter().find_map(Host::name) {
        let reason = format!("not decidable without DNS: the server is {}", cut(name, 84));
        return Err(Stop::NotApplicable(reason));
    }
    let fact = if databases.is_empty() {
        "the server has a private address"
    } else {
        "publiclyAccessible=false in AWS Config"
    };
    let all: Vec<String> = hosts.iter().map(Host::to_string).collect();
    Ok(Finding::compliant("PRIVATE", fact).with_evidence("server", cut(&all.join(", "), 84)))
}

/// Returns the finding on DB instances one of which is public, or may be; `None` if none is.
///
/// # Errors
/// Returns the look-up if AWS Config was not called yet.
fn in_databases(input: &Input, hosts: &[String]) -> Result<Option<Finding>, Lookup> {
    if hosts.is_empty() {
        return Ok(None);
    }
    let shown = |host: &str| cut(host, 84);
    let databases = match input.facts.databases.get(|| Lookup::Databases { hosts: hosts.to_vec() })? {
        Ok(databases) => databases,
        Err(reason) => {
            let finding = Finding::unknown(format!("the DB instance is not known: {reason}"));
            return Ok(Some(finding.with_evidence("server", shown(&hosts.join(", ")))));
        }
    };
    let find =
        |wanted: Option<bool>| hosts.iter().find(|host| databases.get(*host).copied().flatten() == wanted);
    let finding = match (find(Some(true)), find(None)) {
        (Some(host), _) => {
            let fact = "publiclyAccessible=true in AWS Config";
            Finding::non_compliant("PUBLIC DATABASE", fact, MODIFY).with_evidence("server", shown(host))
        }
        (None, Some(host)) => {
            let fact = "AWS Config does not record if the DB instance is public";
            Finding::unknown(fact).with_evidence("server", shown(host))
        }
        (None, None) => return Ok(None),
    };
    Ok(Some(finding))
}

/// Returns the finding on an endpoint that names no server: the secret of its login may name it.
///
/// # Errors
/// Returns [`Stop::NotApplicable`] if there is such a secret, else [`Stop::Unknown`].
fn without_host(configuration: &Configuration, group: Option<&str>) -> Result<Finding, Stop> {
    let settings = group.map_or(Configuration::Absent, |group| configuration.group(group));
    let member = login::SECRET.name();
    if group != Some("RedisSettings") && login::given(&settings, member)? != login::Given::No {
        return Err(Stop::NotApplicable("the secret of its login names the server".to_owned()));
    }
    Err(Unknown::new("ServerName is missing").into())
}

/// Reads the servers, beside the settings of the engine and in them, each once.
///
/// # Errors
/// Returns the reason if one cannot be read.
fn hosts(configuration: &Configuration, group: Option<&str>) -> Result<Vec<Host>, Unknown> {
    let mut hosts = read(configuration, SERVER_NAME.path)?;
    if let Some(group) = group {
        let settings = configuration.group(group);
        if settings != Configuration::Absent {
            hosts.extend(read(settings.readable(group)?, &format!("{group}.ServerName"))?);
        }
    }
    let mut each = Vec::new();
    for host in hosts {
        if !each.contains(&host) {
            each.push(host);
        }
    }
    Ok(each)
}

fn read(configuration: &Configuration, place: &str) -> Result<Vec<Host>, Unknown> {
    let unreadable = |what: String| Unknown::new(format!("{place} is {what}"));
    match configuration.only(SERVER_NAME.path).map_err(unreadable)? {
        None => Ok(Vec::new()),
        Some(Json::Text(text)) if text.is_empty() => Ok(Vec::new()),
        Some(Json::Text(text)) => Ok(Host::read_all(text)),
        Some(odd) => Err(unreadable(odd.in_words())),
    }
}

#![doc = include_str!("dms_endpoint_host_not_public.md")]

use crate::rules::description::description;
use crate::rules::endpoint::{self, Word};
use crate::rules::engine_settings::{self, Login};
use crate::rules::extra_connection_attributes;
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
        endpoint::EXTRA_CONNECTION_ATTRIBUTES,
        Property::text("RedisSettings.ServerName", Some("redis_settings.server_name")),
        Property::text("MongoDbSettings.ServerName", None),
        Property::text("RedshiftSettings.ServerName", None),
        Property::text("PostgreSqlSettings.ServerName", None),
        Property::text("MySqlSettings.ServerName", None),
        Property::text("OracleSettings.ServerName", None),
        Property::text("OracleSettings.AsmServer", None),
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
        Property::text("OracleSettings.SecretsManagerOracleAsmSecretId", None),
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

/// The group of settings with a second server.
const ORACLE: Option<&str> = Some("OracleSettings");

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
    let mut now = configuration;
    let mut servers = hosts(configuration, group)?;
    if servers.is_empty() {
        now = description(input, SERVER_NAME.path)?.unwrap_or(configuration);
        servers = hosts(now, group)?;
    }
    let asm_servers = asm_hosts(now, group)?;
    let odd = [(SERVER_NAME.path, &servers), ("AsmServer", &asm_servers)];
    let odd = odd.into_iter().find(|(_, hosts)| hosts.contains(&Host::Odd)).map(|(name, _)| name);
    let has_server = !servers.is_empty();
    let hosts = [servers, asm_servers].concat();
    if let Some(address) = hosts.iter().find_map(Host::public_address) {
        let fact = format!("the server has the public address {address}");
        return Ok(Finding::non_compliant("PUBLIC ADDRESS", fact, MODIFY));
    }
    if let Some(name) = odd {
        // The text is not shown: it may hold a password.
        return Err(Unknown::new(format!("{name} is neither an IP address nor the name of a host")).into());
    }
    let databases: Vec<String> = hosts.iter().filter_map(Host::database).map(str::to_owned).collect();
    if let Some(finding) = in_databases(input, &databases)? {
        return Ok(finding);
    }
    if let Some(secret) = secret(now, group)? {
        return Err(Stop::NotApplicable(format!("the secret of {secret} names the server")));
    }
    if !has_server {
        return Err(Unknown::new("ServerName is missing").into());
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

/// Returns the login whose secret names a server, if there is such a secret. DMS takes no server beside it (API reference of DMS,
/// `SecretsManagerAccessRoleArn`), so that one that is given is not known to be that of the endpoint.
///
/// # Errors
/// Returns the reason if the name of a secret cannot be read.
fn secret(configuration: &Configuration, group: Option<&str>) -> Result<Option<&'static str>, Unknown> {
    let settings = group.map_or(Configuration::Absent, |group| configuration.group(group));
    let is_given = |member: &str| Ok(login::given(&settings, member)? != login::Given::No);
    if group != Some("RedisSettings") && is_given(login::SECRET.name())? {
        return Ok(Some("its login"));
    }
    Ok((group == ORACLE && is_given("SecretsManagerOracleAsmSecretId")?).then_some("its ASM login"))
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
    Ok(text(configuration, SERVER_NAME.path, place)?.map(Host::read_all).unwrap_or_default())
}

/// Reads the servers of Oracle's ASM, in the settings of the engine and in the extra connection attributes.
///
/// # Errors
/// Returns the reason if one cannot be read.
fn asm_hosts(configuration: &Configuration, group: Option<&str>) -> Result<Vec<Host>, Unknown> {
    if group != ORACLE {
        return Ok(Vec::new());
    }
    let settings = configuration.group("OracleSettings");
    let own =
        text(&settings, "AsmServer", "OracleSettings.AsmServer")?.map(Host::read_asm).unwrap_or_default();
    let extra = extra_connection_attributes::value(configuration, "AsmServer")
        .map_err(|what| Unknown::new(format!("AsmServer is {what}")))?;
    let extra = extra.filter(|text| !text.is_empty()).map(|text| Host::read_asm(&text)).unwrap_or_default();
    Ok([own, extra].concat())
}

fn text<'a>(
    configuration: &'a Configuration,
    name: &'a str,
    place: &str,
) -> Result<Option<&'a str>, Unknown> {
    let unreadable = |what: String| Unknown::new(format!("{place} is {what}"));
    match configuration.only(name).map_err(unreadable)? {
        None => Ok(None),
        Some(Json::Text(text)) => Ok(Some(text.as_str()).filter(|text| !text.is_empty())),
        Some(odd) => Err(unreadable(odd.in_words())),
    }
}

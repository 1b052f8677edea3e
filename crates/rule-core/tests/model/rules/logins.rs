//! Rules on how an endpoint logs in, and where.

use crate::node::{Node, Word};
use crate::reading::{Given, Group, Term};
use crate::rules::endpoints::by_engine;
use crate::rules::flags::is_private;
use crate::spec::{Member, ROW, Spec, member, within};
use crate::world::{Database, Expected, Source, World};

const ENGINE: Member = member(
    "EngineName",
    &[
        Word::T("mysql"),
        Word::T("oracle"),
        Word::T("mongodb"),
        Word::T("aurora"),
        Word::T("kafka"),
        Word::T("redis"),
        Word::T("s3"),
        Word::T("newdb"),
    ],
);
const SECRET: &[Word] = &[Word::T("arn:aws:secretsmanager:us-east-1:123456789012:secret:a")];
const ROLE: &[Word] = &[Word::T("arn:aws:iam::123456789012:role/a")];
const METHODS: &[Word] = &[Word::T("password"), Word::T("iam"), Word::T("kerberos"), Word::T("token")];
const USER: &[Word] = &[Word::T("dms")];
const HOSTS: &[Word] = &[
    Word::T("10.0.0.1"),
    Word::T("203.0.113.10"),
    Word::T(HOST),
    Word::T("db.example.com"),
    Word::T("2001:db8::1"),
    Word::T("fd00::1"),
    Word::T("192.168.1.1:3306"),
    Word::T("203.0.113.10:3306"),
    Word::T("a b"),
    Word::T("ORDERS.abc.us-east-1.RDS.amazonaws.com"),
];
/// The DB instance of which a world may know if it is public.
pub(crate) const HOST: &str = "orders.abc.us-east-1.rds.amazonaws.com";

pub(crate) const SPECS: &[Spec] = &[
    Spec {
        identifier: "dms-endpoint-credentials-managed",
        resource_type: "AWS::DMS::Endpoint",
        may_be_owned: true,
        members: &[
            ENGINE,
            within("MySqlSettings", "SecretsManagerSecretId", SECRET),
            within("MySqlSettings", "SecretsManagerAccessRoleArn", ROLE),
            within("MySqlSettings", "AuthenticationMethod", METHODS),
            within("OracleSettings", "AuthenticationMethod", METHODS),
            within("OracleSettings", "AsmUser", USER),
            within("MongoDbSettings", "AuthType", &[Word::T("no"), Word::T("password")]),
            within("MongoDbSettings", "Username", USER),
            member("Username", USER),
        ],
        check: credentials,
        ..ROW
    },
    Spec {
        identifier: "dms-endpoint-host-not-public",
        resource_type: "AWS::DMS::Endpoint",
        may_be_owned: true,
        members: &[
            ENGINE,
            member("ServerName", HOSTS),
            within("MySqlSettings", "ServerName", HOSTS),
            within("OracleSettings", "SecretsManagerSecretId", SECRET),
            within("OracleSettings", "ServerName", HOSTS),
        ],
        check: host,
        ..ROW
    },
];

fn group_of(engine: &str) -> Option<&'static str> {
    match engine {
        "mysql" | "aurora" => Some("MySqlSettings"),
        "oracle" => Some("OracleSettings"),
        "mongodb" => Some("MongoDbSettings"),
        "redis" => Some("RedisSettings"),
        _ => None,
    }
}

/// A text that says something, or the reasons why there is none.
enum Entry {
    Missing,
    Odd,
    Empty,
    Is,
}

fn entry(group: Group, name: &'static str) -> Entry {
    match group.one(name) {
        Given::Missing => Entry::Missing,
        Given::One(Node::Text(text)) if text.is_empty() => Entry::Empty,
        Given::One(Node::Text(text)) if text.trim() == text => Entry::Is,
        Given::Odd | Given::One(_) => Entry::Odd,
    }
}

fn credentials(world: &World) -> Expected {
    let applies = |engine: &str| !["kafka", "redis", "s3"].contains(&engine);
    by_engine(world, applies, false, |engine| {
        let Some(group) = group_of(engine) else { return Expected::Unknown };
        let item = login(world.properties(), engine, group);
        match (&world.source, item) {
            (_, Expected::Good("SECRET" | "") | Expected::Open) | (Source::Listed | Source::Planned, _) => {
                item
            }
            (Source::Recorded, Expected::Good(_)) => Expected::Open,
            // A record without a secret does not pass, nor is its user the last word.
            (Source::Recorded, _) => Expected::NotGood,
            (Source::Described(description), _) => match login(Group::read(description), engine, group) {
                Expected::Good(_) | Expected::Open => Expected::Open,
                _ if matches!(item, Expected::Good(_) | Expected::Open) => Expected::Open,
                _ => Expected::NotGood,
            },
        }
    })
}

fn login(properties: Group, engine: &str, group: &'static str) -> Expected {
    let settings = properties.group(group);
    if matches!(settings, Group::Odd) {
        return Expected::NotGood;
    }
    let secret = entry(settings, "SecretsManagerSecretId");
    let role = entry(settings, "SecretsManagerAccessRoleArn");
    let users = [entry(properties, "Username"), entry(settings, "Username")];
    let all = [&secret, &role, &users[0], &users[1]];
    let asm = entry(settings, "AsmUser");
    let is_open = all.iter().any(|entry| matches!(entry, Entry::Empty));
    let is_odd = all.iter().any(|entry| matches!(entry, Entry::Odd));
    let has_user = users.iter().any(|user| matches!(user, Entry::Is));
    let method = settings.term("AuthenticationMethod");
    let has_secret = matches!((&secret, &role), (Entry::Is, Entry::Is));
    match (&method, asm) {
        _ if is_open => return Expected::Open,
        (_, Entry::Is | Entry::Odd) if engine == "oracle" => return Expected::NotGood,
        (_, Entry::Empty) if engine == "oracle" => return Expected::Open,
        // A secret or a method passes; a user beside it may be odd.
        _ if is_odd => return Expected::Open,
        (Term::Odd | Term::Null, _) if has_secret => return Expected::Open,
        (Term::Odd | Term::Null, _) => return Expected::NotGood,
        _ => {}
    }
    let by_method = match &method {
        Term::Is(word) if word == "iam" && engine != "oracle" && engine != "mongodb" => Some("IAM"),
        Term::Is(word) if word == "kerberos" && engine == "oracle" => Some("KERBEROS"),
        Term::Is(word) if word != "password" => {
            // A secret passes; a method that is not documented beside it is left open.
            return if has_secret { Expected::Open } else { Expected::NotGood };
        }
        _ => None,
    };
    let is_open_mongo = engine == "mongodb" && settings.term("AuthType") == Term::Is("no".to_owned());
    match (secret, role, by_method) {
        (Entry::Is, Entry::Is, None) => Expected::Good("SECRET"),
        (Entry::Is, Entry::Is, Some(_)) => Expected::Good(""),
        (Entry::Missing, Entry::Missing, Some(state)) => Expected::Good(state),
        (Entry::Missing, Entry::Missing, None) if is_open_mongo && !has_user => Expected::Good("NO PASSWORD"),
        (Entry::Missing, Entry::Missing, None) if has_user => Expected::Bad("STORED PASSWORD"),
        (Entry::Missing, Entry::Missing, None) => Expected::Unknown,
        (_, _, Some(_)) => Expected::Open,
        (_, _, None) => Expected::NotGood,
    }
}

/// A server as its page sees it.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Server {
    Private,
    Public(&'static str),
    Unknown,
    OtherName,
}

fn host(world: &World) -> Expected {
    let applies = |engine: &str| !["kafka", "s3"].contains(&engine);
    by_engine(world, applies, false, |engine| {
        let group = group_of(engine).unwrap_or("ServerSettings");
        let settings = world.properties().group(group);
        let given = [world.properties().one("ServerName"), settings.one("ServerName")];
        let servers: Vec<Server> = given
            .iter()
            .filter_map(|given| match given {
                Given::Missing => None,
                // It names nothing, as if it were missing.
                Given::One(Node::Text(text)) if text.is_empty() => None,
                Given::Odd => Some(Server::Unknown),
                Given::One(Node::Text(text)) => Some(server(world, text)),
                Given::One(_) => Some(Server::Unknown),
            })
            .collect();
        let is_vacant =
            given.iter().any(|given| matches!(given, Given::One(Node::Text(text)) if text.is_empty()));
        let worst = servers.iter().find(|server| matches!(server, Server::Public(_)));
        let is_unknown = servers.contains(&Server::Unknown);
        match (worst, &world.source) {
            _ if matches!(settings, Group::Odd) => {
                if worst.is_some() {
                    Expected::NotGood
                } else {
                    Expected::AnythingButGood
                }
            }
            (Some(Server::Public(_)), _) if is_unknown || servers.len() > 1 => Expected::NotGood,
            (Some(Server::Public(state)), _) => Expected::Bad(state),
            _ if is_unknown => Expected::AnythingButGood,
            (_, Source::Described(_)) if is_vacant => Expected::Open,
            _ if is_vacant && servers.is_empty() => Expected::AnythingButGood,
            _ if is_vacant => Expected::Open,
            _ if servers.contains(&Server::OtherName) && servers.len() == 2 => Expected::AnythingButGood,
            _ if servers == [Server::OtherName] => Expected::NotApplicable,
            (_, Source::Described(_)) if servers.is_empty() => Expected::Open,
            (_, Source::Recorded) if servers.is_empty() => Expected::AnythingButGood,
            _ if servers.is_empty() => match entry(settings, "SecretsManagerSecretId") {
                Entry::Is => Expected::NotApplicable,
                Entry::Missing => Expected::Unknown,
                Entry::Empty | Entry::Odd => Expected::AnythingButGood,
            },
            // DMS takes a server or a secret that names one, not both.
            _ => match entry(settings, "SecretsManagerSecretId") {
                Entry::Is => Expected::NotApplicable,
                Entry::Missing => Expected::Good("PRIVATE"),
                Entry::Empty | Entry::Odd => Expected::Open,
            },
        }
    })
}

fn server(world: &World, text: &str) -> Server {
    let lower = text.to_lowercase();
    let without_port = match lower.rsplit_once(':') {
        Some((host, port)) if !host.contains(':') && port.parse::<u16>().is_ok() => host,
        _ => &lower,
    };
    if let Ok(address) = without_port.parse() {
        return if is_private(address) { Server::Private } else { Server::Public("PUBLIC ADDRESS") };
    }
    let is_name = without_port.contains('.')
        && without_port.chars().all(|letter| letter.is_ascii_alphanumeric() || "-.".contains(letter));
    match world.database {
        _ if !is_name => Server::Unknown,
        _ if !without_port.ends_with(".rds.amazonaws.com") => Server::OtherName,
        _ if world.is_planned() => Server::Unknown,
        Database::Public if without_port == HOST => Server::Public("PUBLIC DATABASE"),
        Database::Private if without_port == HOST => Server::Private,
        _ => Server::Unknown,
    }
}

//! Rules on a setting of endpoints of one engine, and on TLS.

use crate::choices::Choices;
use crate::node::{Node, Word};
use crate::reading::{Given, Group, Term, Truth};
use crate::spec::{ROW, Spec, member, within};
use crate::world::{Expected, Source, World};

const ENDPOINT: Spec = Spec { resource_type: "AWS::DMS::Endpoint", may_be_owned: true, ..ROW };

const WITHOUT_SSL_MODE: [&str; 13] = [
    "dms-transfer",
    "dynamodb",
    "elasticsearch",
    "kafka",
    "kinesis",
    "lakehouse",
    "neptune",
    "opensearch",
    "redis",
    "redshift",
    "redshift-serverless",
    "s3",
    "timestream",
];

pub(crate) const SPECS: &[Spec] = &[
    Spec {
        identifier: "dms-endpoint-ssl-configured",
        members: &[
            member(
                "SslMode",
                &[
                    Word::T("verify-full"),
                    Word::T("require"),
                    Word::T("verify-ca"),
                    Word::T("none"),
                    Word::T("verify_full"),
                ],
            ),
            member(
                "EngineName",
                &[
                    Word::T("mysql"),
                    Word::T("newdb"),
                    Word::T("azuredb"),
                    Word::T("s3"),
                    Word::T("kafka"),
                    Word::T("lakehouse"),
                    Word::T("redshift-serverless"),
                ],
            ),
        ],
        parameters: &[("minimumMode", "verified"), ("minimumMode", "encrypted")],
        check: |world| {
            by_engine(world, |engine| !WITHOUT_SSL_MODE.contains(&engine), true, |_| ssl_mode(world))
        },
        ..ENDPOINT
    },
    Spec {
        identifier: "dms-kafka-tls-enabled",
        members: &[
            within(
                "KafkaSettings",
                "SecurityProtocol",
                &[
                    Word::T("ssl-encryption"),
                    Word::T("ssl-authentication"),
                    Word::T("sasl-ssl"),
                    Word::T("plaintext"),
                    Word::T("sasl_ssl"),
                ],
            ),
            within("KafkaSettings", "Broker", &[Word::T("b-1.example.com:9094")]),
            member("EngineName", &[Word::T("kafka"), Word::T("redis"), Word::T("newdb")]),
        ],
        check: |world| {
            by_engine(
                world,
                |engine| engine == "kafka",
                true,
                |_| {
                    let settings = world.properties().group("KafkaSettings");
                    term(settings, "SecurityProtocol", Expected::Unknown, |word| match word {
                        "ssl-encryption" | "ssl-authentication" | "sasl-ssl" => Expected::Good("TLS"),
                        "plaintext" => Expected::Bad("PLAINTEXT"),
                        _ => Expected::Unknown,
                    })
                },
            )
        },
        ..ENDPOINT
    },
    Spec {
        identifier: "dms-mongo-db-authentication-enabled",
        members: &[
            within("MongoDbSettings", "AuthType", &[Word::T("password"), Word::T("no"), Word::T("none")]),
            within("MongoDbSettings", "AuthMechanism", &[Word::T("default")]),
            within("DocDbSettings", "AuthType", &[Word::T("password")]),
            member("EngineName", &[Word::T("mongodb"), Word::T("docdb"), Word::T("mysql")]),
        ],
        check: |world| {
            by_engine(
                world,
                |engine| engine == "mongodb",
                true,
                |_| {
                    let settings = world.properties().group("MongoDbSettings");
                    term(settings, "AuthType", Expected::Unknown, |word| match word {
                        "password" => Expected::Good("AUTHENTICATED"),
                        _ => Expected::Bad("UNAUTHENTICATED"),
                    })
                },
            )
        },
        ..ENDPOINT
    },
    Spec {
        identifier: "dms-redis-tls-enabled",
        members: &[
            within(
                "RedisSettings",
                "SslSecurityProtocol",
                &[Word::T("ssl-encryption"), Word::T("plaintext"), Word::T("tls")],
            ),
            within("RedisSettings", "ServerName", &[Word::T("redis.example.com")]),
            member("EngineName", &[Word::T("redis"), Word::T("kafka")]),
        ],
        check: |world| by_engine(world, |engine| engine == "redis", true, |_| redis(world)),
        ..ENDPOINT
    },
    Spec {
        identifier: "dms-neptune-iam-authorization-enabled",
        members: &[
            within(
                "NeptuneSettings",
                "IamAuthEnabled",
                &[Word::B(true), Word::T("true"), Word::B(false), Word::T("FALSE"), Word::N(1)],
            ),
            within("NeptuneSettings", "S3BucketName", &[Word::T("bucket")]),
            member("EngineName", &[Word::T("neptune"), Word::T("s3")]),
        ],
        check: |world| by_engine(world, |engine| engine == "neptune", true, |_| neptune(world)),
        ..ENDPOINT
    },
    Spec {
        identifier: "dms-opensearch-https-enabled",
        members: &[
            within(
                "ElasticsearchSettings",
                "EndpointUri",
                &[
                    Word::T("https://search.example.com"),
                    Word::T("search.example.com"),
                    Word::T("HTTPS://search.example.com:443/path"),
                    Word::T("http://search.example.com"),
                    Word::T("HTTP://search.example.com"),
                    Word::T("ftp://search.example.com"),
                    Word::T("//search.example.com"),
                    Word::T("https:/search.example.com"),
                    Word::T("https://"),
                    Word::T("10.0.0.1:9200"),
                ],
            ),
            member("EngineName", &[Word::T("opensearch"), Word::T("elasticsearch"), Word::T("s3")]),
        ],
        check: |world| {
            by_engine(
                world,
                |engine| matches!(engine, "opensearch" | "elasticsearch"),
                true,
                |_| opensearch(world),
            )
        },
        ..ENDPOINT
    },
    Spec {
        identifier: "dms-data-provider-tls-enabled",
        resource_type: "AWS::DMS::DataProvider",
        members: &[
            member(
                "Engine",
                &[
                    Word::T("mysql"),
                    Word::T("mysql"),
                    Word::T("postgres"),
                    Word::T("mariadb"),
                    Word::T("redshift"),
                    Word::T("newdb"),
                ],
            ),
            member("Virtual", &[Word::B(false), Word::B(false), Word::B(true)]),
        ],
        more: Some(provider_settings),
        check: provider,
        ..ROW
    },
];

/// Returns the verdict that `settings` gives for an engine to which the rule applies. If it is not given, the settings may pass
/// alone where the page states it.
pub(crate) fn by_engine(
    world: &World,
    applies: impl Fn(&str) -> bool,
    may_be_missing: bool,
    settings: impl Fn(&str) -> Expected,
) -> Expected {
    let properties = world.properties();
    let Group::Members(_) = properties else { return Expected::Unknown };
    match properties.term("EngineName") {
        Term::Odd => Expected::Unknown,
        Term::Is(engine) if applies(&engine) => settings(&engine),
        Term::Is(_) => Expected::NotApplicable,
        Term::Missing | Term::Null if !may_be_missing => Expected::Unknown,
        Term::Missing | Term::Null => match settings("") {
            good @ (Expected::Good(_) | Expected::Open) => good,
            _ => Expected::Unknown,
        },
    }
}

fn term(settings: Group, name: &'static str, missing: Expected, word: fn(&str) -> Expected) -> Expected {
    match (settings, settings.term(name)) {
        (Group::Missing | Group::Odd, _) | (_, Term::Odd | Term::Null) => Expected::Unknown,
        _ if settings.is_empty() => Expected::Unknown,
        (_, Term::Missing) => missing,
        (_, Term::Is(found)) => word(&found),
    }
}

fn ssl_mode(world: &World) -> Expected {
    let is_verified = world.parameter("minimumMode") == Some("verified");
    match world.properties().term("SslMode") {
        Term::Missing => Expected::Bad("PLAINTEXT"),
        Term::Null | Term::Odd => Expected::Unknown,
        Term::Is(mode) => match mode.as_str() {
            "none" => Expected::Bad("PLAINTEXT"),
            "require" if is_verified => Expected::Bad("NOT VERIFIED"),
            "require" | "verify-ca" | "verify-full" => Expected::Good("TLS"),
            _ => Expected::Unknown,
        },
    }
}

fn redis(world: &World) -> Expected {
    let word = |word: &str| match word {
        "ssl-encryption" => Expected::Good("TLS"),
        "plaintext" => Expected::Bad("PLAINTEXT"),
        _ => Expected::Unknown,
    };
    let name = "SslSecurityProtocol";
    let settings = world.properties().group("RedisSettings");
    match &world.source {
        Source::Listed | Source::Planned => term(settings, name, Expected::Good("TLS"), word),
        Source::Recorded => term(settings, name, Expected::Unknown, word),
        Source::Described(description) => {
            let described = Group::read(description).group("RedisSettings");
            term(settings, name, term(described, name, Expected::Good("TLS"), word), word)
        }
    }
}

fn neptune(world: &World) -> Expected {
    let settings = world.properties().group("NeptuneSettings");
    match (settings, settings.truth("IamAuthEnabled", true)) {
        (Group::Missing | Group::Odd, _) => Expected::Unknown,
        _ if settings.is_empty() => Expected::Unknown,
        (_, Truth::Missing | Truth::Is(false)) => Expected::Bad("NO IAM"),
        (_, Truth::Odd) => Expected::Unknown,
        (_, Truth::Is(true)) => Expected::Good("IAM"),
    }
}

fn opensearch(world: &World) -> Expected {
    let settings = world.properties().group("ElasticsearchSettings");
    let Given::One(Node::Text(address)) = settings.one("EndpointUri") else { return Expected::Unknown };
    let lower = address.to_lowercase();
    let is_server = |text: &str| {
        let host = text.split(['/', ':']).next().unwrap_or_default();
        !host.is_empty() && host.chars().all(|letter| letter.is_ascii_alphanumeric() || "-.".contains(letter))
    };
    match lower.split_once("://") {
        Some(("https", server)) if is_server(server) => Expected::Good("HTTPS"),
        Some(("http", _)) => Expected::Bad("PLAINTEXT"),
        Some(_) => Expected::Unknown,
        // A word of another value may be the name of a server.
        None if lower.starts_with("https:") || lower.starts_with('/') || !is_server(&lower) => {
            Expected::Unknown
        }
        None if lower.contains('.') => Expected::Good("HTTPS"),
        None => Expected::Open,
    }
}

const PROVIDERS: [(&str, &str); 3] =
    [("mysql", "MySqlSettings"), ("postgres", "PostgreSqlSettings"), ("mariadb", "MariaDbSettings")];

fn provider_settings(choices: &mut Choices) -> Vec<(String, Node)> {
    let modes = ["verify-full", "require", "verify-ca", "none", "VERIFY-CA", "tls", ""];
    let group = |choices: &mut Choices| {
        let mut members = vec![("ServerName".to_owned(), Node::Text("db".to_owned()))];
        match choices.oddity(10) {
            6 => {}
            7 => members.push(("SslMode".to_owned(), Node::Null)),
            8 => members.push(("ssl_mode".to_owned(), Node::Text("require".to_owned()))),
            9 => members
                .extend(["require", "none"].map(|mode| ("SslMode".to_owned(), Node::Text(mode.to_owned())))),
            _ => members.push(("SslMode".to_owned(), Node::Text(choices.one(&modes).to_owned()))),
        }
        (PROVIDERS[choices.oddity(3)].1.to_owned(), Node::Object(members))
    };
    let mut groups = vec![group(choices)];
    let settings = match choices.oddity(14) {
        8 => Node::Null,
        9 => Node::Object(vec![]),
        10 => Node::List(vec![Node::Object(groups)]),
        11 => Node::Document(Box::new(Node::Object(groups))),
        12 => {
            groups.push(group(choices));
            Node::Object(groups)
        }
        13 => {
            groups[0].1 = Node::Object(vec![]);
            Node::Object(groups)
        }
        _ => Node::Object(groups),
    };
    if choices.rarely(16) { vec![] } else { vec![("Settings".to_owned(), settings)] }
}

fn provider(world: &World) -> Expected {
    let properties = world.properties();
    let Group::Members(_) = properties else { return Expected::Unknown };
    let by_settings = provider_tls(properties);
    match (properties.one("Virtual"), properties.truth("Virtual", false)) {
        (Given::One(Node::Bool(true)), _) if !world.is_planned() => Expected::NotApplicable,
        // It is virtual for DMS alone, in one way of writing it; without a server nothing is plain.
        (_, Truth::Is(true) | Truth::Odd) => match by_settings {
            Expected::Good(_) => by_settings,
            _ => Expected::AnythingButGood,
        },
        (_, Truth::Missing | Truth::Is(false)) => by_settings,
    }
}

fn provider_tls(properties: Group) -> Expected {
    let Term::Is(engine) = properties.term("Engine") else { return Expected::Unknown };
    if engine == "redshift" {
        // It may have the settings of another engine.
        return Expected::AnythingButGood;
    }
    let Some((_, group)) = PROVIDERS.iter().find(|(known, _)| *known == engine) else {
        return Expected::Unknown;
    };
    let settings = properties.group("Settings");
    let Group::Members(members) = settings else { return Expected::Unknown };
    match settings.group(group) {
        _ if members.len() > 1 && members[0] == members[1] => Expected::Open,
        _ if members.len() > 1 => Expected::Unknown,
        Group::Missing | Group::Odd => Expected::Unknown,
        own @ Group::Members(_) if own.is_empty() => Expected::NotGood,
        own @ Group::Members(_) => match own.term("SslMode") {
            Term::Missing => Expected::Bad("PLAINTEXT"),
            Term::Is(mode) if mode == "none" => Expected::Bad("PLAINTEXT"),
            Term::Is(mode) if ["require", "verify-ca", "verify-full"].contains(&mode.as_str()) => {
                Expected::Good("TLS")
            }
            _ => Expected::Unknown,
        },
    }
}

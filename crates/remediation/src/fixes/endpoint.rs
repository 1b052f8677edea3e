//! Fixes of endpoints.
//!
//! Settings of an endpoint are merged unless ExactSettings is true (API reference of DMS, `ModifyEndpoint`): what is not
//! named stays, passwords among it. They are never read or written here.

use serde_json::{Map, Value, json};

use crate::correction::{Correction, Fix};
use crate::request::Request;
use crate::step::Instruction;

/// The word that a person replaces by the ARN of a certificate.
const CERTIFICATE: &str = "CERTIFICATE_ARN";

/// The engines with a setting SslMode, with the modes that each takes, the strictest first (DMS user guide, "Using SSL
/// with AWS Database Migration Service").
const MODES: [(&[&str], &[&str]); 5] = [
    (&["mysql", "mariadb", "aurora"], &["verify-full", "verify-ca"]),
    (&["postgres", "aurora-postgresql"], &["verify-full", "verify-ca", "require"]),
    (&["sqlserver"], &["verify-full", "require"]),
    (&["mongodb"], &["verify-full", "require"]),
    (&["oracle", "db2"], &["verify-ca"]),
];

pub(super) fn text<'a>(resource: &'a Value, pointer: &str) -> Option<&'a str> {
    resource.pointer(pointer).and_then(Value::as_str).filter(|text| !text.is_empty())
}

/// Returns the command that modifies an endpoint by one option.
pub(super) fn modification<'a>(arn: &'a str, option: &'a str, value: &'a str) -> [&'a str; 7] {
    ["aws", "dms", "modify-endpoint", "--endpoint-arn", arn, option, value]
}

pub(super) fn tls(resource: &Value, arn: &str) -> Fix {
    let engine = text(resource, "/EngineName").unwrap_or_default().to_ascii_lowercase();
    let Some((_, modes)) = MODES.iter().find(|(engines, _)| engines.contains(&engine.as_str())) else {
        return Fix::not_one_step(
            format!("which modes of TLS DMS takes for the engine {engine:?} is not known here"),
            "read \"Using SSL with AWS Database Migration Service\" in the DMS user guide, and modify the endpoint with a mode \
             of its engine",
        );
    };
    let certificate = text(resource, "/CertificateArn");
    // Without a certificate, the mode that needs none encrypts at once.
    let mode = match (certificate, modes.contains(&"require")) {
        (None, true) => "require",
        _ => modes.first().copied().unwrap_or("verify-ca"),
    };
    let mut parameters = vec![("EndpointArn", json!(arn)), ("SslMode", json!(mode))];
    let mut first = Vec::new();
    if mode != "require" {
        parameters.push(("CertificateArn", json!(certificate.unwrap_or(CERTIFICATE))));
    } else if modes.len() > 1 {
        first.push(Instruction::Note(format!(
            "require encrypts and does not verify the server; {} does, with the certificate of its authority",
            modes.first().copied().unwrap_or_default()
        )));
    }
    if mode != "require" && certificate.is_none() {
        let words = [
            "aws",
            "dms",
            "import-certificate",
            "--certificate-identifier",
            "NAME",
            "--certificate-pem",
            "file://ca.pem",
        ];
        first.push(Instruction::Note(format!(
            "the mode needs the certificate of the authority that signed the server's: import it, and replace {CERTIFICATE} \
             by the ARN that is printed"
        )));
        first.push(Instruction::Print(words.map(str::to_owned).into()));
    }
    let request = Request { operation: "ModifyEndpoint", parameters: named(parameters) };
    correction("Encrypt the connection", arn, first, request, "Endpoints[0].SslMode", mode.into())
}

pub(super) fn kafka(resource: &Value, arn: &str) -> Fix {
    let Some(broker) = text(resource, "/KafkaSettings/Broker") else {
        return missing("the brokers of the endpoint (KafkaSettings.Broker)");
    };
    let note = Instruction::Note(
        "the ports of the brokers must be those of TLS, such as 9094; a broker that requires a client certificate or SASL \
         needs ssl-authentication or sasl-ssl with its own settings"
            .to_owned(),
    );
    let settings = json!({"Broker": broker, "SecurityProtocol": "ssl-encryption"});
    let request = grouped(arn, "KafkaSettings", settings);
    let member = "Endpoints[0].KafkaSettings.SecurityProtocol";
    correction("Encrypt the connection to Kafka", arn, vec![note], request, member, "ssl-encryption".into())
}

pub(super) fn redis(resource: &Value, arn: &str) -> Fix {
    let port = resource.pointer("/RedisSettings/Port").and_then(Value::as_i64);
    let (Some(server), Some(port)) = (text(resource, "/RedisSettings/ServerName"), port) else {
        return missing("the server and port of the endpoint (RedisSettings)");
    };
    let settings = json!({"ServerName": server, "Port": port, "SslSecurityProtocol": "ssl-encryption"});
    let request = grouped(arn, "RedisSettings", settings);
    let member = "Endpoints[0].RedisSettings.SslSecurityProtocol";
    correction("Encrypt the connection to Redis", arn, Vec::new(), request, member, "ssl-encryption".into())
}

pub(super) fn neptune(resource: &Value, arn: &str) -> Fix {
    let setting = |name: &str| text(resource, &format!("/NeptuneSettings/{name}"));
    let (Some(bucket), Some(folder), Some(role)) =
        (setting("S3BucketName"), setting("S3BucketFolder"), setting("ServiceAccessRoleArn"))
    else {
        return missing("the bucket, folder and role of the endpoint (NeptuneSettings); IAM needs the role");
    };
    let note = Instruction::Note(format!(
        "the role {role} must be allowed to connect to the cluster (neptune-db:*), and the cluster must have IAM \
         authentication on"
    ));
    let settings = json!({
        "S3BucketName": bucket, "S3BucketFolder": folder, "ServiceAccessRoleArn": role, "IamAuthEnabled": true
    });
    let request = grouped(arn, "NeptuneSettings", settings);
    let member = "Endpoints[0].NeptuneSettings.IamAuthEnabled";
    correction("Turn IAM authorization on", arn, vec![note], request, member, true.into())
}

pub(super) fn mongo_db(resource: &Value, arn: &str) -> Fix {
    let has_credentials = ["SecretsManagerSecretId", "Username"]
        .iter()
        .any(|name| text(resource, &format!("/MongoDbSettings/{name}")).is_some());
    if !has_credentials {
        return Fix::not_one_step(
            "the endpoint has no credentials: no user and no secret",
            "create a user in MongoDB and a secret with its name and password in Secrets Manager, then modify the endpoint",
        )
        .with_command(&modification(arn, "--mongo-db-settings", r#"{"AuthType":"password","AuthMechanism":"default","SecretsManagerSecretId":"SECRET_ARN","SecretsManagerAccessRoleArn":"ROLE_ARN"}"#));
    }
    let settings = json!({"AuthType": "password", "AuthMechanism": "default"});
    let request = grouped(arn, "MongoDbSettings", settings);
    let member = "Endpoints[0].MongoDbSettings.AuthType";
    correction("Log in with a password", arn, Vec::new(), request, member, "password".into())
}

pub(super) fn missing(what: &str) -> Fix {
    Fix::not_one_step(
        format!("DMS did not give {what}, which the change has to repeat"),
        "describe the endpoint again",
    )
}

fn named(parameters: Vec<(&str, Value)>) -> Map<String, Value> {
    parameters.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

pub(super) fn grouped(arn: &str, group: &str, settings: Value) -> Request {
    Request::new("ModifyEndpoint", [("EndpointArn", json!(arn)), (group, settings)])
}

/// Builds the change of an endpoint, its proof, and what makes it count for tasks.
pub(super) fn correction(
    title: &str,
    arn: &str,
    mut instructions: Vec<Instruction>,
    request: Request,
    member: &'static str,
    wanted: Value,
) -> Fix {
    let by_arn = || json!([{"Name": "endpoint-arn", "Values": [arn]}]);
    instructions.push(Instruction::Call(request));
    let query = Request::new("DescribeEndpoints", [("Filters", by_arn())]);
    instructions.push(Instruction::Prove { query, member, wanted });
    instructions.push(Instruction::Note(
        "test the endpoint again from each replication instance that the next command lists (test-connection)".to_owned(),
    ));
    instructions.push(Instruction::Save(Request::new("DescribeConnections", [("Filters", by_arn())])));
    instructions.push(Instruction::Save(Request::new("DescribeReplicationTasks", [("Filters", by_arn())])));
    Fix::Correction(Correction {
        title: title.to_owned(),
        interruption: "nothing by itself; a running task of the endpoint uses the change after it was stopped and resumed only \
                       (minutes, unmeasured)"
            .to_owned(),
        instructions,
        done: "the endpoint shows the value, each test is successful, and the tasks of the endpoint that ran, which the last \
               command saves, were stopped and resumed"
            .to_owned(),
        back: "modify the endpoint back: a test that fails shows that the server does not take the change".to_owned(),
    })
}

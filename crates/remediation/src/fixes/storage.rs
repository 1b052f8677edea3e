//! Fixes of endpoints in Amazon S3 and Amazon OpenSearch Service, and of keys, logins and servers.

use serde_json::{Value, json};

use super::endpoint::{correction, grouped, missing, modification, text};
use crate::correction::Fix;
use crate::step::Instruction;

pub(super) fn acl(resource: &Value, arn: &str) -> Fix {
    let extra = text(resource, "/ExtraConnectionAttributes").unwrap_or_default().to_ascii_lowercase();
    if extra.contains("acl") {
        return Fix::not_one_step(
            "the extra connection attributes of the endpoint may set the ACL, and a change replaces all of them",
            "modify the endpoint with the same attributes without cannedAclForObjects, then correct the ACL of each object that \
             was written",
        )
        .with_command(&modification(arn, "--extra-connection-attributes", "ATTRIBUTES"));
    }
    let note = Instruction::Note(
        "objects that were written keep their ACL: correct it (aws s3api put-object-acl --acl private) or turn Block Public \
         Access on for the bucket"
            .to_owned(),
    );
    let request = grouped(arn, "S3Settings", json!({"CannedAclForObjects": "none"}));
    let member = "Endpoints[0].S3Settings.CannedAclForObjects";
    correction("Write objects without a public ACL", arn, vec![note], request, member, "none".into())
}

pub(super) fn https(resource: &Value, arn: &str) -> Fix {
    let setting = |name: &str| text(resource, &format!("/ElasticsearchSettings/{name}"));
    let (Some(uri), Some(role)) = (setting("EndpointUri"), setting("ServiceAccessRoleArn")) else {
        return missing("the address and role of the endpoint (ElasticsearchSettings)");
    };
    let server = uri.split_once("://").map_or(uri, |(_, server)| server);
    let address = format!("https://{server}");
    let note = Instruction::Note("the domain must take HTTPS, as each domain in AWS does".to_owned());
    let settings = json!({"EndpointUri": address, "ServiceAccessRoleArn": role});
    let request = grouped(arn, "ElasticsearchSettings", settings);
    let member = "Endpoints[0].ElasticsearchSettings.EndpointUri";
    correction("Connect by HTTPS", arn, vec![note], request, member, address.into())
}

pub(super) fn bucket_owner(arn: &str) -> Fix {
    Fix::not_one_step(
        "the account that owns the bucket is not known to DMS",
        "find the account (aws s3api get-bucket-acl shows the owner to it alone), and modify the endpoint",
    )
    .with_command(&modification(arn, "--s3-settings", r#"{"ExpectedBucketOwner":"ACCOUNT"}"#))
}

pub(super) fn encryption() -> Fix {
    Fix::not_one_step(
        "DMS changes SSE_KMS to SSE_S3, but not SSE_S3 to SSE_KMS",
        "create another endpoint with EncryptionMode=sse-kms and ServerSideEncryptionKmsKeyId, whose role may use the key, use \
         it in new tasks, and delete this one; if the mode is sse-kms already, modify the endpoint with a key of your own",
    )
}

pub(super) fn login() -> Fix {
    Fix::not_one_step(
        "the secret does not exist yet, and its content is yours",
        "write user, password, host and port into a secret, make a role by which DMS may read it, modify the endpoint with \
         SecretsManagerSecretId and SecretsManagerAccessRoleArn in the settings of its engine, test the connection, and change \
         the password that DMS stored",
    )
}

pub(super) fn key() -> Fix {
    Fix::not_one_step(
        "DMS cannot change the key of an endpoint",
        "create another endpoint with --kms-key-id, test it from each replication instance, use it in new tasks, and delete \
         this one",
    )
}

pub(super) fn key_of_certificate() -> Fix {
    Fix::not_one_step(
        "DMS cannot change the key of a certificate",
        "import the certificate again with --kms-key-id, give it to each endpoint that uses this one (modify-endpoint \
         --certificate-arn), test each connection, and delete this one",
    )
}

pub(super) fn server() -> Fix {
    Fix::not_one_step(
        "a private way to the server must exist first",
        "connect the networks (VPN, Direct Connect, peering), modify the endpoint with the private address of the server and \
         test it; a DB instance of Amazon RDS is made private by modify-db-instance --no-publicly-accessible",
    )
}

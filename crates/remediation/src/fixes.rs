//! The fixes of the other rules: the exact call for a resource, and what it interrupts.

mod endpoint;
mod instance;
mod logging;
mod operation;
mod storage;

use serde_json::{Value, json};

use crate::correction::{Correction, Fix};
use crate::request::Request;
use crate::step::Instruction;

/// The word that a person replaces by the key of a tag.
const TAG_KEY: &str = "TAG_KEY";
/// The word that a person replaces by the value of a tag.
const TAG_VALUE: &str = "TAG_VALUE";

/// Returns the fix of a finding; `None` for a rule that is not known. `resource` is the resource as DMS describes it: a
/// member that it lacks is unknown, and a fix that needs it says so.
#[must_use]
pub fn fix(rule: &str, resource: &Value, arn: &str) -> Option<Fix> {
    let fix = match rule {
        "dms-replication-not-public" => Fix::not_one_step(
            "DMS cannot change the public access of an instance",
            "make a plan: a private instance is created, and the tasks are moved to it",
        )
        .with_command(&["dms-rule", "plan", arn]),
        "dms-instance-profile-not-public" => instance_profile(arn),
        "dms-auto-minor-version-upgrade-check" => instance::upgrades(arn),
        "dms-replication-instance-multi-az-enabled" => instance::standby(resource, arn),
        "dms-replication-instance-customer-managed-key" => instance::key(),
        "dms-endpoint-ssl-configured" => endpoint::tls(resource, arn),
        "dms-kafka-tls-enabled" => endpoint::kafka(resource, arn),
        "dms-redis-tls-enabled" => endpoint::redis(resource, arn),
        "dms-neptune-iam-authorization-enabled" => endpoint::neptune(resource, arn),
        "dms-mongo-db-authentication-enabled" => endpoint::mongo_db(resource, arn),
        "dms-opensearch-https-enabled" => storage::https(resource, arn),
        "dms-endpoint-credentials-managed" => storage::login(),
        "dms-endpoint-customer-managed-key" => storage::key(),
        "dms-endpoint-host-not-public" => storage::server(),
        "dms-s3-target-not-public" => storage::acl(resource, arn),
        "dms-s3-target-kms-encrypted" => storage::encryption(),
        "dms-s3-bucket-owner-verified" => storage::bucket_owner(arn),
        "dms-certificate-customer-managed-key" => storage::key_of_certificate(),
        "dms-replication-task-sourcedb-logging" => {
            logging::log(resource, arn, ["SOURCE_CAPTURE", "SOURCE_UNLOAD"])
        }
        "dms-replication-task-targetdb-logging" => {
            logging::log(resource, arn, ["TARGET_APPLY", "TARGET_LOAD"])
        }
        "dms-certificate-not-expiring" => certificate(arn),
        "dms-engine-version-supported" => operation::engine_version(arn),
        "dms-instance-class-supported" => operation::instance_class(arn),
        "dms-serverless-multi-az-enabled" => operation::serverless(arn, ["--compute-config", "MultiAZ=true"]),
        "dms-serverless-sourcedb-logging" | "dms-serverless-targetdb-logging" => {
            operation::serverless(arn, ["--replication-settings", "file://settings.json"])
        }
        "dms-serverless-customer-managed-key" => operation::serverless_key(),
        "dms-data-provider-tls-enabled" => operation::data_provider(arn),
        "dms-data-migration-logging-enabled" => operation::data_migration(arn),
        "dms-replication-task-healthy" => operation::task(arn),
        "dms-event-subscription-healthy" => operation::subscription(),
        "dms-certificate-tagged"
        | "dms-endpoint-tagged"
        | "dms-event-subscription-tagged"
        | "dms-replication-instance-tagged"
        | "dms-replication-task-tagged"
        | "dms-serverless-tagged"
        | "dms-subnet-group-tagged" => tag(arn),
        _ => return None,
    };
    Some(fix)
}

fn tag(arn: &str) -> Fix {
    let tags = json!([{"Key": TAG_KEY, "Value": TAG_VALUE}]);
    let list = Request::new("ListTagsForResource", [("ResourceArn", json!(arn))]);
    Fix::Correction(Correction {
        title: "Tag the resource".to_owned(),
        interruption: "nothing".to_owned(),
        instructions: vec![
            Instruction::Note(format!(
                "replace {TAG_KEY} and {TAG_VALUE} by the tags that your organization requires, such as owner and a team"
            )),
            Instruction::Call(Request::new(
                "AddTagsToResource",
                [("ResourceArn", json!(arn)), ("Tags", tags)],
            )),
            Instruction::Save(list),
        ],
        done: "the list has the tags".to_owned(),
        back: "remove-tags-from-resource with the same keys".to_owned(),
    })
}

fn instance_profile(arn: &str) -> Fix {
    let parameters = [("InstanceProfileIdentifier", json!(arn)), ("PubliclyAccessible", json!(false))];
    let query = Request::new(
        "DescribeInstanceProfiles",
        [("Filters", json!([{"Name": "instance-profile-identifier", "Values": [arn]}]))],
    );
    Fix::Correction(Correction {
        title: "Make the instance profile private".to_owned(),
        interruption:
            "the migrations of its projects: move the projects to another profile, or delete them, first"
                .to_owned(),
        instructions: vec![
            Instruction::Call(Request::new("ModifyInstanceProfile", parameters)),
            Instruction::Prove {
                query,
                member: "InstanceProfiles[0].PubliclyAccessible",
                wanted: json!(false),
            },
        ],
        done: "PubliclyAccessible is literally false".to_owned(),
        back: "modify it to public again".to_owned(),
    })
}

fn certificate(arn: &str) -> Fix {
    let uses = format!("Endpoints[?CertificateArn==`\"{arn}\"`].[EndpointArn,EndpointIdentifier]");
    let fix = Fix::not_one_step(
        "a certificate is replaced by a new one, which only its authority can give",
        "import the new certificate, give it to each endpoint that the query lists (modify-endpoint --certificate-arn), test \
         each connection again, and stop and resume the running tasks: they use the new certificate after a restart only",
    )
    .with_command(&[
        "aws",
        "dms",
        "import-certificate",
        "--certificate-identifier",
        "NEW_NAME",
        "--certificate-pem",
        "file://ca.pem",
    ]);
    // A query with a quote of its own would be another query.
    if arn.chars().all(|c| c.is_ascii_alphanumeric() || "-_:./".contains(c)) {
        fix.with_command(&["aws", "dms", "describe-endpoints", "--query", &uses])
    } else {
        fix.with_command(&["aws", "dms", "describe-endpoints"])
    }
}

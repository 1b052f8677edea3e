//! The service control policy that guards the key of the exemption tag.

use serde_json::json;

use crate::GeneratedFile;

const FILE: &str = "rule-templates/prevention/scp-exemption-tag.json";

/// The operations of AWS DMS that give a resource tags (AWS's service model of DMS: the members named `Tags`). That of assessment
/// runs is left out: no rule evaluates them.
const OPERATIONS: [&str; 12] = [
    "AddTagsToResource",
    "CreateDataMigration",
    "CreateDataProvider",
    "CreateEndpoint",
    "CreateEventSubscription",
    "CreateInstanceProfile",
    "CreateMigrationProject",
    "CreateReplicationConfig",
    "CreateReplicationInstance",
    "CreateReplicationSubnetGroup",
    "CreateReplicationTask",
    "ImportCertificate",
];

/// Returns the policy. It denies every operation that would set the tag, in any case of its key, to all but one role.
pub(crate) fn file() -> GeneratedFile {
    let actions = OPERATIONS.map(|operation| format!("dms:{operation}"));
    let policy = json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Sid": "OnlyOneRoleExempts",
            "Effect": "Deny",
            "Action": actions,
            "Resource": "*",
            "Condition": {
                "ForAnyValue:StringEqualsIgnoreCase": { "aws:TagKeys": ["${exemption_tag_key}"] },
                "ArnNotLike": { "aws:PrincipalArn": ["arn:*:iam::*:role/${exemption_role}"] },
            },
        }],
    });
    GeneratedFile { path: FILE.to_owned(), text: format!("{policy:#}\n") }
}

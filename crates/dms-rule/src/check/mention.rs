//! Finds out if a text mentions DMS resources, however it is to be read.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::bytes::{Captures, Regex};

/// A type name of CloudFormation or AWS Config, also with white space in it; one of Terraform or Pulumi; a member, or a key,
/// that only responses of DMS have; a member with an ARN of DMS; a row or a heading of the AWS CLI's text and table. A word such
/// as `dms:DescribeReplicationInstances` in a policy is none of these.
const MENTION: &str = concat!(
    r"(?im):\s*:\s*dms\s*:\s*:",
    r"|\b(?:aws|awscc)_dms_[a-z]",
    r"|(?:^|[^:\w])aws:dms[:/][a-z]",
    r#"|(?:^|["'\s{,.])(?:replication_?(?:instance|task|subnet_?group)|endpoint_?identifier|certificate_?(?:wallet|pem))"#,
    r#"[a-z_]*\\*["']?\s*[:=]"#,
    r#"|arn\\*["']?\s*[:=]\s*\\*["']?arn:[a-z-]+:dms:"#,
    r"|^(?:REPLICATION(?:INSTANCES|TASKS|SUBNETGROUPS)|ENDPOINTS|CERTIFICATES|INSTANCEPROFILES)\t",
    r"|\|\s+Describe(?:Replication(?:Instances|Tasks|SubnetGroups)|Endpoints|Certificates|InstanceProfiles)\s+\|",
);

static MENTIONS: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(MENTION).ok());

/// An escape of JSON for a printable ASCII character, which could hide a name.
static ESCAPES: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"\\+u00([2-7][0-9a-fA-F])").ok());

/// Returns true if the text mentions a DMS resource.
pub(super) fn mentions_dms(text: &[u8]) -> bool {
    let text = without_escapes(text);
    MENTIONS.as_ref().is_none_or(|mentions| mentions.is_match(&text))
}

fn without_escapes(text: &[u8]) -> Cow<'_, [u8]> {
    let Some(escapes) = ESCAPES.as_ref().filter(|_| memchr::memmem::find(text, b"\\u00").is_some()) else {
        return Cow::Borrowed(text);
    };
    escapes.replace_all(text, |escape: &Captures<'_>| {
        let digits = escape.get(1).and_then(|digits| std::str::from_utf8(digits.as_bytes()).ok());
        digits
            .and_then(|digits| u8::from_str_radix(digits, 16).ok())
            .map(|byte| vec![byte])
            .unwrap_or_default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_and_members_of_dms_are_mentions() {
        for text in [
            "Type: AWS::DMS::Endpoint",
            "Type: aws::dms::endpoint",
            "Type: AWS:: DMS ::Endpoint",
            r#""AWS::\u0044MS::Endpoint""#,
            r#""{\"x\":\"AWS\\u003a:DMS::Endpoint\"}""#,
            r#"resource "aws_dms_endpoint" "e" {}"#,
            "awscc_dms_instance_profile.p",
            r#"{"ReplicationInstances":[]}"#,
            r#"{"replicationInstanceArn": "x"}"#,
            r#""{\"ReplicationTaskIdentifier\":1}""#,
            "ReplicationInstances: []",
            "replication_instance_arn = 1",
            "type: aws:dms:Endpoint",
            "- InstanceProfileArn: arn:aws:dms:us-east-1:123456789012:instance-profile:ABC",
            r#""{\"arn\":\"arn:aws-cn:dms:cn-north-1:123456789012:rep:A\"}""#,
            "REPLICATIONINSTANCES\t50\tTrue",
            "|  DescribeReplicationInstances  |",
        ] {
            assert!(mentions_dms(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn rights_and_other_services_are_no_mentions() {
        for text in [
            r#"{"Action":["dms:DescribeReplicationInstances","dms:*ReplicationInstance*"]}"#,
            r#"{"Dimensions":[{"Name":"ReplicationInstanceIdentifier","Value":"r"}]}"#,
            r#"{"Resource":"arn:aws:dms:*:*:rep:*"}"#,
            r#"{"Certificates":[{"CertificateArn":"arn:aws:acm:eu-west-1:123456789012:certificate/c"}]}"#,
            "ReplicationConfiguration:\n  Role: r",
            "",
        ] {
            assert!(!mentions_dms(text.as_bytes()), "{text}");
        }
    }
}

//! Endpoints in templates, plans and states: settings in groups, in extra connection attributes, and in a resource of their own.

use iac::{Plan, Settings, terraform_plan, terraform_state};
use rule_core::{Facts, Finding, Input, ParameterValues, Property, rules};
use serde_json::{Value, json};

use crate::{cloudformation, verdicts};

const ACL: &str = "dms-s3-target-not-public";
const ENCRYPTED: &str = "dms-s3-target-kms-encrypted";
const OWNER: &str = "dms-s3-bucket-owner-verified";
const HTTPS: &str = "dms-opensearch-https-enabled";
const KEY: &str = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab";

fn template(properties: &str) -> Plan {
    let text = format!(
        "Parameters:\n  P: {{Type: String}}\nConditions:\n  C: !Equals [!Ref P, a]\nResources:\n  Key: {{Type: 'AWS::KMS::Key'}}\n  A: {{Type: 'AWS::DMS::Endpoint', Properties: {{{properties}}}}}\n"
    );
    cloudformation(&text, &Settings::default()).unwrap()
}

#[test]
fn a_template_gives_the_settings_of_an_endpoint() {
    let s3 = |settings: &str| {
        format!("EngineName: s3, EndpointType: target, S3Settings: {{BucketName: b, {settings}}}")
    };
    for (properties, rule, wanted) in [
        (s3("CannedAclForObjects: PUBLIC_READ"), ACL, "NON_COMPLIANT PUBLIC OBJECTS: CannedAclForObjects=public-read"),
        (s3("CannedAclForObjects: none"), ACL, "COMPLIANT NOT PUBLIC: CannedAclForObjects=none"),
        (s3(""), ACL, "COMPLIANT NOT PUBLIC: CannedAclForObjects is not set"),
        (s3("CannedAclForObjects: !Ref P"), ACL, "NON_COMPLIANT UNKNOWN: CannedAclForObjects is not known before"),
        (s3("CannedAclForObjects: !If [C, public-read, none]"), ACL, "NON_COMPLIANT UNKNOWN: cannot be known before deployment, PUBLIC OBJECTS if condition C"),
        (s3("cannedAclForObjects: none"), ACL, "NON_COMPLIANT UNKNOWN"),
        (s3("canned_acl_for_objects: public-read"), ACL, "NON_COMPLIANT UNKNOWN"),
        ("EngineName: s3, EndpointType: target, ExtraConnectionAttributes: 'bucketName=b;cannedAclForObjects=PUBLIC_READ'".to_owned(), ACL, "NON_COMPLIANT PUBLIC OBJECTS"),
        ("EngineName: s3, EndpointType: target, S3Settings: {BucketName: b}, ExtraConnectionAttributes: !Sub 'cannedAclForObjects=${P}'".to_owned(), ACL, "NON_COMPLIANT UNKNOWN"),
        ("EngineName: s3, EndpointType: target, S3Settings: {BucketName: b}, extraConnectionAttributes: 'x=y'".to_owned(), ACL, "NON_COMPLIANT UNKNOWN"),
        ("EngineName: s3, EndpointType: source, S3Settings: {BucketName: b}".to_owned(), ACL, "NOT_APPLICABLE"),
        ("EngineName: s3, EndpointType: !Ref P, S3Settings: {BucketName: b}".to_owned(), ACL, "COMPLIANT"),
        (s3("EncryptionMode: sse-kms, ServerSideEncryptionKmsKeyId: !GetAtt Key.Arn"), ENCRYPTED, "COMPLIANT CUSTOMER MANAGED: the key is created with it"),
        (s3("EncryptionMode: sse-kms, ServerSideEncryptionKmsKeyId: !Ref P"), ENCRYPTED, "NON_COMPLIANT UNKNOWN"),
        (s3("EncryptionMode: sse-kms"), ENCRYPTED, "NON_COMPLIANT UNKNOWN"),
        (s3("ServerSideEncryptionKmsKeyId: !GetAtt Key.Arn"), ENCRYPTED, "NON_COMPLIANT S3 KEY"),
        ("EngineName: redshift, EndpointType: target, RedshiftSettings: {BucketName: b, EncryptionMode: sse-kms, ServerSideEncryptionKmsKeyId: !GetAtt Key.Arn}".to_owned(), ENCRYPTED, "COMPLIANT CUSTOMER MANAGED"),
        (s3("ExpectedBucketOwner: '123456789012'"), OWNER, "COMPLIANT OWNER VERIFIED"),
        (s3("ExpectedBucketOwner: !Ref AWS::AccountId"), OWNER, "NON_COMPLIANT UNKNOWN"),
        (s3(""), OWNER, "NON_COMPLIANT OWNER NOT VERIFIED"),
        ("EngineName: opensearch, ElasticsearchSettings: {EndpointUri: 'http://a'}".to_owned(), HTTPS, "NON_COMPLIANT PLAINTEXT"),
        ("EngineName: opensearch, ElasticsearchSettings: {EndpointUri: 'https://a'}".to_owned(), HTTPS, "COMPLIANT HTTPS"),
        ("EngineName: opensearch, ElasticsearchSettings: {EndpointUri: !Ref P}".to_owned(), HTTPS, "NON_COMPLIANT UNKNOWN"),
    ] {
        let verdict = verdicts(&template(&properties), rule).remove(0);
        assert!(verdict.starts_with(wanted), "{properties} {rule}: {verdict}");
    }
}

/// Plans the creation of one resource with these arguments, which the configuration shows too, and of the key `aws_kms_key.k`.
fn planned(type_name: &str, values: &Value, unknown: &Value, expressions: &Value) -> Plan {
    let address = format!("{type_name}.a");
    let resource = json!({"address": address, "mode": "managed", "type": type_name,
        "provider_name": "registry.terraform.io/hashicorp/aws", "values": values});
    let key = json!({"address": "aws_kms_key.k", "mode": "managed", "type": "aws_kms_key", "values": {}});
    let plan = json!({
        "format_version": "1.2",
        "planned_values": {"root_module": {"resources": [resource, key]}},
        "resource_changes": [{"address": address, "mode": "managed", "type": type_name,
            "change": {"actions": ["create"], "after": values, "after_unknown": unknown}}],
        "configuration": {"root_module": {"resources": [{"address": address, "mode": "managed", "type": type_name, "name": "a",
            "provider_config_key": "aws", "expressions": expressions}]}},
    });
    terraform_plan(&plan.to_string()).unwrap()
}

#[test]
fn an_endpoint_of_s3_has_its_settings_beside_the_others() {
    let values = |more: Value| {
        let mut values =
            json!({"endpoint_id": "a", "endpoint_type": "target", "bucket_name": "b", "kms_key_arn": null});
        values.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        values
    };
    let key = json!({"references": ["aws_kms_key.k.arn", "aws_kms_key.k"]});
    for (more, unknown, expressions, rule, wanted) in [
        (
            json!({"canned_acl_for_objects": "public-read"}),
            json!({}),
            json!({}),
            ACL,
            "NON_COMPLIANT PUBLIC OBJECTS: CannedAclForObjects=public-read",
        ),
        (
            json!({"canned_acl_for_objects": "none"}),
            json!({}),
            json!({}),
            ACL,
            "COMPLIANT NOT PUBLIC: CannedAclForObjects=none",
        ),
        (
            json!({}),
            json!({"canned_acl_for_objects": true}),
            json!({"canned_acl_for_objects": {"references": ["var.a"]}}),
            ACL,
            "NON_COMPLIANT UNKNOWN",
        ),
        (json!({"endpoint_type": "source"}), json!({}), json!({}), ACL, "NOT_APPLICABLE"),
        (
            json!({"expected_bucket_owner": "123456789012"}),
            json!({}),
            json!({}),
            OWNER,
            "COMPLIANT OWNER VERIFIED",
        ),
        (
            json!({"expected_bucket_owner": null}),
            json!({}),
            json!({}),
            OWNER,
            "NON_COMPLIANT OWNER NOT VERIFIED",
        ),
        (json!({"encryption_mode": "SSE_S3"}), json!({}), json!({}), ENCRYPTED, "NON_COMPLIANT S3 KEY"),
        (
            json!({"encryption_mode": "SSE_KMS"}),
            json!({"server_side_encryption_kms_key_id": true}),
            json!({"server_side_encryption_kms_key_id": key}),
            ENCRYPTED,
            "COMPLIANT CUSTOMER MANAGED: the key is created with it",
        ),
        (
            json!({"encryption_mode": "SSE_KMS"}),
            json!({"server_side_encryption_kms_key_id": true}),
            json!({"server_side_encryption_kms_key_id": {"references": ["var.k"]}}),
            ENCRYPTED,
            "NON_COMPLIANT UNKNOWN",
        ),
    ] {
        let plan = planned("aws_dms_s3_endpoint", &values(more.clone()), &unknown, &expressions);
        let verdict = verdicts(&plan, rule).remove(0);
        assert!(verdict.starts_with(wanted), "{more} {rule}: {verdict}");
    }
    let all = planned("aws_dms_s3_endpoint", &values(json!({})), &json!(true), &json!({}));
    assert!(verdicts(&all, ACL)[0].starts_with("NON_COMPLIANT UNKNOWN"));
}

#[test]
fn blocks_of_an_endpoint_are_read_with_the_keys_that_they_refer_to() {
    let redshift = |arguments: Value| {
        planned(
            "aws_dms_endpoint",
            &json!({"engine_name": "redshift", "endpoint_type": "target",
                "redshift_settings": [{"bucket_name": "b", "encryption_mode": "SSE_KMS"}]}),
            &json!({"redshift_settings": [{"server_side_encryption_kms_key_id": true}]}),
            &json!({"redshift_settings": [arguments]}),
        )
    };
    let key =
        json!({"server_side_encryption_kms_key_id": {"references": ["aws_kms_key.k.arn", "aws_kms_key.k"]}});
    assert!(verdicts(&redshift(key), ENCRYPTED)[0].starts_with("COMPLIANT CUSTOMER MANAGED"));
    let other = json!({"server_side_encryption_kms_key_id": {"references": ["data.aws_kms_key.k.arn"]}});
    assert!(verdicts(&redshift(other), ENCRYPTED)[0].starts_with("NON_COMPLIANT UNKNOWN"));
    // The provider aws had this block before its version 6.
    let old = planned(
        "aws_dms_endpoint",
        &json!({"engine_name": "s3", "endpoint_type": "target",
            "s3_settings": [{"bucket_name": "b", "canned_acl_for_objects": "public-read"}]}),
        &json!({}),
        &json!({}),
    );
    assert!(verdicts(&old, ACL)[0].starts_with("NON_COMPLIANT PUBLIC OBJECTS"));
    let search = planned(
        "aws_dms_endpoint",
        &json!({"engine_name": "opensearch", "elasticsearch_settings": [{"endpoint_uri": "http://a"}]}),
        &json!({}),
        &json!({}),
    );
    assert!(verdicts(&search, HTTPS)[0].starts_with("NON_COMPLIANT PLAINTEXT"));
}

/// The manager of one key is no fact about another.
#[test]
fn a_plan_with_two_keys_shows_the_manager_of_neither() {
    let other = KEY.replace("1234abcd", "9234abcd");
    let endpoint = |own: &str| {
        json!({"address": "aws_dms_s3_endpoint.a", "mode": "managed", "type": "aws_dms_s3_endpoint",
            "values": {"endpoint_type": "target", "bucket_name": "b", "encryption_mode": "SSE_KMS", "kms_key_arn": own,
                "server_side_encryption_kms_key_id": KEY}})
    };
    let key = |arn: &str| json!({"address": "aws_kms_key.k", "mode": "managed", "type": "aws_kms_key", "values": {"arn": arn}});
    for (own, managed, wanted) in [
        (KEY, KEY, "COMPLIANT CUSTOMER MANAGED"),
        (other.as_str(), KEY, "NON_COMPLIANT UNKNOWN"),
        (other.as_str(), other.as_str(), "NON_COMPLIANT UNKNOWN"),
    ] {
        let text = json!({"planned_values": {"root_module": {"resources": [endpoint(own), key(managed)]}}});
        let verdict = verdicts(&terraform_plan(&text.to_string()).unwrap(), ENCRYPTED).remove(0);
        assert!(verdict.starts_with(wanted), "{own} {managed}: {verdict}");
    }
}

#[test]
fn a_state_does_not_show_the_extra_connection_attributes_of_an_endpoint_of_s3() {
    let verdict = |values: Value| {
        let text = json!({"format_version": "1.0", "values": {"root_module": {"resources": [
            {"address": "aws_dms_s3_endpoint.a", "mode": "managed", "type": "aws_dms_s3_endpoint", "values": values}]}}});
        let state = terraform_state(&text.to_string()).unwrap();
        let (facts, parameters) = (Facts::unavailable("a file"), ParameterValues::default());
        let item = &state.resources[0].item;
        let input = Input { item, facts: &facts, parameters: &parameters, at: None };
        rules::find(ACL).unwrap().evaluate_without_lookups(&input).finding.reason()
    };
    let public = verdict(
        json!({"endpoint_type": "target", "bucket_name": "b", "canned_acl_for_objects": "public-read"}),
    );
    assert_eq!(public, "PUBLIC OBJECTS: CannedAclForObjects=public-read");
    let none =
        verdict(json!({"endpoint_type": "target", "bucket_name": "b", "canned_acl_for_objects": "none"}));
    assert_eq!(none, "UNKNOWN: ExtraConnectionAttributes is not recorded, and a file");
}

#[test]
fn the_remedy_is_the_argument_of_the_resource_that_has_it() {
    let fix = |plan: &Plan, rule: &str| {
        let rule = rules::find(rule).unwrap();
        let verdict =
            rule.evaluate_planned(&plan.resources[0].possibilities, &ParameterValues::default(), None);
        plan.resources[0].fix(rule, &verdict.finding)
    };
    let s3 = |values: &Value| planned("aws_dms_s3_endpoint", values, &json!({}), &json!({}));
    let public = json!({"endpoint_type": "target", "canned_acl_for_objects": "public-read", "encryption_mode": "SSE_S3"});
    assert_eq!(fix(&s3(&public), ACL), "set canned_acl_for_objects = \"none\"");
    assert_eq!(fix(&s3(&public), ENCRYPTED), "set encryption_mode = \"sse-kms\"");
    assert_eq!(fix(&s3(&public), OWNER), "set expected_bucket_owner to the account that owns the bucket");
    let template = template("EngineName: s3, EndpointType: target, S3Settings: {EncryptionMode: sse-s3}");
    assert_eq!(
        fix(&template, ENCRYPTED),
        "if new, set S3Settings.EncryptionMode: sse-kms; if it exists, DMS does not change it so: create another endpoint for new tasks"
    );
    let rule = rules::find(ENCRYPTED).unwrap();
    let kept = Finding::non_compliant("X", "x", "x");
    let Property { path, .. } = rule.property;
    assert!(template.resources[0].fix(rule, &kept).contains(path));
}

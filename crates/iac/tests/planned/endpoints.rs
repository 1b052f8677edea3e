//! Endpoints in templates, plans and states: settings in groups, in extra connection attributes, and in a resource of their own.

use iac::{Plan, Settings, terraform_plan, terraform_state};
use rule_core::{Facts, Finding, Input, ParameterValues, Property, rules};
use serde_json::{Value, json};

use crate::{cloudformation, verdicts};

const ACL: &str = "dms-s3-target-not-public";
const ENCRYPTED: &str = "dms-s3-target-kms-encrypted";
const OWNER: &str = "dms-s3-bucket-owner-verified";
const LOGIN: &str = "dms-endpoint-credentials-managed";
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
    let user = json!({"engine_name": "db2", "username": "dms"});
    assert_eq!(
        fix(&planned("aws_dms_endpoint", &user, &json!({}), &json!({})), LOGIN),
        "set secrets_manager_arn to the ARN of a secret, with SecretsManagerAccessRoleArn and without Username"
    );
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

#[test]
fn a_template_spells_groups_as_cloudformation_does_and_not_as_the_api_does() {
    let secret = "SecretsManagerSecretId: !Ref P, SecretsManagerAccessRoleArn: !Ref P";
    for (engine, right, wrong) in [
        ("mysql", "MySqlSettings", "MySQLSettings"),
        ("postgres", "PostgreSqlSettings", "PostgreSQLSettings"),
        ("sqlserver", "MicrosoftSqlServerSettings", "MicrosoftSQLServerSettings"),
        ("db2", "IbmDb2Settings", "IBMDb2Settings"),
    ] {
        let verdict = |group: &str, more: &str| {
            let properties = format!("EngineName: {engine}, {group}: {{{secret}}}{more}");
            verdicts(&template(&properties), LOGIN).remove(0)
        };
        let good = verdict(right, "");
        assert!(good.starts_with("COMPLIANT SECRET"), "{right}: {good}");
        // A secret that is decided at deployment may be empty.
        assert!(verdict(right, ", Username: dms").starts_with("NON_COMPLIANT UNKNOWN"), "{right}");
        for odd in [wrong.to_owned(), right.to_lowercase(), format!("m{right}")] {
            assert!(verdict(&odd, "").starts_with("NON_COMPLIANT"), "{odd}");
        }
        let both = verdict(wrong, &format!(", {right}: {{{secret}}}"));
        assert!(both.starts_with("NON_COMPLIANT UNKNOWN") || both.starts_with("COMPLIANT SECRET"), "{both}");
    }
    for (properties, wanted) in [
        (
            "EngineName: mysql, Username: dms, Password: '{{resolve:secretsmanager:s}}'",
            "NON_COMPLIANT STORED PASSWORD",
        ),
        ("EngineName: mysql, Username: !Ref P", "NON_COMPLIANT UNKNOWN"),
        (
            "EngineName: mysql, Username: !If [C, dms, !Ref 'AWS::NoValue'], MySqlSettings: !If [C, !Ref 'AWS::NoValue', {SecretsManagerSecretId: a, SecretsManagerAccessRoleArn: b}]",
            "NON_COMPLIANT UNKNOWN: cannot be known before deployment, STORED PASSWORD if condition C is true",
        ),
        ("EngineName: kafka, KafkaSettings: {SaslUserName: a}", "NOT_APPLICABLE"),
    ] {
        let verdict = verdicts(&template(properties), LOGIN).remove(0);
        assert!(verdict.starts_with(wanted), "{properties}: {verdict}");
    }
}

#[test]
fn the_secret_of_the_provider_aws_is_one_for_every_engine() {
    let user = json!({"engine_name": "mysql", "username": "dms", "secrets_manager_arn": null});
    let unknown = json!({"secrets_manager_arn": true, "secrets_manager_access_role_arn": true});
    let secret = |engine: &str| json!({"engine_name": engine, "secrets_manager_arn": "a", "secrets_manager_access_role_arn": "b"});
    let references = json!({"secrets_manager_arn": {"references": ["aws_secretsmanager_secret.s.arn"]},
        "secrets_manager_access_role_arn": {"references": ["aws_iam_role.r.arn"]}});
    let with_block = json!({"engine_name": "postgres", "username": "dms",
        "postgres_settings": [{"authentication_method": "iam"}]});
    let with_both = json!({"engine_name": "postgres", "secrets_manager_arn": "a",
        "secrets_manager_access_role_arn": "b", "postgres_settings": [{"heartbeat_enable": true}]});
    let half = json!({"engine_name": "mysql", "secrets_manager_arn": "a", "username": "dms"});
    for (values, unknown, expressions, wanted) in [
        (user, json!({}), json!({}), "NON_COMPLIANT STORED PASSWORD"),
        (secret("mysql"), json!({}), json!({}), "COMPLIANT SECRET"),
        (secret("postgres"), json!({}), json!({}), "COMPLIANT SECRET"),
        (secret("db2"), json!({}), json!({}), "COMPLIANT SECRET"),
        (secret("sqlserver"), json!({}), json!({}), "COMPLIANT SECRET"),
        (secret("s3"), json!({}), json!({}), "NOT_APPLICABLE"),
        (json!({"engine_name": "oracle"}), unknown.clone(), references.clone(), "COMPLIANT SECRET"),
        (
            json!({"engine_name": "oracle", "username": "a"}),
            unknown.clone(),
            references.clone(),
            "NON_COMPLIANT UNKNOWN",
        ),
        (with_block, json!({}), json!({}), "COMPLIANT IAM"),
        (with_both, json!({}), json!({}), "COMPLIANT SECRET"),
        (half, json!({}), json!({}), "NON_COMPLIANT UNKNOWN"),
    ] {
        let plan = planned("aws_dms_endpoint", &values, &unknown, &expressions);
        let verdict = verdicts(&plan, LOGIN).remove(0);
        assert!(verdict.starts_with(wanted), "{values}: {verdict}");
    }
    let awscc = json!({"engine_name": "db2", "ibm_db_2_settings": {"secrets_manager_secret_id": "a", "secrets_manager_access_role_arn": "b"}});
    let verdict = verdicts(&planned("awscc_dms_endpoint", &awscc, &json!({}), &json!({})), LOGIN).remove(0);
    assert!(verdict.starts_with("COMPLIANT SECRET"), "{verdict}");
}

#[test]
fn the_key_of_an_endpoint_is_one_of_the_file_or_aws_dms() {
    let rule = "dms-endpoint-customer-managed-key";
    for (properties, wanted) in [
        ("EngineName: mysql", "NON_COMPLIANT AWS MANAGED: KmsKeyId is not set, and DMS uses aws/dms"),
        ("EngineName: mysql, KmsKeyId: !GetAtt Key.Arn", "COMPLIANT CUSTOMER MANAGED"),
        ("EngineName: mysql, KmsKeyId: !Ref P", "NON_COMPLIANT UNKNOWN"),
        ("EngineName: mysql, KmsKeyId: alias/aws/dms", "NON_COMPLIANT AWS MANAGED"),
        ("EngineName: s3", "NOT_APPLICABLE"),
        ("EngineName: !Ref P, KmsKeyId: !GetAtt Key.Arn", "COMPLIANT CUSTOMER MANAGED"),
        ("EngineName: !Ref P", "NON_COMPLIANT UNKNOWN"),
    ] {
        let verdict = verdicts(&template(properties), rule).remove(0);
        assert!(verdict.starts_with(wanted), "{properties}: {verdict}");
    }
    let fix = |plan: &Plan| {
        plan.resources[0].fix(rules::find(rule).unwrap(), &Finding::non_compliant("X", "x", "x"))
    };
    assert_eq!(
        fix(&template("EngineName: mysql")),
        "if new, set KmsKeyId to the ARN of a customer managed key; if it exists, that replaces it and its tasks: use another endpoint in new tasks"
    );
    let values = json!({"engine_name": "mysql"});
    let plan = planned("aws_dms_endpoint", &values, &json!({}), &json!({}));
    assert_eq!(fix(&plan), "set kms_key_arn to the ARN of a customer managed key");
}

#[test]
fn no_file_gives_a_certificate_another_key_than_that_of_aws() {
    let rule = "dms-certificate-customer-managed-key";
    let text = "Resources:\n  Key: {Type: 'AWS::KMS::Key'}\n  A: {Type: 'AWS::DMS::Certificate', Properties: {KmsKeyId: !GetAtt Key.Arn}}\n";
    let plan = cloudformation(text, &Settings::default()).unwrap();
    assert!(verdicts(&plan, rule)[0].starts_with("NON_COMPLIANT AWS MANAGED"), "{:?}", verdicts(&plan, rule));
    let fix =
        plan.resources[0].fix(rules::find(rule).unwrap(), &Finding::non_compliant("X", "x", "import it"));
    assert_eq!(fix, "after deployment: import it");
    for type_name in ["aws_dms_certificate", "awscc_dms_certificate"] {
        let plan = planned(type_name, &json!({"certificate_id": "a"}), &json!({}), &json!({}));
        assert!(verdicts(&plan, rule)[0].starts_with("NON_COMPLIANT AWS MANAGED"), "{type_name}");
    }
}

#[test]
fn a_server_is_read_beside_the_settings_and_in_them() {
    let rule = "dms-endpoint-host-not-public";
    for (properties, wanted) in [
        ("EngineName: mysql, ServerName: 203.0.113.10", "NON_COMPLIANT PUBLIC ADDRESS"),
        ("EngineName: mysql, ServerName: 10.0.0.1", "COMPLIANT PRIVATE"),
        ("EngineName: mysql, ServerName: db.example.com", "NOT_APPLICABLE"),
        ("EngineName: mysql, ServerName: !Ref P", "NON_COMPLIANT UNKNOWN"),
        ("EngineName: mysql, ServerName: a.b.us-east-1.rds.amazonaws.com", "NON_COMPLIANT UNKNOWN"),
        ("EngineName: redis, RedisSettings: {ServerName: 203.0.113.10}", "NON_COMPLIANT PUBLIC ADDRESS"),
        (
            "EngineName: mysql, MySqlSettings: {SecretsManagerSecretId: !Ref P, SecretsManagerAccessRoleArn: !Ref P}",
            "NOT_APPLICABLE",
        ),
        ("EngineName: mysql", "NON_COMPLIANT UNKNOWN: ServerName is missing"),
    ] {
        let verdict = verdicts(&template(properties), rule).remove(0);
        assert!(verdict.starts_with(wanted), "{properties}: {verdict}");
    }
    let redis = json!({"engine_name": "redis", "redis_settings": [{"server_name": "203.0.113.10"}]});
    let secret =
        json!({"engine_name": "mysql", "secrets_manager_arn": "a", "secrets_manager_access_role_arn": "b"});
    for (values, wanted) in [
        (json!({"engine_name": "mysql", "server_name": "203.0.113.10"}), "NON_COMPLIANT PUBLIC ADDRESS"),
        (redis, "NON_COMPLIANT PUBLIC ADDRESS"),
        (secret, "NOT_APPLICABLE"),
    ] {
        let plan = planned("aws_dms_endpoint", &values, &json!({}), &json!({}));
        assert!(verdicts(&plan, rule)[0].starts_with(wanted), "{values}");
    }
}

//! DMS resources within a resource of another type.

use iac::{Plan, Settings, terraform_plan};
use serde_json::{Value, json};

use crate::{IS_PUBLIC, PRIVATE, PUBLIC, cloudformation, plan, verdicts};

/// The text of a template with one instance, in YAML.
const INNER: &str = "Parameters:\n  P: {Type: String, Default: 'true'}\nResources:\n  Orders:\n    Type: AWS::DMS::ReplicationInstance\n    Properties: {PubliclyAccessible: !Ref P, ReplicationInstanceIdentifier: !Sub '${AWS::StackName}-orders'}\n";

/// Returns a template in JSON with one resource of that type.
fn holder(resource_type: &str, properties: &Value) -> String {
    json!({"Resources": {"Fleet": {"Type": resource_type, "Properties": properties}}}).to_string()
}

/// Returns a Terraform plan of one resource.
fn terraform(type_name: &str, values: &Value, unknown: &Value) -> Plan {
    let address = format!("{type_name}.it");
    let plan = json!({
        "planned_values": {"root_module": {"resources": [
            {"address": address, "mode": "managed", "type": type_name, "values": values},
        ]}},
        "resource_changes": [{"address": address, "mode": "managed", "type": type_name,
            "change": {"actions": ["create"], "after_unknown": unknown}}],
    });
    terraform_plan(&plan.to_string()).unwrap()
}

fn ids(plan: &Plan) -> Vec<&str> {
    plan.resources.iter().map(|resource| resource.id.as_str()).collect()
}

#[test]
fn a_template_in_a_stack_set_is_planned_with_the_parameters_that_it_is_given() {
    let set = "AWS::CloudFormation::StackSet";
    let given = |value: Value| json!([{"ParameterKey": "P", "ParameterValue": value}]);
    for (parameters, wanted) in [
        (given(json!("true")), IS_PUBLIC),
        (given(json!("false")), PRIVATE),
        (given(json!({"Ref": "AWS::Region"})), "NON_COMPLIANT UNKNOWN"),
        (json!([]), "NON_COMPLIANT UNKNOWN"),
    ] {
        let template = holder(set, &json!({"TemplateBody": INNER, "Parameters": parameters}));
        let plan = plan(&template);
        assert_eq!(ids(&plan), ["Fleet/Orders"], "{template}");
        let verdicts = verdicts(&plan, PUBLIC);
        assert!(verdicts[0].starts_with(wanted), "{template}: {verdicts:?}");
        assert_eq!(plan.resources[0].position_of("PubliclyAccessible").map(|at| at.line), Some(1));
        assert!(plan.failures.is_empty() && plan.elsewhere.is_empty(), "{plan:?}");
    }
    // The lines of a text that functions join, and one set in another.
    let lines: Vec<&str> = INNER.lines().collect();
    let joined = holder(set, &json!({"TemplateBody": {"Fn::Join": ["\n", lines]}}));
    assert_eq!(ids(&plan(&joined)), ["Fleet/Orders"]);
    let mut nested = holder(set, &json!({"TemplateBody": INNER}));
    nested = holder("aws::cloudformation::stackset", &json!({"TemplateBody": nested}));
    assert_eq!(ids(&plan(&nested)), ["Fleet/Fleet/Orders"]);
    for _ in 0..4 {
        nested = holder(set, &json!({"TemplateBody": nested}));
    }
    let deep = plan(&nested);
    assert!(deep.resources.is_empty() && deep.failures[0].message.contains("nested too deeply"), "{deep:?}");
}

#[test]
fn each_template_that_a_condition_may_choose_is_planned() {
    let body =
        json!({"Fn::If": ["C", INNER.replace("Orders:", "Early:"), INNER.replace("Orders:", "Late:")]});
    let template = holder("AWS::CloudFormation::StackSet", &json!({"TemplateBody": body}));
    assert_eq!(ids(&plan(&template)), ["Fleet/Early", "Fleet/Late"]);
}

#[test]
fn a_template_that_cannot_be_read_is_a_failure() {
    for (properties, words) in [
        (json!({"TemplateBody": {"Ref": "Body"}}), "not known before deployment (the resource Body)"),
        (json!({"TemplateBody": {"Fn::Sub": "Resources: ${Body}"}}), "not known before deployment"),
        (json!({"TemplateBody": "Resources: ["}), "cannot be read"),
        (json!({"TemplateBody": "hello"}), "no Resources"),
        (json!({"TemplateBody": 5}), "the number 5"),
        (json!({"TemplateBody": "Resources:\n  A: x\n"}), "in its template, line 2"),
        (json!({"Fn::Transform": {"Name": "AWS::Include"}}), "may hold a template that cannot be read"),
    ] {
        let template = holder("AWS::CloudFormation::StackSet", &properties);
        let plan = cloudformation(&template, &Settings::default()).unwrap();
        let [failure] = &plan.failures[..] else { panic!("{template}: {plan:?}") };
        assert!(failure.message.contains("Fleet") && failure.message.contains(words), "{failure}");
        assert!(failure.position.is_some());
    }
}

#[test]
fn a_template_elsewhere_is_listed() {
    let url = "https://bucket.s3.amazonaws.com/dms.yaml";
    for (resource_type, properties, location) in [
        ("AWS::CloudFormation::Stack", json!({"TemplateURL": url}), Some(url)),
        ("AWS::CloudFormation::Stack", json!({"TemplateURL": "./dms.yaml"}), Some("./dms.yaml")),
        ("AWS::CloudFormation::Stack", json!({"TemplateURL": {"Ref": "Url"}}), None),
        ("AWS::CloudFormation::Stack", json!({}), None),
        ("AWS::CloudFormation::StackSet", json!({"TemplateURL": url}), Some(url)),
        ("AWS::Serverless::Application", json!({"Location": "dms/template.yaml"}), Some("dms/template.yaml")),
        ("AWS::Serverless::Application", json!({"Location": {"ApplicationId": "arn:a"}}), Some("arn:a")),
        ("AWS::ServiceCatalog::CloudFormationProvisionedProduct", json!({"ProductId": "prod-1"}), None),
        ("Example::Dms::Instance::MODULE", json!({}), None),
    ] {
        let template = holder(resource_type, &properties);
        let plan = plan(&template);
        let [elsewhere] = &plan.elsewhere[..] else { panic!("{template}: {plan:?}") };
        assert_eq!((elsewhere.resource.as_str(), elsewhere.location.as_deref()), ("Fleet", location));
        assert!(elsewhere.position.is_some());
    }
    let cdk = "Resources:\n  Nested:\n    Type: AWS::CloudFormation::Stack\n    Metadata: {'aws:asset:path': Nested.template.json}\n    Properties: {TemplateURL: !Sub 'https://s3.${AWS::URLSuffix}/x.json'}\n";
    assert_eq!(plan(cdk).elsewhere[0].location.as_deref(), Some("Nested.template.json"));
    let never = "Conditions:\n  Never: !Equals [a, b]\nResources:\n  Nested:\n    Type: AWS::CloudFormation::Stack\n    Condition: Never\n    Properties: {TemplateURL: x}\n";
    assert!(plan(never).elsewhere.is_empty());
}

#[test]
fn templates_and_descriptions_in_a_terraform_plan_are_planned() {
    let state = json!({"PubliclyAccessible": true, "KmsKeyId": {"Ref": "Key"}}).to_string();
    let dms = "AWS::DMS::ReplicationInstance";
    for (type_name, values, wanted) in [
        ("aws_cloudformation_stack", json!({"template_body": INNER, "parameters": {"P": "false"}}), PRIVATE),
        ("aws_cloudformation_stack", json!({"template_body": INNER}), IS_PUBLIC),
        (
            "aws_cloudformation_stack_set",
            json!({"template_body": INNER, "parameters": {"P": "true"}}),
            IS_PUBLIC,
        ),
        (
            "awscc_cloudformation_stack",
            json!({"template_body": INNER, "parameters": {"P": "true"}}),
            IS_PUBLIC,
        ),
        (
            "awscc_cloudformation_stack_set",
            json!({"template_body": INNER, "parameters": [{"parameter_key": "P", "parameter_value": "false"}]}),
            PRIVATE,
        ),
        ("aws_cloudcontrolapi_resource", json!({"type_name": dms, "desired_state": state}), IS_PUBLIC),
    ] {
        let plan = terraform(type_name, &values, &json!({"id": true}));
        assert_eq!(verdicts(&plan, PUBLIC), [wanted], "{type_name} {values}");
        assert!(plan.resources[0].id.starts_with(&format!("{type_name}.it")), "{plan:?}");
    }
    for (type_name, values, unknown, failures, elsewhere) in [
        ("aws_cloudformation_stack", json!({}), json!({"template_body": true}), 1, 0),
        ("aws_cloudformation_stack", json!({"template_url": "u"}), json!({"template_body": true}), 0, 1),
        ("aws_cloudformation_stack", json!({}), json!(true), 0, 1),
        ("aws_cloudcontrolapi_resource", json!({"type_name": dms}), json!({"desired_state": true}), 1, 0),
        ("aws_cloudcontrolapi_resource", json!({"type_name": dms, "desired_state": "{"}), json!({}), 1, 0),
        ("aws_cloudcontrolapi_resource", json!({"desired_state": "{}"}), json!({"type_name": true}), 1, 0),
        ("aws_cloudcontrolapi_resource", json!({"type_name": "AWS::SNS::Topic"}), json!({}), 0, 0),
        ("aws_servicecatalog_provisioned_product", json!({"name": "a"}), json!({}), 0, 1),
        ("aws_sns_topic", json!({"template_body": INNER}), json!({}), 0, 0),
    ] {
        let plan = terraform(type_name, &values, &unknown);
        assert_eq!(
            (plan.failures.len(), plan.elsewhere.len()),
            (failures, elsewhere),
            "{type_name} {values} {plan:?}"
        );
        assert!(plan.resources.is_empty());
    }
    // A parameter that is known only after apply does not get its default.
    let open = json!({"template_body": INNER.replace("'true'", "'false'"), "parameters": {}});
    let verdicts =
        verdicts(&terraform("aws_cloudformation_stack", &open, &json!({"parameters": {"P": true}})), PUBLIC);
    assert!(verdicts[0].starts_with("NON_COMPLIANT UNKNOWN"), "{verdicts:?}");
}

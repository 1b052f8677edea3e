//! `dms-rule invoke --template`: the function, the roles, the permission and the rules of a template meet events. Only the
//! parameters of the template configure them.

use std::path::PathBuf;

use rule_core::rules::RULES;
use rule_core::{Rule, Theme};
use serde_json::Value;

use crate::support::{dms_rule, root};

const SINGLE: &str = "rule-templates/cloudformation/single-account.yaml";
const OPERATIONS: &str = "rule-templates/cloudformation/single-account-operations.yaml";
const CENTRAL_OPERATIONS: &str = "rule-templates/cloudformation/organization-central-operations.yaml";
const CENTRAL: &str = "rule-templates/cloudformation/organization-central.yaml";
const MEMBER: &str = "rule-templates/cloudformation/organization-member-role.yaml";
const SAM: &str = "rule-templates/sam/template.yaml";
const ALIAS: &str = "KmsKeyArns=arn:aws:kms:*:*:alias/dms-*";

/// The outcome of one event for one AWS Config rule.
#[derive(Debug)]
struct Delivered {
    evaluations: usize,
    non_compliant: usize,
    error: Option<String>,
    operations: Vec<String>,
}

fn invoke(events: &[&str], templates: &[PathBuf], parameters: &[&str]) -> Vec<Delivered> {
    let mut command = dms_rule();
    command.arg("invoke").args(events).arg("--json");
    templates.iter().for_each(|template| {
        command.arg("--template").arg(template);
    });
    if !parameters.is_empty() {
        command.arg("--parameter-overrides").args(parameters);
    }
    let output = command.output().unwrap();
    let document: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)));
    let list = |value: &Value| value.as_array().unwrap().clone();
    list(&document["events"])
        .iter()
        .map(|event| {
            let evaluations = list(&event["evaluations"]);
            let is_bad = |one: &&Value| one["complianceType"] == "NON_COMPLIANT";
            Delivered {
                evaluations: evaluations.len(),
                non_compliant: evaluations.iter().filter(is_bad).count(),
                error: event["error"]["message"]
                    .as_str()
                    .map(|message| format!("{}: {message}", event["error"]["type"].as_str().unwrap())),
                operations: list(&event["calls"])
                    .iter()
                    .map(|call| call["operation"].as_str().unwrap().to_owned())
                    .collect(),
            }
        })
        .collect()
}

fn files(names: &[&str]) -> Vec<PathBuf> {
    names.iter().map(PathBuf::from).collect()
}

/// Writes a copy of a template with `was` replaced by `is`.
fn broken(template: &str, was: &str, is: &str) -> tempfile::TempPath {
    let text = std::fs::read_to_string(root().join(template)).unwrap();
    assert!(text.contains(was), "{template} has no {was}");
    let file = tempfile::Builder::new().suffix(".yaml").tempfile().unwrap().into_temp_path();
    std::fs::write(&file, text.replace(was, is)).unwrap();
    file
}

const ORGANIZATION: [&str; 2] =
    ["OrganizationId=o-exampleorg1", "FunctionRoleArns=arn:aws:iam::111122223333:role/Role"];

#[test]
fn a_change_becomes_an_evaluation_through_every_template() {
    let pack = |name: &str| format!("rule-templates/conformance-packs/{name}.yaml");
    for (templates, parameters) in [
        (vec![SINGLE], vec![]),
        (vec![SAM], vec![]),
        (vec![CENTRAL, MEMBER], ORGANIZATION.to_vec()),
        (
            vec![&pack("dms-exposure")],
            vec!["FunctionArn=arn:aws:lambda:us-east-1:123456789012:function:dms-rule"],
        ),
        (
            vec![&pack("dms-all-controls")],
            vec!["FunctionArn=arn:aws:lambda:us-east-1:123456789012:function:dms-rule"],
        ),
        (
            vec![&pack("replace-managed-rule")],
            vec!["FunctionArn=arn:aws:lambda:us-east-1:123456789012:function:dms-rule"],
        ),
    ] {
        for event in ["change-public", "oversized", "scheduled"] {
            let file = format!("tests/events/{event}.json");
            let delivered = invoke(&[&file], &files(&templates), &parameters);
            let has_finding = |one: &Delivered| one.error.is_none() && one.non_compliant > 0;
            assert!(
                !delivered.is_empty() && delivered.iter().any(has_finding),
                "{templates:?} {event}: {delivered:?}"
            );
            assert!(delivered.iter().all(|one| one.error.is_none()), "{templates:?} {event}: {delivered:?}");
        }
    }
}

#[test]
fn the_role_is_enough_for_all_rules_and_for_each_alone() {
    for template in [SINGLE, OPERATIONS] {
        let rules = || RULES.iter().filter(|rule| template_of(rule) == template);
        let mut parameters = vec!["Rules=all", "ExemptionTagKey=dms-exempt"];
        parameters.extend((template == SINGLE).then_some(ALIAS));
        let events = ["tests/events/scheduled.json", "tests/events/oversized.json"];
        let all = invoke(&events, &files(&[template]), &parameters);
        let of_instances =
            rules().filter(|rule| rule.resource_type.name() == "AWS::DMS::ReplicationInstance").count();
        assert_eq!(all.len(), rules().count() + of_instances);
        assert!(all.iter().all(|one| one.error.is_none() && one.evaluations > 0), "{all:?}");
    }
    for rule in RULES {
        let name = format!("Rules={}", rule.identifier);
        for more in ["ExemptionTagKey=dms-exempt", "ExemptionTagKey="] {
            let mut parameters = vec![name.as_str(), more];
            parameters.extend((template_of(rule) == SINGLE).then_some(ALIAS));
            let template = files(&[template_of(rule)]);
            let one = invoke(&["tests/events/scheduled.json"], &template, &parameters);
            assert!(
                one.len() == 1 && one[0].error.is_none() && one[0].evaluations > 0,
                "{name} {more}: {one:?}"
            );
        }
    }
}

/// Returns the template for one account that makes the rule.
fn template_of(rule: &Rule) -> &'static str {
    match rule.theme {
        Theme::Exposure | Theme::Connections | Theme::Encryption => SINGLE,
        Theme::Operation | Theme::Ownership => OPERATIONS,
    }
}

/// Without any one action of the policy a run fails with a message that names it.
#[test]
fn the_role_allows_nothing_that_no_run_needs() {
    let policy = std::fs::read_to_string(root().join("rule-templates/iam/evaluate.json")).unwrap();
    let policy: Value = serde_json::from_str(&policy).unwrap();
    let statements = policy["Statement"].as_array().unwrap();
    let actions: Vec<&str> = statements
        .iter()
        .flat_map(|one| one["Action"].as_array().unwrap())
        .map(|it| it.as_str().unwrap())
        .collect();
    assert_eq!(actions.len(), 20);
    let events = ["tests/events/scheduled.json", "tests/events/oversized.json"];
    let alone = [([SINGLE].as_slice(), [].as_slice()), (&[OPERATIONS], &[])];
    let organization = [
        ([MEMBER, CENTRAL].as_slice(), ORGANIZATION.as_slice()),
        (&[MEMBER, CENTRAL_OPERATIONS], &ORGANIZATION),
    ];
    for action in actions {
        let (_, word) = action.split_once(':').unwrap();
        for ways in [alone, organization] {
            // Some actions are needed by the rules of one of the two templates alone.
            let is_missed = ways.into_iter().any(|(templates, own)| {
                let text = broken(templates[0], action, "dms:Nothing");
                let others = templates[1..].iter().map(PathBuf::from);
                let files: Vec<PathBuf> = std::iter::once(text.to_path_buf()).chain(others).collect();
                let mut parameters = vec!["Rules=all", "ExemptionTagKey=dms-exempt"];
                parameters
                    .extend(templates.iter().any(|one| [SINGLE, CENTRAL].contains(one)).then_some(ALIAS));
                parameters.extend(own);
                let without = invoke(&events, &files, &parameters);
                let misses = |one: &Delivered| {
                    one.error
                        .as_deref()
                        .is_some_and(|error| error.starts_with("Denied: ") && error.contains(word))
                };
                without.iter().any(misses)
            });
            assert!(is_missed, "nothing missed {action} of {ways:?}");
        }
    }
}

#[test]
fn an_event_that_the_permission_denies_submits_nothing() {
    for (template, was, is) in [
        (SINGLE, "Principal: config.amazonaws.com", "Principal: events.amazonaws.com"),
        (SINGLE, "SourceAccount: !Ref AWS::AccountId", "SourceAccount: \"999999999999\""),
        (SINGLE, "Action: lambda:InvokeFunction", "Action: lambda:GetFunction"),
        (CENTRAL, "aws:SourceOrgID: !Ref OrganizationId", "aws:SourceOrgID: o-another0000"),
        (CENTRAL, "Service: config.amazonaws.com", "Service: events.amazonaws.com"),
    ] {
        let text = broken(template, was, is);
        let parameters = if template == SINGLE { &[] } else { &ORGANIZATION[..1] };
        let delivered = invoke(&["tests/events/change-public.json"], &[text.to_path_buf()], parameters);
        let [one] = delivered.as_slice() else { panic!("{is}: {delivered:?}") };
        assert!(
            one.error.as_deref().is_some_and(|error| error.starts_with("AccessDenied: ")),
            "{is}: {one:?}"
        );
        assert!(one.operations.is_empty(), "{is}: {one:?}");
    }
}

#[test]
fn an_excluded_account_and_another_event_source_get_no_event() {
    let excluded = [ORGANIZATION.as_slice(), &["ExcludedAccounts=999999999999,123456789012"]].concat();
    let source = broken(SINGLE, "EventSource: aws.config", "EventSource: aws.events");
    for (templates, parameters) in
        [(files(&[CENTRAL, MEMBER]), excluded), (vec![source.to_path_buf()], vec!["Rules=all"])]
    {
        let delivered = invoke(&["tests/events/change-public.json"], &templates, &parameters);
        let [one] = delivered.as_slice() else { panic!("{delivered:?}") };
        assert!(one.error.as_deref().is_some_and(|error| error.starts_with("NotDelivered: ")), "{one:?}");
    }
}

#[test]
fn an_unknown_template_parameter_is_rejected() {
    for (given, wanted) in
        [("Rulez=all", "no template has such a parameter"), ("Frequency=Never", "must be one of One_Hour")]
    {
        let mut command = dms_rule();
        command.args(["invoke", "tests/events/scheduled.json", "--template", SINGLE]);
        let output = command.args(["--parameter-overrides", given]).output().unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.code() == Some(2) && errors.contains(wanted), "{given}: {errors}");
    }
}

#[test]
fn a_rule_gets_only_the_events_that_trigger_it() {
    let kinds = ["change-public", "oversized", "scheduled"].map(|event| format!("tests/events/{event}.json"));
    for (triggers, wanted) in
        [("Both", [true; 3]), ("Change", [true, true, false]), ("Periodic", [false, false, true])]
    {
        let triggers = format!("Triggers={triggers}");
        for (event, wanted) in kinds.iter().zip(wanted) {
            let delivered = invoke(&[event], &files(&[SINGLE]), &[&triggers]);
            let error = delivered[0].error.as_deref().unwrap_or_default();
            assert_eq!(error.is_empty(), wanted, "{triggers} {event}: {delivered:?}");
            assert!(wanted || error.starts_with("NotDelivered: "), "{error}");
        }
    }
}

/// In a Region where AWS Config does not record the types, `Triggers=Change` gives a schedule, too.
#[test]
fn where_the_types_are_not_recorded_every_rule_is_periodic() {
    let event = std::fs::read_to_string(root().join("tests/events/scheduled.json")).unwrap();
    for region in ["ca-west-1", "mx-central-1"] {
        let file = tempfile::Builder::new().suffix(".json").tempfile().unwrap().into_temp_path();
        std::fs::write(&file, event.replace("us-east-1", region)).unwrap();
        for triggers in ["Both", "Change", "Periodic"] {
            let triggers = format!("Triggers={triggers}");
            let parameters = ["Rules=all", &triggers];
            for template in [SINGLE, OPERATIONS] {
                let delivered = invoke(&[file.to_str().unwrap()], &files(&[template]), &parameters);
                let its = RULES.iter().filter(|rule| template_of(rule) == template).count();
                assert_eq!(delivered.len(), its, "{template} {region} {triggers}: {delivered:?}");
            }
        }
    }
}

#[test]
fn a_template_with_unsupported_parts_is_rejected() {
    for (template, was, is, wanted) in [
        (SINGLE, "Runtime: provided.al2023", "Runtime: python3.12", "python3.12"),
        (
            SINGLE,
            "SourceIdentifier: !GetAtt Function.Arn",
            "SourceIdentifier: !GetAtt Other.Arn",
            "Other.Arn",
        ),
        (
            SINGLE,
            "SourceIdentifier: !GetAtt Function.Arn",
            "SourceIdentifier: arn:x",
            "arn:x is not the function",
        ),
        (SINGLE, "Resources:\n", "Resource:\n", "exactly one Resources section"),
        (SINGLE, "      Runtime:", "      PackageType: Image\n      Runtime:", "PackageType"),
        (
            SINGLE,
            "      AssumeRolePolicyDocument:",
            "      PermissionsBoundary: arn:x\n      AssumeRolePolicyDocument:",
            "PermissionsBoundary",
        ),
        (
            SINGLE,
            "Service: lambda.amazonaws.com",
            "Service: ec2.amazonaws.com",
            "does not trust lambda.amazonaws.com",
        ),
        (
            SINGLE,
            "      ConfigRuleName: dms-replication-not-public",
            "      EvaluationModes: [{Mode: PROACTIVE}]\n      ConfigRuleName: dms-replication-not-public",
            "EvaluationModes",
        ),
        (SINGLE, "Owner: CUSTOM_LAMBDA", "Owner: CUSTOM", "owner CUSTOM"),
        (
            SINGLE,
            "      SourceAccount: !Ref AWS::AccountId",
            "      PrincipalOrgID: o-exampleorg1",
            "PrincipalOrgID",
        ),
        (
            SINGLE,
            "  FailedEvents:\n    Type: AWS::Lambda::EventInvokeConfig",
            "  FailedEvents:\n    Type: AWS::IAM::RolePolicy",
            "AWS::IAM::RolePolicy",
        ),
        (
            CENTRAL,
            "          - Sid: AwsConfigOfTheOrganization\n            Effect: Allow",
            "          - Sid: AwsConfigOfTheOrganization\n            Effect: Deny",
            "does not allow",
        ),
        (MEMBER, "          - Effect: Allow", "          - Effect: Deny", "does not allow"),
        (MEMBER, "              - sts:AssumeRole", "              - sts:TagSession", "does not trust"),
        (MEMBER, "              StringEquals:", "              StringNotEquals:", "StringNotEquals"),
        (MEMBER, "AWS: !Ref FunctionRoleArns", "AWS: arn:aws:iam::999999999999:root", "does not trust"),
    ] {
        let text = broken(template, was, is);
        let mut command = dms_rule();
        command.args(["invoke", "tests/events/change-public.json", "--template"]).arg(&text);
        if template == MEMBER {
            command.args(["--template", CENTRAL]);
        }
        match template {
            MEMBER => command.arg("--parameter-overrides").args(ORGANIZATION),
            CENTRAL => command.arg("--parameter-overrides").arg(ORGANIZATION[0]),
            _ => &mut command,
        };
        let output = command.output().unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.code() == Some(2) && errors.contains(wanted), "{is}: {errors}");
    }
}

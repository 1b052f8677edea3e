//! Notifications of a change, oversized ones among them.

use local_aws::Outcome;
use serde_json::json;

use crate::support::{ACCOUNT, Cloud, REGION, RULE, TOKEN, arn, change, instance, oversized};

#[test]
fn a_change_makes_one_call_and_an_oversized_one_two() {
    let cloud = Cloud::start();
    let public = instance(1, &json!(true));
    cloud.invoke(&change(&public));
    assert_eq!(cloud.operations(), ["PutEvaluations"]);
    cloud.aws.clear_calls();
    cloud.record(&public);
    cloud.invoke(&oversized(&public));
    assert_eq!(cloud.operations(), ["GetResourceConfigHistory", "PutEvaluations"]);
    assert_eq!(cloud.results(), [(arn(1), "NON_COMPLIANT".to_owned())]);
}

#[test]
fn warm_events_share_one_connection() {
    let cloud = Cloud::start();
    (0..5).for_each(|number| drop(cloud.invoke(&change(&instance(number, &json!(true))))));
    let connections: std::collections::BTreeSet<_> =
        cloud.aws.calls().iter().map(|call| call.connection).collect();
    assert_eq!((cloud.aws.calls().len(), connections.len()), (5, 1));
}

#[test]
fn a_role_is_assumed_once_for_each_account() {
    let cloud = Cloud::start();
    let member = "210987654321";
    cloud.aws.account(member, REGION, |account| {
        account.role_names.insert("DmsRule".to_owned());
        account.expect_token(RULE, TOKEN);
    });
    let mut event = change(&instance(1, &json!(true)));
    let message = event["invokingEvent"].as_str().unwrap();
    event["invokingEvent"] = message.replace(ACCOUNT, member).into();
    event["accountId"] = member.into();
    event["ruleParameters"] = json!({"ExecutionRoleName": "DmsRule"}).to_string().into();
    for partition in ["aws", "aws", "aws-cn", "aws-us-gov"] {
        event["configRuleArn"] =
            format!("arn:{partition}:config:{REGION}:{member}:config-rule/config-rule-1").into();
        assert_eq!(cloud.invoke(&event), Outcome::Succeeded(json!({"evaluations": 1})), "{partition}");
    }
    assert_eq!(
        cloud.operations(),
        [
            "AssumeRole",
            "PutEvaluations",
            "PutEvaluations",
            "AssumeRole",
            "PutEvaluations",
            "AssumeRole",
            "PutEvaluations"
        ]
    );
    let calls = cloud.aws.calls();
    assert_eq!(calls[0].request["RoleArn"], format!("arn:aws:iam::{member}:role/DmsRule"));
    assert_eq!(calls[5].request["RoleArn"], format!("arn:aws-us-gov:iam::{member}:role/DmsRule"));
    assert!(cloud.aws.accepted().iter().all(|accepted| accepted.account_id == member));
}

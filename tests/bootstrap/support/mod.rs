//! A local AWS with one function in it, and the events of AWS Config.

use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::{DateTime, Utc};
use local_aws::{
    EvaluationResult, FaultKind, Function, FunctionSpec, Invocation, LocalAws, Outcome,
    configuration_item_of, discovered,
};
use serde_json::{Value, json};

pub(crate) const ACCOUNT: &str = "123456789012";
pub(crate) const REGION: &str = "us-east-1";
pub(crate) const RULE: &str = "dms-replication-not-public";
pub(crate) const TOKEN: &str = "a-result-token-that-nobody-may-see";
pub(crate) const INSTANCE: &str = "AWS::DMS::ReplicationInstance";
const CAPTURED: &str = "2026-10-01T15:03:11.636Z";

/// Every fault of the local AWS, as the matrices meet them.
pub(crate) const FAULTS: [FaultKind; 15] = [
    FaultKind::Throttle,
    FaultKind::ServerError,
    FaultKind::Unavailable,
    FaultKind::Denied,
    FaultKind::DropConnection,
    FaultKind::DropAfter,
    FaultKind::Garbage,
    FaultKind::CutShort,
    FaultKind::EmptyBody,
    FaultKind::EmptyObject,
    FaultKind::Slow { milliseconds: 300 },
    FaultKind::FailedEvaluations { count: 1 },
    FaultKind::EmptyPageWithToken,
    FaultKind::RepeatedToken,
    FaultKind::EchoToken,
];

pub(crate) struct Cloud {
    pub(crate) aws: LocalAws,
    pub(crate) function: Function,
}

impl Cloud {
    pub(crate) fn start() -> Self {
        Self::start_at_level("INFO")
    }

    pub(crate) fn start_at_level(level: &str) -> Self {
        Self::start_program(Path::new(env!("CARGO_BIN_EXE_bootstrap")), level)
    }

    pub(crate) fn start_program(program: &Path, level: &str) -> Self {
        let aws = LocalAws::start().unwrap();
        aws.account(ACCOUNT, REGION, |account| account.expect_token(RULE, TOKEN));
        let function = function(&aws, program, ACCOUNT, level);
        Self { aws, function }
    }

    pub(crate) fn invoke(&self, event: &Value) -> Outcome {
        self.invoke_within(event, Duration::from_mins(1))
    }

    pub(crate) fn invoke_within(&self, event: &Value, timeout: Duration) -> Outcome {
        invoke(&self.aws, ACCOUNT, event, timeout)
    }

    pub(crate) fn exists(&self, instances: Vec<Value>) {
        self.exist("ReplicationInstances", instances);
    }

    /// They exist, and the recorder knows them.
    pub(crate) fn exist(&self, list: &str, resources: Vec<Value>) {
        exist(&self.aws, list, resources);
    }

    pub(crate) fn record(&self, instance: &Value) {
        let item = configuration_item_of(INSTANCE, instance, ACCOUNT, REGION, captured());
        self.aws.account(ACCOUNT, REGION, |account| account.history.push(item));
    }

    pub(crate) fn holds(&self, id: &str, compliance_type: &str) {
        self.holds_at(id, compliance_type, "2026-09-01T00:00:00Z");
    }

    pub(crate) fn holds_at(&self, id: &str, compliance_type: &str, at: &str) {
        self.aws.account(ACCOUNT, REGION, |account| {
            account.hold_result(RULE, held(INSTANCE, id, compliance_type, at));
        });
    }

    /// What AWS Config shows, by id.
    pub(crate) fn shown(&self) -> Vec<(String, String)> {
        let results = self.aws.account(ACCOUNT, REGION, |account| account.results(RULE));
        results.into_iter().map(|result| (result.resource_id, result.compliance_type)).collect()
    }

    pub(crate) fn operations(&self) -> Vec<String> {
        self.aws.calls().into_iter().map(|call| call.operation).collect()
    }
}

/// They exist, and the recorder knows them.
pub(crate) fn exist(aws: &LocalAws, list: &str, resources: Vec<Value>) {
    aws.account(ACCOUNT, REGION, |account| {
        account.dms.insert(list.to_owned(), resources);
        account.discovered_resources = discovered(&account.dms, ACCOUNT, REGION);
    });
}

pub(crate) fn function(aws: &LocalAws, program: &Path, account_id: &str, level: &str) -> Function {
    let spec = FunctionSpec {
        program: program.to_owned(),
        args: Vec::new(),
        env: vec![("AWS_LAMBDA_LOG_LEVEL".to_owned(), level.to_owned())],
        account_id: account_id.to_owned(),
        region: REGION.to_owned(),
    };
    Function::spawn(aws, spec).unwrap()
}

pub(crate) fn invoke(aws: &LocalAws, function_account: &str, event: &Value, timeout: Duration) -> Outcome {
    aws.invoke(&Invocation {
        payload: event.to_string(),
        timeout,
        function_arn: Some(format!("arn:aws:lambda:{REGION}:{function_account}:function:dms-rule")),
    })
}

pub(crate) fn held(resource_type: &str, id: &str, compliance_type: &str, at: &str) -> EvaluationResult {
    EvaluationResult {
        resource_type: resource_type.to_owned(),
        resource_id: id.to_owned(),
        compliance_type: compliance_type.to_owned(),
        annotation: None,
        ordering_timestamp: at.parse().unwrap(),
    }
}

/// An example program of this package, built beside the function.
pub(crate) fn example(name: &str) -> PathBuf {
    Path::new(env!("CARGO_BIN_EXE_bootstrap")).parent().unwrap().join("examples").join(name)
}

pub(crate) fn arn(number: usize) -> String {
    format!("arn:aws:dms:{REGION}:{ACCOUNT}:rep:FLEET{number:04}")
}

pub(crate) fn instance(number: usize, publicly_accessible: &Value) -> Value {
    json!({
        "ReplicationInstanceIdentifier": format!("orders-{number:04}"),
        "ReplicationInstanceClass": "dms.c5.xlarge",
        "ReplicationInstanceStatus": "available",
        "InstanceCreateTime": 1_790_866_636.0,
        "ReplicationInstanceArn": arn(number),
        "ReplicationInstancePrivateIpAddresses": ["10.0.1.20"],
        "PubliclyAccessible": publicly_accessible,
    })
}

/// That many public instances.
pub(crate) fn fleet(instances: usize) -> Vec<Value> {
    (0..instances).map(|number| instance(number, &json!(true))).collect()
}

fn event(invoking_event: &Value) -> Value {
    json!({
        "version": "1.0",
        "invokingEvent": invoking_event.to_string(),
        "resultToken": TOKEN,
        "eventLeftScope": false,
        "executionRoleArn": format!("arn:aws:iam::{ACCOUNT}:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig"),
        "configRuleArn": format!("arn:aws:config:{REGION}:{ACCOUNT}:config-rule/config-rule-abc123"),
        "configRuleName": RULE,
        "accountId": ACCOUNT,
    })
}

pub(crate) fn change(instance: &Value) -> Value {
    change_of(INSTANCE, instance)
}

pub(crate) fn change_of(resource_type: &str, resource: &Value) -> Value {
    let mut item = configuration_item_of(resource_type, resource, ACCOUNT, REGION, captured());
    item["configurationItemCaptureTime"] = CAPTURED.into();
    item["configuration"] = serde_json::from_str(item["configuration"].as_str().unwrap()).unwrap();
    event(&json!({
        "configurationItem": item,
        "notificationCreationTime": "2026-10-01T15:03:13.332Z",
        "messageType": "ConfigurationItemChangeNotification",
    }))
}

pub(crate) fn captured() -> DateTime<Utc> {
    CAPTURED.parse().unwrap()
}

pub(crate) fn oversized(instance: &Value) -> Value {
    oversized_of(INSTANCE, instance["ReplicationInstanceArn"].as_str().unwrap())
}

pub(crate) fn oversized_of(resource_type: &str, resource_id: &str) -> Value {
    event(&json!({
        "configurationItemSummary": {
            "configurationItemCaptureTime": CAPTURED,
            "configurationStateId": 1_790_866_991_636_u64,
            "configurationItemStatus": "OK",
            "resourceType": resource_type,
            "resourceId": resource_id,
            "resourceName": null,
        },
        "notificationCreationTime": "2026-10-01T15:03:13.332Z",
        "messageType": "OversizedConfigurationItemChangeNotification",
    }))
}

pub(crate) fn scheduled() -> Value {
    event(
        &json!({"notificationCreationTime": "2026-10-01T13:26:17.741Z", "messageType": "ScheduledNotification"}),
    )
}

pub(crate) fn snapshot() -> Value {
    event(&json!({
        "configSnapshotId": "0",
        "notificationCreationTime": "2026-10-01T18:23:20.328Z",
        "messageType": "ConfigurationSnapshotDeliveryCompleted",
    }))
}

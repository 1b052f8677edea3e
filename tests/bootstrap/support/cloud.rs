//! A local AWS with the function in it.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use local_aws::{
    EvaluationResult, Function, FunctionSpec, Invocation, LocalAws, Outcome, configuration_item_of,
    discovered,
};
use serde_json::Value;

use super::{ACCOUNT, INSTANCE, REGION, RULE, TOKEN, bootstrap, captured, database, keys};

/// An AWS in which one function runs; its account has the AWS Config rule [`RULE`].
pub(crate) struct Cloud {
    pub(crate) aws: LocalAws,
    pub(crate) function: Function,
}

impl Cloud {
    pub(crate) fn start() -> Self {
        Self::start_at_level("INFO")
    }

    pub(crate) fn start_at_level(level: &str) -> Self {
        Self::start_program(bootstrap(), level)
    }

    pub(crate) fn start_program(program: &Path, level: &str) -> Self {
        let aws = LocalAws::start().unwrap();
        aws.account(ACCOUNT, REGION, |account| account.expect_token(RULE, TOKEN));
        let function = function(&aws, program, ACCOUNT, &[("AWS_LAMBDA_LOG_LEVEL", level)]);
        Self { aws, function }
    }

    /// Adds an AWS Config rule of this name, and the keys and the DB instance of the examples.
    pub(crate) fn create_rule(&self, name: &str) {
        self.aws.account(ACCOUNT, REGION, |account| {
            account.expect_token(name, &format!("token-of-{name}"));
            account.kms_keys = keys();
            account.recorded.insert("AWS::RDS::DBInstance".to_owned(), database(true));
        });
    }

    pub(crate) fn create_instances(&self, instances: Vec<Value>) {
        self.create("ReplicationInstances", instances);
    }

    pub(crate) fn create(&self, list: &str, resources: Vec<Value>) {
        create(&self.aws, list, resources);
    }

    /// Adds a configuration item to the history of AWS Config.
    pub(crate) fn record(&self, instance: &Value) {
        let item = configuration_item_of(INSTANCE, instance, ACCOUNT, REGION, captured());
        self.aws.account(ACCOUNT, REGION, |account| account.history.push(item));
    }

    /// Adds an earlier result of [`RULE`].
    pub(crate) fn add_result(&self, id: &str, compliance_type: &str) {
        self.add_result_at(id, compliance_type, "2026-09-01T00:00:00Z");
    }

    pub(crate) fn add_result_at(&self, id: &str, compliance_type: &str, at: &str) {
        self.aws.account(ACCOUNT, REGION, |account| {
            account.hold_result(RULE, result(INSTANCE, id, compliance_type, at));
        });
    }

    pub(crate) fn invoke(&self, event: &Value) -> Outcome {
        self.invoke_within(event, Duration::from_mins(1))
    }

    pub(crate) fn invoke_within(&self, event: &Value, timeout: Duration) -> Outcome {
        invoke(&self.aws, ACCOUNT, event, timeout)
    }

    /// Returns the results of [`RULE`] that AWS Config shows, as id and compliance type, by id.
    pub(crate) fn results(&self) -> Vec<(String, String)> {
        let results = self.results_of(RULE);
        results.into_iter().map(|result| (result.resource_id, result.compliance_type)).collect()
    }

    pub(crate) fn results_of(&self, rule: &str) -> Vec<EvaluationResult> {
        self.aws.account(ACCOUNT, REGION, |account| account.results(rule))
    }

    pub(crate) fn operations(&self) -> Vec<String> {
        self.aws.calls().into_iter().map(|call| call.operation).collect()
    }

    /// Returns how often each operation was called since the last time.
    pub(crate) fn take_calls(&self) -> BTreeMap<String, usize> {
        let mut calls = BTreeMap::new();
        for operation in self.operations() {
            *calls.entry(operation).or_default() += 1;
        }
        self.aws.clear_calls();
        calls
    }
}

/// Creates resources that the recorder knows, too.
pub(crate) fn create(aws: &LocalAws, list: &str, resources: Vec<Value>) {
    aws.account(ACCOUNT, REGION, |account| {
        account.dms.insert(list.to_owned(), resources);
        account.discovered_resources = discovered(&account.dms, ACCOUNT, REGION);
    });
}

/// Starts a function with these variables in its environment, besides those of Lambda.
pub(crate) fn function(aws: &LocalAws, program: &Path, account_id: &str, env: &[(&str, &str)]) -> Function {
    let spec = FunctionSpec {
        program: program.to_owned(),
        args: Vec::new(),
        env: env.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
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

/// Returns the type and the message of an invocation's error.
pub(crate) fn error(outcome: &Outcome) -> (&str, &str) {
    match outcome {
        Outcome::Failed { error_type, error_message } => (error_type, error_message),
        other => panic!("expected an error, not {other:?}"),
    }
}

pub(crate) fn result(resource_type: &str, id: &str, compliance_type: &str, at: &str) -> EvaluationResult {
    EvaluationResult {
        resource_type: resource_type.to_owned(),
        resource_id: id.to_owned(),
        compliance_type: compliance_type.to_owned(),
        annotation: None,
        ordering_timestamp: at.parse().unwrap(),
    }
}

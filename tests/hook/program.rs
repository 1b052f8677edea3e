//! The program, started as Lambda starts it, on a Lambda Runtime API of the loopback interface.

use std::path::Path;
use std::time::{Duration, Instant};

use local_aws::{Function, FunctionSpec, Invocation, LocalAws, Outcome};
use serde_json::Value;

use crate::support::{CREATE, DELETE, SECRET, TOKEN, check_model, event};

const INSTANCE: &str = "AWS::DMS::ReplicationInstance";

struct Hook {
    aws: LocalAws,
    function: Function,
}

impl Hook {
    fn start(env: &[(&str, &str)]) -> Self {
        let aws = LocalAws::start().unwrap();
        let spec = FunctionSpec {
            program: Path::new(env!("CARGO_BIN_EXE_cloudformation-hook")).to_owned(),
            args: Vec::new(),
            env: env.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
            account_id: "123456789012".to_owned(),
            region: "us-east-1".to_owned(),
        };
        let function = Function::spawn(&aws, spec).unwrap();
        Self { aws, function }
    }

    fn invoke(&self, payload: &str) -> Value {
        self.invoke_within(payload, Duration::from_secs(30))
    }

    /// Returns the response to an invocation, which is never an error and never late.
    fn invoke_within(&self, payload: &str, timeout: Duration) -> Value {
        let arn = "arn:aws:lambda:us-east-1:123456789012:function:dms-rule-hook".to_owned();
        let invocation = Invocation { payload: payload.to_owned(), timeout, function_arn: Some(arn) };
        match self.aws.invoke(&invocation) {
            Outcome::Succeeded(response) => {
                check_model(&response);
                response
            }
            other => panic!("{other:?}: {payload}"),
        }
    }
}

#[test]
fn an_operation_goes_on_or_fails_and_no_secret_is_written() {
    let mut hook = Hook::start(&[("RULES", "dms-replication-not-public,dms-endpoint-ssl-configured")]);
    let private = hook.invoke(&event(CREATE, INSTANCE, r#"{"PubliclyAccessible": "false"}"#));
    assert_eq!(private["hookStatus"], "SUCCESS", "{private}");
    assert_eq!(private["clientRequestToken"], TOKEN);
    let public = hook.invoke(&event(CREATE, INSTANCE, r#"{"PubliclyAccessible": "true"}"#));
    assert_eq!((&public["hookStatus"], &public["errorCode"]), (&"FAILED".into(), &"NonCompliant".into()));
    assert!(public["message"].as_str().unwrap().contains("PUBLIC: PubliclyAccessible=true"), "{public}");
    let endpoint = format!(r#"{{"EngineName": "mysql", "SslMode": "none", "Password": "{SECRET}"}}"#);
    let plaintext = hook.invoke(&event(CREATE, "AWS::DMS::Endpoint", &endpoint));
    assert_eq!(plaintext["errorCode"], "NonCompliant", "{plaintext}");
    let twice = endpoint.replace(r#""SslMode""#, r#""SslMode": {}, "Password": [], "SslMode""#);
    assert_eq!(hook.invoke(&event(CREATE, "AWS::DMS::Endpoint", &twice))["errorCode"], "NonCompliant");
    assert_eq!(hook.invoke(&event(DELETE, INSTANCE, "null"))["hookStatus"], "SUCCESS");
    assert!(hook.function.is_running());
    assert!(hook.aws.calls().is_empty(), "it calls no AWS");
    // The last line is written once its response is sent.
    let until = Instant::now() + Duration::from_secs(20);
    let written = loop {
        let written = format!("{}{}", hook.function.stdout(), hook.function.stderr());
        if written.lines().count() >= 5 || Instant::now() > until {
            break written;
        }
        std::thread::sleep(Duration::from_millis(20));
    };
    assert_eq!(written.lines().count(), 5, "a line for each invocation: {written}");
    for line in written.lines() {
        assert!(serde_json::from_str::<Value>(line).is_ok(), "{line}");
    }
    assert!(!written.contains(SECRET) && !written.contains(TOKEN), "{written}");
}

#[test]
fn a_payload_that_cannot_be_read_is_a_failure_of_the_hook_and_not_of_the_invocation() {
    let mut hook = Hook::start(&[("AWS_LAMBDA_LOG_LEVEL", "TRACE")]);
    let whole =
        event(CREATE, INSTANCE, &format!(r#"{{"PubliclyAccessible": false, "Password": "{SECRET}"}}"#));
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let (half, _) = whole.split_at(whole.len() / 2);
    for payload in
        ["", "no json", "null", "[]", "{}", "\"text\"", "\u{feff}{}", half, &deep, &format!("{whole}{whole}")]
    {
        let response = hook.invoke(payload);
        assert_eq!(response["hookStatus"], "FAILED", "{payload}");
        assert_eq!(response["errorCode"], "InternalFailure", "{payload}");
    }
    let nested = whole.replace("false", &deep);
    assert_eq!(hook.invoke(&nested)["errorCode"], "InternalFailure");
    assert!(hook.function.is_running());
    let written = format!("{}{}", hook.function.stdout(), hook.function.stderr());
    assert!(!written.contains(SECRET), "{written}");
}

#[test]
fn neither_function_has_anything_of_the_other_and_the_hook_no_sdk() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let read = |path: &str| std::fs::read_to_string(crates.join(path)).unwrap();
    let manifest = read("cloudformation-hook/Cargo.toml");
    let (dependencies, _) = manifest.split_once("[dev-dependencies]").unwrap();
    for name in ["config-lambda", "aws-client", "aws-sdk", "remediation", "report"] {
        assert!(!dependencies.contains(&format!("\n{name}")), "{name}");
    }
    let function = read("config-lambda/crates.txt");
    for name in ["cloudformation-hook", "iac", "x509-parser", "saphyr-parser"] {
        assert!(!function.contains(&format!("\n{name} ")), "{name}");
    }
    assert!(function.contains("\nrule-core "), "{function}");
}

#[test]
fn a_deadline_that_is_over_is_a_failure_of_the_hook() {
    let hook = Hook::start(&[]);
    let whole = event(CREATE, INSTANCE, r#"{"PubliclyAccessible": "false"}"#);
    hook.invoke(&whole);
    let late = hook.invoke_within(&whole, Duration::ZERO);
    assert_eq!((&late["hookStatus"], &late["errorCode"]), (&"FAILED".into(), &"InternalFailure".into()));
    assert!(late["message"].as_str().unwrap().contains("no result within 0 ms"), "{late}");
}

#[test]
fn a_setting_that_cannot_be_used_fails_every_operation_and_is_named() {
    let hook = Hook::start(&[("RULES", "dms-replication-not-publik")]);
    let response = hook.invoke(&event(CREATE, INSTANCE, r#"{"PubliclyAccessible": "false"}"#));
    assert_eq!(response["errorCode"], "InternalFailure");
    assert_eq!(response["clientRequestToken"], TOKEN);
    assert!(response["message"].as_str().unwrap().contains("RULES"), "{response}");
}

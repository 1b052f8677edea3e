//! What the function takes from Lambda's environment.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::time::Duration;

use local_aws::{Function, FunctionSpec, LocalAws, Outcome};
use serde_json::json;

use crate::support::{ACCOUNT, REGION, RULE, TOKEN, change, instance, invoke};

/// Nobody listens there.
const NOWHERE: &str = "http://127.0.0.1:1";

fn aws() -> LocalAws {
    let aws = LocalAws::start().unwrap();
    aws.account(ACCOUNT, REGION, |account| account.expect_token(RULE, TOKEN));
    aws
}

/// A function of `aws` with these variables, after one change.
fn outcome(aws: &LocalAws, env: &[(&str, &str)]) -> Outcome {
    let spec = FunctionSpec {
        program: env!("CARGO_BIN_EXE_bootstrap").into(),
        args: Vec::new(),
        env: env.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
        account_id: ACCOUNT.to_owned(),
        region: REGION.to_owned(),
    };
    let _function = Function::spawn(aws, spec).unwrap();
    invoke(aws, ACCOUNT, &change(&instance(1, &json!(true))), Duration::from_secs(5))
}

#[test]
fn a_service_has_its_own_endpoint_unless_configured_ones_are_ignored() {
    let aws = aws();
    let endpoint = aws.endpoint();
    let one = [("AWS_ENDPOINT_URL", NOWHERE), ("AWS_ENDPOINT_URL_CONFIG_SERVICE", &endpoint)];
    assert_eq!(outcome(&aws, &one), Outcome::Succeeded(json!({"evaluations": 1})));
    let other = [("AWS_ENDPOINT_URL_DATABASE_MIGRATION_SERVICE", NOWHERE)];
    assert_eq!(outcome(&aws, &other), Outcome::Succeeded(json!({"evaluations": 1})));
    let calls = aws.calls().len();
    // Then AWS's own is asked, which is not to be reached from a test: the run fails, and nobody here was asked.
    let ignored = [("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true"), ("AWS_REGION", "xx-nowhere-1")];
    assert!(matches!(outcome(&aws, &ignored), Outcome::Failed { .. }));
    assert_eq!(aws.calls().len(), calls);
}

#[test]
fn without_keys_in_the_environment_they_are_asked_for_where_lambda_says() {
    let aws = aws();
    let keys = aws.credentials(ACCOUNT);
    let answer = json!({
        "AccessKeyId": keys.access_key_id,
        "SecretAccessKey": keys.secret_access_key,
        "Token": keys.session_token,
        "Expiration": "2099-01-01T00:00:00Z",
    })
    .to_string();
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let address = format!("http://{}/credentials", listener.local_addr().unwrap());
    // Ends with its one answer, or with the test.
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
        let mut request = Vec::new();
        let mut buffer = [0; 1024];
        while !request.ends_with(b"\r\n\r\n") {
            let read = stream.read(&mut buffer).unwrap();
            request.extend_from_slice(&buffer[..read]);
        }
        let head = format!(
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
            answer.len()
        );
        stream.write_all((head + &answer).as_bytes()).unwrap();
    });
    let without = [("AWS_ACCESS_KEY_ID", ""), ("AWS_SECRET_ACCESS_KEY", ""), ("AWS_SESSION_TOKEN", "")];
    let mut env = without.to_vec();
    env.push(("AWS_CONTAINER_CREDENTIALS_FULL_URI", &address));
    assert_eq!(outcome(&aws, &env), Outcome::Succeeded(json!({"evaluations": 1})));
}

#[test]
fn without_any_keys_nothing_is_put_and_the_invocation_fails() {
    let aws = aws();
    let without = [("AWS_ACCESS_KEY_ID", ""), ("AWS_SECRET_ACCESS_KEY", ""), ("AWS_SESSION_TOKEN", "")];
    let Outcome::Failed { error_message, .. } = outcome(&aws, &without) else { panic!("it succeeded") };
    assert!(error_message.contains("PutEvaluations") && error_message.contains("Next:"), "{error_message}");
    assert!(aws.calls().is_empty());
}

//! The environment variables that the function reads.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::time::Duration;

use local_aws::{LocalAws, Outcome};
use serde_json::json;

use crate::support::{ACCOUNT, REGION, RULE, TOKEN, bootstrap, change, function, instance, invoke};

/// No server listens on this port.
const NOWHERE: &str = "http://127.0.0.1:1";

const NO_CREDENTIALS: [(&str, &str); 3] =
    [("AWS_ACCESS_KEY_ID", ""), ("AWS_SECRET_ACCESS_KEY", ""), ("AWS_SESSION_TOKEN", "")];

fn aws() -> LocalAws {
    let aws = LocalAws::start().unwrap();
    aws.account(ACCOUNT, REGION, |account| account.expect_token(RULE, TOKEN));
    aws
}

/// Returns the outcome of one change in a function with these variables.
fn outcome(aws: &LocalAws, env: &[(&str, &str)]) -> Outcome {
    let _function = function(aws, bootstrap(), ACCOUNT, env);
    invoke(aws, ACCOUNT, &change(&instance(1, &json!(true))), Duration::from_secs(5))
}

#[test]
fn a_service_has_its_own_endpoint_unless_configured_endpoints_are_ignored() {
    let aws = aws();
    let endpoint = aws.endpoint();
    let one = [("AWS_ENDPOINT_URL", NOWHERE), ("AWS_ENDPOINT_URL_CONFIG_SERVICE", &endpoint)];
    assert_eq!(outcome(&aws, &one), Outcome::Succeeded(json!({"evaluations": 1})));
    let other = [("AWS_ENDPOINT_URL_DATABASE_MIGRATION_SERVICE", NOWHERE)];
    assert_eq!(outcome(&aws, &other), Outcome::Succeeded(json!({"evaluations": 1})));
    let calls = aws.calls().len();
    // The function then calls AWS itself, in a Region that does not exist: the run fails without a local call.
    let ignored = [("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true"), ("AWS_REGION", "xx-nowhere-1")];
    assert!(matches!(outcome(&aws, &ignored), Outcome::Failed { .. }));
    assert_eq!(aws.calls().len(), calls);
}

#[test]
fn credentials_that_are_not_in_the_environment_are_requested_from_the_endpoint_in_it() {
    let aws = aws();
    let keys = aws.credentials(ACCOUNT);
    let credentials = json!({
        "AccessKeyId": keys.access_key_id,
        "SecretAccessKey": keys.secret_access_key,
        "Token": keys.session_token,
        "Expiration": "2099-01-01T00:00:00Z",
    })
    .to_string();
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let address = format!("http://{}/credentials", listener.local_addr().unwrap());
    // The thread ends after one response, or with the test.
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
            credentials.len()
        );
        stream.write_all((head + &credentials).as_bytes()).unwrap();
    });
    let mut env = NO_CREDENTIALS.to_vec();
    env.push(("AWS_CONTAINER_CREDENTIALS_FULL_URI", &address));
    assert_eq!(outcome(&aws, &env), Outcome::Succeeded(json!({"evaluations": 1})));
}

#[test]
fn without_credentials_nothing_is_submitted_and_the_invocation_fails() {
    let aws = aws();
    let Outcome::Failed { error_message, .. } = outcome(&aws, &NO_CREDENTIALS) else {
        panic!("it succeeded")
    };
    assert!(error_message.contains("PutEvaluations") && error_message.contains("Next:"), "{error_message}");
    assert!(aws.calls().is_empty());
}

//! TLS: the function sends nothing to a server whose certificate it cannot verify.

use std::path::Path;
use std::time::Duration;

use local_aws::{Function, LocalAws, Outcome};
use serde_json::json;

use crate::support::{
    ACCOUNT, REGION, RULE, TOKEN, bootstrap, change, create, error, fleet, function, instance, invoke,
    scheduled,
};

fn aws() -> LocalAws {
    let aws = LocalAws::start_tls().unwrap();
    aws.account(ACCOUNT, REGION, |account| account.expect_token(RULE, TOKEN));
    create(&aws, "ReplicationInstances", fleet(250));
    aws
}

/// Starts a function that trusts the CA in this file, besides Amazon's roots.
fn trusting(aws: &LocalAws, ca_file: &Path) -> Function {
    function(aws, bootstrap(), ACCOUNT, &[("AWS_CA_BUNDLE", ca_file.to_str().unwrap())])
}

#[test]
fn the_function_works_over_tls() {
    let aws = aws();
    assert!(aws.endpoint().starts_with("https://"));
    let _function = trusting(&aws, aws.ca_file().unwrap());
    for (event, evaluations) in [(change(&instance(1, &json!(true))), 1), (scheduled(), 250)] {
        let outcome = invoke(&aws, ACCOUNT, &event, Duration::from_mins(1));
        assert_eq!(outcome, Outcome::Succeeded(json!({"evaluations": evaluations})));
    }
    assert_eq!(aws.accepted().len(), 251);
}

#[test]
fn a_server_without_a_trusted_certificate_gets_no_request_and_the_invocation_fails() {
    let aws = aws();
    let other = LocalAws::start_tls().unwrap();
    let no_pem = tempfile::NamedTempFile::new().unwrap();
    for (ca_file, expected) in [
        (other.ca_file().unwrap(), "Internal"),
        (Path::new(""), "Internal"),
        (Path::new("/nowhere"), "BadInput"),
        (no_pem.path(), "BadInput"),
    ] {
        let _function = trusting(&aws, ca_file);
        for event in [change(&instance(1, &json!(true))), scheduled()] {
            let outcome = invoke(&aws, ACCOUNT, &event, Duration::from_secs(2));
            let (error_type, error_message) = error(&outcome);
            assert_eq!(error_type, expected, "{error_message}");
            assert!(error_message.contains("Next:"), "{error_message}");
            if expected == "BadInput" {
                let file = format!("AWS_CA_BUNDLE: {} ", ca_file.display());
                assert!(error_message.starts_with(&file), "{error_message}");
            }
        }
    }
    assert!(aws.calls().is_empty(), "no request was sent");
}

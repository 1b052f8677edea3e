//! `dms-rule scan`: what keeps a scan from its beginning is named by its cause, soon, with the next step.

use std::path::Path;
use std::time::{Duration, Instant};

use local_aws::{Fault, FaultKind, LocalAws};
use serde_json::Value;
use tempfile::TempDir;

use crate::support::dms_rule;

const OWN: &str = "111111111111";

/// The longest that a scan that cannot begin may take. A closed port took 13 seconds and more.
const SOON: Duration = Duration::from_secs(8);

const CONFIG: &str = "
[profile orders]
region = eu-west-1

[profile people]
sso_session = company
sso_account_id = 111111111111
sso_role_name = Reader
region = eu-west-1

[sso-session company]
sso_region = eu-west-1
sso_start_url = https://example.awsapps.com/start

[profile people-old]
sso_start_url = https://example.awsapps.com/start
sso_region = eu-west-1
sso_account_id = 111111111111
sso_role_name = Reader

[profile beyond-people]
role_arn = arn:aws:iam::222222222222:role/Reader
source_profile = people

[profile chained]
role_arn = arn:aws:iam::222222222222:role/Reader
source_profile = gone

[profile a]
role_arn = arn:aws:iam::222222222222:role/Reader
source_profile = b

[profile b]
role_arn = arn:aws:iam::222222222222:role/Reader
source_profile = a

[profile console]
login_session = arn:aws:iam::111111111111:user/someone

[profile process]
credential_process = /bin/false
";

/// Returns a home folder with the files of the AWS CLI.
fn home() -> TempDir {
    let home = TempDir::new().unwrap();
    std::fs::create_dir(home.path().join(".aws")).unwrap();
    std::fs::write(home.path().join(".aws/config"), CONFIG).unwrap();
    home
}

/// Runs a scan in no other environment, and returns its only failure: kind, message, cause and next step.
fn failure(home: &Path, environment: &[(&str, &str)], arguments: &[&str]) -> [String; 4] {
    let start = Instant::now();
    let output = dms_rule()
        .args(["scan", "--format", "json"])
        .args(arguments)
        .env_clear()
        .env("HOME", home)
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .envs(environment.iter().copied())
        .output()
        .unwrap();
    let took = start.elapsed();
    let report: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)));
    assert_eq!(output.status.code(), Some(2), "{report}");
    assert_eq!(report["complete"], false);
    assert_eq!(report["lookedAt"].as_array().unwrap().len(), 0, "{report}");
    let failures = report["failures"].as_array().unwrap();
    assert_eq!(failures.len(), 1, "{failures:?}");
    assert!(took < SOON, "{took:?}: {failures:?}");
    let texts =
        ["kind", "message", "cause", "next"].map(|name| failures[0][name].as_str().unwrap().to_owned());
    for word in ["Lambda", "function", "VPC", "config:"] {
        assert!(texts.iter().all(|text| !text.contains(word)), "{word}: {texts:?}");
    }
    texts
}

fn assert_failure(failure: &[String; 4], kind: &str, message: &str, next: &str) {
    assert_eq!(failure[0], kind, "{failure:?}");
    assert_eq!(failure[1], message);
    assert_eq!(failure[3], next);
}

#[test]
fn without_credentials_the_scan_says_so_and_lists_the_profiles() {
    let empty = TempDir::new().unwrap();
    let none =
        "credentials: none found in the environment, in the profile `default` and in a role of this machine";
    assert_failure(
        &failure(empty.path(), &[], &[]),
        "BadInput",
        none,
        "sign in with `aws configure sso` or `aws configure`, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
    );
    let [_, message, _, next] = failure(home().path(), &[], &[]);
    assert_eq!(message, none);
    assert_eq!(
        next,
        "name a profile with --profile (there are: a, b, beyond-people, chained, console, orders, people, people-old and \
         1 more)"
    );
}

#[test]
fn a_profile_that_does_not_exist_is_named_with_those_that_are_like_it() {
    let home = home();
    let [kind, message, _, next] = failure(home.path(), &[], &["--profile", "ordres"]);
    assert_eq!(kind, "BadInput");
    assert_eq!(message, "credentials: the profile `ordres` does not exist; --profile names it");
    assert!(next.starts_with("correct --profile; the profiles are: orders, "), "{next}");
    let [_, message, _, next] = failure(home.path(), &[("AWS_PROFILE", "poeple")], &[]);
    assert_eq!(message, "credentials: the profile `poeple` does not exist; AWS_PROFILE names it");
    assert!(next.starts_with("correct AWS_PROFILE; the profiles are: people, "), "{next}");
    let [_, message, _, next] = failure(home.path(), &[], &["--profile", "chained"]);
    assert_eq!(
        message,
        "credentials: the profile `gone` does not exist; source_profile of the profile `chained` names it"
    );
    assert!(next.starts_with("correct source_profile of the profile `chained`; "), "{next}");
    assert_failure(
        &failure(home.path(), &[], &["--profile", "a"]),
        "BadInput",
        "credentials: the profile `a` leads back to itself by its source_profile",
        "correct source_profile in that profile",
    );
}

#[test]
fn a_session_of_iam_identity_center_that_is_missing_or_has_expired_leads_to_its_command() {
    let home = home();
    for (profile, has_expired_token) in
        [("people", false), ("people-old", false), ("beyond-people", false), ("people", true)]
    {
        if has_expired_token {
            // The name of the file is the SHA-1 of `company`.
            let cache = home.path().join(".aws/sso/cache");
            std::fs::create_dir_all(&cache).unwrap();
            let token = r#"{"accessToken": "secret-token", "expiresAt": "2020-01-01T00:00:00Z", "region": "eu-west-1",
                "startUrl": "https://example.awsapps.com/start"}"#;
            std::fs::write(cache.join("71b21161ffa1e6516bcc072aaf5ef38cbe85b511.json"), token).unwrap();
        }
        assert_failure(
            &failure(home.path(), &[], &["--profile", profile]),
            "Denied",
            &format!(
                "credentials: the session of IAM Identity Center of the profile `{profile}` has expired, or was never \
                 begun"
            ),
            &format!("run `aws sso login --profile {profile}`, then run the command again"),
        );
    }
}

#[test]
fn credentials_that_cannot_be_loaded_are_explained_in_the_words_of_the_sdk() {
    let home = home();
    let [_, message, _, next] = failure(home.path(), &[], &["--profile", "process"]);
    assert!(
        message.starts_with("credentials: those of the profile `process` cannot be loaded: "),
        "{message}"
    );
    assert!(message.contains("exited with code"), "{message}");
    assert!(next.contains("aws configure export-credentials --profile process --format env"), "{next}");
    let [_, message, ..] = failure(home.path(), &[], &["--profile", "orders"]);
    assert_eq!(message, "credentials: those of the profile `orders` cannot be loaded: it has no credentials");
    let [_, message, _, next] = failure(home.path(), &[], &["--profile", "console"]);
    assert_eq!(
        message,
        "credentials: the profile `console` uses `aws login`, which this program does not read"
    );
    assert_eq!(
        next,
        "run `eval \"$(aws configure export-credentials --profile console --format env)\"`, then run the command again without \
         --profile"
    );
    std::fs::write(home.path().join(".aws/config"), "[profile orders\nregion = x").unwrap();
    let [_, message, ..] = failure(home.path(), &[], &[]);
    assert!(
        message.starts_with("credentials: they cannot be loaded: could not parse profile file"),
        "{message}"
    );
}

/// The keys of the environment would otherwise scan another account than the one that was meant.
#[test]
fn a_profile_that_is_named_comes_before_keys_in_the_environment() {
    let aws = LocalAws::start().unwrap();
    let credentials = aws.credentials(OWN);
    let keys = [
        ("AWS_ACCESS_KEY_ID", credentials.access_key_id.as_str()),
        ("AWS_SECRET_ACCESS_KEY", credentials.secret_access_key.as_str()),
        ("AWS_SESSION_TOKEN", credentials.session_token.as_str()),
        ("AWS_ENDPOINT_URL", &aws.endpoint()),
    ];
    let [_, message, ..] = failure(home().path(), &keys, &["--profile", "orders"]);
    assert_eq!(message, "credentials: those of the profile `orders` cannot be loaded: it has no credentials");
    assert!(aws.calls().is_empty());
}

#[test]
fn credentials_that_aws_rejects_are_explained_by_its_error() {
    let aws = LocalAws::start().unwrap();
    let home = TempDir::new().unwrap();
    let credentials = aws.credentials(OWN);
    let environment = [
        ("AWS_ACCESS_KEY_ID", credentials.access_key_id.as_str()),
        ("AWS_SECRET_ACCESS_KEY", credentials.secret_access_key.as_str()),
        ("AWS_SESSION_TOKEN", credentials.session_token.as_str()),
        ("AWS_ENDPOINT_URL", &aws.endpoint()),
    ];
    for (kind, cause, next) in [
        (
            FaultKind::ExpiredToken,
            "ExpiredToken: The security token included in the request is expired",
            "sign in again: `aws sso login`, or new values of AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and \
             AWS_SESSION_TOKEN if they come from the environment",
        ),
        (
            FaultKind::UnknownAccessKey,
            "InvalidClientTokenId: The security token included in the request is invalid",
            "AWS does not know these credentials: they were deleted or switched off, are of another partition, or lack \
             their session token; name others with --profile, or in the environment",
        ),
        (
            FaultKind::WrongSignature,
            "SignatureDoesNotMatch: The request signature we calculated does not match the signature you provided",
            "check that the secret access key belongs to the access key id, and that the clock of this machine is right",
        ),
    ] {
        aws.clear_faults();
        aws.clear_calls();
        aws.inject(Fault::always("GetCallerIdentity", kind));
        let failure = failure(home.path(), &environment, &[]);
        assert_eq!((failure[0].as_str(), failure[2].as_str()), ("Denied", cause));
        assert!(
            failure[1].starts_with(&format!("GetCallerIdentity of your credentials: {cause} (request id ")),
            "{failure:?}"
        );
        assert_eq!(failure[3], next);
        assert_eq!(aws.calls().len(), 1, "a rejection is not tried again");
    }
}

#[test]
fn a_connection_that_cannot_be_made_is_explained_by_its_reason() {
    let home = TempDir::new().unwrap();
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    for (endpoint, reason, next) in [
        (
            "http://no-such-host.invalid".to_owned(),
            "no connection: the name of the endpoint cannot be resolved",
            "check the network and the name server of this machine, the name of the Region, and AWS_ENDPOINT_URL if it is \
             set",
        ),
        (
            format!("http://127.0.0.1:{closed}"),
            "no connection: the endpoint refused it (the port is closed)",
            "the local AWS of `dms-rule local` has ended: start it again, and take its new environment; for AWS itself unset \
         AWS_ENDPOINT_URL",
        ),
    ] {
        let environment = [
            ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
            ("AWS_SECRET_ACCESS_KEY", "secret"),
            ("AWS_ENDPOINT_URL", &endpoint),
        ];
        let failure = failure(home.path(), &environment, &[]);
        assert_failure(
            &failure,
            "Internal",
            &format!("GetCallerIdentity of your credentials: {reason}"),
            next,
        );
        assert_eq!(failure[2], reason);
    }
}

#[test]
fn a_server_without_a_trusted_certificate_is_explained() {
    let aws = LocalAws::start_tls().unwrap();
    let home = TempDir::new().unwrap();
    let environment = [
        ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
        ("AWS_SECRET_ACCESS_KEY", "secret"),
        ("AWS_ENDPOINT_URL", &aws.endpoint()),
    ];
    let [_, _, cause, next] = failure(home.path(), &environment, &[]);
    assert_eq!(
        cause,
        "no connection: TLS failed: the certificate of the endpoint is not trusted, or it does not use TLS"
    );
    assert!(next.contains("AWS_CA_BUNDLE"), "{next}");
}

//! Serves the DMS resources of a file to programs outside of this process, such as the AWS CLI, until standard input
//! ends:
//!
//! ```sh
//! cargo run -p local-aws --example serve -- RESOURCES.json
//! ```
//!
//! The first line of the output is `{"AWS_ENDPOINT_URL": ..., "AWS_ACCESS_KEY_ID": ..., ...}`: the environment of a
//! client. The file is as `dms-rule invoke` reads it: the output of `aws dms describe-...` commands, merged.

use std::error::Error;
use std::io::{Read, Write, stdin, stdout};

use local_aws::{LocalAws, parse_fleet, parse_keys};
use serde_json::json;

const ACCOUNT: &str = "123456789012";
const REGION: &str = "us-east-1";

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("expected the path of a file with DMS resources")?;
    let text = std::fs::read_to_string(&path).map_err(|error| format!("{path}: {error}"))?;
    let (fleet, keys) = (parse_fleet(&text)?, parse_keys(&text)?);
    let aws = LocalAws::start()?;
    aws.account(ACCOUNT, REGION, |account| {
        account.dms = fleet;
        account.kms_keys = keys;
    });
    let credentials = aws.credentials(ACCOUNT);
    let environment = json!({
        "AWS_ENDPOINT_URL": aws.endpoint(),
        "AWS_ACCESS_KEY_ID": credentials.access_key_id,
        "AWS_SECRET_ACCESS_KEY": credentials.secret_access_key,
        "AWS_SESSION_TOKEN": credentials.session_token,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
    });
    writeln!(stdout(), "{environment}")?;
    stdout().flush()?;
    stdin().read_to_end(&mut Vec::new())?;
    Ok(())
}

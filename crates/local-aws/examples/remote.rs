//! Serves an account that another program fills and controls, by lines of JSON on standard input:
//!
//! ```sh
//! cargo run -p local-aws --example remote
//! ```
//!
//! The first line of the output is the environment of a client, as in the example `serve`. Each line of the input is an
//! object with one or more commands, and is answered by one line: `{}`, or what was requested.
//!
//! | member | effect |
//! |---|---|
//! | `dms` | adds resources, as the output of `aws dms describe-...` has them |
//! | `variant` | adds a way in which DMS behaves, such as `OneMoveAtATime` |
//! | `settling` | sets how long a status lasts: its name and its milliseconds, or null for ever |
//! | `unreachable` | makes tests of the endpoint with this ARN fail |
//! | `withdraw` | ends the offer of an engine version |
//! | `tagListMaximum`, `ruleNameMaximum` | sets the limit of DMS or AWS Config |
//! | `recorder` | sets if the account has a recorder, which records instances: under their `arn`, `name` or not (`off`) |
//! | `token` | the rule and a result token of it |
//! | `fault` | adds a fault, in the shape of `Fault` |
//! | `clear` | removes all faults and the list of calls |
//! | `report` | requests the DMS resources, the number of stored results and the calls |
//!
//! It ends with standard input, and after ten minutes at most.

#![expect(clippy::indexing_slicing, reason = "an index of JSON that is missing gives null")]

use std::collections::BTreeMap;
use std::error::Error;
use std::io::{BufRead, Write, stdin, stdout};
use std::sync::mpsc::RecvTimeoutError;
use std::sync::{Mutex, PoisonError, mpsc};
use std::time::Duration;

use chrono::Utc;
use local_aws::{
    Account, DiscoveredResource, Failure, Fault, LocalAws, Settling, Unreachable, Variant,
    configuration_item_of, discovered, parse_fleet,
};
use serde::Deserialize;
use serde_json::{Value, json};

const ACCOUNT: &str = "123456789012";
const REGION: &str = "us-east-1";
const INSTANCE: &str = "AWS::DMS::ReplicationInstance";
const LIMIT: Duration = Duration::from_mins(10);

const VARIANTS: [Variant; 10] = [
    Variant::ReadyTasksDoNotMove,
    Variant::OneMoveAtATime,
    Variant::StartsWithAnAssessment,
    Variant::LackOfStorageFailsLate,
    Variant::FailedMoveKeepsTarget,
    Variant::SecondTestIsRejected,
    Variant::NoVpcRole,
    Variant::TagsOfAnyCharacters,
    Variant::NullAsPublicAddress,
    Variant::KerberosFileIsHidden,
];

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct Command {
    dms: Option<Value>,
    variant: Option<String>,
    settling: Option<(String, Option<u64>)>,
    unreachable: Option<String>,
    withdraw: Option<String>,
    tag_list_maximum: Option<usize>,
    rule_name_maximum: Option<usize>,
    recorder: Option<String>,
    token: Option<(String, String)>,
    fault: Option<Fault>,
    clear: bool,
    report: bool,
}

/// The resources that the recorder saw, with the last item of each.
#[derive(Default)]
struct Recorder {
    form: String,
    items: BTreeMap<String, Value>,
}

impl Recorder {
    /// Records the instances of the account as they are now, and those that are gone as deleted.
    fn record(&mut self, account: &mut Account) {
        if self.form == "off" {
            return;
        }
        let listed = account.dms.get("ReplicationInstances").cloned().unwrap_or_default();
        let present: BTreeMap<String, Value> = listed
            .iter()
            .map(|instance| {
                let mut item = configuration_item_of(INSTANCE, instance, ACCOUNT, REGION, Utc::now());
                let name = item["arn"].as_str().unwrap_or_default().to_owned();
                if self.form == "name" {
                    item["resourceId"] = instance["ReplicationInstanceIdentifier"].clone();
                }
                (name, item)
            })
            .collect();
        for (arn, item) in &mut self.items {
            if !present.contains_key(arn) {
                item["configurationItemStatus"] = "ResourceDeleted".into();
                item["configuration"] = Value::Null;
            }
        }
        self.items.extend(present);
        account.history = self.items.values().cloned().collect();
        account.discovered_resources = discovered(&account.dms, ACCOUNT, REGION)
            .into_iter()
            .map(|resource| self.with_id(resource))
            .collect();
    }

    /// Returns a resource under the id that its items have.
    fn with_id(&self, mut resource: DiscoveredResource) -> DiscoveredResource {
        if let Some(id) = self.items.get(&resource.resource_id).and_then(|item| item["resourceId"].as_str()) {
            id.clone_into(&mut resource.resource_id);
        }
        resource
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let aws = LocalAws::start()?;
    let credentials = aws.credentials(ACCOUNT);
    let environment = json!({
        "AWS_ENDPOINT_URL": aws.endpoint(),
        "AWS_ACCESS_KEY_ID": credentials.access_key_id,
        "AWS_SECRET_ACCESS_KEY": credentials.secret_access_key,
        "AWS_SESSION_TOKEN": credentials.session_token,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
    });
    write_line(&environment)?;
    std::thread::spawn(|| {
        std::thread::sleep(LIMIT);
        std::process::exit(2);
    });
    let recorder = Mutex::new(Recorder { form: "arn".to_owned(), items: BTreeMap::new() });
    std::thread::scope(|scope| {
        let (end, ended) = mpsc::channel::<()>();
        let (account_aws, shared) = (&aws, &recorder);
        scope.spawn(move || {
            // The recorder observes the account again and again, until the input ends.
            while ended.recv_timeout(Duration::from_millis(20)) == Err(RecvTimeoutError::Timeout) {
                let mut recorder = shared.lock().unwrap_or_else(PoisonError::into_inner);
                account_aws.account(ACCOUNT, REGION, |account| recorder.record(account));
            }
        });
        let result = control(&aws, &recorder);
        drop(end);
        result
    })
}

/// Executes the commands of standard input.
fn control(aws: &LocalAws, recorder: &Mutex<Recorder>) -> Result<(), Box<dyn Error>> {
    for line in stdin().lock().lines() {
        let command: Command = serde_json::from_str(&line?)?;
        if let Some(form) = &command.recorder {
            form.clone_into(&mut recorder.lock().unwrap_or_else(PoisonError::into_inner).form);
        }
        let response = execute(aws, command)?;
        write_line(&response)?;
    }
    Ok(())
}

fn write_line(line: &Value) -> std::io::Result<()> {
    writeln!(stdout(), "{line}")?;
    stdout().flush()
}

/// Executes a command, and returns what it requests.
fn execute(aws: &LocalAws, command: Command) -> Result<Value, Box<dyn Error>> {
    if command.clear {
        aws.clear_faults();
        aws.clear_calls();
    }
    if let Some(fault) = command.fault {
        aws.inject(fault);
    }
    let fleet = command.dms.map(|dms| parse_fleet(&dms.to_string())).transpose()?;
    let variant = match command.variant {
        None => None,
        Some(name) => {
            let found = VARIANTS.into_iter().find(|variant| format!("{variant:?}") == name);
            Some(found.ok_or_else(|| format!("unknown variant {name}"))?)
        }
    };
    aws.account(ACCOUNT, REGION, |account| {
        for (list, resources) in fleet.into_iter().flatten() {
            account.dms.entry(list).or_default().extend(resources);
        }
        account.simulation.variants.extend(variant);
        if let Some((status, milliseconds)) = command.settling {
            let settling =
                milliseconds.map_or(Settling::Never, |time| Settling::After(Duration::from_millis(time)));
            account.simulation.settling_by_status.insert(status, settling);
        }
        if let Some(endpoint) = command.unreachable {
            let failure = Failure::always("cannot be reached");
            account.simulation.unreachable.push(Unreachable { instance: None, endpoint, failure });
        }
        if let Some(version) = command.withdraw {
            account.simulation.withdraw_version(&version);
        }
        if let Some(maximum) = command.tag_list_maximum {
            account.tag_list_maximum = Some(maximum);
        }
        if let Some(maximum) = command.rule_name_maximum {
            account.rule_name_maximum = Some(maximum);
        }
        if let Some(form) = command.recorder {
            account.recorder = form != "off";
        }
        if let Some((rule, token)) = command.token {
            account.expect_token(&rule, &token);
        }
    });
    if !command.report {
        return Ok(json!({}));
    }
    let dms = aws.account(ACCOUNT, REGION, |account| account.dms.clone());
    let calls: Vec<Value> = aws
        .calls()
        .into_iter()
        .map(|call| json!({"operation": call.operation, "request": call.request, "error": call.error_code}))
        .collect();
    Ok(json!({"dms": dms, "calls": calls, "accepted": aws.accepted().len()}))
}

//! A periodic run over many instances, with a delay of each AWS call.

use std::time::Duration;

use chrono::{TimeDelta, Utc};
use local_aws::{EvaluationResult, Function, FunctionSpec, LocalAws, Outcome, discovered};
use serde::Serialize;
use serde_json::{Value, json};

use crate::error::Error;
use crate::figures::{Figure, float, milliseconds};
use crate::process::peak_memory;
use crate::start::{ACCOUNT, REGION, RULE, TOKEN, invocation};

/// The time that DMS, AWS Config and the network add to each call.
const DELAY: Duration = Duration::from_millis(20);

/// The number of resources in a page of a listing.
const PAGE: usize = 100;

const INSTANCE: &str = "AWS::DMS::ReplicationInstance";

/// Runs over `instances` instances.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Periodic {
    pub(crate) instances: usize,
    pub(crate) calls: usize,
    pub(crate) wall_milliseconds: Figure,
    /// The time of the listing alone, page after page.
    pub(crate) paging_milliseconds: f64,
    pub(crate) peak_memory_mib: Figure,
}

pub(crate) fn run(
    program: &std::path::Path,
    instances: usize,
    runs: usize,
    tick: impl Fn(),
) -> Result<Periodic, Error> {
    let (mut walls, mut memory, mut calls) = (Vec::new(), Vec::new(), 0);
    for _ in 0..runs {
        let (wall, peak, made) = once(program, instances)?;
        walls.push(wall);
        memory.push(peak);
        calls = made;
        tick();
    }
    let no_run = || "no periodic run was made";
    Ok(Periodic {
        instances,
        calls,
        wall_milliseconds: Figure::from_values(walls).ok_or_else(no_run)?,
        paging_milliseconds: float(instances.div_ceil(PAGE)) * milliseconds(DELAY),
        peak_memory_mib: Figure::from_values(memory).ok_or_else(no_run)?,
    })
}

/// Runs the function once and returns the time in milliseconds, the peak memory in MiB and the number of AWS calls.
///
/// Every instance exists, is recorded and has a result of the day before; tags are read for exemptions.
fn once(program: &std::path::Path, instances: usize) -> Result<(f64, f64, usize), Error> {
    let aws = LocalAws::start()?;
    let arn = |number: usize| format!("arn:aws:dms:{REGION}:{ACCOUNT}:rep:FLEET{number:06}");
    let now = Utc::now();
    aws.account(ACCOUNT, REGION, |account| {
        account.expect_token(RULE, TOKEN);
        let fleet = (0..instances).map(|number| instance(number, &arn(number))).collect();
        account.dms.insert("ReplicationInstances".to_owned(), fleet);
        account.discovered_resources = discovered(&account.dms, ACCOUNT, REGION);
        for number in 0..instances {
            let result = EvaluationResult {
                resource_type: INSTANCE.to_owned(),
                resource_id: arn(number),
                compliance_type: "NON_COMPLIANT".to_owned(),
                annotation: None,
                ordering_timestamp: now - TimeDelta::days(1),
            };
            account.hold_result(RULE, result);
        }
    });
    let mut function = Function::spawn(
        &aws,
        FunctionSpec {
            program: program.to_owned(),
            args: Vec::new(),
            env: Vec::new(),
            account_id: ACCOUNT.to_owned(),
            region: REGION.to_owned(),
        },
    )?;
    let mut event: Value = serde_json::from_str(include_str!("../../../tests/events/scheduled.json"))?;
    if let Value::Object(members) = &mut event {
        let parameters = json!({"exemptionTagKey": "Approved"}).to_string();
        members.insert("ruleParameters".to_owned(), parameters.into());
        let invoking =
            json!({"messageType": "ScheduledNotification", "notificationCreationTime": now.to_rfc3339()});
        members.insert("invokingEvent".to_owned(), invoking.to_string().into());
    }
    aws.wait_for_poll(1, Duration::from_secs(10)).ok_or("the function did not poll for an event")?;
    aws.set_delay(DELAY);
    let response = aws.invoke_timed(&invocation(&event.to_string()));
    let expected = Outcome::Succeeded(json!({"evaluations": instances}));
    let (true, Some(wall)) = (response.outcome == expected && function.is_running(), response.duration)
    else {
        return Err(
            format!("a periodic run over {instances} instances ended with {:?}", response.outcome).into()
        );
    };
    let peak = peak_memory(function.process_id()).ok_or("its memory could not be read")?;
    Ok((milliseconds(wall), float(peak) / 1024.0, aws.calls().len()))
}

fn instance(number: usize, arn: &str) -> Value {
    json!({
        "ReplicationInstanceIdentifier": format!("orders-{number:06}"),
        "ReplicationInstanceClass": "dms.c5.xlarge",
        "ReplicationInstanceStatus": "available",
        "AllocatedStorage": 50,
        "InstanceCreateTime": 1_790_866_636.0,
        "VpcSecurityGroups": [{"VpcSecurityGroupId": "sg-0123456789abcdef0", "Status": "active"}],
        "AvailabilityZone": "us-east-1b",
        "PreferredMaintenanceWindow": "sun:06:00-sun:14:00",
        "MultiAZ": false,
        "EngineVersion": "3.5.4",
        "AutoMinorVersionUpgrade": true,
        "KmsKeyId": "arn:aws:kms:us-east-1:123456789012:key/00000000-0000-0000-0000-000000000000",
        "ReplicationInstanceArn": arn,
        "ReplicationInstancePublicIpAddresses": ["203.0.113.10"],
        "ReplicationInstancePrivateIpAddresses": ["10.0.1.20"],
        "PubliclyAccessible": true,
        "NetworkType": "IPV4",
        "TagList": [{"Key": "team", "Value": "orders"}],
    })
}

//! `CreateReplicationTask`, which `tests/live` calls.

use data_encoding::BASE32_NOPAD;
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::instance_values::check_name;
use super::resource::{ENDPOINTS, INSTANCES, TASKS, find, invalid_state, list, list_mut, now, text};
use super::settlement::{begin, to_status};
use super::tags::{Tag, tag_list};
use crate::account::Account;
use crate::error::AwsError;
use crate::json_protocol::Response;
use crate::partition::partition_of;
use crate::signature::Caller;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct CreateReplicationTask {
    replication_task_identifier: String,
    source_endpoint_arn: String,
    target_endpoint_arn: String,
    replication_instance_arn: String,
    migration_type: MigrationType,
    table_mappings: String,
    replication_task_settings: Option<String>,
    #[serde(rename = "CdcStartTime")]
    _cdc_start_time: Option<f64>,
    cdc_start_position: Option<String>,
    cdc_stop_position: Option<String>,
    tags: Option<Vec<Tag>>,
    task_data: Option<String>,
    resource_identifier: Option<String>,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "kebab-case")]
enum MigrationType {
    FullLoad,
    Cdc,
    FullLoadAndCdc,
}

impl MigrationType {
    fn word(self) -> &'static str {
        match self {
            Self::FullLoad => "full-load",
            Self::Cdc => "cdc",
            Self::FullLoadAndCdc => "full-load-and-cdc",
        }
    }
}

/// Creates a task on an instance that is available. It passes through `creating` to `ready`.
pub(super) fn create(request: &CreateReplicationTask, account: &mut Account, caller: &Caller) -> Response {
    let identifier = &request.replication_task_identifier;
    check_name("ReplicationTaskIdentifier", identifier, 255)?;
    let is_taken = |task: &Value| text(task, "ReplicationTaskIdentifier").eq_ignore_ascii_case(identifier);
    if list(account, TASKS).any(is_taken) {
        let message = format!("a replication task with the identifier {identifier} already exists");
        return Err(AwsError::client("ResourceAlreadyExistsFault", message));
    }
    for endpoint in [&request.source_endpoint_arn, &request.target_endpoint_arn] {
        find(account, ENDPOINTS, endpoint)?;
    }
    let instance = find(account, INSTANCES, &request.replication_instance_arn)?;
    let status = text(instance, "ReplicationInstanceStatus");
    if status != "available" {
        return Err(invalid_state(format!("the replication instance is {status}, not available")));
    }
    for json in [Some(&request.table_mappings), request.replication_task_settings.as_ref()] {
        if json.is_some_and(|text| serde_json::from_str::<Value>(text).is_err()) {
            return Err(AwsError::invalid_parameter("table mappings and settings must be JSON"));
        }
    }
    let tags = tag_list(request.tags.as_deref().unwrap_or_default(), &account.simulation)?;
    let resource = if let Some(resource) = &request.resource_identifier {
        check_name("ResourceIdentifier", resource, 31)?;
        resource.clone()
    } else {
        let hash = BASE32_NOPAD.encode(&Sha256::digest(format!("task {}", account.simulation.next_serial())));
        hash.chars().take(26).collect()
    };
    let Caller { account_id, region } = caller;
    let arn = format!("arn:{}:dms:{region}:{account_id}:task:{resource}", partition_of(region));
    list_mut(account, TASKS).push(json!({
        "ReplicationTaskIdentifier": identifier.to_lowercase(),
        "ReplicationTaskArn": arn,
        "SourceEndpointArn": request.source_endpoint_arn,
        "TargetEndpointArn": request.target_endpoint_arn,
        "ReplicationInstanceArn": request.replication_instance_arn,
        "MigrationType": request.migration_type.word(),
        "TableMappings": request.table_mappings,
        "ReplicationTaskSettings": request.replication_task_settings.as_deref().unwrap_or("{}"),
        "ReplicationTaskCreationDate": now(),
        "TagList": tags,
    }));
    let change = json!({
        "Status": "creating",
        "CdcStartPosition": request.cdc_start_position,
        "CdcStopPosition": request.cdc_stop_position,
        "TaskData": request.task_data,
    });
    Ok(json!({"ReplicationTask": begin(account, TASKS, &arn, &change, vec![to_status("ready")])}))
}

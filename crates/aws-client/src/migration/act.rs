//! The operations of AWS DMS that change something.

use aws_config::retry::RetryConfig;
use aws_sdk_dms::Client;
use aws_sdk_dms::operation::create_replication_instance::builders::CreateReplicationInstanceFluentBuilder;
use rule_core::Json;
use serde_json::{Map, Value};

use super::document::document;
use super::parameters::Parameters;
use crate::error::{Cause, Error};
use crate::session::Session;
use crate::wire::Wire;

/// The operations that [`Session::act`] knows.
const OPERATIONS: [&str; 7] = [
    "CreateReplicationInstance",
    "DeleteReplicationInstance",
    "ModifyReplicationInstance",
    "MoveReplicationTask",
    "StartReplicationTask",
    "StopReplicationTask",
    "TestConnection",
];

impl Session {
    /// Sends the request of an operation, with parameters in the shape of the API, and returns the response.
    ///
    /// The request is sent once: the SDK does not try again. After an error the request may have taken effect or not, so
    /// the caller observes before it decides what to do; the SDK would repeat a stop that a person has undone meanwhile.
    ///
    /// # Errors
    /// Returns the error of the operation, and [`Cause::InvalidRequest`] if nothing was sent: the operation or a
    /// parameter is not known, has another type, or would create a public instance or start a task in another way than
    /// by going on from where it stopped.
    pub async fn act(&self, operation: &str, parameters: &Map<String, Value>) -> Result<Value, Error> {
        let subject = &subject(parameters);
        let Some(operation) = OPERATIONS.into_iter().find(|known| *known == operation) else {
            let cause = Cause::invalid_request("the operation is not known");
            return Err(Error::new("AWS DMS", operation, cause));
        };
        let mut given = Parameters::new(parameters);
        let wire = Wire::raw(operation, self.journal());
        let client = self.clients().dms().await;
        /// Sends a request once.
        macro_rules! send {
            ($request:expr) => {{
                let request = $request;
                given.finish().map_err(|cause| Error::new(operation, subject, cause))?;
                let once = aws_sdk_dms::config::Config::builder().retry_config(RetryConfig::disabled());
                let result = request.customize().config_override(once).interceptor(wire.clone()).send().await;
                wire.check(subject, result)
            }};
        }
        match operation {
            "CreateReplicationInstance" => send!(create(client, &mut given)),
            "ModifyReplicationInstance" => send!(
                client
                    .modify_replication_instance()
                    .set_replication_instance_arn(given.required_text("ReplicationInstanceArn"))
                    .set_replication_instance_identifier(given.text("ReplicationInstanceIdentifier"))
                    .set_auto_minor_version_upgrade(given.flag("AutoMinorVersionUpgrade"))
                    .set_apply_immediately(given.flag("ApplyImmediately"))
                    .set_allocated_storage(given.number("AllocatedStorage"))
                    .set_allow_major_version_upgrade(given.flag("AllowMajorVersionUpgrade"))
                    .set_engine_version(given.text("EngineVersion"))
                    .set_multi_az(given.flag("MultiAZ"))
                    .set_network_type(given.text("NetworkType"))
                    .set_preferred_maintenance_window(given.text("PreferredMaintenanceWindow"))
                    .set_replication_instance_class(given.text("ReplicationInstanceClass"))
                    .set_vpc_security_group_ids(given.texts("VpcSecurityGroupIds"))
            ),
            "DeleteReplicationInstance" => send!(
                client
                    .delete_replication_instance()
                    .set_replication_instance_arn(given.required_text("ReplicationInstanceArn"))
            ),
            "TestConnection" => send!(
                client
                    .test_connection()
                    .set_replication_instance_arn(given.required_text("ReplicationInstanceArn"))
                    .set_endpoint_arn(given.required_text("EndpointArn"))
            ),
            "StopReplicationTask" => send!(
                client
                    .stop_replication_task()
                    .set_replication_task_arn(given.required_text("ReplicationTaskArn"))
            ),
            "MoveReplicationTask" => send!(
                client
                    .move_replication_task()
                    .set_replication_task_arn(given.required_text("ReplicationTaskArn"))
                    .set_target_replication_instance_arn(given.required_text("TargetReplicationInstanceArn"))
            ),
            _ => {
                // Any other type of start loads tables again (reference of `StartReplicationTask`).
                let start = given.exact_text("StartReplicationTaskType", "resume-processing");
                send!(
                    client
                        .start_replication_task()
                        .set_replication_task_arn(given.required_text("ReplicationTaskArn"))
                        .set_start_replication_task_type(start.map(|start| start.as_str().into()))
                )
            }
        }?;
        let response: Json = wire.parse()?;
        document(response).map_err(|reason| Error::new(operation, subject, Cause::unreadable(reason)))
    }
}

/// Builds the request that creates an instance, which must be private.
fn create(client: &Client, given: &mut Parameters<'_>) -> CreateReplicationInstanceFluentBuilder {
    let public = given.flag("PubliclyAccessible");
    if public != Some(false) {
        given.reject("the parameter PubliclyAccessible is not false".to_owned());
    }
    client
        .create_replication_instance()
        .set_replication_instance_identifier(given.required_text("ReplicationInstanceIdentifier"))
        .set_replication_instance_class(given.required_text("ReplicationInstanceClass"))
        .set_publicly_accessible(public)
        .set_allocated_storage(given.number("AllocatedStorage"))
        .set_auto_minor_version_upgrade(given.flag("AutoMinorVersionUpgrade"))
        .set_availability_zone(given.text("AvailabilityZone"))
        .set_dns_name_servers(given.text("DnsNameServers"))
        .set_engine_version(given.text("EngineVersion"))
        .set_kerberos_authentication_settings(given.kerberos("KerberosAuthenticationSettings"))
        .set_kms_key_id(given.text("KmsKeyId"))
        .set_multi_az(given.flag("MultiAZ"))
        .set_network_type(given.text("NetworkType"))
        .set_preferred_maintenance_window(given.text("PreferredMaintenanceWindow"))
        .set_replication_subnet_group_identifier(given.text("ReplicationSubnetGroupIdentifier"))
        .set_resource_identifier(given.text("ResourceIdentifier"))
        .set_tags(given.tags("Tags"))
        .set_vpc_security_group_ids(given.texts("VpcSecurityGroupIds"))
}

/// Returns what a request is about, as it follows the name of its operation.
fn subject(parameters: &Map<String, Value>) -> String {
    let names =
        ["EndpointArn", "ReplicationTaskArn", "ReplicationInstanceArn", "ReplicationInstanceIdentifier"];
    let text = |name| parameters.get(name).and_then(Value::as_str);
    names.into_iter().find_map(text).map_or_else(String::new, |name| format!("of {name}"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::migration::scripted::session;

    /// One request of each operation, with all parameters that it knows.
    fn requests() -> Vec<(&'static str, Value)> {
        vec![
            (
                "CreateReplicationInstance",
                json!({
                    "ReplicationInstanceIdentifier": "orders-private",
                    "AllocatedStorage": 50,
                    "ReplicationInstanceClass": "dms.t3.medium",
                    "VpcSecurityGroupIds": ["sg-1", "sg-2"],
                    "AvailabilityZone": "eu-west-1a",
                    "ReplicationSubnetGroupIdentifier": "private",
                    "PreferredMaintenanceWindow": "sun:06:00-sun:14:00",
                    "MultiAZ": false,
                    "EngineVersion": "3.5.4",
                    "AutoMinorVersionUpgrade": false,
                    "Tags": [{"Key": "dms-rule:run", "Value": "$(id) \"'`"}, {"Key": "a", "Value": ""}],
                    "KmsKeyId": "arn:aws:kms:eu-west-1:1:key/a",
                    "PubliclyAccessible": false,
                    "DnsNameServers": "10.0.0.2,10.0.0.3",
                    "ResourceIdentifier": "orders-2",
                    "NetworkType": "IPV4",
                    "KerberosAuthenticationSettings": {
                        "KeyCacheSecretId": "s", "KeyCacheSecretIamArn": "r", "Krb5FileContents": "c"
                    },
                }),
            ),
            (
                "ModifyReplicationInstance",
                json!({
                    "ReplicationInstanceArn": "arn:i",
                    "ReplicationInstanceIdentifier": "orders",
                    "AutoMinorVersionUpgrade": true,
                    "ApplyImmediately": true,
                    "AllocatedStorage": 60,
                    "AllowMajorVersionUpgrade": true,
                    "EngineVersion": "3.6.1",
                    "MultiAZ": true,
                    "NetworkType": "DUAL",
                    "PreferredMaintenanceWindow": "sun:06:00-sun:14:00",
                    "ReplicationInstanceClass": "dms.r5.large",
                    "VpcSecurityGroupIds": ["sg-1"],
                }),
            ),
            ("DeleteReplicationInstance", json!({"ReplicationInstanceArn": "arn:i"})),
            ("TestConnection", json!({"ReplicationInstanceArn": "arn:i", "EndpointArn": "arn:e"})),
            ("StopReplicationTask", json!({"ReplicationTaskArn": "arn:t"})),
            (
                "MoveReplicationTask",
                json!({"ReplicationTaskArn": "arn:t", "TargetReplicationInstanceArn": "arn:i"}),
            ),
            (
                "StartReplicationTask",
                json!({"ReplicationTaskArn": "arn:t", "StartReplicationTaskType": "resume-processing"}),
            ),
        ]
    }

    fn map(parameters: &Value) -> &Map<String, Value> {
        parameters.as_object().unwrap()
    }

    #[tokio::test]
    async fn what_is_sent_is_what_was_given() {
        let names: Vec<_> = requests().iter().map(|(operation, _)| *operation).collect();
        assert!(OPERATIONS.iter().all(|operation| names.contains(operation)), "{names:?}");
        for (operation, parameters) in requests() {
            let (session, sent) = session(&[(200, r#"{"A": {"B": false}}"#)]);
            let response = session.act(operation, map(&parameters)).await.unwrap();
            assert_eq!(response, json!({"A": {"B": false}}), "{operation}");
            assert_eq!(*sent.lock().unwrap(), [(operation.to_owned(), parameters)]);
        }
    }

    #[tokio::test]
    async fn a_parameter_that_is_not_known_or_has_another_type_is_not_sent() {
        let (session, sent) = session(&[(200, "{}")]);
        for (operation, parameters) in requests() {
            for (name, value) in map(&parameters) {
                for wrong in [Value::Null, json!(1.5), json!({"Other": 1}), json!([1])] {
                    let mut given = map(&parameters).clone();
                    given.insert(name.clone(), wrong.clone());
                    let error = session.act(operation, &given).await.unwrap_err();
                    assert!(matches!(error.cause(), Cause::InvalidRequest { .. }), "{error}: {name}={wrong}");
                    assert!(error.to_string().contains(name), "{error}: {value}");
                }
            }
            let mut given = map(&parameters).clone();
            given.insert("Unknown".to_owned(), json!("x"));
            let error = session.act(operation, &given).await.unwrap_err();
            assert!(error.to_string().contains("Unknown is not known"), "{error}");
            let error = session.act(operation, &Map::new()).await.unwrap_err();
            assert!(matches!(error.cause(), Cause::InvalidRequest { .. }), "{error}");
        }
        for (operation, name, value) in [
            ("CreateReplicationInstance", "PubliclyAccessible", json!(true)),
            ("StartReplicationTask", "StartReplicationTaskType", json!("reload-target")),
            ("StartReplicationTask", "StartReplicationTaskType", json!("start-replication")),
            ("StartReplicationTask", "CdcStartPosition", json!("now")),
            ("DeleteReplicationTask", "ReplicationTaskArn", json!("arn:t")),
        ] {
            let parameters = requests().into_iter().find(|(known, _)| *known == operation);
            let mut given = parameters.map(|(_, parameters)| map(&parameters).clone()).unwrap_or_default();
            given.insert(name.to_owned(), value);
            assert!(session.act(operation, &given).await.is_err(), "{operation} {name}");
        }
        assert!(sent.lock().unwrap().is_empty());
    }

    /// The retries of a client would repeat what took effect, whatever a person did in between.
    #[tokio::test]
    async fn an_act_is_sent_once_whatever_the_error() {
        for (status, body) in [
            (500, r#"{"__type": "InternalFailure"}"#),
            (400, r#"{"__type": "ThrottlingException"}"#),
            (503, ""),
            (200, ""),
            (200, "[]"),
            (200, r#"{"__type": "InternalFailure"}"#),
            (200, r#"{"A": 1, "A": 2}"#),
            (206, "{}"),
        ] {
            for (operation, parameters) in requests() {
                let (session, sent) = session(&[(status, body)]);
                let error = session.act(operation, map(&parameters)).await.unwrap_err();
                assert_eq!(error.operation(), operation);
                assert_eq!(sent.lock().unwrap().len(), 1, "{status} {body}");
            }
        }
    }
}

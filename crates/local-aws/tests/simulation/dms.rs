//! A DMS with a public instance, two endpoints and three tasks; requests and responses are compared with the model.

use local_aws::{Account, LocalAws};
use serde_json::{Value, json};

use crate::client::{ACCOUNT, REGION, call};
use crate::model::Model;

pub(crate) const OLD: &str = "arn:aws:dms:us-east-1:123456789012:rep:OLDINSTANCE";
pub(crate) const SOURCE: &str = "arn:aws:dms:us-east-1:123456789012:endpoint:SOURCE";
pub(crate) const TARGET: &str = "arn:aws:dms:us-east-1:123456789012:endpoint:TARGET";
pub(crate) const KEY: &str = "arn:aws:kms:us-east-1:123456789012:key/11111111-2222-4333-8444-555555555555";

pub(crate) fn task_arn(name: &str) -> String {
    format!("arn:aws:dms:us-east-1:123456789012:task:{}", name.to_uppercase())
}

pub(crate) struct Dms {
    pub(crate) aws: LocalAws,
    model: Model,
}

/// Errors of DMS that no operation of the model lists: those of its parameters' values.
const COMMON_ERRORS: [&str; 3] =
    ["InvalidParameterValueException", "InvalidParameterCombinationException", "ValidationException"];

impl Dms {
    pub(crate) fn start() -> Self {
        let dms = Self { aws: LocalAws::start().unwrap(), model: Model::load() };
        dms.change(|account| {
            let subnets: Vec<_> = ["a", "b"]
                .map(|zone| {
                    json!({
                        "SubnetIdentifier": format!("subnet-{zone}"),
                        "SubnetAvailabilityZone": {"Name": format!("us-east-1{zone}")},
                        "SubnetStatus": "Active",
                    })
                })
                .into();
            let group = json!({
                "ReplicationSubnetGroupIdentifier": "databases",
                "ReplicationSubnetGroupDescription": "near the databases",
                "VpcId": "vpc-1",
                "SubnetGroupStatus": "Complete",
                "Subnets": subnets,
                "SupportedNetworkTypes": ["IPV4"],
            });
            let old = json!({
                "ReplicationInstanceIdentifier": "orders",
                "ReplicationInstanceClass": "dms.c5.xlarge",
                "ReplicationInstanceStatus": "available",
                "AllocatedStorage": 100,
                "InstanceCreateTime": "2025-01-02T03:04:05Z",
                "VpcSecurityGroups": [{"VpcSecurityGroupId": "sg-1", "Status": "active"}],
                "AvailabilityZone": "us-east-1a",
                "ReplicationSubnetGroup": group,
                "PreferredMaintenanceWindow": "wed:08:08-wed:08:38",
                "PendingModifiedValues": {},
                "MultiAZ": false,
                "EngineVersion": "3.5.4",
                "AutoMinorVersionUpgrade": true,
                "KmsKeyId": KEY,
                "ReplicationInstanceArn": OLD,
                "ReplicationInstancePublicIpAddress": "203.0.113.200",
                "ReplicationInstancePublicIpAddresses": ["203.0.113.200"],
                "ReplicationInstancePrivateIpAddress": "10.0.9.9",
                "ReplicationInstancePrivateIpAddresses": ["10.0.9.9"],
                "PubliclyAccessible": true,
                "NetworkType": "IPV4",
                "TagList": [{"Key": "team", "Value": "orders"}],
            });
            let endpoint = |arn: &str, name: &str, engine: &str| {
                json!({
                    "EndpointArn": arn,
                    "EndpointIdentifier": name,
                    "EndpointType": name,
                    "EngineName": engine,
                })
            };
            account.dms.insert("ReplicationSubnetGroups".to_owned(), vec![group]);
            account.dms.insert("ReplicationInstances".to_owned(), vec![old]);
            let endpoints = vec![endpoint(SOURCE, "source", "mysql"), endpoint(TARGET, "target", "postgres")];
            account.dms.insert("Endpoints".to_owned(), endpoints);
            let tasks = vec![
                task("running", "running", "full-load-and-cdc"),
                task("stopped", "stopped", "cdc"),
                task("ready", "ready", "full-load"),
            ];
            account.dms.insert("ReplicationTasks".to_owned(), tasks);
        });
        dms
    }

    pub(crate) fn change<T>(&self, change: impl FnOnce(&mut Account) -> T) -> T {
        self.aws.account(ACCOUNT, REGION, change)
    }

    /// Sends a request that succeeds. Compares request and response with the model, and returns the response.
    pub(crate) fn ok(&self, operation: &str, body: &Value) -> Value {
        let differences = self.model.differences(self.model.shape(operation, "input"), body);
        assert!(differences.is_empty(), "{operation} {body}: {differences:?}");
        let (status, code, response) = call(&self.aws, operation, body);
        assert_eq!((status, code.as_str()), (200, ""), "{operation} {body}: {response}");
        let differences = self.model.differences(self.model.shape(operation, "output"), &response);
        assert!(differences.is_empty(), "{operation} {response}: {differences:?}");
        response
    }

    /// Sends a request that is rejected. Returns the code of the error, which the model lists or is a common one.
    pub(crate) fn fault(&self, operation: &str, body: &Value) -> String {
        let (status, code, response) = call(&self.aws, operation, body);
        assert_eq!(status, 400, "{operation} {body}: {response}");
        let is_known = self.model.has_error(operation, &code) || COMMON_ERRORS.contains(&code.as_str());
        assert!(is_known, "{operation} {body}: the model has no {code}");
        code
    }

    /// Sends a request about a task.
    pub(crate) fn task_call(&self, operation: &str, name: &str) -> Value {
        self.ok(operation, &json!({"ReplicationTaskArn": task_arn(name)}))["ReplicationTask"].clone()
    }

    /// Describes a task.
    pub(crate) fn task(&self, name: &str) -> Value {
        let request = filter("replication-task-arn", &task_arn(name));
        self.ok("DescribeReplicationTasks", &request)["ReplicationTasks"][0].clone()
    }

    /// Describes a task until its status is the last of these, and compares all statuses.
    pub(crate) fn expect_task(&self, name: &str, statuses: &[&str]) -> Value {
        let found: Vec<Value> = statuses.iter().map(|_| self.task(name)).collect();
        let found_statuses: Vec<&str> = found.iter().map(|task| task["Status"].as_str().unwrap()).collect();
        assert_eq!(found_statuses, statuses, "{name}");
        found.last().unwrap().clone()
    }

    /// Describes an instance.
    pub(crate) fn instance(&self, arn: &str) -> Value {
        let request = filter("replication-instance-arn", arn);
        self.ok("DescribeReplicationInstances", &request)["ReplicationInstances"][0].clone()
    }

    /// Creates an instance, waits for it, and returns it.
    pub(crate) fn create(&self, change: impl FnOnce(&mut Value)) -> Value {
        let mut request = create_request();
        change(&mut request);
        let created = self.ok("CreateReplicationInstance", &request);
        let arn = created["ReplicationInstance"]["ReplicationInstanceArn"].as_str().unwrap();
        self.instance(arn);
        self.instance(arn)
    }

    /// Tests the connection with an endpoint, waits for the result, and returns the connection.
    pub(crate) fn test(&self, instance: &str, endpoint: &str) -> Value {
        let request = json!({"ReplicationInstanceArn": instance, "EndpointArn": endpoint});
        let tested = self.ok("TestConnection", &request);
        assert_eq!(tested["Connection"]["Status"], "testing");
        self.tested(instance, endpoint)
    }

    /// Waits for the result of a test, and returns the connection.
    pub(crate) fn tested(&self, instance: &str, endpoint: &str) -> Value {
        let filters = json!({"Filters": [
            {"Name": "replication-instance-arn", "Values": [instance]},
            {"Name": "endpoint-arn", "Values": [endpoint]},
        ]});
        assert_eq!(self.ok("DescribeConnections", &filters)["Connections"][0]["Status"], "testing");
        self.ok("DescribeConnections", &filters)["Connections"][0].clone()
    }

    pub(crate) fn model(&self) -> &Model {
        &self.model
    }
}

/// Builds a request that creates a private copy of the public instance, in the same version.
pub(crate) fn create_request() -> Value {
    json!({
        "ReplicationInstanceIdentifier": "orders-private",
        "ReplicationInstanceClass": "dms.c5.xlarge",
        "AllocatedStorage": 100,
        "VpcSecurityGroupIds": ["sg-1"],
        "AvailabilityZone": "us-east-1a",
        "ReplicationSubnetGroupIdentifier": "databases",
        "PreferredMaintenanceWindow": "wed:08:08-wed:08:38",
        "MultiAZ": false,
        "EngineVersion": "3.5.4",
        "AutoMinorVersionUpgrade": false,
        "KmsKeyId": KEY,
        "PubliclyAccessible": false,
        "NetworkType": "IPV4",
        "Tags": [{"Key": "dms-rule:run", "Value": "1"}, {"Key": "dms-rule:replaces", "Value": OLD}],
    })
}

pub(crate) fn filter(name: &str, value: &str) -> Value {
    json!({"Filters": [{"Name": name, "Values": [value]}]})
}

/// Builds a task. One that is `ready` has never run.
pub(crate) fn task(name: &str, status: &str, migration_type: &str) -> Value {
    let mut progress =
        json!({"FullLoadProgressPercent": 100, "TablesLoaded": 2, "TablesLoading": 0, "TablesQueued": 0});
    if status != "ready" {
        progress["StartDate"] = json!("2025-01-02T03:04:05Z");
    }
    json!({
        "ReplicationTaskIdentifier": name,
        "ReplicationTaskArn": task_arn(name),
        "SourceEndpointArn": SOURCE,
        "TargetEndpointArn": TARGET,
        "ReplicationInstanceArn": OLD,
        "MigrationType": migration_type,
        "TableMappings": "{\"rules\": []}",
        "ReplicationTaskSettings": "{\"Logging\": {\"EnableLogging\": true}}",
        "Status": status,
        "ReplicationTaskCreationDate": "2025-01-02T03:04:05Z",
        "ReplicationTaskStats": progress,
    })
}

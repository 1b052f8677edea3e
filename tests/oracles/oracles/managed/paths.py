"""The paths that dms-rule prints for an instance with the tags of its owner."""

import copy
import json

from oracles.programs import run
from oracles.repository import MANAGED_PATHS

ARN = "arn:aws:dms:eu-west-1:123456789012"
INSTANCE = {
    "ReplicationInstanceIdentifier": "orders-migration",
    "ReplicationInstanceArn": f"{ARN}:rep:ORDERS",
    "ReplicationInstanceStatus": "available",
    "ReplicationInstanceClass": "dms.c6i.xlarge",
    "AllocatedStorage": 100,
    "EngineVersion": "3.6.1",
    "AutoMinorVersionUpgrade": True,
    "MultiAZ": False,
    "AvailabilityZone": "eu-west-1a",
    "PubliclyAccessible": True,
    "ReplicationSubnetGroup": {"ReplicationSubnetGroupIdentifier": "dms-subnets"},
    "VpcSecurityGroups": [{"VpcSecurityGroupId": "sg-0123456789abcdef0", "Status": "active"}],
    "KmsKeyId": "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab",
    "PreferredMaintenanceWindow": "sun:01:00-sun:02:00",
    "DnsNameServers": "10.0.0.2,10.0.0.3",
    "NetworkType": "IPV4",
}
SOURCE, TARGET = f"{ARN}:endpoint:SOURCE", f"{ARN}:endpoint:TARGET"
ENDPOINTS = [
    {"EndpointArn": SOURCE, "EndpointIdentifier": "source", "EndpointType": "SOURCE", "EngineName": "mysql"},
    {"EndpointArn": TARGET, "EndpointIdentifier": "target", "EndpointType": "TARGET", "EngineName": "s3"},
]
TASKS = [
    ("orders-cdc", "running", "full-load-and-cdc"),
    ("orders-load", "stopped", "full-load"),
    ("billing-cdc", "stopped", "cdc"),
]
STACK_TAGS = {
    "aws:cloudformation:stack-name": "orders",
    "aws:cloudformation:logical-id": "OrdersMigration",
    "team": "data",
}
TERRAFORM_TAGS = {"dms-rule:managed-by": "terraform", "team": "data"}


def facts(tags: dict[str, str]) -> dict:
    """Returns the facts of the instance whose code is in tests/managed."""
    tasks = [
        {
            "ReplicationTaskIdentifier": name,
            "ReplicationTaskArn": f"{ARN}:task:{name.upper()}",
            "Status": status,
            "MigrationType": kind,
            "SourceEndpointArn": SOURCE,
            "TargetEndpointArn": TARGET,
            "ReplicationInstanceArn": INSTANCE["ReplicationInstanceArn"],
            "TableMappings": '{"rules": []}',
            "ReplicationTaskSettings": '{"Logging": {"EnableLogging": true}}',
        }
        for name, status, kind in TASKS
    ]
    return {"instance": copy.deepcopy(INSTANCE), "tags": tags, "tasks": tasks, "endpoints": ENDPOINTS}


def paths(given: dict) -> list[dict]:
    """Returns the paths for the facts.

    Raises RuntimeError if the program fails.
    """
    done = run(MANAGED_PATHS, stdin=json.dumps(given))
    if done.returncode:
        raise RuntimeError(done.stderr)
    return json.loads(done.stdout)

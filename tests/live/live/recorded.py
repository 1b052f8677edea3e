"""What AWS Config records of the resources of a run."""

import json

from live.answers import NotAnswered
from live.aws import Aws, Rejected
from live.stage import Stage

INSTANCE = "AWS::DMS::ReplicationInstance"
MINUTES = 20


def identifiers(aws: Aws, resource_type: str, *, deleted: bool = False) -> list[dict]:
    """Lists the resources of a type in the inventory of the recorder."""
    return list(
        aws.list(
            "config",
            "ListDiscoveredResources",
            "resourceIdentifiers",
            resourceType=resource_type,
            includeDeletedResources=deleted,
        )
    )


def recorded_id(stage: Stage, resource_type: str, arn: str, name: str) -> str:
    """Waits until a resource is recorded; returns its id.

    That is the ARN, the last part of the ARN, the name, or another id under the name.
    """

    def observe() -> str | None:
        for one in identifiers(stage.aws, resource_type):
            if one.get("resourceId") in (arn, arn.rsplit(":", 1)[-1], name) or one.get("resourceName") == name:
                return one["resourceId"]
        return None

    return stage.once(f"recorded {arn}", lambda: stage.aws.wait("AWS Config to record a resource", observe, MINUTES))


def item(aws: Aws, resource_type: str, resource_id: str) -> dict:
    """Returns the newest item of a resource."""
    try:
        response = aws.read(
            "config", "GetResourceConfigHistory", resourceType=resource_type, resourceId=resource_id, limit=1
        )
    except Rejected as rejected:
        rejected.expect("ResourceNotDiscoveredException")
        raise NotAnswered("the recorder has no item of the resource") from None
    items = response.get("configurationItems")
    if not items:
        raise NotAnswered("the recorder has no item of the resource")
    return items[0]


def configuration(stage: Stage, name: str) -> dict:
    """Returns the configuration that is recorded of an instance of the run."""
    found = item(stage.aws, INSTANCE, instance_id(stage, name))
    try:
        text = json.loads(found["configuration"])
    except (KeyError, TypeError, ValueError):
        raise NotAnswered("the item has no configuration that is JSON") from None
    if not isinstance(text, dict):
        raise NotAnswered("the configuration of the item is no object")
    return text


def instance_id(stage: Stage, name: str) -> str:
    """Waits until an instance of the run is recorded; returns its id."""
    instance = stage.instance(name)
    identifier = instance["ReplicationInstanceIdentifier"]
    return recorded_id(stage, INSTANCE, instance["ReplicationInstanceArn"], identifier)

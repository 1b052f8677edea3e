"""Reads the configuration item of an instance that was deleted."""

from live import instances, recorded
from live.answers import Answer, NotAnswered, Probe, no, other, yes
from live.stage import Stage


def run(stage: Stage) -> Answer:
    """Creates an instance, waits until it is recorded, deletes it, and reads the item that follows."""
    stage.aws.read("config", "ListDiscoveredResources", resourceType=recorded.INSTANCE, limit=1)
    group = stage.group("main")
    arn = instances.create(stage.aws, "deleted", stage.offer(), ReplicationSubnetGroupIdentifier=group)
    instances.available(stage.aws, "deleted", arn)
    found = recorded.recorded_id(stage, recorded.INSTANCE, arn, f"{stage.aws.run_id}-deleted")
    stage.aws.change("dms", "DeleteReplicationInstance", ReplicationInstanceArn=arn)
    stage.aws.wait("the instance to be gone", lambda: None if instances.find(stage.aws, arn) else True, 30)

    def observe() -> dict | None:
        item = recorded.item(stage.aws, recorded.INSTANCE, found)
        return item if str(item.get("configurationItemStatus")).startswith("ResourceDeleted") else None

    item = stage.aws.wait("the item of a deleted instance", observe, 30)
    configuration = item.get("configuration", "absent")
    observed = f"status {item['configurationItemStatus']}, configuration {configuration!r}"
    if configuration in ("absent", None, "null", ""):
        return yes(observed)
    if not isinstance(configuration, str):
        raise NotAnswered(observed)
    return no(observed) if configuration.startswith("{") and len(configuration) > 2 else other(observed)


PROBE = Probe(
    name="config-item-deleted",
    question="Is the configuration of a deleted resource absent or null in its item?",
    matters="An item of a deleted resource must be evaluated as NOT_APPLICABLE, whatever its configuration is.",
    calls=("dms:CreateReplicationInstance", "dms:DeleteReplicationInstance", "config:GetResourceConfigHistory"),
    reading={"yes": "absent or null", "no": "the last one is there", "other": "an empty one"},
    run=run,
    minutes=45,
    needs=("own instance", "recorder"),
)

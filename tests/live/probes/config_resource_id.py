"""Reads the id under which AWS Config records an instance."""

from live import recorded
from live.answers import Answer, Probe, no, other, yes
from live.stage import Stage


def run(stage: Stage) -> Answer:
    """Waits until the recorder lists the instance `main`."""
    instance = stage.instance("main")
    found = recorded.instance_id(stage, "main")
    arn = instance["ReplicationInstanceArn"]
    observed = f"the id is {found}"
    if found == arn:
        return yes(observed)
    names = (instance["ReplicationInstanceIdentifier"], arn.rsplit(":", 1)[-1])
    return no(observed) if found in names else other(observed)


PROBE = Probe(
    name="config-resource-id",
    question="Is the ARN the id under which AWS Config records a replication instance?",
    matters="Results under another id than the recorder's are those of an unknown resource, and are cleared wrongly.",
    calls=("config:ListDiscoveredResources",),
    reading={"yes": "the ARN", "no": "the name, or the last part of the ARN", "other": "another id"},
    run=run,
    minutes=15,
    needs=("main", "recorder"),
)

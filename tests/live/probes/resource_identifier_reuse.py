"""Requests a second instance with the resource identifier of another."""

from live import instances
from live.answers import Answer, Probe, no, yes
from live.aws import Rejected
from live.stage import Stage


def run(stage: Stage) -> Answer:
    """Requests an instance with the ResourceIdentifier of the instance `main`, which exists."""
    stage.begin("main")
    try:
        arn = instances.create(
            stage.aws,
            "reuse",
            stage.offer(),
            ResourceIdentifier=f"{stage.aws.run_id.upper()}-main",
            ReplicationSubnetGroupIdentifier=stage.group("main"),
        )
    except Rejected as rejected:
        rejected.expect("ResourceAlreadyExistsFault", "InvalidParameterValueException")
        return yes(f"rejected with {rejected.code}")
    return no(f"a second instance is created, with the ARN {arn}")


PROBE = Probe(
    name="resource-identifier-reuse",
    question="Is the ResourceIdentifier of an instance rejected for another while the first exists?",
    matters="A plan states that the ARN changes with a move, whatever the new instance is called.",
    calls=("dms:CreateReplicationInstance",),
    reading={"yes": "the new instance needs its own", "no": "both can have it"},
    run=run,
    needs=("main",),
)

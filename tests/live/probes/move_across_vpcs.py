"""Moves a task to an instance in another VPC."""

from live import moves
from live.answers import Answer, Probe
from live.stage import Stage


def run(stage: Stage) -> Answer:
    """Moves a task that was stopped."""
    stage.instance("other-vpc")
    return moves.answer(stage, moves.stopped_task(stage, "move-across-vpcs"), "other-vpc")


PROBE = Probe(
    name="move-across-vpcs",
    question="Can a task move to an instance in another VPC?",
    matters="No page of AWS forbids it. A plan may change this with the public access, or must leave it as it is.",
    calls=("dms:CreateReplicationInstance", "dms:MoveReplicationTask", "dms:DescribeReplicationTasks"),
    reading={"yes": "it moves", "no": "it is rejected, or comes to failed-move"},
    run=run,
    minutes=12,
    needs=("main", "other-vpc", "endpoints"),
)

"""Moves a task that never ran."""

from live import moves
from live.answers import Answer, Probe
from live.stage import Stage


def run(stage: Stage) -> Answer:
    """Moves a new task."""
    return moves.answer(stage, stage.task("ready-move"), "target")


PROBE = Probe(
    name="ready-move",
    question="Can a task that never ran be moved?",
    matters="The user guide names tasks that have run. A plan must know if a new task can move or is created again.",
    calls=("dms:CreateReplicationTask", "dms:MoveReplicationTask", "dms:DescribeReplicationTasks"),
    reading={"yes": "it moves", "no": "it is rejected, or comes to failed-move"},
    run=run,
    minutes=5,
    needs=("main", "target", "endpoints"),
)

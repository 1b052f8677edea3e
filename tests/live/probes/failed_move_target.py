"""Reads a task whose move failed."""

from live import moves, tasks
from live.answers import Answer, NotAnswered, Probe, no, yes
from live.aws import Rejected
from live.stage import Stage


def run(stage: Stage) -> Answer:
    """Moves a task to an instance with less storage, which may come to failed-move."""
    arn = moves.stopped_task(stage, "failed-move")
    try:
        task, _ = tasks.move(stage.aws, arn, stage.arn("less-storage"))
    except Rejected as rejected:
        raise NotAnswered(f"no move failed: the one to less storage was rejected with {rejected.code}") from None
    if task["Status"] != "failed-move":
        raise NotAnswered("no move failed: the one to less storage succeeded")
    target = task.get("TargetReplicationInstanceArn")
    return yes(f"it is {target}") if target else no("it is absent or empty")


PROBE = Probe(
    name="failed-move-target",
    question="Does TargetReplicationInstanceArn stay in the description of a task after a move that failed?",
    matters="An instance that a task points to is not deleted: a run must know if that is a move under way.",
    calls=("dms:MoveReplicationTask", "dms:DescribeReplicationTasks"),
    reading={"yes": "it lingers", "no": "it goes"},
    run=run,
    minutes=12,
    needs=("main", "less-storage", "endpoints"),
)

"""Reads the reason of a stop that was requested."""

from live import moves, tasks
from live.answers import Answer, NotAnswered, Probe, no, yes
from live.stage import Stage


def run(stage: Stage) -> Answer:
    """Stops a running task and reads its StopReason."""
    task = tasks.find(stage.aws, moves.stopped_task(stage, "stop-reason"))
    reason = task.get("StopReason")
    if not reason:
        raise NotAnswered("the description has no StopReason")
    return yes(reason) if "NORMAL" in reason else no(reason)


PROBE = Probe(
    name="stop-reason",
    question="Is the StopReason of a task that a call stopped NORMAL?",
    matters="It distinguishes a task that was stopped from one that ended by itself or failed.",
    calls=("dms:StopReplicationTask", "dms:DescribeReplicationTasks"),
    reading={"yes": "it contains NORMAL", "no": "it is another word"},
    run=run,
    minutes=8,
    needs=("main", "endpoints"),
)

"""Reads if the target of a move stays in the description of the task."""

from live import moves
from live.answers import Answer, Probe, no, yes
from live.stage import Stage


def run(stage: Stage) -> Answer:
    """Moves a task, and reads its description at the end."""
    task, _ = moves.moved(stage, moves.stopped_task(stage, "target-after-move"), "target")
    target = task.get("TargetReplicationInstanceArn")
    return yes(f"it is {target}") if target else no("it is absent or empty")


PROBE = Probe(
    name="target-after-move",
    question="Does TargetReplicationInstanceArn stay in the description of a task after a move that succeeded?",
    matters="A member that lingers must not count as a move under way: a run would wait for ever.",
    calls=("dms:MoveReplicationTask", "dms:DescribeReplicationTasks"),
    reading={"yes": "it lingers, and its presence proves nothing", "no": "it goes at the end of the move"},
    run=run,
    minutes=12,
    needs=("main", "target", "endpoints"),
)

"""Reads the status of a task after its move."""

from live import moves
from live.answers import Answer, Probe, no, yes
from live.stage import Stage


def run(stage: Stage) -> Answer:
    """Moves a task that was stopped, and reads its status at the end."""
    task, seen = moves.moved(stage, moves.stopped_task(stage, "stopped-move"), "target")
    observed = f"stopped before; then {', '.join(seen)}"
    return yes(observed) if task["Status"] == "stopped" else no(observed)


PROBE = Probe(
    name="status-after-move",
    question="Is a task that was stopped `stopped` again after its move?",
    matters="A move is done when the task is at rest on the new instance; the status says if it may be resumed.",
    calls=("dms:MoveReplicationTask", "dms:DescribeReplicationTasks"),
    reading={"yes": "the status comes back", "no": "it is another one"},
    run=run,
    minutes=12,
    needs=("main", "target", "endpoints"),
)

"""Moves a task to an instance with less storage."""

from live import moves
from live.answers import Answer, NotAnswered, Probe, no, other, yes
from live.stage import Stage


def run(stage: Stage) -> Answer:
    """Moves a task that was stopped to an instance with 5 GB less."""
    arn = moves.stopped_task(stage, "less-storage")
    answer = moves.answer(stage, arn, "less-storage")
    if answer.word == "yes":
        return other(answer.observed)
    if answer.observed.startswith("rejected with"):
        if "InvalidResourceStateFault" not in answer.observed:
            raise NotAnswered(f"the move is {answer.observed}")
        return yes(answer.observed)
    return no(answer.observed)


PROBE = Probe(
    name="less-storage",
    question="Does DMS reject a move to an instance with less storage?",
    matters="Lack of storage is the example of the user guide for failed-move: is the task safe before it is touched?",
    calls=("dms:CreateReplicationInstance", "dms:MoveReplicationTask", "dms:DescribeReplicationTasks"),
    reading={
        "yes": "the call is rejected, and the task is as before",
        "no": "the task comes to failed-move",
        "other": "it moves all the same",
    },
    run=run,
    minutes=12,
    needs=("main", "less-storage", "endpoints"),
)

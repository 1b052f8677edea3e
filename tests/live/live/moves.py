"""The answers that moves of tasks give."""

from live import tasks
from live.answers import Answer, NotAnswered, no, yes
from live.aws import Rejected
from live.stage import Stage

# The errors of MoveReplicationTask that state something about the move, after its service model.
REJECTIONS = (
    "InvalidResourceStateFault",
    "KMSKeyNotAccessibleFault",
    "ResourceQuotaExceededFault",
    "InvalidParameterValueException",
    "InvalidParameterCombinationException",
)


def stopped_task(stage: Stage, name: str) -> str:
    """Creates a task that ran and was stopped; returns its ARN."""
    arn = stage.running_task(name)
    tasks.stop(stage.aws, arn)
    return arn


def answer(stage: Stage, arn: str, instance: str) -> Answer:
    """Moves a task: the answer is yes if it comes to the instance, no if the move is rejected or fails."""
    try:
        task, seen = tasks.move(stage.aws, arn, stage.arn(instance))
    except Rejected as rejected:
        rejected.expect(*REJECTIONS)
        return no(f"rejected with {rejected.code}: {rejected}")
    if task["Status"] == "failed-move":
        return no(f"the task came to failed-move: {task.get('LastFailureMessage', 'without a message')}")
    return yes(f"the task is on the other instance; statuses: {', '.join(seen)}")


def moved(stage: Stage, arn: str, instance: str) -> tuple[dict, list[str]]:
    """Moves a task. Returns its description and the statuses that were seen.

    Raises NotAnswered if the move fails.
    """
    task, seen = tasks.move(stage.aws, arn, stage.arn(instance))
    if task["Status"] == "failed-move":
        raise NotAnswered(f"the move failed: {task.get('LastFailureMessage', 'without a message')}")
    return task, seen

"""Reads the reason of a full load that ended."""

from live import tasks
from live.answers import Answer, NotAnswered, Probe, no, yes
from live.stage import Stage


def run(stage: Stage) -> Answer:
    """Runs a task that only loads, and reads its StopReason at its end."""
    stage.connected("main")
    arn = stage.task("full-load", kind="full-load")
    tasks.start(stage.aws, arn, until=("stopped",))
    reason = tasks.find(stage.aws, arn).get("StopReason")
    if not reason:
        raise NotAnswered("the description has no StopReason")
    return yes(reason) if "FULL_LOAD_ONLY_FINISHED" in reason else no(reason)


PROBE = Probe(
    name="full-load-end",
    question="Is the StopReason of a full load that ended FULL_LOAD_ONLY_FINISHED?",
    matters="A task that ends while it is about to be stopped has finished: it must not be resumed.",
    calls=("dms:StartReplicationTask", "dms:DescribeReplicationTasks"),
    reading={"yes": "it contains these words", "no": "it has others"},
    run=run,
    minutes=8,
    needs=("main", "endpoints"),
)

"""Renames an instance on which a task runs."""

from live import renamed, tasks
from live.answers import Answer, Probe, no, yes
from live.stage import Stage


def run(stage: Stage) -> Answer:
    """Renames the instance, and reads its task."""
    arn = stage.arn("main")
    task = renamed.running_task(stage)
    started = tasks.find(stage.aws, task).get("ReplicationTaskStartDate")
    old, new = renamed.rename(stage)
    end = tasks.find(stage.aws, task)
    observed = f"{old} is {new}; the task is {end['Status']}"
    is_same = end.get("ReplicationInstanceArn") == arn and end["Status"] == "running"
    return yes(observed) if is_same and end.get("ReplicationTaskStartDate") == started else no(observed)


PROBE = Probe(
    name="rename",
    question="Does an instance that is renamed keep its ARN, and do its tasks run on?",
    matters="The new instance may take over the old name in the last step, which must not stop anything.",
    calls=("dms:ModifyReplicationInstance", "dms:DescribeReplicationInstances", "dms:DescribeReplicationTasks"),
    reading={"yes": "a rename is harmless", "no": "a task stopped, or started again"},
    run=run,
    minutes=15,
    needs=("main", "endpoints"),
)

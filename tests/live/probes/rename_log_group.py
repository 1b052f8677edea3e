"""Lists the groups of logs after an instance was renamed."""

from live import renamed
from live.answers import Answer, NotAnswered, Probe, no, yes
from live.aws import TimeIsOver
from live.stage import Stage


def run(stage: Stage) -> Answer:
    """Waits for a group of logs with the new name. The one with the old name must exist before."""
    stage.aws.read("logs", "DescribeLogGroups", limit=1)
    renamed.running_task(stage)
    old, new = f"dms-tasks-{stage.aws.run_id}-main", f"dms-tasks-{stage.aws.run_id}-renamed"
    stage.aws.wait("the log of a task", lambda: True if old in renamed.log_groups(stage) else None, 15)
    renamed.rename(stage)

    def observe() -> bool | None:
        return True if new in renamed.log_groups(stage) else None

    try:
        stage.aws.wait("a group of logs with the new name", observe, 20)
    except TimeIsOver as reason:
        if stage.aws.patience < 1:
            raise NotAnswered(f"--patience ended the wait early: {reason}") from None
        return no(f"after 20 minutes there is {old} and not {new}")
    return yes(f"there is {new}")


PROBE = Probe(
    name="rename-log-group",
    question="Is there a group of logs with the new name after an instance is renamed?",
    matters="Retention, filters and subscriptions belong to the group: they are lost if logs go to another.",
    calls=("dms:ModifyReplicationInstance", "logs:DescribeLogGroups"),
    reading={"yes": "logs follow the name", "no": "they stay, or did not follow within 20 minutes"},
    run=run,
    minutes=40,
    needs=("main", "endpoints"),
)

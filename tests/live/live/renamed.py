"""An instance of the run under another name."""

from live import instances, tasks
from live.answers import NotAnswered
from live.stage import Stage


def rename(stage: Stage) -> tuple[str, str]:
    """Renames the instance `main`, on which a task runs; returns its old and its new name. Does so once in a run."""
    return stage.once("renamed", lambda: _rename(stage))


def running_task(stage: Stage) -> str:
    """Returns a task that runs on `main` before and after it is renamed."""
    return stage.once("task rename", lambda: stage.running_task("rename"))


def log_groups(stage: Stage) -> list[str]:
    """Lists the groups of logs of the instances of the run."""
    prefix = f"dms-tasks-{stage.aws.run_id}"
    groups = stage.aws.list("logs", "DescribeLogGroups", "logGroups", logGroupNamePrefix=prefix)
    return [group["logGroupName"] for group in groups]


def metric_names(stage: Stage) -> list[str]:
    """Lists the instances of the run that metrics of DMS name."""
    names = set()
    for metric in stage.aws.list("cloudwatch", "ListMetrics", "Metrics", Namespace="AWS/DMS"):
        for dimension in metric.get("Dimensions", []):
            if dimension["Name"] == "ReplicationInstanceIdentifier" and stage.aws.run_id in dimension["Value"]:
                names.add(dimension["Value"])
    return sorted(names)


def _rename(stage: Stage) -> tuple[str, str]:
    running_task(stage)
    arn = stage.arn("main")
    old, new = f"{stage.aws.run_id}-main", f"{stage.aws.run_id}-renamed"
    stage.aws.change(
        "dms",
        "ModifyReplicationInstance",
        ReplicationInstanceArn=arn,
        ReplicationInstanceIdentifier=new,
        ApplyImmediately=True,
    )

    def observe() -> bool | None:
        instance = instances.find(stage.aws, arn)
        if instance is None:
            raise NotAnswered("no instance has the old ARN after the new name was requested")
        is_done = instance.get("ReplicationInstanceIdentifier") == new
        return True if is_done and instance.get("ReplicationInstanceStatus") == "available" else None

    stage.aws.wait("the instance to have its new name", observe, 20)
    tasks.find(stage.aws, running_task(stage))
    return old, new

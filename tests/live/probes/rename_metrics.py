"""Lists the metrics after an instance was renamed."""

from live import renamed
from live.answers import Answer, NotAnswered, Probe, no, yes
from live.aws import TimeIsOver
from live.stage import Stage


def run(stage: Stage) -> Answer:
    """Waits for metrics with the new name. Those with the old name must exist before."""
    renamed.metric_names(stage)
    old = f"{stage.aws.run_id}-main"
    stage.arn("main")
    stage.aws.wait("metrics of an instance", lambda: True if old in renamed.metric_names(stage) else None, 20)
    _, new = renamed.rename(stage)

    def observe() -> bool | None:
        return True if new in renamed.metric_names(stage) else None

    try:
        stage.aws.wait("metrics with the new name", observe, 20)
    except TimeIsOver as reason:
        if stage.aws.patience < 1:
            raise NotAnswered(f"--patience ended the wait early: {reason}") from None
        return no(f"after 20 minutes there are metrics of {old} and none of {new}")
    return yes(f"there are metrics of {new}")


PROBE = Probe(
    name="rename-metrics",
    question="Do metrics have the new name after an instance is renamed?",
    matters="Alarms name the instance: a rename to the old name repairs them only if metrics follow.",
    calls=("dms:ModifyReplicationInstance", "cloudwatch:ListMetrics"),
    reading={"yes": "metrics follow the name", "no": "they stay, or did not follow within 20 minutes"},
    run=run,
    minutes=40,
    needs=("main", "endpoints"),
)

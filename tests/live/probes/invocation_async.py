"""Reads how AWS Config invokes a function."""

import datetime as dt

from live.answers import Answer, NotAnswered, Probe, yes
from live.stage import Stage


def run(stage: Stage) -> Answer:
    """Waits for the metric of asynchronous invocations of the function of the rule."""
    if stage.options.rule:
        raise NotAnswered("the rule was given by an option: its function is not known")
    stage.rule()
    now = dt.datetime.now(dt.UTC)

    def observe() -> float | None:
        response = stage.aws.read(
            "cloudwatch",
            "GetMetricStatistics",
            Namespace="AWS/Lambda",
            MetricName="AsyncEventsReceived",
            Dimensions=[{"Name": "FunctionName", "Value": f"{stage.aws.run_id}-rule"}],
            StartTime=now - dt.timedelta(hours=2),
            EndTime=now + dt.timedelta(hours=1),
            Period=3600,
            Statistics=["Sum"],
        )
        total = sum(point["Sum"] for point in response["Datapoints"])
        return total or None

    return yes(f"{stage.aws.wait('a metric of the function', observe, 15):.0f} asynchronous events")


PROBE = Probe(
    name="invocation-async",
    question="Does AWS Config invoke the function of a rule asynchronously?",
    matters="Retries and a dead-letter queue exist for asynchronous invocations alone.",
    calls=("cloudwatch:GetMetricStatistics",),
    reading={"yes": "Lambda counted an asynchronous event"},
    run=run,
    minutes=15,
    needs=("rule",),
)

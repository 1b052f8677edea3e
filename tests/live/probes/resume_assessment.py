"""Reads the statuses of a task that is resumed."""

from live import moves, tasks
from live.answers import Answer, Probe, no, yes
from live.stage import Stage


def run(stage: Stage) -> Answer:
    """Resumes a task that was stopped, and observes its statuses until it runs. A short status may be missed."""
    arn = moves.stopped_task(stage, "resume")
    seen = tasks.start(stage.aws, arn, "resume-processing")
    observed = f"statuses: {', '.join(seen)}"
    return yes(observed) if "testing" in seen else no(observed)


PROBE = Probe(
    name="resume-assessment",
    question="Does a task pass through `testing` when it is resumed?",
    matters="A run that waits for `running` must not take an assessment for a failure, and its budget must include it.",
    calls=("dms:StartReplicationTask", "dms:DescribeReplicationTasks"),
    reading={"yes": "there is an assessment", "no": "none was observed; one that is short may be missed"},
    run=run,
    minutes=12,
    needs=("main", "endpoints"),
)

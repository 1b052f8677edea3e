"""Submits two evaluations of one resource, the older one last."""

import datetime as dt

from live import evaluations
from live.answers import Answer, NotAnswered, Probe, no, yes
from live.stage import Stage


def run(stage: Stage) -> Answer:
    """Submits an evaluation, then one with an earlier OrderingTimestamp, and reads which one is stored.

    A third resource, submitted last, shows when everything before it was stored.
    """
    now = dt.datetime.now(dt.UTC).replace(microsecond=0)
    early = now - dt.timedelta(hours=1)
    for annotation, at in (("submitted first", now), ("submitted last", early)):
        failed = evaluations.submit(stage, [evaluations.evaluation(stage, "order", annotation, at)])
        if failed:
            return no_evaluation(annotation)
        if annotation == "submitted first":
            evaluations.wait_for(stage, "order", annotation)
    evaluations.submit(stage, [evaluations.evaluation(stage, "order-end", "end", now)])
    evaluations.wait_for(stage, "order-end", "end")
    stage.aws.wait_a_while()
    found = evaluations.stored(stage, "order")
    if found == "submitted first":
        return yes("the result with the later OrderingTimestamp is stored")
    if found == "submitted last":
        return no("the result that was submitted last is stored")
    raise NotAnswered(f"the stored result is {found}")


def no_evaluation(annotation: str) -> Answer:
    """Reports a rejected evaluation. Raises NotAnswered if that was the first one."""
    if annotation == "submitted first":
        raise NotAnswered("the first evaluation is in FailedEvaluations")
    return Answer("other", "the evaluation with the earlier OrderingTimestamp is in FailedEvaluations")


PROBE = Probe(
    name="evaluation-order",
    question="Does the later OrderingTimestamp decide which result of a resource is stored, and not the later call?",
    matters="A delayed event must not replace a newer result.",
    calls=("config:PutEvaluations", "config:GetComplianceDetailsByConfigRule"),
    reading={"yes": "the timestamp decides", "no": "the last call decides", "other": "the earlier one is rejected"},
    run=run,
    minutes=12,
    needs=("rule",),
)

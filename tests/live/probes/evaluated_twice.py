"""Submits two evaluations of one resource in one call."""

import datetime as dt

from live import evaluations
from live.answers import Answer, Probe, no, other, yes
from live.aws import Rejected
from live.stage import Stage


def run(stage: Stage) -> Answer:
    """Submits a resource twice with the same time, and reads which result is stored."""
    now = dt.datetime.now(dt.UTC).replace(microsecond=0)
    both = [evaluations.evaluation(stage, "twice", f"number {number}", now) for number in (1, 2)]
    try:
        failed = evaluations.submit(stage, both)
    except Rejected as rejected:
        rejected.expect("InvalidParameterValueException", "ValidationException")
        return no(f"rejected with {rejected.code}: {rejected}")
    if failed:
        return other(f"{len(failed)} of 2 are in FailedEvaluations")
    found = stage.aws.wait("AWS Config to store a result", lambda: evaluations.stored(stage, "twice"), 10)
    return yes(f"accepted; the stored one is {found}")


PROBE = Probe(
    name="evaluated-twice",
    question="Does PutEvaluations accept a resource twice in one call?",
    matters="A batch has each resource once. If AWS rejects others, one mistake loses 100 results.",
    calls=("config:PutEvaluations", "config:GetComplianceDetailsByConfigRule"),
    reading={"yes": "it does", "no": "the call is rejected", "other": "one of them fails"},
    run=run,
    minutes=3,
    needs=("rule",),
)

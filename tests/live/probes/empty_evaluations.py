"""Submits an empty list of evaluations."""

from live import evaluations
from live.answers import Answer, Probe, no, yes
from live.aws import Rejected
from live.stage import Stage


def run(stage: Stage) -> Answer:
    """Submits no evaluation with a valid token."""
    try:
        evaluations.submit(stage, [])
    except Rejected as rejected:
        rejected.expect("InvalidParameterValueException", "ValidationException")
        return no(f"rejected with {rejected.code}: {rejected}")
    return yes("accepted")


PROBE = Probe(
    name="empty-evaluations",
    question="Does PutEvaluations accept an empty list?",
    matters="A Region without resources has nothing to submit: a run makes no call there.",
    calls=("config:PutEvaluations",),
    reading={"yes": "it does, and could end an invocation", "no": "it is rejected"},
    run=run,
    needs=("rule",),
)

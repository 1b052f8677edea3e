"""Uses a result token again after an hour."""

import datetime as dt
import time

from live import evaluations
from live.answers import Answer, NotAnswered, Probe, no, yes
from live.aws import Rejected
from live.stage import Stage

MINUTES = 60


def run(stage: Stage) -> Answer:
    """Submits an evaluation an hour after the token is known."""
    stage.rule()
    start = time.monotonic()
    wait = MINUTES * 60 * stage.aws.patience
    stage.aws.report(f"  waiting for {wait / 60:g} minutes")
    while (left := start + wait - time.monotonic()) > 0:
        time.sleep(min(left, 60))
    now = dt.datetime.now(dt.UTC).replace(microsecond=0)
    minutes = (time.monotonic() - start) / 60
    after = f"{minutes:.0f} minutes later"
    try:
        evaluations.submit(stage, [evaluations.evaluation(stage, "late", "late", now)])
    except Rejected as rejected:
        rejected.expect("InvalidResultTokenException")
        return no(f"rejected {after} with {rejected.code}")
    if minutes < MINUTES:
        raise NotAnswered(f"--patience ended the wait early; the token was accepted {after}")
    return yes(f"accepted {after}")


PROBE = Probe(
    name="token-lifetime",
    question="Is a result token valid for an hour?",
    matters="A run over many resources submits with one token; the function may run for 15 minutes, after retries.",
    calls=("config:PutEvaluations",),
    reading={"yes": "it is", "no": "it ends before"},
    run=run,
    minutes=60,
    needs=("rule",),
)

"""Reads the ARN of an instance that was created with a resource identifier."""

from live.answers import Answer, Probe, no, other, yes
from live.stage import Stage


def run(stage: Stage) -> Answer:
    """Compares the last part of the ARN with the identifier, which has letters in both cases."""
    wanted = f"{stage.aws.run_id.upper()}-main"
    last = stage.begin("main").rsplit(":", 1)[-1]
    observed = f"requested {wanted}, the ARN ends in {last}"
    if last == wanted:
        return yes(observed)
    return other(observed) if last.lower() == wanted.lower() else no(observed)


PROBE = Probe(
    name="resource-identifier",
    question="Does the ARN of an instance end in its ResourceIdentifier, with the letters as they were?",
    matters="Ids in AWS Config may be this part of the ARN, and policies name it.",
    calls=("dms:CreateReplicationInstance",),
    reading={"yes": "it does", "no": "it ends in something else", "other": "the case of letters changes"},
    run=run,
    needs=("main",),
)

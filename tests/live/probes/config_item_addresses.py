"""Reads how AWS Config records a list of addresses."""

from live import recorded
from live.answers import Answer, NotAnswered, Probe, no, other, yes
from live.stage import Stage

NAME = "ReplicationInstancePrivateIpAddresses"


def run(stage: Stage) -> Answer:
    """Reads the private addresses in the configuration of an instance."""
    found = recorded.configuration(stage, "main")
    if NAME not in found:
        raise NotAnswered(f"the configuration has no {NAME}; it has {', '.join(sorted(found))}")
    observed = f"{NAME} is {found[NAME]!r}"
    if isinstance(found[NAME], str):
        return yes(observed)
    return no(observed) if isinstance(found[NAME], list) else other(observed)


PROBE = Probe(
    name="config-item-addresses",
    question="Are the addresses of an instance one text in its configuration item, and not a list?",
    matters="The schema of AWS Config lists a text, the API of DMS a list. Both are read; one form is enough.",
    calls=("config:GetResourceConfigHistory",),
    reading={"yes": "a text", "no": "a list", "other": "another form"},
    run=run,
    minutes=2,
    needs=("main", "recorder"),
)

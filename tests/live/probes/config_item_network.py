"""Reads if AWS Config records the network of an instance."""

from live import recorded
from live.answers import Answer, Probe, no, other, yes
from live.stage import Stage

WANTED = ("VpcSecurityGroup", "ReplicationSubnetGroup")


def run(stage: Stage) -> Answer:
    """Reads the members of the configuration of an instance."""
    found = recorded.configuration(stage, "main")
    has = [word for word in WANTED if any(name.startswith(word) for name in found)]
    observed = f"members: {', '.join(sorted(found))}"
    if len(has) == len(WANTED):
        return yes(observed)
    return other(observed) if has else no(observed)


PROBE = Probe(
    name="config-item-network",
    question="Does the configuration item of an instance have its security groups and its subnet group?",
    matters="Then rules on the network of an instance need no right on EC2.",
    calls=("config:GetResourceConfigHistory",),
    reading={"yes": "both are recorded", "no": "neither is", "other": "one of them is"},
    run=run,
    minutes=2,
    needs=("main", "recorder"),
)

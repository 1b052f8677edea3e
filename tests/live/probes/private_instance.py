"""Reads how DMS describes a private instance."""

from live import instances
from live.answers import Answer, NotAnswered, Probe, no, other, yes
from live.stage import Stage


def run(stage: Stage) -> Answer:
    """Describes an instance that was created with PubliclyAccessible=false."""
    instance = instances.find(stage.aws, stage.arn("target"))
    if instance is None:
        raise NotAnswered("the instance no longer exists")
    flag = instance.get("PubliclyAccessible", "absent")
    addresses = instance.get("ReplicationInstancePublicIpAddresses", "absent")
    single = instance.get("ReplicationInstancePublicIpAddress", "absent")
    observed = f"PubliclyAccessible {flag}, list of public addresses {addresses}, public address {single}"
    if flag is not False:
        return no(observed)
    return yes(observed) if addresses in ("absent", []) and single == "absent" else other(observed)


PROBE = Probe(
    name="private-instance",
    question="Is a private instance described by the flag false and by no public address at all?",
    matters="A new instance counts as private only if the description proves it.",
    calls=("dms:CreateReplicationInstance", "dms:DescribeReplicationInstances"),
    reading={
        "yes": "the flag is false, and the addresses are absent or an empty list",
        "no": "the flag is not literally false",
        "other": "the flag is false, and there is something in place of an address",
    },
    run=run,
    needs=("target",),
)

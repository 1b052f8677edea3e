"""Creates an instance with an earlier version and automatic upgrades."""

from live import instances, network
from live.answers import Answer, NotAnswered, Probe, no, yes
from live.stage import Stage


def run(stage: Stage) -> Answer:
    """Creates an instance of the earliest version that is offered, with AutoMinorVersionUpgrade=true."""
    offer = stage.offer()
    if len(offer.versions) < 2:
        raise NotAnswered("one engine version alone is offered")
    wanted = offer.versions[0]
    network.ensure_role(stage.aws, "dms-vpc-role", "AmazonDMSVPCManagementRole", stage.once)
    arn = instances.create(
        stage.aws,
        "upgrades",
        offer,
        EngineVersion=wanted,
        AutoMinorVersionUpgrade=True,
        ReplicationSubnetGroupIdentifier=stage.group("main"),
    )
    version = instances.available(stage.aws, "upgrades", arn).get("EngineVersion")
    if version is None:
        raise NotAnswered("the description has no EngineVersion")
    observed = f"requested {wanted}, created {version}"
    return no(observed) if version == wanted else yes(observed)


PROBE = Probe(
    name="version-override",
    question="Does AutoMinorVersionUpgrade=true override an earlier EngineVersion at creation?",
    matters="A task can move back only to the same version: a copy that came up newer would close the way back.",
    calls=("dms:CreateReplicationInstance", "dms:DescribeReplicationInstances"),
    reading={"yes": "the flag must be false during a move", "no": "the version is as requested"},
    run=run,
    minutes=15,
    needs=("own instance",),
)

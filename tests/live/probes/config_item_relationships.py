"""Reads the relationships that AWS Config records of an instance."""

from live import recorded
from live.answers import Answer, NotAnswered, Probe, no, yes
from live.stage import Stage


def run(stage: Stage) -> Answer:
    """Reads the relationships in the item of an instance."""
    item = recorded.item(stage.aws, recorded.INSTANCE, recorded.instance_id(stage, "main"))
    relationships = item.get("relationships")
    if relationships is None:
        raise NotAnswered("the item has no relationships")
    types = sorted({str(one.get("resourceType")) for one in relationships})
    observed = f"relationships with {', '.join(types) or 'nothing'}"
    return yes(observed) if "AWS::EC2::SecurityGroup" in types else no(observed)


PROBE = Probe(
    name="config-item-relationships",
    question="Does the configuration item of an instance have relationships with security groups?",
    matters="Then an item names the groups even where its configuration does not.",
    calls=("config:GetResourceConfigHistory",),
    reading={"yes": "it has", "no": "it has none with groups"},
    run=run,
    minutes=2,
    needs=("main", "recorder"),
)

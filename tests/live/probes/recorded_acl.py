"""Reads how AWS Config spells a word of the API."""

import json

from live import recorded
from live.answers import Answer, NotAnswered, Probe, no, yes
from live.stage import Stage
from live.storage import ACL

TYPE = "AWS::DMS::Endpoint"


def run(stage: Stage) -> Answer:
    """Reads CannedAclForObjects in the item of the target, which has the word in lower case and with hyphens."""
    if stage.options.target_endpoint:
        raise NotAnswered("the target was given by an option: its settings are not known")
    stage.aws.read("config", "ListDiscoveredResources", resourceType=TYPE, limit=1)
    arn = stage.endpoints()[1]
    found = recorded.recorded_id(stage, TYPE, arn, f"{stage.aws.run_id}-target")
    text = json.loads(recorded.item(stage.aws, TYPE, found)["configuration"])
    settings = next((value for name, value in text.items() if name.lower() == "s3settings"), None) or {}
    value = next((value for name, value in settings.items() if name.lower() == "cannedaclforobjects"), None)
    if value is None:
        raise NotAnswered(f"the item has no CannedAclForObjects; its settings have {', '.join(sorted(settings))}")
    return yes(f"recorded as {value}") if value == ACL else no(f"recorded as {value}")


PROBE = Probe(
    name="recorded-acl",
    question="Does AWS Config record CannedAclForObjects in the spelling of the API?",
    matters="Queries over a whole organization compare the recorded word.",
    calls=("dms:CreateEndpoint", "config:ListDiscoveredResources", "config:GetResourceConfigHistory"),
    reading={"yes": "a query has the word of the API", "no": "it has another"},
    run=run,
    minutes=15,
    needs=("endpoints", "recorder"),
)

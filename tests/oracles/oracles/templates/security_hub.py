"""Requirements on the templates of rule-templates/security-hub; moto decides which events a pattern matches."""

import json
import re
from collections.abc import Iterator

from moto.events.models import EventPattern

from oracles.facts import Facts
from oracles.templates.deployment import Deployment
from oracles.templates.policies import grants, localized

# The event of AWS Config in Amazon EventBridge: developer guide, "Notifications from AWS Config rules".
EVENT = {
    "source": "aws.config",
    "detail-type": "Config Rules Compliance Change",
    "detail": {
        "messageType": "ComplianceChangeNotification",
        "newEvaluationResult": {"complianceType": "NON_COMPLIANT"},
        "configRuleName": "dms-replication-not-public",
    },
}
PATHS = {
    "rule": "$.detail.configRuleName",
    "type": "$.detail.resourceType",
    "id": "$.detail.resourceId",
    "account": "$.detail.awsAccountId",
    "region": "$.detail.awsRegion",
    "why": "$.detail.newEvaluationResult.annotation",
}


def severities(_template: dict, deployed: Deployment, facts: Facts) -> Iterator[str]:
    """Yields findings on severities.yaml: Security Hub rates every rule MEDIUM, so it changes all others."""
    expected = {label: names for label, names in facts.names_by_severity().items() if label != "MEDIUM"}
    orders = []
    for made in deployed.of_type("AWS::SecurityHub::AutomationRule").values():
        orders.append(made.get("RuleOrder"))
        criteria = made.get("Criteria", {})
        if set(criteria) != {"ProductName", "RecordState", "Title"}:
            yield f"the criteria are {sorted(criteria)}"
        if criteria.get("ProductName") != [{"Comparison": "EQUALS", "Value": "Config"}]:
            yield "findings of other products are changed"
        if criteria.get("RecordState") != [{"Comparison": "EQUALS", "Value": "ACTIVE"}]:
            yield "archived findings are changed"
        if any(title.get("Comparison") != "EQUALS" for title in criteria.get("Title", [])):
            yield "a title is not compared as a whole"
        if made.get("RuleStatus") != "ENABLED" or made.get("IsTerminal") is not False:
            yield "a rule is disabled, or ends others"
        label = made["Actions"][0]["FindingFieldsUpdate"]["Severity"]["Label"]
        titles = {title.get("Value") for title in criteria.get("Title", [])}
        if titles != expected.pop(label, None):
            yield f"{label} is not the severity of {sorted(titles)}"
    yield from (f"no finding becomes {label}" for label in expected)
    if len(set(orders)) != len(orders):
        yield "two rules have the same order"


def _is_matched(pattern: dict, event: dict) -> bool:
    return EventPattern(json.dumps(pattern), pattern).matches_event(event)


def _pattern_findings(pattern: dict, facts: Facts) -> Iterator[str]:
    def event(**detail: object) -> dict:
        return EVENT | {"detail": EVENT["detail"] | detail}

    for rule, facts_of_rule in facts.rules.items():
        for name in (rule, f"{facts_of_rule['shortName']}-conformance-pack-abc"):
            if not _is_matched(pattern, event(configRuleName=name)):
                yield f"no notification of {name}"
    for other in (
        event(configRuleName="s3-bucket-public-read-prohibited"),
        event(newEvaluationResult={"complianceType": "COMPLIANT"}),
        event(messageType="ConfigurationItemChangeNotification"),
        EVENT | {"source": "aws.dms"},
        EVENT | {"detail-type": "Config Configuration Item Change"},
    ):
        if _is_matched(pattern, other):
            yield f"a notification of {json.dumps(other)}"


def notification(_template: dict, deployed: Deployment, facts: Facts) -> Iterator[str]:
    """Yields findings on notification.yaml: rule, target, topic and key."""
    _, rule = deployed.the_one("AWS::Events::Rule")
    topic_name, topic = deployed.the_one("AWS::SNS::Topic")
    yield from _pattern_findings(rule.get("EventPattern", {}), facts)
    if rule.get("State") != "ENABLED":
        yield "the rule is disabled"
    yield from _target_findings(rule["Targets"][0], deployed.arn(topic_name))
    yield from _topic_findings(topic_name, topic, deployed, facts)


def _target_findings(target: dict, topic: str) -> Iterator[str]:
    if target["Arn"] != topic:
        yield "the target is not the topic"
    transformer = target["InputTransformer"]
    for variable in re.findall(r"<(\w+)>", transformer["InputTemplate"]):
        if variable not in transformer["InputPathsMap"]:
            yield f"<{variable}> has no path"
    if transformer["InputPathsMap"] != PATHS:
        yield "the message does not have rule, type, id, account, Region and reason"


def _topic_findings(topic_name: str, topic: dict, deployed: Deployment, facts: Facts) -> Iterator[str]:
    key = deployed.parameters["KmsKeyArn"]
    if topic.get("KmsMasterKeyId") != (key or "Key"):
        yield "the topic is not encrypted with a key that EventBridge may use"
    _, policy = deployed.the_one("AWS::SNS::TopicPolicy")
    expected = grants(localized(facts.policies["topic"], deployed))
    if grants(policy["PolicyDocument"]) != expected or policy["Topics"] != [deployed.arn(topic_name)]:
        yield "the policy of the topic is not iam/topic.json"
    keys = deployed.of_type("AWS::KMS::Key")
    if bool(keys) == bool(key):
        yield "a key is made although one is given, or none is made although none is given"
    for made in keys.values():
        if grants(made["KeyPolicy"]) != grants(localized(facts.policies["topic-key"], deployed)):
            yield "the policy of the key is not iam/topic-key.json"
        if made.get("EnableKeyRotation") is not True:
            yield "the key is not rotated"

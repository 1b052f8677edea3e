"""Requirements on the remediation of the rule: the runbook, its role, and who starts it with what."""

import json
from collections.abc import Iterator
from functools import cache

import yaml

from oracles.facts import Facts
from oracles.repository import RUNBOOK
from oracles.templates.deployment import Deployment
from oracles.templates.policies import role_findings

# CreateDocument, size of the content.
DOCUMENT_MAXIMUM = 65_536


@cache
def runbook() -> dict:
    """Returns the runbook of rule-templates/ssm."""
    return yaml.safe_load(RUNBOOK.read_text())


def remediation_findings(properties: dict) -> Iterator[str]:
    """Yields where a remediation does not start the runbook as it must be started."""
    if properties.get("TargetType") != "SSM_DOCUMENT":
        yield "the target is no document of Systems Manager"
    if properties.get("ResourceType") != "AWS::DMS::ReplicationInstance":
        yield "the remediation is not for replication instances"
    parameters = properties.get("Parameters", {})
    if parameters.get("ReplicationInstance") != {"ResourceValue": {"Value": "RESOURCE_ID"}}:
        yield "the runbook does not get the resource that is NON_COMPLIANT"
    declared = runbook()["parameters"]
    yield from (f"{name} is no parameter of the runbook" for name in sorted(set(parameters) - set(declared)))
    approvers = parameters.get("Approvers", {}).get("StaticValue", {}).get("Values")
    if properties.get("Automatic") is not False:
        if not approvers or not parameters.get("ApprovalTopicArn"):
            yield "the runbook starts by itself and nobody must approve"
        if properties.get("MaximumAutomaticAttempts") != 1:
            yield "a runbook that failed is started again by itself"


def remediation(_template: dict, deployed: Deployment, facts: Facts) -> Iterator[str]:
    """Yields findings on remediation.yaml."""
    name, role = deployed.the_one("AWS::IAM::Role")
    yield from role_findings(role, "trust-automation", {"remediate"}, facts, deployed)
    _, document = deployed.the_one("AWS::SSM::Document")
    yield from _document_findings(document, deployed.arn(name))
    made = deployed.of_type("AWS::Config::RemediationConfiguration")
    if bool(made) != bool(deployed.parameters["RuleName"]):
        yield "the remediation is there without a rule, or not with one"
    for properties in made.values():
        if deployed.parameters["Automatic"] == "true" and not deployed.parameters["ApprovalTopicArn"]:
            continue  # the rule AnAutomaticRunHasApprovers rejects these parameters
        yield from remediation_findings(properties)
        if properties.get("ConfigRuleName") not in facts.rules:
            yield f"a remediation of {properties.get('ConfigRuleName')}, which is no rule"
        if properties.get("Automatic") is not (deployed.parameters["Automatic"] == "true"):
            yield "the remediation does not start as the parameter Automatic says"
        given = properties["Parameters"].get("AutomationAssumeRole")
        if given != {"StaticValue": {"Values": [deployed.arn(name)]}}:
            yield "the runbook does not get its role"
        if properties["Parameters"]["DeleteOldInstance"]["StaticValue"]["Values"] != [
            deployed.parameters["DeleteOldInstance"]
        ]:
            yield "the runbook does not get DeleteOldInstance"


def _document_findings(document: dict, role: str) -> Iterator[str]:
    content = json.loads(json.dumps(document["Content"]))
    if document.get("DocumentType") != "Automation":
        yield "the document is no Automation runbook"
    if content["parameters"]["AutomationAssumeRole"].pop("default", None) != role:
        yield "the runbook has not its role as the default"
    if _without_marks(content) != _without_marks(runbook()):
        yield "the runbook is not the one of rule-templates/ssm"
    if len(json.dumps(content)) > DOCUMENT_MAXIMUM:
        yield f"the runbook has more than {DOCUMENT_MAXIMUM} bytes"


def _without_marks(value: object) -> object:
    """Returns a document without the comments that mark its generated scripts."""
    if isinstance(value, dict):
        return {key: _without_marks(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_without_marks(one) for one in value]
    if not isinstance(value, str):
        return value
    return "".join(line for line in value.splitlines(keepends=True) if not line.startswith("# "))

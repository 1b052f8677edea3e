"""Conformance packs: the limits of AWS Config, and the rules of each pack."""

from collections.abc import Iterator
from pathlib import Path

from oracles.facts import Facts
from oracles.templates.config_rules import config_rules
from oracles.templates.deployment import Deployment
from oracles.templates.remediation import remediation_findings

FUNCTIONS = {"Ref", "Fn::If", "Fn::Not", "Fn::Equals"}
TYPES = {"AWS::Config::ConfigRule", "AWS::Config::RemediationConfiguration"}
SECTIONS = {"Parameters", "Conditions", "Resources"}
EXPOSURE = {"dms-replication-not-public", "dms-instance-profile-not-public"}
RULES_MAXIMUM = 130
# GetComplianceDetailsByConfigRule, ConfigRuleName.
NAME_MAXIMUM = 64
PARAMETERS_MAXIMUM = 60


def _used(node: object) -> Iterator[tuple[str, object]]:
    """Yields each function of a template with its argument."""
    if isinstance(node, list):
        for inner in node:
            yield from _used(inner)
    elif isinstance(node, dict):
        for key, value in node.items():
            if key == "Ref" or key.startswith("Fn::"):
                yield key, value
            yield from _used(value)


def _template_findings(template: dict) -> Iterator[str]:
    yield from (f"the section {key} is not allowed in a pack" for key in sorted(set(template) - SECTIONS))
    types = {resource["Type"] for resource in template["Resources"].values()}
    yield from (f"the type {one} is not allowed in a pack" for one in sorted(types - TYPES))
    parameters = template.get("Parameters", {})
    if len(parameters) > PARAMETERS_MAXIMUM or any(len(name) > 255 for name in parameters):
        yield "too many parameters, or too long names"
    for name, parameter in parameters.items():
        if parameter.get("Type") != "String" or len(str(parameter.get("Default", ""))) > 4096:
            yield f"{name}: expected a String of up to 4096 characters"
    references = set()
    for function, argument in _used({key: template[key] for key in ("Conditions", "Resources")}):
        if function not in FUNCTIONS:
            yield f"the function {function} is not allowed in a pack"
        if function == "Ref":
            references.add(argument)
        if function == "Fn::If" and argument[0] not in template["Conditions"]:
            yield f"condition {argument[0]} is not defined"
    yield from (f"{name} is not a parameter" for name in sorted(references - set(parameters) - {"AWS::NoValue"}))
    yield from (f"the parameter {name} is not used" for name in sorted(set(parameters) - references))


def conformance_pack(name: str, template: dict, deployed: Deployment, facts: Facts) -> Iterator[str]:
    """Yields findings on a pack; `name` is its path under rule-templates."""
    file = Path(name).name
    yield from _template_findings(template)
    rules = {rule["ConfigRuleName"] for rule in deployed.of_type("AWS::Config::ConfigRule").values()}
    if len(rules) > RULES_MAXIMUM:
        yield f"more than {RULES_MAXIMUM} rules"
    expected = {
        "dms-all-controls.yaml": set(facts.rules),
        "dms-exposure.yaml": EXPOSURE,
        "dms-exposure-with-remediation.yaml": EXPOSURE,
        "replace-managed-rule.yaml": {"dms-replication-not-public"},
    }[file]
    names = {facts.short_names.get(rule, rule) for rule in rules}
    if names != expected:
        yield f"the rules differ in {sorted(names ^ expected)}"
    for rule in sorted(rules):
        if len(f"{rule}-conformance-pack-abcdefghi") > NAME_MAXIMUM:
            yield f"{rule} is too long for what AWS Config adds to it"
    for remediation in deployed.of_type("AWS::Config::RemediationConfiguration").values():
        if remediation.get("ConfigRuleName") not in rules:
            yield f"a remediation of {remediation.get('ConfigRuleName')}, which is not in the pack"
        yield from remediation_findings(remediation)
    yield from config_rules(deployed, facts, deployed.parameters["FunctionArn"], is_pack=True)
    if file == "replace-managed-rule.yaml" and "DmsReplicationNotPublic" not in template["Resources"]:
        yield "the logical id is not the one of the rule that it replaces"

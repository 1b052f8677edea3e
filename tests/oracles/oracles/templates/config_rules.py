"""The rules of AWS Config in a deployment: names, parameters, scopes and triggers, by rules.json."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from oracles.facts import Facts, facts
from oracles.templates.deployment import Deployment
from oracles.templates.policies import unexpected

CHANGE = ["ConfigurationItemChangeNotification", "OversizedConfigurationItemChangeNotification"]
SCHEDULE = "ScheduledNotification"
PARAMETERS_OF_ALL = {"ruleIdentifier", "exemptionTagKey", "exemptionCompliance", "ExecutionRoleName"}
# Rule parameters that are only given with a value, and the parameters of the template that hold them.
OPTIONAL = {"exemptionTagKey": "ExemptionTagKey", "ExecutionRoleName": "ExecutionRoleName"}


@dataclass(frozen=True)
class DeployedRule:
    """One rule as AWS Config gets it, from any of the resource types that make rules."""

    name: str
    parameters: dict
    scope: list
    messages: list
    frequency: str | None


def triggers(deployed: Deployment, is_pack: bool = False) -> tuple[bool, bool]:
    """Returns whether rules of a deployment run on changes, and whether on a schedule.

    A conformance pack cannot depend on the Region: its parameter alone decides.
    """
    parameter = deployed.parameters["Triggers"]
    recorded = is_pack or deployed.region not in facts().document["notRecordedIn"]
    return recorded and parameter != "Periodic", parameter != "Change" or not recorded


def _messages(rule: dict, deployed: Deployment, is_pack: bool) -> list[str]:
    if not rule["recorded"]:
        return [SCHEDULE]
    change, schedule = triggers(deployed, is_pack)
    return (CHANGE if change else []) + ([SCHEDULE] if schedule else [])


def _parameter_findings(rule: dict, given: dict, deployed: Deployment, is_pack: bool) -> Iterator[str]:
    name = rule["name"]
    if given.get("ruleIdentifier") != name:
        yield f"{name}: ruleIdentifier is {given.get('ruleIdentifier')}"
    known = PARAMETERS_OF_ALL | set(rule["parameters"])
    yield from (f"{name}: {unknown} is not a parameter of the rule" for unknown in sorted(set(given) - known))
    if not is_pack:
        for missing in sorted(known - set(given)):
            if deployed.parameters.get(OPTIONAL.get(missing), "given"):
                yield f"{name}: the parameter {missing} is missing"
    role = "MemberRoleName" if "MemberRoleName" in deployed.parameters else "ExecutionRoleName"
    for parameter, value in given.items():
        source = role if parameter == "ExecutionRoleName" else parameter[0].upper() + parameter[1:]
        if parameter != "ruleIdentifier" and value != deployed.parameters.get(source):
            yield f"{name}: {parameter} is {value!r}, expected the parameter {source} of the template"


def _rule_findings(rule: dict, made: DeployedRule, deployed: Deployment, is_pack: bool = False) -> Iterator[str]:
    yield from _parameter_findings(rule, made.parameters, deployed, is_pack)
    expected = _messages(rule, deployed, is_pack)
    if made.messages != expected:
        yield f"{made.name}: the messages are {made.messages}, expected {expected}"
    if made.scope != ([rule["resourceType"]] if rule["recorded"] and CHANGE[0] in expected else []):
        yield f"{made.name}: the scope is {made.scope}"
    if SCHEDULE in expected and made.frequency != deployed.parameters["Frequency"]:
        yield f"{made.name}: the frequency is {made.frequency}"


def config_rules(deployed: Deployment, facts: Facts, function: str, is_pack: bool = False) -> Iterator[str]:
    """Yields findings on the resources AWS::Config::ConfigRule; `function` is the ARN that they must invoke."""
    for resource, properties in deployed.of_type("AWS::Config::ConfigRule").items():
        made_name = properties.get("ConfigRuleName")
        name = facts.short_names.get(made_name) if is_pack else made_name
        if name not in facts.rules:
            yield f"{resource}: there is no rule {made_name}"
            continue
        yield from unexpected(name, properties, {"ConfigRuleName", "Description", "Scope", "InputParameters", "Source"})
        scope, source = properties.get("Scope", {}), properties.get("Source", {})
        yield from unexpected(f"the scope of {name}", scope, {"ComplianceResourceTypes"})
        if source.get("Owner") != "CUSTOM_LAMBDA" or source.get("SourceIdentifier") != function:
            yield f"{name}: {source.get('Owner')} {source.get('SourceIdentifier')} is not the function"
        details = source.get("SourceDetails", [])
        if any(detail.get("EventSource") != "aws.config" for detail in details):
            yield f"{name}: an EventSource is not aws.config"
        frequencies = [one.get("MaximumExecutionFrequency") for one in details if one.get("MessageType") == SCHEDULE]
        made = DeployedRule(
            name,
            properties.get("InputParameters", {}),
            scope.get("ComplianceResourceTypes", []),
            [detail.get("MessageType") for detail in details],
            (frequencies or [None])[0],
        )
        yield from _rule_findings(facts.rules[name], made, deployed, is_pack)


METADATA = {
    "Description",
    "InputParameters",
    "LambdaFunctionArn",
    "MaximumExecutionFrequency",
    "OrganizationConfigRuleTriggerTypes",
    "ResourceTypesScope",
}


def organization_rules(deployed: Deployment, facts: Facts, function: str) -> Iterator[str]:
    """Yields findings on the resources AWS::Config::OrganizationConfigRule."""
    excluded = [account for account in deployed.parameters["ExcludedAccounts"] if account]
    for resource, properties in deployed.of_type("AWS::Config::OrganizationConfigRule").items():
        made_name = properties.get("OrganizationConfigRuleName", "")
        name = facts.short_names.get(made_name)
        if name not in facts.rules:
            yield f"{resource}: there is no rule {made_name}"
            continue
        if len(f"OrgConfigRule-{made_name}-abcdefgh") > 64:
            yield f"{made_name} is too long for what AWS Config adds to it"
        known = {"OrganizationConfigRuleName", "OrganizationCustomRuleMetadata", "ExcludedAccounts"}
        yield from unexpected(name, properties, known)
        metadata = properties.get("OrganizationCustomRuleMetadata", {})
        yield from unexpected(name, metadata, METADATA)
        if metadata.get("LambdaFunctionArn") != function:
            yield f"{name}: {metadata.get('LambdaFunctionArn')} is not the function"
        if properties.get("ExcludedAccounts", []) != excluded:
            yield f"{name}: the excluded accounts are {properties.get('ExcludedAccounts')}"
        given = json.loads(metadata.get("InputParameters", "{}"))
        if given.get("ExecutionRoleName") != deployed.parameters["MemberRoleName"]:
            yield f"{name}: ExecutionRoleName is not the member role"
        made = DeployedRule(
            name,
            given,
            metadata.get("ResourceTypesScope", []),
            metadata.get("OrganizationConfigRuleTriggerTypes", []),
            metadata.get("MaximumExecutionFrequency"),
        )
        yield from _rule_findings(facts.rules[name], made, deployed)


def selection_findings(deployed: Deployment, facts: Facts, names: list[str]) -> Iterator[str]:
    """Yields where the rules of a deployment are not those that its parameter Rules selects."""
    selected = deployed.parameters["Rules"]
    if selected == "all":
        yield from (f"the rule {missing} is missing" for missing in sorted(set(facts.rules) - set(names)))
    elif names != [name for name in selected.split(",") if name != "none"]:
        yield f"Rules={selected} makes {names}"

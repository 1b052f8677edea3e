"""Stacks that moto makes from the templates: their roles allow what the policies grant, and nothing else."""

import pytest

from oracles.facts import facts, facts_of
from oracles.repository import RULE_TEMPLATES, items
from oracles.templates.deployment import Deployment, load
from oracles.templates.policies import is_needed
from oracles.templates.stack import role_of_stack

ORGANIZATION = {"OrganizationId": "o-exampleorg1", "Rules": "all"}
# Template, parameters, and the policies of rule-templates/iam that the role has.
STACKS = {
    "one account, all rules": (
        "cloudformation/single-account.yaml",
        {"CodeS3Bucket": "bucket", "Rules": "all", "ExemptionTagKey": "x"},
        {"function", "evaluate"},
    ),
    "one account, all rules on operation": (
        "cloudformation/single-account-operations.yaml",
        {"CodeS3Bucket": "bucket", "Rules": "all"},
        {"function", "evaluate"},
    ),
    "one account, defaults": (
        "cloudformation/single-account.yaml",
        {"CodeS3Bucket": "bucket"},
        {"function", "evaluate"},
    ),
    "one account, no rules": (
        "cloudformation/single-account.yaml",
        {"CodeS3Bucket": "bucket", "Rules": "none"},
        {"function", "evaluate"},
    ),
    "an organization": (
        "cloudformation/organization-central.yaml",
        ORGANIZATION | {"CodeS3Bucket": "bucket"},
        {"function"},
    ),
    "a member of an organization": (
        "cloudformation/organization-member-role.yaml",
        ORGANIZATION | {"FunctionRoleArns": "arn:aws:iam::123456789012:role/Role", "ExemptionTagKey": "x"},
        {"evaluate"},
    ),
}


def actions(policies: set[str], *, on_everything: bool = False) -> set[str]:
    """Returns the actions of policies, or only those that they allow on every resource."""
    return {
        action
        for name in policies
        for statement in facts().policies[name]["Statement"]
        if not on_everything or statement["Resource"] == "*"
        for action in items(statement["Action"])
    }


@pytest.mark.parametrize("stack", STACKS)
def test_the_role_of_a_stack_may_do_what_its_policies_say_and_nothing_else(stack: str) -> None:
    name, parameters, policies = STACKS[stack]
    text = (RULE_TEMPLATES / name).read_text()
    deployed = Deployment(load(text), parameters)
    expected = actions(policies)
    if parameters.get("Rules") != "none":
        expected = {action for action in expected if is_needed(action, deployed, facts_of(name))}
    role = role_of_stack(text, parameters)
    assert role.allowed == expected
    assert role.allowed_elsewhere <= actions({"evaluate"}, on_everything=True)
    assert role.tried > 500
    if parameters.get("Rules") == "all" and "CodeS3Bucket" in parameters:
        assert len([one for one in role.types if one.endswith("ConfigRule")]) == len(facts_of(name).rules)

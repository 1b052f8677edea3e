"""Roles and policies of a deployment, compared with the policies of rule-templates/iam."""

import json
from collections.abc import Iterable, Iterator

from oracles.facts import VALUES, Facts
from oracles.repository import items
from oracles.templates.deployment import Deployment


def grants(policy: dict) -> set[str]:
    """Returns the grants of a policy as one text for each action, independent of their order."""
    return {
        json.dumps(
            [
                statement["Effect"],
                action,
                *(statement.get(key) for key in ("Resource", "Principal", "Condition")),
            ],
            sort_keys=True,
        )
        for statement in policy.get("Statement", [])
        for action in items(statement["Action"])
    }


def localized(policy: dict, deployed: Deployment, region: str | None = None) -> dict:
    """Returns a policy of rule-templates/iam in the partition and Region of a deployment, or in another Region.

    The key and the function's role keep the ARNs that the parameters give.
    """

    def local(text: str) -> str:
        text = text.replace("arn:aws:", f"arn:{deployed.partition}:")
        return text.replace(":us-east-1:", f":{region or deployed.region}:")

    text = local(json.dumps(policy))
    for name in ("kms_key_arn", "function_role_arn"):
        text = text.replace(local(VALUES[name]), VALUES[name])
    return json.loads(text)


def is_needed(action: str, deployed: Deployment, facts: Facts) -> bool:
    """Returns true if the rules of a deployment, or every run, need an action."""
    rules = deployed.parameters["Rules"]
    names = facts.rules if rules == "all" else rules.split(",")
    if action not in facts.actions:
        return True
    if action == "dms:ListTagsForResource" and deployed.parameters.get("ExemptionTagKey"):
        return True
    if action == "config:SelectResourceConfig" and deployed.parameters.get("Reachability") == "true":
        return True
    return any(action in facts.rules[name]["actions"] for name in names if name in facts.rules)


def unexpected(subject: str, properties: dict, expected: Iterable[str]) -> Iterator[str]:
    """Yields a finding for each property that is not among the expected ones."""
    for name in sorted(set(properties) - set(expected)):
        yield f"{subject} has {name}, which is not expected"


def role_findings(
    role: dict, trust: str, expected: set[str], facts: Facts, deployed: Deployment, region: str | None = None
) -> Iterator[str]:
    """Yields where a role's policies or trust are not those of rule-templates/iam."""
    yield from grant_findings(role, expected, facts, deployed, region)
    wanted = localized(facts.policies[trust], deployed)
    if trust == "trust-member-role":
        wanted["Statement"][0]["Principal"]["AWS"] = deployed.parameters["FunctionRoleArns"]
    if grants(role.get("AssumeRolePolicyDocument", {})) != grants(wanted):
        yield f"the trust policy is not iam/{trust}.json"


def grant_findings(
    role: dict, expected: set[str], facts: Facts, deployed: Deployment, region: str | None = None
) -> Iterator[str]:
    """Yields where a role's policies are not those of rule-templates/iam."""
    yield from unexpected("the role", role, {"AssumeRolePolicyDocument", "Policies", "RoleName"})
    documents = {policy["PolicyName"]: policy["PolicyDocument"] for policy in role.get("Policies", [])}
    if set(documents) != expected:
        yield f"the role has the policies {sorted(documents)}, expected {sorted(expected)}"
    narrowed = deployed.parameters.get("Rights") != "All" and deployed.parameters.get("Rules") != "none"
    for name, policy in documents.items():
        given, wanted = grants(policy), grants(localized(facts.policies.get(name, {}), deployed, region))
        if name == "evaluate" and narrowed:
            wanted = {grant for grant in wanted if is_needed(json.loads(grant)[1], deployed, facts)}
        yield from (f"the role has a grant that iam/{name}.json does not have: {one}" for one in sorted(given - wanted))
        yield from (f"the role lacks a grant of iam/{name}.json: {one}" for one in sorted(wanted - given))

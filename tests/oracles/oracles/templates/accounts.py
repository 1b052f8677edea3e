"""Requirements on the templates for one account, for an organization and for its members."""

from collections.abc import Iterator

from oracles.facts import Facts
from oracles.repository import items
from oracles.templates.config_rules import config_rules, organization_rules, selection_findings
from oracles.templates.deployment import ACCOUNT, Deployment
from oracles.templates.function import FUNCTION_TYPES, function_findings
from oracles.templates.policies import grant_findings, grants, localized, role_findings


def _permission(function: str, account: str) -> dict:
    return {
        "FunctionName": function,
        "Action": "lambda:InvokeFunction",
        "Principal": "config.amazonaws.com",
        "SourceAccount": account,
    }


def _dependency_findings(template: dict, resource_type: str) -> Iterator[str]:
    for name, resource in template["Resources"].items():
        is_rule = isinstance(resource, dict) and resource.get("Type") == resource_type
        if is_rule and "Permission" not in items(resource.get("DependsOn", [])):
            yield f"{name} may be made before Permission: AWS Config invokes the function when a rule is made"


def _policies(deployed: Deployment, least: set[str]) -> set[str]:
    given = deployed.parameters
    optional = {"function-kms": given["KmsKeyArn"] != "", "function-vpc": given["SubnetIds"] != [""]}
    return least | {name for name, present in optional.items() if present}


def single_account(template: dict, deployed: Deployment, facts: Facts) -> Iterator[str]:
    """Yields findings on single-account.yaml and on the template of SAM."""
    function, _ = deployed.the_one(*FUNCTION_TYPES)
    another_role = deployed.parameters["ExecutionRoleName"] != ""
    least = {"function", "assume-execution-role" if another_role else "evaluate"}
    yield from function_findings(deployed, _policies(deployed, least), facts)
    yield from config_rules(deployed, facts, deployed.arn(function))
    rules = deployed.of_type("AWS::Config::ConfigRule").values()
    yield from selection_findings(deployed, facts, [rule["ConfigRuleName"] for rule in rules])
    _, permission = deployed.the_one("AWS::Lambda::Permission")
    if permission != _permission(deployed.arn(function), ACCOUNT):
        yield f"the permission is {permission}"
    yield from _dependency_findings(template, "AWS::Config::ConfigRule")


def _central(deployed: Deployment, facts: Facts) -> Iterator[str]:
    function, _ = deployed.the_one("AWS::Lambda::Function")
    yield from function_findings(deployed, _policies(deployed, {"function", "assume-member-role"}), facts)
    yield from organization_rules(deployed, facts, deployed.arn(function))
    rules = deployed.of_type("AWS::Config::OrganizationConfigRule").values()
    names = [facts.short_names.get(name, name) for name in (rule["OrganizationConfigRuleName"] for rule in rules)]
    yield from selection_findings(deployed, facts, names)


def organization_central(template: dict, deployed: Deployment, facts: Facts) -> Iterator[str]:
    """Yields findings on organization-central.yaml, whose function has a resource policy."""
    yield from _central(deployed, facts)
    function, _ = deployed.the_one("AWS::Lambda::Function")
    if deployed.of_type("AWS::Lambda::Permission"):
        yield "a permission is given although the resource policy replaces it"
    _, policy = deployed.the_one("AWS::Lambda::ResourcePolicy")
    expected = localized(facts.policies["invoke-by-organization"], deployed)
    if policy.get("ResourceArn") != deployed.arn(function) or grants(policy["PolicyDocument"]) != grants(expected):
        yield "the resource policy is not iam/invoke-by-organization.json"
    yield from _dependency_findings(template, "AWS::Config::OrganizationConfigRule")


def organization_central_by_account(template: dict, deployed: Deployment, facts: Facts) -> Iterator[str]:
    """Yields findings on organization-central-by-account.yaml, which has a permission for each account."""
    yield from _central(deployed, facts)
    function, _ = deployed.the_one("AWS::Lambda::Function")
    permissions = list(deployed.of_type("AWS::Lambda::Permission").values())
    expected = [_permission(deployed.arn(function), account) for account in deployed.parameters["AccountIds"]]
    if permissions != expected:
        yield f"the permissions are {permissions}"
    if template["Parameters"]["Rules"].get("Default") != "none":
        yield "the rules would be made with the stack, maybe before the permissions"


def reader_role(_template: dict, deployed: Deployment, facts: Facts) -> Iterator[str]:
    """Yields findings on reader-role.yaml: who may assume its roles, and what they may do."""
    given = deployed.parameters
    roles = {"ReaderRole": ("RoleName", "PrincipalArn", {"scan", "plan"})}
    if given["ApplyPrincipalArn"]:
        roles["ApplyRole"] = ("ApplyRoleName", "ApplyPrincipalArn", {"plan", "apply"})
    if set(deployed.resources) != set(roles):
        yield f"the roles are {sorted(deployed.resources)}, expected {sorted(roles)}"
    for logical_id, (name, principal, policies) in roles.items():
        role = deployed.resources[logical_id]["Properties"]
        if role.get("RoleName") != given[name]:
            yield f"the name of {logical_id} is not the one of the parameter"
        statement = {"Effect": "Allow", "Principal": {"AWS": given[principal]}, "Action": "sts:AssumeRole"}
        if given["ExternalId"]:
            statement["Condition"] = {"StringEquals": {"sts:ExternalId": given["ExternalId"]}}
        if role["AssumeRolePolicyDocument"]["Statement"] != [statement]:
            yield f"{logical_id} can be assumed by others than its principal, or without the external id"
        yield from grant_findings(role, policies, facts, deployed, "*")


def organization_member_role(_template: dict, deployed: Deployment, facts: Facts) -> Iterator[str]:
    """Yields findings on organization-member-role.yaml."""
    _, role = deployed.the_one("AWS::IAM::Role")
    if role.get("RoleName") != deployed.parameters["MemberRoleName"]:
        yield "the name of the role is not the one of the parameter"
    yield from role_findings(role, "trust-member-role", {"evaluate"}, facts, deployed, "*")

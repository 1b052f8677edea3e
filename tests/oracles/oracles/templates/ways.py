"""Ways to deploy a template: with its defaults, with everything, with each value that a parameter allows."""

from collections.abc import Iterator

from oracles.facts import VALUES, Facts
from oracles.templates.deployment import Deployment

REQUIRED = {
    "CodeS3Bucket": "bucket",
    "OrganizationId": "o-exampleorg1",
    "AccountIds": "123456789012,210987654321",
    "FunctionRoleArns": VALUES["function_role_arn"],
    "FunctionArn": VALUES["function_arn"],
    "RemediationDocument": "Document",
    "PrincipalArn": "arn:aws:iam::123456789012:role/Auditor",
}
EVERYTHING = {
    "Rules": "all",
    "Rights": "All",
    "KmsKeyArn": VALUES["kms_key_arn"],
    "KmsKeyArns": VALUES["kms_key_arn"],
    "RequiredKeyTags": "owner",
    "Reachability": "true",
    "SubnetIds": "subnet-1234567890abcdef0,subnet-1234567890abcdef1",
    "SecurityGroupIds": "sg-1234567890abcdef0",
    "ReservedConcurrency": "5",
    "AlarmTopicArn": "arn:aws:sns:us-east-1:123456789012:alarms",
    "ExemptionTagKey": "dms-exempt",
    "ExcludedAccounts": "210987654321",
    "Email": "somebody@example.com",
    "Automatic": "true",
    "Approvers": "arn:aws:iam::123456789012:role/Dba",
    "ApprovalTopicArn": "arn:aws:sns:us-east-1:123456789012:Automation-dms",
    "DeleteOldInstance": "Yes",
    "ExternalId": "tickets/4711",
    "ApplyPrincipalArn": "arn:aws:iam::123456789012:role/Dba",
}
# Regions that do not record the types, and one of each partition beside `aws`.
OTHER_REGIONS = ("ca-west-1", "mx-central-1", "cn-north-1", "us-gov-west-1")


def parameters_of(template: dict, values: dict[str, str]) -> dict[str, str]:
    """Returns the values whose parameters the template declares."""
    return {name: value for name, value in values.items() if name in template.get("Parameters", {})}


def ways(template: dict, facts: Facts) -> Iterator[tuple[str, Deployment]]:
    """Yields deployments of a template, each with the words that name it in a finding."""
    declared = template.get("Parameters", {})
    least = parameters_of(template, REQUIRED)
    full = least | parameters_of(template, EVERYTHING)
    narrow = least | parameters_of(template, {"Rights": "OfRules"})
    yield "with its defaults", Deployment(template, least)
    yield "with everything", Deployment(template, full)
    for region in OTHER_REGIONS:
        yield f"in {region}", Deployment(template, full, region)
        if "Triggers" in declared:
            yield f"in {region}, Triggers=Change", Deployment(template, full | {"Triggers": "Change"}, region)
    if "Rules" in declared:
        for name in facts.rules:
            yield f"Rules={name}", Deployment(template, narrow | {"Rules": name})
    for name, value in (
        ("ExecutionRoleName", VALUES["execution_role_name"]),
        ("CodeS3ObjectVersion", "v1"),
        ("CodeS3BucketPerRegion", "true"),
    ):
        if name in declared:
            yield f"with everything and {name}", Deployment(template, full | {name: value})
    if "ExemptionTagKey" in declared:
        exempting = narrow | {"ExemptionTagKey": "dms-exempt"}
        yield "ExemptionTagKey alone", Deployment(template, exempting)
        if "Rules" in declared:
            rule = {"Rules": next(iter(facts.rules))}
            yield "ExemptionTagKey and one rule", Deployment(template, exempting | rule)
    if "Reachability" in declared and "Rights" in declared:
        yield "Reachability alone", Deployment(template, narrow | {"Reachability": "true"})
    yield from _allowed_values(template, full)
    if "FunctionArn" in declared:  # a conformance pack, whose parameters have no AllowedValues
        for triggers in ("Both", "Change", "Periodic"):
            yield (
                f"Triggers={triggers}",
                Deployment(template, least | {"Triggers": triggers, "ExemptionTagKey": "x"}),
            )


def _allowed_values(template: dict, full: dict[str, str]) -> Iterator[tuple[str, Deployment]]:
    for name, parameter in template.get("Parameters", {}).items():
        for value in parameter.get("AllowedValues", []):
            yield f"{name}={value}", Deployment(template, full | {name: value})

"""The property of each rule has the spelling that CloudFormation and the Terraform provider `aws` have for it."""

import re
from collections.abc import Iterator

from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER

from oracles.terraform.provider import provider_type

REGION = "us-east-1"


def spelling_findings(rule: dict) -> Iterator[str]:
    """Yields a finding for each language in which the rule's property has another name, or none."""
    path, attribute = rule["property"]["path"], rule["property"]["terraform"]
    if not _is_in_cloudformation(rule["resourceType"], path.split(".")):
        yield f"{path} is no property of {rule['resourceType']}"
    if attribute is not None and not _is_in_provider(_provider_name(rule["resourceType"]), attribute.split(".")):
        yield f"{attribute} is no argument of {_provider_name(rule['resourceType'])}"


def is_create_only(rule: dict) -> bool:
    """Returns true if CloudFormation replaces a resource whose property of the rule changes."""
    schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema(REGION, rule["resourceType"]).schema
    pointer = "/properties/" + rule["property"]["path"].replace(".", "/")
    return pointer in schema.get("createOnlyProperties", [])


def _is_in_cloudformation(resource_type: str, names: list[str]) -> bool:
    schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema(REGION, resource_type).schema
    definition = schema
    for name in names:
        definition = definition.get("properties", {}).get(name)
        if definition is None:
            return False
        reference = definition.get("$ref", "")
        if reference:
            definition = schema["definitions"][reference.rsplit("/", 1)[1]]
    return True


def _is_in_provider(name: str, attributes: list[str]) -> bool:
    model = provider_type(name, is_data=False)
    if model is None:
        return False
    body = model.main
    for attribute in attributes:
        argument = model.bodies.get(body, {}).get(attribute)
        if argument is None:
            return False
        body = argument.kind
    return True


def _provider_name(resource_type: str) -> str:
    """Returns the resource of the provider: AWS::DMS::ReplicationInstance is aws_dms_replication_instance."""
    last = resource_type.rsplit(":", 1)[1]
    return "aws_dms_" + re.sub(r"(?<!^)(?=[A-Z])", "_", last).lower()

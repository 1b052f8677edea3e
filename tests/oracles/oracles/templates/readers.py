"""Templates by two linters: AWS's cloudformation-validate, and cfn-lint in every Region where a template is usable."""

import json
import re
from collections.abc import Iterator
from functools import cache

import cfnlint.api
from cfnlint.config import ManualArgs
from cfnlint.helpers import REGIONS
from cfnlint.schema import ResourceNotFoundError
from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER
from cloudformation_validate import (
    CompositeEngine,
    PseudoParameterOverrides,
    ReportStatus,
    Severity,
    TemplateContent,
    ValidateConfig,
)

from oracles.templates.deployment import load
from oracles.templates.ways import EVERYTHING, OTHER_REGIONS, REQUIRED, parameters_of

# Regions whose CloudFormation does not know a type that a template needs, as both linters and its README state.
WITHOUT_REMEDIATION = {"ap-east-2", "ap-southeast-6", "ap-southeast-7", "ca-west-1", "mx-central-1"}
WITHOUT_RESOURCE_POLICY = (
    "AWS::Lambda::ResourcePolicy",
    {"cn-north-1", "cn-northwest-1", "me-central-1", "us-gov-east-1", "us-gov-west-1"},
)
UNSUPPORTED = {
    "remediation.yaml": ("AWS::Config::RemediationConfiguration", WITHOUT_REMEDIATION),
    "dms-exposure-with-remediation.yaml": ("AWS::Config::RemediationConfiguration", WITHOUT_REMEDIATION),
    "organization-central.yaml": WITHOUT_RESOURCE_POLICY,
    "organization-central-operations.yaml": WITHOUT_RESOURCE_POLICY,
    "lambda-hook.yaml": (
        "AWS::CloudFormation::LambdaHook",
        {"cn-north-1", "cn-northwest-1", "us-gov-east-1", "us-gov-west-1"},
    ),
    "hook.yaml": (
        "AWS::CloudFormation::GuardHook",
        {"cn-north-1", "cn-northwest-1", "us-gov-east-1", "us-gov-west-1"},
    ),
}
# An action that only some rules need, in a list of actions.
NARROWED = re.compile(r'^( *- )!If \[\w+, ("[A-Za-z0-9:]+"), !Ref AWS::NoValue\]\n', re.MULTILINE)


def _unsupported(file: str, message: str, regions: set[str]) -> bool:
    resource_type, without = UNSUPPORTED.get(file, ("", set()))
    return bool(resource_type) and resource_type in message and regions <= without


@cache
def _engine() -> CompositeEngine:
    return CompositeEngine()


def validate_findings(file: str, text: str, regions: tuple[str, ...] = ("us-east-1", *OTHER_REGIONS)) -> Iterator[str]:
    """Yields the errors of cloudformation-validate, for every Region, with a value for every parameter."""
    for region in regions:
        yield from _validated(file, text, region)


def _validated(file: str, text: str, region: str) -> Iterator[str]:
    """Yields the errors in a Region.

    Where the actions of a policy are given under more conditions than it combines (4,096 ways), it covers each of them
    alone. There it also reads the template with all of these actions, and without any.
    """
    values = {"CodeS3ObjectVersion": "v1"} | REQUIRED | EVERYTHING
    config = ValidateConfig(
        parameter_overrides=parameters_of(load(text), values),
        pseudo_parameter_overrides=PseudoParameterOverrides(region=region),
        severity_level=Severity.ERROR,
    )
    report = _engine().validate_template(TemplateContent(text, file), config)
    exhausted = {one.kind for one in report.metadata.budget_exhaustions or []}
    if exhausted == {"scenarioProductCovering"} and NARROWED.search(text):
        yield from _validated(file, NARROWED.sub(r"\1\2\n", text), region)
        yield from _validated(file, NARROWED.sub("", text), region)
    elif report.status != ReportStatus.OK:
        yield f"cloudformation-validate {report.status.name} (in {region})"
    for one in report.diagnostics:
        # It names the values of a loop over a parameter ForEachValue0 and so on, which are no account ids.
        placeholder = one.entity is not None and "ForEachValue" in one.entity.logical_id
        if not placeholder and not _unsupported(file, one.message, {region}):
            yield f"cloudformation-validate {one.rule_id} line {one.start_line}: {one.message} (in {region})"


def _alike(template: dict) -> list[list[str]]:
    """Returns all Regions in groups with one partition and the same schemas for the types of the template."""
    types = {resource.get("Type") for resource in template["Resources"].values() if isinstance(resource, dict)}
    groups: dict[tuple[str, ...], list[str]] = {}
    for region in REGIONS:
        partition = next((part for part in ("cn-", "us-gov-", "us-iso") if region.startswith(part)), "aws")
        schemas = [partition]
        for resource_type in sorted(map(str, types)):
            try:
                schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema(region, resource_type).schema
                schemas.append(json.dumps(schema, sort_keys=True, default=str))
            except ResourceNotFoundError:
                schemas.append("")
        groups.setdefault(tuple(schemas), []).append(region)
    return list(groups.values())


def lint_findings(file: str, text: str) -> Iterator[str]:
    """Yields the matches of cfn-lint, in one Region of each group of Regions that are alike for the template."""
    for regions in _alike(load(text)):
        for match in cfnlint.api.lint(text, config=ManualArgs(regions=[regions[0]])):
            if not (match.rule.id == "E3006" and _unsupported(file, match.message, set(regions))):
                where = ", ".join(regions)
                yield f"cfn-lint {match.rule.id} line {match.linenumber}: {match.message} (in {where})"

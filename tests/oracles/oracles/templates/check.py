"""Checks a template of rule-templates; a finding is a line with a defect and its place."""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path

from oracles.facts import Facts, facts, facts_of
from oracles.repository import RULE_TEMPLATES, RUNBOOK
from oracles.templates.accounts import (
    organization_central,
    organization_central_by_account,
    organization_member_role,
    reader_role,
    single_account,
)
from oracles.templates.deployment import Deployment, UnreadableTemplateError, load
from oracles.templates.hook import lambda_hook
from oracles.templates.packs import conformance_pack
from oracles.templates.properties import property_violations
from oracles.templates.readers import lint_findings, validate_findings
from oracles.templates.remediation import remediation
from oracles.templates.security_hub import notification, severities
from oracles.templates.ways import ways

BODY_MAXIMUM = 51_200  # bytes: quota of TemplateBody in CreateStack and PutConformancePack
FROM_A_BUCKET = {"ssm/remediation.yaml": 1_048_576}  # quota of TemplateURL in CreateStack

Contract = Callable[[dict, Deployment, Facts], Iterator[str]]
AROUND_THE_FUNCTION = {
    "AWS::CloudWatch::Alarm",
    "AWS::IAM::Role",
    "AWS::Lambda::EventInvokeConfig",
    "AWS::Logs::LogGroup",
    "AWS::SQS::Queue",
}
# Of each template: what must hold of its deployments, and the types of its resources.
TEMPLATES: dict[str, tuple[Contract, set[str]]] = {
    "cloudformation/single-account.yaml": (
        single_account,
        AROUND_THE_FUNCTION | {"AWS::Lambda::Function", "AWS::Lambda::Permission", "AWS::Config::ConfigRule"},
    ),
    "sam/template.yaml": (
        single_account,
        AROUND_THE_FUNCTION | {"AWS::Serverless::Function", "AWS::Lambda::Permission", "AWS::Config::ConfigRule"},
    ),
    "cloudformation/organization-central.yaml": (
        organization_central,
        AROUND_THE_FUNCTION
        | {"AWS::Lambda::Function", "AWS::Lambda::ResourcePolicy", "AWS::Config::OrganizationConfigRule"},
    ),
    "cloudformation/organization-central-by-account.yaml": (
        organization_central_by_account,
        AROUND_THE_FUNCTION
        | {"AWS::Lambda::Function", "AWS::Lambda::Permission", "AWS::Config::OrganizationConfigRule"},
    ),
    "cloudformation/organization-member-role.yaml": (organization_member_role, {"AWS::IAM::Role"}),
    "cloudformation/reader-role.yaml": (reader_role, {"AWS::IAM::Role"}),
    "ssm/remediation.yaml": (
        remediation,
        {"AWS::IAM::Role", "AWS::SSM::Document", "AWS::Config::RemediationConfiguration"},
    ),
    "hook/lambda-hook.yaml": (
        lambda_hook,
        {
            "AWS::CloudFormation::LambdaHook",
            "AWS::CloudWatch::Alarm",
            "AWS::IAM::Role",
            "AWS::Lambda::Function",
            "AWS::Logs::LogGroup",
            "AWS::Logs::MetricFilter",
        },
    ),
    "security-hub/severities.yaml": (severities, {"AWS::SecurityHub::AutomationRule"}),
    "security-hub/notification.yaml": (
        notification,
        {
            "AWS::KMS::Key",
            "AWS::SNS::Topic",
            "AWS::SNS::TopicPolicy",
            "AWS::SNS::Subscription",
            "AWS::Events::Rule",
        },
    ),
} | {
    f"conformance-packs/{pack}": (
        partial(conformance_pack, f"conformance-packs/{pack}"),
        {"AWS::Config::ConfigRule"},
    )
    for pack in ("dms-all-controls.yaml", "dms-exposure.yaml", "replace-managed-rule.yaml")
}
TEMPLATES |= {
    f"cloudformation/{name}-operations.yaml": TEMPLATES[f"cloudformation/{name}.yaml"]
    for name in ("single-account", "organization-central", "organization-central-by-account")
}
TEMPLATES["conformance-packs/dms-exposure-with-remediation.yaml"] = (
    partial(conformance_pack, "conformance-packs/dms-exposure-with-remediation.yaml"),
    {"AWS::Config::ConfigRule", "AWS::Config::RemediationConfiguration"},
)
FOLDERS = sorted({name.split("/")[0] for name in TEMPLATES})


def template_names() -> list[str]:
    """Returns the paths of the templates under rule-templates, those that nothing is known of included."""
    files = (file for folder in FOLDERS for file in sorted((RULE_TEMPLATES / folder).glob("*.yaml")))
    names = (str(file.relative_to(RULE_TEMPLATES)) for file in files)
    return [name for name in names if name != str(RUNBOOK.relative_to(RULE_TEMPLATES))]


def contract_findings(name: str, text: str) -> Iterator[str]:
    """Yields what does not hold of the deployments of a template; `name` is its path under rule-templates."""
    if name not in TEMPLATES:
        yield "nothing is known of this template"
        return
    maximum = FROM_A_BUCKET.get(name, BODY_MAXIMUM)
    if len(text.encode()) > maximum:
        yield f"{len(text.encode())} bytes, expected at most {maximum}"
    yield from _as_findings(_deployment_findings(*TEMPLATES[name], text, facts_of(name)))


def _deployment_findings(contract: Contract, types: set[str], text: str, facts: Facts) -> Iterator[str]:
    template = load(text)
    yield from _pattern_findings(template, facts)
    if template.get("Parameters", {}).get("Alarms", {"Default": "true"})["Default"] != "true":
        yield "no alarms by default"
    made = set()
    for words, deployed in ways(template, facts):
        made |= {resource["Type"] for resource in deployed.resources.values()}
        yield from (f"{finding} ({words})" for finding in _violations(deployed))
        yield from (f"{finding} ({words})" for finding in _as_findings(contract(template, deployed, facts)))
    if made != types:
        yield f"the types of its resources differ in {sorted(map(str, made ^ types))}"


def _violations(deployed: Deployment) -> Iterator[str]:
    for name, made in deployed.resources.items():
        yield from (f"{name}: {violation}" for violation in property_violations(made["Type"], made["Properties"]))


def _as_findings(findings: Iterable[str]) -> Iterator[str]:
    """Yields findings; what cannot be read because it is missing or of another type is one as well."""
    try:
        yield from findings
    except (UnreadableTemplateError, KeyError, TypeError, IndexError, AttributeError, ValueError) as error:
        yield f"{type(error).__name__}: {error}"


def _pattern_findings(template: dict, its: Facts) -> Iterator[str]:
    """Yields wrong names that the pattern of the parameter Rules takes, and right ones that it rejects."""
    if "Rules" not in template.get("Parameters", {}):
        return
    pattern = re.compile(template["Parameters"]["Rules"].get("AllowedPattern", ""))
    rules = its.rules
    # A hook without rules would pass everything.
    is_hook = "Unknown" in template["Parameters"]
    if is_hook and pattern.fullmatch("none"):
        yield "Rules=none is accepted"
    for name in ("all", *([] if is_hook else ["none"]), ",".join(rules), *rules):
        if not pattern.fullmatch(name):
            yield f"Rules={name} is rejected"
    yield from (f"Rules={name} is accepted" for name in _wrong_rules(list(rules)) if pattern.fullmatch(name))


def _wrong_rules(rules: list[str]) -> Iterator[str]:
    """Yields what the parameter Rules must reject: texts that are no list of names, and rules of other templates."""
    first, last = rules[0], rules[-1]
    yield from ("", ",", f"{first},", f"{first}{last}", f"{first[:-1]}x", f"all,{last}", f"{last}, {last}", "x")
    for foreign in set(facts().rules) - set(rules):
        yield foreign
        yield f"{first},{foreign}"


def reader_findings(name: str, text: str) -> Iterator[str]:
    """Yields the findings of the two linters."""
    file = Path(name).name
    yield from validate_findings(file, text)
    yield from lint_findings(file, text)

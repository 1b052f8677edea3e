"""Policies in Terraform: each is made of templates of rule-templates/iam, and given exactly their placeholders."""

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

from hcl2.rules.base import AttributeRule
from hcl2.rules.containers import ObjectElemRule, ObjectRule
from hcl2.rules.strings import StringRule
from hcl2.walk import find_all, find_first

from oracles.terraform.modules import File, Finding, Module, calls_of, normalized

IAM = Path("rule-templates/terraform/files/iam")  # copies of rule-templates/iam
STATEMENT_MEMBERS = {
    "Action",
    "Condition",
    "Effect",
    "NotAction",
    "NotPrincipal",
    "NotResource",
    "Principal",
    "Resource",
}
STATEMENT_TEXT = re.compile(rf'\\?"(?:{"|".join(sorted(STATEMENT_MEMBERS))}|Statement)\\?"\s*:')
PLACEHOLDER = re.compile(r"(?<!\$)\$\{\s*([^}]+?)\s*\}")
# The one change that Terraform makes to a statement: it leaves out actions that no rule needs.
NEEDED = normalized(
    "[for statement in local.statements : merge(statement, { Action = sort(setsubtract(flatten("
    "[statement.Action]), module.rules.unneeded_actions)) }) if length(setsubtract(flatten([statement.Action]), "
    "module.rules.unneeded_actions)) > 0]"
)
WANTED = normalized(
    "flatten([for part in local.policies : [for statement in jsondecode(part.policy).Statement : "
    "statement if part.wanted]])"
)
FROM_TEMPLATE = re.compile(r"\$\{jsondecode\(templatefile\([^()]*(?:\([^()]*\)[^()]*)*\)\)\.Statement\}")
TRUSTED = re.compile(
    r'\$\{jsondecode\(templatefile\("\$\{local\.iam\}/trust-member-role\.json", \{.*\}\)\)\.Statement\}'
)
# The value of an argument that takes a policy: a template, or a document of one of these locals.
TEMPLATE = re.compile(r'\$\{templatefile\("[^"]*", \{[^{}]*\}\)\}')
DOCUMENTS = [
    normalized(f'jsonencode({{ Version = "2012-10-17", Statement = local.{name} }})')
    for name in ("needed_statements", "trusted")
]
OTHER_POLICIES = re.compile(r"aws_iam_(policy|role_policy_attachment|policy_attachment|role_policies_exclusive)\.")


def policy_findings(root: Path, module: Module) -> Iterator[Finding]:
    """Yields policies that do not come from rule-templates/iam, and templates that are given too little or much."""
    for file in module.files:
        if _has_statement(file) or any("aws_iam_policy_document" in address for address in module.data):
            yield Finding(file.path, "an IAM statement is written in Terraform, expected in rule-templates/iam")
    for address, (file, body) in module.resources.items():
        if OTHER_POLICIES.match(address) or {"managed_policy_arns", "inline_policy"} & set(body):
            yield Finding(file, f"{address}: only policies of rule-templates/iam are given to a role")
        for argument in {"policy", "assume_role_policy"} & set(body):
            value = str(body[argument])
            if value not in DOCUMENTS and not TEMPLATE.fullmatch(value):
                yield Finding(file, f"{address}: {argument} is not a template of rule-templates/iam")
    for name, (file, value) in module.locals.items():
        right = {
            "needed_statements": value == NEEDED,
            "statements": value == WANTED or FROM_TEMPLATE.fullmatch(str(value)),
            "trusted": TRUSTED.fullmatch(str(value)),
        }.get(name, True)
        if not right:
            made = "must be made of templates of rule-templates/iam and of those that are wanted"
            yield Finding(file, f"local {name} {made}")
    yield from _template_findings(root, module)


def _has_statement(file: File) -> bool:
    """Returns true if a file holds members of a statement outside of the local that narrows them."""
    for attribute in find_all(file.tree, AttributeRule):
        if str(attribute.identifier.serialize()) in STATEMENT_MEMBERS:
            return True
    narrowing = {
        id(element)
        for attribute in find_all(file.tree, AttributeRule)
        if attribute.expression.serialize() == NEEDED
        for element in find_all(attribute, ObjectElemRule)
    }
    for element in find_all(file.tree, ObjectElemRule):
        name = str(element.key.serialize()).strip('"')
        if name in STATEMENT_MEMBERS and id(element) not in narrowing:
            return True
        if name == "Statement" and not re.fullmatch(r"\$\{local\.\w+\}", str(element.expression.serialize())):
            return True
    return any(STATEMENT_TEXT.search(str(text.serialize())) for text in find_all(file.tree, StringRule))


def _template_findings(root: Path, module: Module) -> Iterator[Finding]:
    folder = str(module.local("iam") or "").replace("${path.module}", str(module.folder))
    names: dict[str, Path] = {}
    for file in module.files:
        for call in calls_of("templatefile", file.tree):
            written = str(call[0].serialize()).strip('"')
            place = written.replace("${local.iam}", folder).replace("${path.module}", str(module.folder))
            policy = Path(os.path.normpath(place))
            if policy.parent != IAM:
                yield Finding(file.path, f"{written} is not a template of rule-templates/iam")
            elif not (root / policy).is_file():
                yield Finding(file.path, f"there is no {policy}")
            else:
                text = (root / policy).read_text()
                values = find_first(call[1], ObjectRule)
                given = {str(element.key.serialize()).strip('"') for element in values.elements}
                yield from _value_findings(file.path, policy, text, given)
                yield from _name_findings(policy, text, names, alone="policies" not in module.locals)


def _value_findings(file: Path, policy: Path, text: str, given: set[str]) -> Iterator[Finding]:
    wanted = set(PLACEHOLDER.findall(text))
    yield from (Finding(file, f"{policy} needs {one}, which is not given") for one in sorted(wanted - given))
    yield from (Finding(file, f"{policy} does not need {one}") for one in sorted(given - wanted))


def _name_findings(policy: Path, text: str, names: dict[str, Path], *, alone: bool) -> Iterator[Finding]:
    """Yields names of statements that are given twice, where one document holds the statements of several policies."""
    try:
        document = json.loads(PLACEHOLDER.sub("x", text))
    except ValueError as error:
        yield Finding(policy, f"no JSON: {error}")
        return
    if document.get("Version") != "2012-10-17" or not isinstance(document.get("Statement"), list):
        yield Finding(policy, "no policy of version 2012-10-17 with a list of statements")
        return
    is_trust = policy.name == "trust-member-role.json"
    for name in [one["Sid"] for one in document["Statement"] if "Sid" in one and (is_trust or not alone)]:
        if is_trust:
            yield Finding(policy, f"Sid {name} would be repeated for each function")
        if name in names:
            yield Finding(policy, f"Sid {name} is in {names[name]} already")
        names[name] = policy

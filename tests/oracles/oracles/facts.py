"""Facts of the rules: rule-templates/rules.json, and the policies of rule-templates/iam with their values filled in."""

import json
import string
from collections.abc import Mapping
from functools import cache, cached_property
from pathlib import Path

from oracles.repository import RULE_TEMPLATES

# Values of the placeholders in rule-templates/iam: what templates and modules of Terraform would fill in.
VALUES = {
    "partition": "aws",
    "region": "us-east-1",
    "account_id": "123456789012",
    "log_group_arn": "arn:aws:logs:us-east-1:123456789012:log-group:LogGroup:*",
    "failure_queue_arn": "arn:aws:sqs:us-east-1:123456789012:FailureQueue",
    "function_arn": "arn:aws:lambda:us-east-1:123456789012:function:Function",
    "function_role_arn": "arn:aws:iam::123456789012:role/Role",
    "kms_key_arn": "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab",
    "execution_role_name": "DmsRule",
    "member_role_name": "DmsRuleMember",
    "organization_id": "o-exampleorg1",
    "code_bucket": "bucket",
    "topic_arn": "arn:aws:sns:us-east-1:123456789012:Topic",
    "event_rule_arn": "arn:aws:events:us-east-1:123456789012:rule/Rule",
}


def filled(text: str) -> dict:
    """Returns a policy of rule-templates/iam with its placeholders filled in.

    Raises KeyError if a placeholder has no value, ValueError if the text is no JSON.
    """
    return json.loads(string.Template(text).substitute(VALUES))


# The themes of the rules in a template with a function, by the end of its name.
THEMES = {"": {"exposure", "connections", "encryption"}, "-operations": {"operation", "ownership"}}


class Facts:
    """The rules of rules.json, or those of some themes, and the policies of iam in one folder."""

    def __init__(self, folder: Path, themes: set[str] | None = None) -> None:
        self.folder = folder
        self.themes = themes

    @cached_property
    def document(self) -> dict:
        """The content of rules.json."""
        return json.loads((self.folder / "rules.json").read_text())

    @cached_property
    def rules(self) -> Mapping[str, dict]:
        """The rules by name, in the order of rules.json."""
        rules = self.document["rules"]
        return {rule["name"]: rule for rule in rules if self.themes is None or rule["theme"] in self.themes}

    @cached_property
    def short_names(self) -> Mapping[str, str]:
        """The names of the rules by their names in packs and organizations, to which AWS Config adds."""
        return {rule["shortName"]: name for name, rule in self.rules.items()}

    @cached_property
    def policies(self) -> Mapping[str, dict]:
        """The policies by the name of their file, filled in."""
        return {file.stem: filled(file.read_text()) for file in (self.folder / "iam").glob("*.json")}

    @cached_property
    def actions(self) -> set[str]:
        """The IAM actions that rules of any theme need beside those of every run."""
        return {action for rule in self.document["rules"] for action in rule["actions"]}

    def names_by_severity(self) -> dict[str, set[str]]:
        """Returns the names of the rules by their severity."""
        names: dict[str, set[str]] = {}
        for name, rule in self.rules.items():
            names.setdefault(rule["severity"], set()).add(name)
        return names


@cache
def facts() -> Facts:
    """Returns the facts of the repository."""
    return Facts(RULE_TEMPLATES)


@cache
def facts_of(template: str) -> Facts:
    """Returns the facts of the rules that a template may make; `template` is its path under rule-templates."""
    makes_a_part = template.startswith(("cloudformation/single-account", "cloudformation/organization-central", "sam/"))
    part = "-operations" if template.endswith("-operations.yaml") else ""
    return Facts(RULE_TEMPLATES, THEMES[part]) if makes_a_part else facts()

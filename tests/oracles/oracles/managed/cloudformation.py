"""Updates of a stack, from one template to the next: what CloudFormation does to each resource, by its schemas."""

import copy
from collections.abc import Iterator

import cfnlint.api
import cfnlint.decode
from cfnlint.config import ManualArgs
from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER

REGION = "eu-west-1"
TASK = "AWS::DMS::ReplicationTask"
MISSING = object()


def read(text: str) -> dict:
    """Returns a template as cfn-lint reads it, with short forms written out, or {} for no text.

    Raises ValueError if cfn-lint rejects it.
    """
    if not text:
        return {}
    template, matches = cfnlint.decode.decode_str(text)
    if template is None:
        raise ValueError(matches)
    return plain(template)


def plain(node: object) -> object:
    """Returns a node of cfn-lint as dictionaries, lists, texts and numbers."""
    if isinstance(node, dict):
        return {str(key): plain(value) for key, value in node.items()}
    if isinstance(node, list):
        return [plain(value) for value in node]
    return str(node) if isinstance(node, str) else node


def edited(template: dict, edit: dict | None) -> dict:
    """Returns the template after an edit: resources that are there get the attributes, others are added."""
    after = copy.deepcopy(template)
    if edit is None:
        return after
    for name in edit["removed"]:
        del after["Resources"][name]
    for name, lines in read(edit["lines"]).get("Resources", {}).items():
        resource = after["Resources"].setdefault(name, {})
        properties = {**resource.get("Properties", {}), **lines.get("Properties", {})}
        after["Resources"][name] = {**resource, **lines, **({"Properties": properties} if properties else {})}
    return after


def lint_findings(text: str) -> Iterator[str]:
    """Yields the matches of cfn-lint but those on a zone: the new instance is in that of the old one."""
    for match in cfnlint.api.lint(text, config=ManualArgs(regions=[REGION], ignore_checks=["W3010"])):
        yield f"{match.rule.id} line {match.linenumber}: {match.message}"


def changes(before: dict, after: dict) -> dict[str, str]:
    """Returns the effect of an update on each resource that it changes.

    create, update, replace, leave (out of the stack, retained), delete, policy (nothing but its policies).
    """
    old, new = before["Resources"], after["Resources"]
    effects: dict[str, str] = {}
    for name in old.keys() - new.keys():
        effects[name] = "leave" if old[name].get("DeletionPolicy") == "Retain" else "delete"
    for name in new.keys() - old.keys():
        effects[name] = "create"
    for name in old.keys() & new.keys():
        if effect := _effect(old[name], new[name], set()):
            effects[name] = effect
    # A resource that is replaced has another ARN, so that properties that refer to it change too.
    while True:
        replaced = {name for name, effect in effects.items() if effect == "replace"}
        more = {
            name: "replace"
            for name in old.keys() & new.keys()
            if name not in replaced and _effect(old[name], new[name], replaced) == "replace"
        }
        if not more:
            return effects
        effects |= more


def _effect(old: dict, new: dict, replaced: set[str]) -> str | None:
    if old["Type"] != new["Type"]:
        return "replace"
    schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema(REGION, new["Type"]).schema
    for pointer in schema.get("createOnlyProperties", []):
        names = pointer.removeprefix("/properties/").split("/")
        given, wanted = _member(old, names), _member(new, names)
        if given != wanted or _refers(wanted, replaced):
            return "replace"
    if old.get("Properties") != new.get("Properties") or _refers(new.get("Properties"), replaced):
        return "update"
    return "policy" if old != new else None


def _member(resource: dict, names: list[str]) -> object:
    value = resource.get("Properties", {})
    for name in names:
        if not isinstance(value, dict) or name not in value:
            return MISSING
        value = value[name]
    return value


def _refers(value: object, names: set[str]) -> bool:
    if isinstance(value, dict):
        target = value.get("Ref") or value.get("Fn::GetAtt")
        target = target[0] if isinstance(target, list) else str(target).split(".")[0]
        return target in names or any(_refers(one, names) for one in value.values())
    return isinstance(value, list) and any(_refers(one, names) for one in value)

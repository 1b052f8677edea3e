"""Applies of a configuration, from one to the next: what the provider aws does to each resource.

No schema that a provider prints says which arguments force a new resource, so they are in this file, from the source of
the provider: `internal/service/dms/replication_instance.go` and `replication_task.go`, the latter before and after pull
request 30721 (5.32.0).
"""

import copy
import re
from collections.abc import Iterator

import hcl2
from hcl2.utils import SerializationOptions

from oracles.terraform.provider import provider_type

INSTANCE, TASK = "aws_dms_replication_instance", "aws_dms_replication_task"
FORCE_NEW = {
    INSTANCE: {
        "availability_zone",
        "kms_key_arn",
        "publicly_accessible",
        "replication_instance_id",
        "replication_subnet_group_id",
    },
    TASK: {"replication_task_id", "source_endpoint_arn", "target_endpoint_arn"},
}
BEFORE_5_32 = {**FORCE_NEW, TASK: FORCE_NEW[TASK] | {"replication_instance_arn"}}
META = {"lifecycle"}
OPTIONS = SerializationOptions(with_comments=False, explicit_blocks=False)
REFERENCE = re.compile(r"\b(aws_\w+\.\w+)\b")

Resources = dict[str, dict]


def read(text: str) -> Resources:
    """Returns the resources of a configuration by their addresses."""
    resources: Resources = {}
    for entry in hcl2.loads(text, serialization_options=OPTIONS).get("resource", []) if text else []:
        for kind, named in entry.items():
            for name, body in named.items():
                resources[f"{kind.strip(chr(34))}.{name.strip(chr(34))}"] = body
    return resources


def edited(resources: Resources, edit: dict | None) -> Resources:
    """Returns the resources after an edit: those that are there get the arguments, others are added."""
    after = copy.deepcopy(resources)
    if edit is None:
        return after
    for address in edit["removed"]:
        del after[address]
    for address, body in read(edit["lines"]).items():
        after[address] = {**after.get(address, {}), **body}
    return after


def argument_findings(resources: Resources) -> Iterator[str]:
    """Yields the arguments that the provider does not have, and those that it requires and lacks."""
    for address, body in resources.items():
        model = provider_type(address.split(".")[0], is_data=False)
        arguments = model.bodies[model.main]
        for name in body.keys() - META - arguments.keys():
            yield f"{address}: {name} is no argument"
        for name, argument in arguments.items():
            if argument.required and name not in body:
                yield f"{address}: {name} is missing"


def changes(before: Resources, after: Resources, force_new: dict[str, set[str]]) -> dict[str, str]:
    """Returns the effect of an apply on each resource that it changes: create, update, replace or delete."""
    effects = dict.fromkeys(before.keys() - after.keys(), "delete")
    effects |= dict.fromkeys(after.keys() - before.keys(), "create")
    replaced: set[str] = set()
    while True:
        found: dict[str, str] = {}
        for address in before.keys() & after.keys():
            names = {name for name in before[address].keys() | after[address].keys() if name not in META}
            # An argument that refers to what is replaced is known only after apply.
            changed = {
                name
                for name in names
                if before[address].get(name) != after[address].get(name)
                or replaced & set(REFERENCE.findall(str(after[address].get(name))))
            }
            if changed:
                found[address] = "replace" if changed & force_new[address.split(".")[0]] else "update"
        more = {address for address, effect in found.items() if effect == "replace"}
        if more == replaced:
            return effects | found
        replaced = more

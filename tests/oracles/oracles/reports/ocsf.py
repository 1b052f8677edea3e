"""A report in OCSF, by the schema of each class as ocsf-json-schema has it, and captions by their ids."""

import copy
import json
from collections.abc import Iterator
from functools import cache

from jsonschema import Draft202012Validator
from ocsf_json_schema import OcsfJsonSchemaEmbedded, get_ocsf_schema

VERSIONS = ("1.5.0", "1.6.0", "1.7.0", "1.8.0")


@cache
def _schema(version: str) -> dict:
    return get_ocsf_schema(version=version)


@cache
def _class_name(version: str, class_uid: int) -> str:
    return OcsfJsonSchemaEmbedded(_schema(version)).lookup_class_name_from_uid(class_uid)


@cache
def _validator(version: str, class_uid: int, profiles: tuple[str, ...]) -> Draft202012Validator:
    schema = OcsfJsonSchemaEmbedded(copy.deepcopy(_schema(version)))
    return Draft202012Validator(schema.get_class_schema(_class_name(version, class_uid), list(profiles)))


def ocsf_findings(data: bytes) -> Iterator[str]:
    """Yields findings on each event of a report, by every version of OCSF that readers use."""
    for event in json.loads(data):
        if event["metadata"]["version"] not in VERSIONS:
            yield f"version {event['metadata']['version']}"
        profiles = tuple(event["metadata"].get("profiles", []))
        for version in VERSIONS:
            for error in _validator(version, event["class_uid"], profiles).iter_errors(event):
                yield f"OCSF {version}: {error.json_path}: {error.message[:300]}"
            attributes = _schema(version)["classes"][_class_name(version, event["class_uid"])]["attributes"]
            yield from (
                f"OCSF {version}: {text}" for text in _caption_findings(event, attributes, _schema(version), "$")
            )


def _caption_findings(value: dict, attributes: dict, schema: dict, path: str) -> Iterator[str]:
    """Yields captions, such as severity, that are not those of the id beside them, such as severity_id."""
    for name, member in value.items():
        attribute = attributes.get(name, {})
        caption = attribute.get("enum", {}).get(str(member), {}).get("caption")
        sibling = value.get(attribute.get("sibling"))
        if caption and caption != "Other" and sibling is not None and sibling != caption:
            yield f"{path}.{attribute['sibling']}: {sibling!r} is not {caption!r}"
        kind = schema["objects"].get(attribute.get("object_type"), {})
        for index, one in enumerate(member if isinstance(member, list) else [member]):
            if isinstance(one, dict) and kind.get("attributes"):
                yield from _caption_findings(one, kind["attributes"], schema, f"{path}.{name}[{index}]")

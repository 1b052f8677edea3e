"""The models of the APIs of AWS in botocore: members, types, enumerations, patterns and lengths of a value."""

import re
from collections.abc import Iterator
from functools import cache

import botocore.session
from botocore.model import Shape
from botocore.validate import ParamValidator

# Maximum lengths that a model states only in the words of its documentation.
STATED_MAXIMUM = re.compile(r"Maximum (?:of|length of|number of) (\d+)")


@cache
def shape(service: str, name: str) -> Shape:
    """Returns a shape of the model of a service."""
    return _model(service).shape_for(name)


@cache
def _model(service: str):  # noqa: ANN202 - botocore does not export the type
    return botocore.session.get_session().get_service_model(service)


def violations(model: Shape, value: object) -> list[str]:
    """Lists the places at which a value violates the model; botocore checks members, types and ranges."""
    report = ParamValidator().validate(value, model)
    if report.has_errors():
        return report.generate_report().splitlines()
    return list(_beyond_the_validator(value, model, "$"))


def _beyond_the_validator(value: object, model: Shape, path: str, stated: int | None = None) -> Iterator[str]:
    """Yields violations of what ParamValidator does not check: enumerations, patterns, maximum lengths."""
    maximum = stated or model.metadata.get("max")
    if maximum and isinstance(value, str | list) and len(value) > maximum:
        yield f"{path}: length {len(value)} is more than {maximum}"
    match model.type_name:
        case "structure":
            for name, member in value.items():
                limit = _documented_maximum(model.members[name])
                yield from _beyond_the_validator(member, model.members[name], f"{path}.{name}", limit)
        case "list":
            for index, member in enumerate(value):
                yield from _beyond_the_validator(member, model.member, f"{path}[{index}]")
        case "map":
            for key, member in value.items():
                yield from _beyond_the_validator(member, model.value, f"{path}.{key}")
        case "integer" | "long":
            if maximum and value > maximum:
                yield f"{path}: {value} is more than {maximum}"
        case "string":
            yield from _text_violations(value, model, path)


def _documented_maximum(model: Shape) -> int | None:
    documented = STATED_MAXIMUM.search(model.documentation)
    return int(documented.group(1)) if documented else None


def _text_violations(value: str, model: Shape, path: str) -> Iterator[str]:
    allowed = model.metadata.get("enum")
    if allowed and value not in allowed:
        yield f"{path}: {value!r} is not one of {', '.join(allowed)}"
    if not _matches(model.metadata.get("pattern"), value):
        yield f"{path}: {value!r} does not match {model.metadata['pattern']}"


def _matches(pattern: str | None, value: str) -> bool:
    try:
        return not pattern or re.search(pattern, value) is not None
    except re.error:  # some patterns are written for Java
        return True

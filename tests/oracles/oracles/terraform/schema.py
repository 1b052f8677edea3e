"""Bodies of resources and data sources against the model of the AWS provider."""

from collections.abc import Iterator

from oracles.terraform.modules import Finding, Module, arguments, is_blocks
from oracles.terraform.provider import Argument, ProviderType, provider_type

META_ARGUMENTS = {
    "connection",
    "count",
    "depends_on",
    "dynamic",
    "for_each",
    "lifecycle",
    "provider",
    "provisioner",
}
LITERALS = {"list", "object", "number", "string", "boolean"}


def schema_findings(module: Module) -> Iterator[Finding]:
    """Yields unknown, missing and wrongly typed arguments and blocks of a module."""
    for declared, is_data in ((module.resources, False), (module.data, True)):
        for address, (file, body) in declared.items():
            model = provider_type(address.split(".")[0], is_data=is_data)
            where = f"data.{address}" if is_data else address
            if model is None:
                yield Finding(file, f"{where}: the provider has no such type")
            else:
                texts = _body_findings(body, model, model.main, where, outermost=True)
                yield from (Finding(file, text) for text in texts)


def _body_findings(body: dict, model: ProviderType, name: str, where: str, *, outermost: bool = False) -> Iterator[str]:
    known = model.bodies[name]
    given = {
        key: value
        for key, value in arguments(body).items()
        if key != "dynamic" and not (outermost and key in META_ARGUMENTS)
    }
    dynamic = {name: one for block in body.get("dynamic", []) for name, one in block.items()}
    for block, one in dynamic.items():
        if "content" not in one or "for_each" not in one:
            yield f'{where}: dynamic "{block}" needs for_each and content'
        elif block not in known or not known[block].is_block:
            yield f"{where}: unknown block {block}"
        else:
            yield from _body_findings(one["content"][0], model, known[block].kind, f"{where}.{block}")
    for argument, value in given.items():
        if argument not in known:
            yield f"{where}: unknown {'block' if is_blocks(value) else 'argument'} {argument}"
        elif known[argument].is_block:
            yield from _block_findings(value, model, known[argument], argument, where)
        else:
            yield from _kind_findings(value, known[argument].kind, f"{where}: argument {argument}")
    for argument, facts in known.items():
        if facts.required and argument not in given and argument not in dynamic:
            yield f"{where}: missing required {'block' if facts.is_block else 'argument'} {argument}"


def _block_findings(value: object, model: ProviderType, block: Argument, name: str, where: str) -> Iterator[str]:
    if not is_blocks(value):
        yield f"{where}: {name} is a block, not an argument"
        return
    if len(value) > 1 and not block.repeated:
        yield f"{where}: block {name} is given more than once"
    for one in value:
        yield from _body_findings(one, model, block.kind, f"{where}.{name}")


def _kind_findings(value: object, expected: str, where: str) -> Iterator[str]:
    """Yields a finding for a literal of the wrong kind; the value of an expression is not known."""
    if value is None or (isinstance(value, str) and "${" in value) or expected not in LITERALS:
        return
    kinds = {list: "list", dict: "object", bool: "boolean", int: "number", float: "number"}
    kind = kinds.get(type(value), "string")
    converted = (
        (expected == "number" and kind == "string" and str(value).isnumeric())
        or (expected == "string" and kind in ("number", "boolean"))
        or (expected == "boolean" and value in ("true", "false"))
    )
    if kind != expected and not converted:
        yield f"{where} must be a {expected}, not a {kind}"

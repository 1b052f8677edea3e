"""Names within and between modules: declared names, used names, and the arguments of module calls."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from oracles.terraform.modules import Finding, Module, references
from oracles.terraform.provider import provider_type

META_ARGUMENTS = {"source", "version", "providers", "count", "for_each", "depends_on"}
ALWAYS_DECLARED = {"path", "each", "count", "self", "terraform", "aws"}
Modules = Mapping[Path, Module]


def called(module: Module, body: dict) -> Path:
    """Returns the folder that a module call names."""
    return Path(os.path.normpath(module.folder / str(body.get("source", "?"))))


def name_findings(module: Module, modules: Modules) -> Iterator[Finding]:
    """Yields undeclared, unused and incomplete names of a module."""
    used: set[str] = set()
    for file in module.files:
        for labels, chain in references(file, {"variable"}):
            if chain[:2] != ["var", labels[1]]:
                own = f"variable {labels[1]}: a validation may refer to itself only"
                yield Finding(file.path, f"{own}, not to {'.'.join(chain[:2])}")
        kinds = {"resource", "data", "module", "output", "locals", "provider", "check", "moved", "terraform"}
        for _, chain in references(file, kinds):
            finding, name = _reference(chain, module, modules)
            used.add(name)
            if finding:
                yield Finding(file.path, finding)
    yield from _declaration_findings(module, used)
    yield from _call_findings(module, modules)
    yield from _version_findings(module)


def _reference(chain: list[str], module: Module, modules: Modules) -> tuple[str | None, str]:
    """Returns a finding on a reference, if there is one, and the name that it uses."""
    root, name, *more = chain
    at = ".".join(chain[:3])
    if root in ("var", "local"):
        declared = module.variables if root == "var" else module.locals
        return (None if name in declared else f"undeclared {root}.{name}"), f"{root}.{name}"
    if root == "module":
        if name not in module.calls:
            return f"undeclared module.{name}", f"module.{name}"
        target = modules.get(called(module, module.calls[name].body))
        missing = more and target is not None and more[0] not in target.outputs
        return (f"{at}: the module has no such output" if missing else None), f"module.{name}"
    is_data = root == "data"
    if is_data or root.startswith("aws_"):
        address = ".".join(chain[1:3] if is_data else chain[:2])
        rest = chain[3:] if is_data else chain[2:]
        if address not in (module.data if is_data else module.resources):
            return f"undeclared {'data.' if is_data else ''}{address}", ""
        model = provider_type(address.split(".")[0], is_data=is_data)
        missing = rest and model is not None and rest[0] not in model.attributes
        full = f"{'data.' if is_data else ''}{address}.{rest[0] if rest else ''}"
        return (f"{full}: no such attribute" if missing else None), f"data.{address}" if is_data else ""
    return (None if root in ALWAYS_DECLARED else f"undeclared {at}"), ""


def _declaration_findings(module: Module, used: set[str]) -> Iterator[Finding]:
    for name, (file, body) in module.variables.items():
        for part in ("description", "type"):
            if not body.get(part):
                yield Finding(file, f"variable {name} has no {part}")
        if f"var.{name}" not in used:
            yield Finding(file, f"variable {name} is not used")
    for name, (file, body) in module.outputs.items():
        if not body.get("description"):
            yield Finding(file, f"output {name} has no description")
    for name, (file, _) in module.locals.items():
        if f"local.{name}" not in used:
            yield Finding(file, f"local {name} is not used")
    for name, (file, _) in module.data.items():
        if f"data.{name}" not in used:
            yield Finding(file, f"data.{name} is not used")


def _call_findings(module: Module, modules: Modules) -> Iterator[Finding]:
    for name, (file, body) in module.calls.items():
        target = modules.get(called(module, body))
        if target is None:
            yield Finding(file, f"module.{name}: there is no module in {body.get('source')}")
            continue
        given = [key for key in body if key not in META_ARGUMENTS and not key.startswith("__")]
        for key in given:
            if key not in target.variables:
                yield Finding(file, f"module.{name}: {body['source']} has no variable {key}")
        for key, declared in target.variables.items():
            if "default" not in declared.body and key not in given:
                yield Finding(file, f"module.{name}: required variable {key} is not given")


def _version_findings(module: Module) -> Iterator[Finding]:
    settings = [block for file in module.files for block in file.body.get("terraform", [])]
    file = module.folder / "versions.tf"
    if not any("required_version" in block for block in settings):
        yield Finding(file, "no required_version")
    required = [providers for block in settings for providers in block.get("required_providers", [])]
    if module.resources and not any("version" in one.get("aws", {}) for one in required):
        yield Finding(file, "no version of the provider aws")

"""The folder of the modules can be used alone: it has all that it reads and links to, and its documents name all."""

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from oracles.documents import links
from oracles.terraform.modules import TERRAFORM, Finding, Module

READ = re.compile(r'"\$\{path\.module\}/([^"$]+)')
SOURCE = re.compile(r'^\s*source\s*=\s*"(\.[^"]*)"', re.MULTILINE)
EXAMPLES = TERRAFORM / "examples"
# What a registry shows of a module.
PARTS = ("main.tf", "variables.tf", "outputs.tf", "versions.tf", "README.md")
ROW = re.compile(r"^\| (`[^|]+`) \| (.*) \|$", re.MULTILINE)


def alone_findings(root: Path, modules: Mapping[Path, Module]) -> Iterator[Finding]:
    """Yields paths that leave the folder or lead nowhere, and what a module's folder or README lacks."""
    for file in sorted((root / TERRAFORM).rglob("*")):
        if file.suffix in (".tf", ".md") and ".terraform" not in file.parts:
            yield from _path_findings(root, file)
    if not (root / TERRAFORM / "LICENSE").is_file():
        yield Finding(TERRAFORM / "README.md", "there is no LICENSE")
    for folder, module in modules.items():
        if folder.is_relative_to(EXAMPLES):
            continue
        lacking = [part for part in PARTS if not (root / folder / part).is_file()]
        yield from (Finding(folder / "main.tf", f"there is no {part} beside it") for part in lacking)
        if not lacking:
            yield from _document_findings(root, folder, module)


def _path_findings(root: Path, file: Path) -> Iterator[Finding]:
    written = links(file) if file.suffix == ".md" else READ.findall(file.read_text()) + SOURCE.findall(file.read_text())
    for one in written:
        place = Path(os.path.normpath(file.parent / one))
        if not place.is_relative_to(root / TERRAFORM):
            yield Finding(file.relative_to(root), f"{one} is outside of the folder")
        elif not place.exists():
            yield Finding(file.relative_to(root), f"{one} does not exist")


def _document_findings(root: Path, folder: Path, module: Module) -> Iterator[Finding]:
    file = folder / "README.md"
    named = {name for cell, _ in ROW.findall((root / file).read_text()) for name in re.findall(r"`(\w+)`", cell)}
    outputs = set(re.findall(r'^output "(\w+)"', (root / folder / "outputs.tf").read_text(), re.MULTILINE))
    wanted = set(module.variables) | outputs
    yield from (Finding(file, f"the tables lack {name}") for name in sorted(wanted - named))
    yield from (Finding(file, f"the tables have {name}, which does not exist") for name in sorted(named - wanted))

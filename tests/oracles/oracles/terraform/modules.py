"""Modules of Terraform as python-hcl2 reads them: their declarations, and what their expressions refer to."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import NamedTuple

import hcl2
from hcl2.const import IS_BLOCK
from hcl2.rules.abstract import LarkElement, LarkRule
from hcl2.rules.base import AttributeRule, BlockRule, BodyRule, StartRule
from hcl2.rules.expressions import ExprTermRule
from hcl2.rules.for_expressions import ForIntroRule
from hcl2.rules.functions import FunctionCallRule
from hcl2.rules.indexing import (
    AttrSplatExprTermRule,
    FullSplatExprTermRule,
    GetAttrExprTermRule,
    GetAttrRule,
    IndexExprTermRule,
)
from hcl2.rules.literal_rules import IdentifierRule
from hcl2.utils import SerializationOptions
from hcl2.walk import find_all
from lark.exceptions import LarkError

OPTIONS = SerializationOptions(with_comments=False, strip_string_quotes=True)
TERRAFORM = Path("rule-templates/terraform")
UNNAMED_BLOCKS = {"terraform", "provider", "moved", "check"}


class Finding(NamedTuple):
    """A violation and its file; the path is relative to the repository."""

    file: Path
    text: str

    def __str__(self) -> str:
        """Returns the finding as one line."""
        return f"{self.file}: {self.text}"


class Declaration(NamedTuple):
    """A block of a module or a local value, and its file."""

    file: Path
    body: object


@dataclass(frozen=True)
class File:
    """One file of a module."""

    path: Path
    text: str
    tree: StartRule
    body: dict


@dataclass
class Module:
    """All that the files of one folder declare."""

    folder: Path
    files: list[File] = field(default_factory=list)
    variables: dict[str, Declaration] = field(default_factory=dict)
    locals: dict[str, Declaration] = field(default_factory=dict)
    outputs: dict[str, Declaration] = field(default_factory=dict)
    resources: dict[str, Declaration] = field(default_factory=dict)
    data: dict[str, Declaration] = field(default_factory=dict)
    calls: dict[str, Declaration] = field(default_factory=dict)

    def of_type(self, name: str) -> dict[str, Declaration]:
        """Returns the resources of a type by their address."""
        return {address: one for address, one in self.resources.items() if address.split(".")[0] == name}

    def local(self, name: str) -> object:
        """Returns the value of a local; `None` if there is none of that name."""
        return self.locals[name].body if name in self.locals else None


@cache
def _parsed(text: str) -> tuple[StartRule, dict]:
    tree = hcl2.parses(text)
    return tree, hcl2.serialize(tree, serialization_options=OPTIONS)


def normalized(expression: str) -> object:
    """Returns an expression as a body holds it, with its spaces as python-hcl2 writes them."""
    return _parsed(f"value = {expression}\n")[1]["value"]


def is_blocks(value: object) -> bool:
    """Returns true if a value of a body is a list of blocks and no argument."""
    return isinstance(value, list) and bool(value) and all(isinstance(one, dict) and IS_BLOCK in one for one in value)


def arguments(body: dict) -> dict:
    """Returns a body without python-hcl2's own mark."""
    return {key: value for key, value in body.items() if key != IS_BLOCK}


def read(root: Path, folder: Path, findings: list[Finding]) -> Module | None:
    """Returns the module in a folder, `None` if one of its files has a syntax error; appends to the findings."""
    module, readable = Module(folder), True
    for file in sorted((root / folder).glob("*.tf")):
        path, text = folder / file.name, file.read_text()
        try:
            tree, body = _parsed(text)
        except (LarkError, RuntimeError) as error:
            findings.append(Finding(path, f"syntax: {str(error).splitlines()[0]}"))
            readable = False
            continue
        module.files.append(File(path, text, tree, body))
        for declared, name, block in _declarations(body):
            if declared == "unknown":
                findings.append(Finding(path, f"unknown block {name}"))
                continue
            known = getattr(module, declared)
            if name in known:
                findings.append(Finding(path, f"{name} is declared twice in {declared}"))
            known[name] = Declaration(path, block)
    return module if readable else None


KINDS = {
    "variable": "variables",
    "output": "outputs",
    "module": "calls",
    "resource": "resources",
    "data": "data",
}


def _declarations(body: dict) -> Iterator[tuple[str, str, object]]:
    """Yields the field of Module, the name and the body of each declaration."""
    for kind, blocks in body.items():
        for block in blocks if isinstance(blocks, list) else [blocks]:
            if kind == "locals":
                yield from (("locals", name, value) for name, value in arguments(block).items())
            elif kind in ("resource", "data"):
                for resource_type, named in block.items():
                    yield from (
                        (KINDS[kind], f"{_bare(resource_type)}.{_bare(name)}", one) for name, one in named.items()
                    )
            elif kind in KINDS:
                yield from ((KINDS[kind], _bare(name), one) for name, one in block.items())
            elif kind not in UNNAMED_BLOCKS:
                yield "unknown", kind, block


def _bare(label: str) -> str:
    return label.strip('"')


def calls_of(function: str, tree: LarkElement) -> Iterator[list[LarkElement]]:
    """Yields the arguments of each call of a function."""
    for call in find_all(tree, FunctionCallRule):
        if [str(one.serialize()) for one in call.identifiers] == [function]:
            yield call.arguments.arguments if call.arguments else []


def references(file: File, kinds: set[str] | None = None) -> Iterator[tuple[list[str], list[str]]]:
    """Yields the labels of each block of a file with each name that it refers to, such as [var, name].

    `kinds` limits the blocks to some types. Names of `for` and of dynamic blocks are left out.
    """
    for block in file.tree.body.children:
        if isinstance(block, BlockRule):
            labels = [_bare(str(label.serialize())) for label in block.labels]
            if kinds is None or labels[0] in kinds:
                yield from ((labels, chain) for chain in _of_body(block.body, set()))


def _of_body(body: BodyRule, bound: set[str]) -> Iterator[list[str]]:
    for child in body.children:
        if isinstance(child, AttributeRule):
            own = bound | {
                str(name.serialize())
                for intro in find_all(child, ForIntroRule)
                for name in (intro.first_iterator, intro.second_iterator)
                if name is not None
            }
            yield from (chain for chain in _chains(child.expression) if chain[0] not in own)
        elif isinstance(child, BlockRule):
            labels = [_bare(str(label.serialize())) for label in child.labels]
            names = {labels[1]} | _iterator(child.body) if labels[0] == "dynamic" else set()
            yield from _of_body(child.body, bound | names)


def _iterator(body: BodyRule) -> set[str]:
    """Returns the name that a dynamic block gives its iterator, if it gives one."""
    return {
        str(child.expression.serialize()).removeprefix("${").removesuffix("}")
        for child in body.children
        if isinstance(child, AttributeRule) and str(child.identifier.serialize()) == "iterator"
    }


SELECTIONS = (GetAttrExprTermRule, IndexExprTermRule, AttrSplatExprTermRule, FullSplatExprTermRule)


def _chains(node: LarkElement) -> Iterator[list[str]]:
    """Yields the dotted names of an expression, those within indexes included."""
    chain = _chain(node)
    if chain and len(chain) > 1:
        yield chain
        while isinstance(node, (*SELECTIONS, ExprTermRule)):  # what is left are the indexes
            if isinstance(node, IndexExprTermRule):
                yield from _chains(node.children[1])
            node = node.expression if isinstance(node, ExprTermRule) else node.children[0]
    elif isinstance(node, LarkRule):
        for child in node.children:
            if child is not None:
                yield from _chains(child)


def _chain(node: LarkElement) -> list[str] | None:
    if isinstance(node, IdentifierRule):
        return [str(node.serialize())]
    if isinstance(node, ExprTermRule):
        return _chain(node.expression)
    if isinstance(node, SELECTIONS):
        base = _chain(node.children[0])
        return base and base + [str(one.identifier.serialize()) for one in find_all(node.children[1], GetAttrRule)]
    return None

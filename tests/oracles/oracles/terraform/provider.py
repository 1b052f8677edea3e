"""Resources and data sources of the AWS provider, by the model in the package cdktf-cdktf-provider-aws.

The package has the provider's schema as jsii writes it. `python -m oracles.terraform.provider WHEEL FOLDER` splits
that one file of 130 MB into a small one for each type.
"""

import io
import json
import re
import sys
import tarfile
import zipfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from oracles.repository import PROVIDER_MODEL

ARGUMENT = re.compile(r"#(\w+) \w+#\w+\}")
CLASSES = ("cdktf.TerraformResource", "cdktf.TerraformDataSource")


@dataclass(frozen=True)
class Argument:
    """One argument or nested block of a body."""

    required: bool
    is_block: bool
    repeated: bool
    kind: str  # number, string, boolean, list or object; of a block, the name of its body


@dataclass(frozen=True)
class ProviderType:
    """A resource or data source: its bodies by name, the name of the outermost, and its attributes."""

    bodies: dict[str, dict[str, Argument]]
    main: str
    attributes: frozenset[str]


@cache
def provider_type(name: str, *, is_data: bool) -> ProviderType | None:
    """Returns a resource or data source by its name, such as aws_sqs_queue; `None` if the provider has none."""
    folder = f"data_{name}" if is_data else name.removeprefix("aws_")
    file = PROVIDER_MODEL / f"{folder}.json"
    if not file.is_file():
        return None
    model = json.loads(file.read_text())
    bodies = {
        body: {argument: Argument(*facts) for argument, facts in arguments.items()}
        for body, arguments in model["bodies"].items()
    }
    return ProviderType(bodies, model["main"], frozenset(model["attributes"]))


def _kind(declared: dict) -> tuple[str, bool]:
    """Returns the kind of a type of jsii, and true if it is a list."""
    if "union" in declared:
        kinds = [_kind(one) for one in declared["union"]["types"] if one.get("fqn") != "cdktf.IResolvable"]
        return kinds[0]
    if "collection" in declared:
        is_list = declared["collection"]["kind"] == "array"
        element = _kind(declared["collection"]["elementtype"])[0]
        return (element if "fqn" in str(declared["collection"]) else "list" if is_list else "object"), is_list
    return declared.get("primitive") or declared["fqn"], False


def _argument(member: dict) -> tuple[str, list]:
    docs = member["docs"]
    summary = docs.get("summary", "")
    name = ARGUMENT.search(f"{summary}\n{docs.get('remarks', '')}")
    kind, is_list = _kind(member["type"])
    is_block = summary.endswith(" block.") and summary != "timeouts block."
    # An attribute that is a list of objects is a list and no block.
    if not is_block and "." in kind:
        kind = "list" if is_list else "object"
    return (name.group(1) if name else member["name"]), [
        not member.get("optional", False),
        is_block,
        is_list,
        kind,
    ]


def split(wheel: Path, folder: Path) -> None:
    """Writes the model of each resource and data source of the package into a file of a folder."""
    with zipfile.ZipFile(wheel) as package:
        archive = next(name for name in package.namelist() if name.endswith(".jsii.tgz"))
        with tarfile.open(fileobj=io.BytesIO(package.read(archive))) as files:
            types = json.load(files.extractfile("package/.jsii"))["types"]
    models: dict[str, dict] = {}
    for fqn, declared in types.items():
        source = declared["locationInModule"]["filename"]
        model = models.setdefault(Path(source).parent.name, {"bodies": {}, "main": "", "attributes": []})
        members = declared.get("properties", [])
        if declared["kind"] == "interface":
            model["bodies"][fqn] = dict(map(_argument, members))
            if "cdktf.TerraformMetaArguments" in declared.get("interfaces", []):
                model["main"] = fqn
        elif declared.get("base") in CLASSES:
            model["attributes"] = [_snake(member["name"]) for member in members if not member.get("static")]
    folder.mkdir(parents=True, exist_ok=True)
    for name, model in models.items():
        if model["main"]:
            (folder / f"{name.replace('-', '_')}.json").write_text(json.dumps(model))


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)([A-Z])", r"_\1", name).lower()


if __name__ == "__main__":
    split(Path(sys.argv[1]), Path(sys.argv[2]))

"""The modules of rule-templates/terraform hold what they must, and each seeded fault is found."""

import shutil
import subprocess
from pathlib import Path

import pytest
from seeded.terraform import MODULE_FAULTS, ModuleFault

from oracles.repository import RULE_TEMPLATES
from oracles.seeding import missed
from oracles.terraform.check import terraform_findings

TERRAFORM = shutil.which("terraform")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Returns a folder with a copy of the modules alone, as a registry offers them."""
    shutil.copytree(RULE_TEMPLATES / "terraform", tmp_path / "rule-templates/terraform")
    return tmp_path


def test_the_modules_are_sound(root: Path) -> None:
    assert terraform_findings(root) == []


@pytest.mark.parametrize("seeded", [pytest.param(one, id=one.fault.name) for one in MODULE_FAULTS])
def test_a_fault_in_a_module_is_found(seeded: ModuleFault, root: Path) -> None:
    file = root / "rule-templates" / seeded.file
    file.write_text(seeded.fault.seed(file.read_text()))
    place = Path("rule-templates") / (seeded.found_in or seeded.file)
    findings = terraform_findings(root)
    found = any(one.file == place and seeded.fault.words in one.text for one in findings)
    assert found, missed(f"{place}: {seeded.fault.words}", [str(one) for one in findings])


@pytest.mark.skipif(TERRAFORM is None, reason="terraform is not installed: it is in no package registry")
@pytest.mark.parametrize(
    ("folder", "command"),
    [
        (".", ["fmt", "-check", "-diff", "-recursive"]),
        ("modules/rules", ["test", "-no-color"]),  # this module needs no provider
    ],
    ids=["fmt", "test"],
)
def test_terraform_itself_accepts_the_modules(folder: str, command: list[str], root: Path) -> None:
    place = root / "rule-templates/terraform" / folder
    if command[0] == "test":
        subprocess.run([TERRAFORM, "init", "-input=false", "-no-color"], cwd=place, check=True, capture_output=True)
    run = subprocess.run([TERRAFORM, *command], cwd=place, check=False, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr

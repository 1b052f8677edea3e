"""Paths of the repository, and where run.py installs what the checks need."""

import json
import os
from functools import cache
from pathlib import Path

ORACLES = Path(__file__).resolve().parents[1]
REPOSITORY = ORACLES.parents[1]
RULE_TEMPLATES = REPOSITORY / "rule-templates"
POLICIES = RULE_TEMPLATES / "iam"
RUNBOOK = RULE_TEMPLATES / "ssm/private-instance.yaml"

# run.py fills this folder; a variable of the environment moves it.
INSTALLED = Path(os.environ.get("ORACLES_TARGET", REPOSITORY / "target/oracles"))
SAM_PYTHON = INSTALLED / "sam/bin/python"
CFN_GUARD = INSTALLED / "guard/bin/cfn-guard"
PROVIDER_MODEL = INSTALLED / "provider"
JUNIT_SCHEMA = INSTALLED / "schemas/junit-10.xsd"
REPORTS = INSTALLED / "reports"
PAGES = INSTALLED / "pages"
SITE = INSTALLED / "site/book"
DMS_RULE = Path(
    os.environ.get(
        "ORACLES_DMS_RULE",
        Path(os.environ.get("CARGO_TARGET_DIR", REPOSITORY / "target")) / "debug/dms-rule",
    )
)
# The example of the crate remediation that prints paths for instances that code manages.
MANAGED_PATHS = Path(os.environ.get("CARGO_TARGET_DIR", REPOSITORY / "target")) / "debug/examples/managed"
# The situations of the exploration in crates/remediation, and its transition function as a program.
SITUATIONS = INSTALLED / "situations.jsonl"
NEXT = DMS_RULE.parent / "examples/next"


@cache
def pins() -> dict[str, str]:
    """Returns the pinned versions of pins.json by the name of the package."""
    return json.loads((ORACLES / "pins.json").read_text())


def items(value: object) -> list:
    """Returns a value of a policy or template as a list: itself, or the one value in a list."""
    return value if isinstance(value, list) else [value]

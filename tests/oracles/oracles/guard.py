"""The rules of rule-templates/guard: cfn-guard's own tests, and one result by cfn-guard and by dms-rule."""

import json
import textwrap
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from oracles.programs import run
from oracles.repository import CFN_GUARD, DMS_RULE, RULE_TEMPLATES

GUARD = RULE_TEMPLATES / "guard"
TEST_FAILED = 7  # exit code of `cfn-guard test`


@dataclass(frozen=True)
class Case:
    """One test of a rule: its name, the template as it is written, and the expected result."""

    name: str
    template: str
    expected: str


def rule_names() -> list[str]:
    """Returns the names of the rules, which are those of rules.json."""
    return sorted(file.stem for file in GUARD.glob("*.guard"))


def rule_file(name: str) -> Path:
    """Returns the path of a rule's Guard file."""
    return GUARD / f"{name}.guard"


def tests_file(name: str) -> Path:
    """Returns the file with the tests of a rule."""
    return GUARD / "tests" / f"{name}_tests.yaml"


@cache
def cases(name: str) -> list[Case]:
    """Returns the tests of a rule, with templates as they are written: a YAML reader would lose `False` and "False".

    Raises ValueError if a test expects nothing of the rule.
    """
    text = tests_file(name).read_text()
    found, loaded = [], yaml.safe_load(text)
    for test in yaml.compose(text, yaml.SafeLoader).value:
        members = {key.value: value for key, value in test.value}
        start, end = members["input"].start_mark, members["input"].end_mark
        template = textwrap.dedent(" " * start.column + text[start.index : end.index])
        expectations = loaded[len(found)]["expectations"]["rules"]
        if list(expectations) != [name.replace("-", "_")]:
            raise ValueError(f"{members['name'].value}: expected a result of {name}, found {expectations}")
        found.append(Case(members["name"].value, template, *expectations.values()))
    return found


def guard_tests(name: str, rule: Path) -> tuple[int, int, str]:
    """Runs cfn-guard's tests of a rule on a file; returns its exit code, how many pass, and what it printed."""
    tested = run(CFN_GUARD, "test", "--rules-file", rule, "--test-data", tests_file(name))
    return tested.returncode, tested.stdout.count("  PASS Rules:"), tested.stdout + tested.stderr


def guard_results(name: str, folder: Path) -> dict[str, str]:
    """Returns the result of `cfn-guard validate` for each template in a folder."""
    options = ("--structured", "--output-format", "json", "--show-summary", "none")
    validated = run(CFN_GUARD, "validate", "--rules", rule_file(name), "--data", folder, *options)
    return {Path(one["name"]).name: one["status"] for one in json.loads(validated.stdout)}


def dms_rule_results(name: str, folder: Path) -> dict[str, str]:
    """Returns the result of `dms-rule check` for each template in a folder, in the words of cfn-guard.

    Raises ValueError if dms-rule cannot read all of them.
    """
    checked = run(DMS_RULE, "check", folder, "--rule", name, "--format", "json", "--fail-on", "never")
    report = json.loads(checked.stdout)
    # A template that includes another is evaluated as far as it goes; what it includes is a failure.
    unread = [one for one in report["failures"] if not one["message"].startswith("Transform names a template")]
    if unread:
        raise ValueError(f"dms-rule could not read all: {unread}")
    types: dict[str, set[str]] = {file.name: set() for file in folder.iterdir()}
    for result in report["results"]:
        types[Path(result["source"]["name"]).name].add(result["complianceType"])
    return {
        file: "SKIP" if not found else "PASS" if found == {"COMPLIANT"} else "FAIL" for file, found in types.items()
    }

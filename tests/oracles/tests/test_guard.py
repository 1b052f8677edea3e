"""cfn-guard and dms-rule agree on every template in the tests of a rule, and those tests find each seeded fault."""

from pathlib import Path

import pytest
from seeded.guard import RULE_FAULTS

from oracles.facts import facts
from oracles.guard import (
    TEST_FAILED,
    cases,
    dms_rule_results,
    guard_results,
    guard_tests,
    rule_file,
    rule_names,
)

SEEDED = [pytest.param(name, fault, id=f"{name}: {fault}") for name in rule_names() for fault in RULE_FAULTS]


@pytest.mark.parametrize("name", rule_names())
def test_a_rule_is_the_twin_of_one_in_rules_json(name: str) -> None:
    assert name in facts().rules


@pytest.mark.parametrize("name", rule_names())
def test_the_own_tests_of_a_rule_pass(name: str) -> None:
    code, passed, printed = guard_tests(name, rule_file(name))
    assert (code, passed) == (0, len(cases(name))), printed


@pytest.mark.parametrize("name", rule_names())
def test_cfn_guard_and_dms_rule_agree_on_every_template(name: str, tmp_path: Path) -> None:
    written = cases(name)
    assert len({case.name for case in written}) == len(written)
    expected = {}
    for number, case in enumerate(written):
        file = tmp_path / f"{number:03}.yaml"
        file.write_text(case.template)
        expected[file.name] = case.expected
    assert guard_results(name, tmp_path) == expected
    assert dms_rule_results(name, tmp_path) == expected


@pytest.mark.parametrize(("name", "fault"), SEEDED)
def test_a_fault_in_a_rule_is_found_by_its_tests(name: str, fault: str, tmp_path: Path) -> None:
    text = rule_file(name).read_text()
    broken = RULE_FAULTS[fault](text)
    assert broken != text, "the rule has nothing to break"
    copy = tmp_path / rule_file(name).name
    copy.write_text(broken)
    code, passed, printed = guard_tests(name, copy)
    assert code == TEST_FAILED, f"exit {code}, {passed} tests pass\n{printed}"

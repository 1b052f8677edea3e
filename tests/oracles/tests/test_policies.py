"""The policies of rule-templates/iam are sound and complete, and each seeded fault is found."""

import pytest
from seeded.policies import policy_faults

from oracles.facts import facts
from oracles.iam import KNOWN, policy_findings, policy_names
from oracles.repository import POLICIES
from oracles.seeding import Fault, missed


def text_of(name: str) -> str:
    return (POLICIES / f"{name}.json").read_text()


SEEDED = [
    pytest.param(name, fault, id=f"{name}: {fault.name}")
    for name in policy_names()
    for fault in policy_faults(text_of(name))
]


def test_every_policy_is_present() -> None:
    assert set(policy_names()) == KNOWN


@pytest.mark.parametrize("name", policy_names())
def test_a_policy_is_sound(name: str) -> None:
    assert list(policy_findings(name, text_of(name), facts())) == []


@pytest.mark.parametrize(("name", "fault"), SEEDED)
def test_a_fault_in_a_policy_is_found(name: str, fault: Fault) -> None:
    findings = list(policy_findings(name, fault.seed(text_of(name)), facts()))
    assert any(fault.words in finding for finding in findings), missed(fault.words, findings)

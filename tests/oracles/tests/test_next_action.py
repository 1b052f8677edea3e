"""The runbook's transition function chooses the same action as crates/remediation.

The situations are those of the exploration in crates/remediation/tests/model, which run.py has it write. Each is also
compared with members taken away, emptied or changed, as no exploration has them.
"""

import json
import random
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from itertools import islice

import pytest

from oracles.repository import NEXT, RULE_TEMPLATES, SITUATIONS

sys.path.insert(0, str(RULE_TEMPLATES / "ssm"))
from next_action import next_action

WORDS = ["available", "running", "stopped", "failed-move", "moving", "deleting", "3.5.3", "3.6.0", "cdc", "x", ""]


@cache
def situations() -> list[dict]:
    """Returns every situation with its plan, and the key of what the crate does next."""
    plans, found = {}, []
    for line in SITUATIONS.read_text().splitlines():
        one = json.loads(line)
        if "plan" in one:
            plans[one["case"]] = one["plan"]
        else:
            found.append(one | {"plan": plans[one["case"]]})
    return found


def key_of(one: dict) -> str:
    members = ("plan", "observation", "memory", "attempts", "consent", "direction")
    return next_action(*(one[name] for name in members))["key"].strip()


def test_every_situation_of_the_exploration_has_the_same_next_action() -> None:
    different = [one for one in situations() if key_of(one) != one["next"].strip()]
    assert different[:1] == []
    assert len(situations()) > 10_000
    kinds = {" ".join(one["next"].split()[:2]) for one in situations()}
    assert len(kinds) > 30


def described(value: object) -> Iterator[dict]:
    """Yields every description of DMS in a situation: its members are in capitals."""
    if isinstance(value, dict):
        if value and all(name[:1].isupper() for name in value):
            yield value
        for one in value.values():
            yield from described(one)
    elif isinstance(value, list):
        for one in value:
            yield from described(one)


def changed(one: dict, dice: random.Random) -> dict:
    """Returns a situation in which members are missing, null or of another value of their type."""
    one = json.loads(json.dumps(one))
    for _ in range(dice.randint(1, 3)):
        descriptions = list(described([one["observation"], one["plan"]["instance"], one["plan"]["tasks"]]))
        description = dice.choice(descriptions)
        name = dice.choice(list(description) or ["Status"])
        value = description.get(name)
        match dice.randint(0, 2):
            case 0:
                description.pop(name, None)
            case 1:
                description[name] = None
            case _ if isinstance(value, bool):
                description[name] = not value
            case _ if isinstance(value, int):
                description[name] = dice.choice([0, 50, 100, value + 1])
            case _ if isinstance(value, str):
                description[name] = dice.choice(WORDS)
    name = dice.choice(["approved", "goingBack"])
    one["memory"][name] = dice.choice([True, False, one["memory"].get(name, False)])
    return one


@pytest.mark.parametrize("seed", range(4))
def test_a_situation_with_odd_or_missing_members_has_the_same_next_action(seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311 - the same situations in every run
    chosen = [changed(dice.choice(situations()), dice) for _ in range(2_500)]
    lines = "".join(json.dumps(one) + "\n" for one in chosen)
    output = subprocess.run([NEXT], input=lines, capture_output=True, text=True, check=True).stdout
    keys = [key.strip() for key in output.splitlines()]
    assert len(keys) == len(chosen)
    different = ((one, key) for one, key in zip(chosen, keys, strict=True) if key_of(one) != key)
    assert [(key_of(one), key, one) for one, key in islice(different, 1)] == []

"""The scripts of a plan, run by the AWS CLI of both versions against the simulated DMS, and read by ShellCheck."""

import os
import subprocess
from pathlib import Path

import pytest

from oracles.repository import REPOSITORY

GOLDEN = REPOSITORY / "crates/remediation/tests/golden"


def test_the_scripts_do_with_the_aws_cli_what_the_plan_says(aws: Path) -> None:
    command = "cargo test --quiet --locked --workspace --test dms-rule plan_shell -- --ignored --test-threads 2"
    environment = os.environ | {"DMS_RULE_AWS_CLI": str(aws)}
    done = subprocess.run(
        command.split(), cwd=REPOSITORY, env=environment, capture_output=True, text=True, timeout=1800, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "7 passed" in done.stdout, done.stdout


@pytest.mark.parametrize("script", sorted(GOLDEN.glob("*.sh")), ids=lambda path: path.name)
def test_a_script_has_no_fault_that_shellcheck_finds(script: Path) -> None:
    done = subprocess.run(["shellcheck", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_there_are_scripts() -> None:
    assert len(list(GOLDEN.glob("*.sh"))) == 4

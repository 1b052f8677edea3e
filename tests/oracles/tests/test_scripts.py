"""The scripts of a plan, run by the AWS CLI of both versions against the simulated DMS, and read by ShellCheck."""

import os
import subprocess
from pathlib import Path

import pytest

from oracles.repository import REPOSITORY

# The tests that are run with version 1 too, since it words errors in its own way. All are, if the variable of
# `.ci/run --full` is set: they are the longest of all checks.
SOME = ["the_scripts_make_the_instance_private", "a_failed_move_stops", "an_endpoint_that_is_not_reached"]
IS_FULL = bool(os.environ.get("ORACLES_FULL"))
GOLDEN = REPOSITORY / "crates/remediation/tests/golden"


def test_the_scripts_do_with_the_aws_cli_what_the_plan_says(aws: Path) -> None:
    version = subprocess.run([aws, "--version"], capture_output=True, text=True, check=True).stdout
    is_whole = IS_FULL or version.startswith("aws-cli/2.")
    names = "plan_shell" if is_whole else " ".join(f"plan_shell::{name}" for name in SOME)
    command = f"cargo test --quiet --locked --workspace --test dms-rule -- --ignored --test-threads 2 {names}"
    environment = os.environ | {"DMS_RULE_AWS_CLI": str(aws)}
    done = subprocess.run(
        command.split(), cwd=REPOSITORY, env=environment, capture_output=True, text=True, timeout=1800, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{7 if is_whole else len(SOME)} passed" in done.stdout, done.stdout


@pytest.mark.parametrize("script", sorted(GOLDEN.glob("*.sh")), ids=lambda path: path.name)
def test_a_script_has_no_fault_that_shellcheck_finds(script: Path) -> None:
    done = subprocess.run(["shellcheck", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_there_are_scripts() -> None:
    assert len(list(GOLDEN.glob("*.sh"))) == 4

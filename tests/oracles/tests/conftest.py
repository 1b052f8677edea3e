"""Fixtures of more than one file of tests."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from oracles.pages import ARGUMENTS, CHROMIUM
from oracles.repository import ORACLES

# The Python of each version of the AWS CLI: 1 is among the packages of the oracles, 2 is Debian's.
PYTHONS = {"1": sys.executable, "2": "/usr/bin/python3"}


@pytest.fixture(params=sorted(PYTHONS))
def aws(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path]:
    """Returns the AWS CLI of a version."""
    server = subprocess.Popen(
        [PYTHONS[request.param], ORACLES / "oracles/aws_cli.py", tmp_path], stdout=subprocess.PIPE
    )
    try:
        assert server.stdout is not None
        assert server.stdout.readline() == b"ready\n"
        version = subprocess.run([tmp_path / "aws", "--version"], capture_output=True, text=True, check=True)
        assert version.stdout.startswith(f"aws-cli/{request.param}."), version.stdout
        yield tmp_path / "aws"
    finally:
        server.kill()
        server.wait()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Returns Debian's Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()

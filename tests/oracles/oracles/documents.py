"""The documents of rule-templates: their links, and their commands parsed by the programs that they name.

The AWS CLI parses a command and checks it against its models; then it cannot connect to the endpoint.
"""

import json
import os
import re
import shlex
import subprocess
from collections.abc import Callable, Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path

from oracles.programs import SCRIPTS, run
from oracles.repository import CFN_GUARD, DMS_RULE, REPOSITORY, RULE_TEMPLATES, SAM_PYTHON, pins
from oracles.templates.deployment import load
from oracles.terraform.modules import read

SCRIPT_AWS = SCRIPTS / "aws"
UNREACHABLE = "http://127.0.0.1:9"
NOT_COMPLIANT = 19  # exit code of `cfn-guard validate`
# Programs of the system, which are only named.
SYSTEM = {"cd", "git", "grep", "jq", "objdump", "sha256sum", "sort", "tail", "zip"}
PARAMETERS = {"--parameter-overrides", "--parameters", "--conformance-pack-input-parameters"}
# Parses as `sam` does, and runs nothing.
SAM = (
    "import sys\nfrom samcli.cli.main import cli\nwords = sys.argv[1:]\n"
    "command = cli.get_command(cli.make_context('sam', list(words), resilient_parsing=True), words[0])\n"
    "command.make_context(words[0], words[1:])\n"
)


def documents() -> list[Path]:
    """Returns the documents of rule-templates."""
    return sorted(RULE_TEMPLATES.rglob("README.md"))


def links(document: Path) -> list[str]:
    """Returns the files that a document links to, as they are written."""
    return re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", document.read_text())


def commands(document: Path) -> Iterator[str]:
    """Yields the commands of the console blocks of a document, each part of a pipe by itself."""
    for block in re.findall(r"```console\n(.*?)```", document.read_text(), re.DOTALL):
        for line in block.replace("\\\n", " ").splitlines():
            if line.startswith("$ "):
                yield from re.split(r" (?:\||&&) ", re.sub(r"\s+", " ", line[2:]).strip())


def command_finding(command: str, workspace: Path) -> str | None:
    """Returns why a program does not take a command, `None` if it does.

    The workspace is a folder that takes the place of the repository, in which files that a command needs are made.
    """
    words = shlex.split(command)
    for word in words:
        file = word.split("://", 1)[-1] if word.startswith("file://") else word
        if file.startswith("rule-templates/") and "*" not in file and not (REPOSITORY / file).exists():
            return f"{file} does not exist"
    if words[0] in PROGRAMS:
        return PROGRAMS[words[0]](words[1:], workspace)
    return None if words[0] in SYSTEM else f"{words[0]} is not known"


def _last_line(text: str) -> str:
    return (text.strip().splitlines() or ["nothing"])[-1]


def _aws(words: list[str], workspace: Path) -> str | None:
    for word in words:
        if word.endswith(".zip") and not word.startswith("s3:") and "=" not in word:
            (workspace / word).parent.mkdir(parents=True, exist_ok=True)
            (workspace / word).write_bytes(b"x")
    parsed = subprocess.run(
        [SCRIPT_AWS, *words],
        cwd=workspace,
        env={
            "PATH": os.environ["PATH"],
            "HOME": "/nonexistent",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_ENDPOINT_URL": UNREACHABLE,
            "AWS_MAX_ATTEMPTS": "1",
            "AWS_EC2_METADATA_DISABLED": "true",
        },
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    printed = parsed.stderr + parsed.stdout
    if "Could not connect to the endpoint URL" not in printed:
        return f"aws: {_last_line(printed)}"
    return _parameters(words)


def _parameters(words: list[str]) -> str | None:
    """Returns a parameter that a template does not have, or one without a default that is not given."""
    files = [word for word in words if word.endswith(".yaml") and "rule-templates/" in word]
    if not files:
        return None
    declared = load((REPOSITORY / files[0].split("://", 1)[-1]).read_text()).get("Parameters", {})
    given, option = set(), ""
    for word in words:
        option = word if word.startswith("--") else option
        match = re.match(r"(?:ParameterName=|ParameterKey=)?([A-Za-z0-9]+)[=,]", word)
        if match and option in PARAMETERS:
            given.add(match.group(1))
    required = {name for name, parameter in declared.items() if "Default" not in parameter}
    for name in sorted(given - set(declared)):
        return f"{name} is no parameter of {files[0]}"
    for name in sorted(required - given):
        return f"{name} of {files[0]} is not given"
    return None


def _sam(words: list[str], _workspace: Path) -> str | None:
    environment = os.environ | {"SAM_CLI_TELEMETRY": "0", "AWS_DEFAULT_REGION": "us-east-1"}
    parsed = subprocess.run(
        [SAM_PYTHON, "-c", SAM, *words],
        cwd=RULE_TEMPLATES / "sam",
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return None if parsed.returncode == 0 else f"sam: {_last_line(parsed.stderr + parsed.stdout)}"


def _terraform(words: list[str], _workspace: Path) -> str | None:
    folder = next((word.split("=", 1)[1] for word in words if word.startswith("-chdir=")), "?")
    module = read(REPOSITORY, Path(folder), [])
    if module is None or not module.files:
        return f"there is no module in {folder}"
    rest = [word for word in words if not word.startswith("-chdir=")]
    if rest[0] not in ("init", "apply", "plan", "destroy", "test"):
        return f"{rest[0]} is no command"
    for before, word in pairwise(rest):
        if before == "-var" and word.split("=", 1)[0] not in module.variables:
            return f"{word} is no variable of {folder}"
    return None


@cache
def _targets() -> dict[str, set[str]]:
    command = ("cargo", "metadata", "--no-deps", "--format-version", "1", "--locked")
    packages = json.loads(run(*command).stdout)["packages"]
    return {one["name"]: {target["name"] for target in one["targets"]} for one in packages}


def _cargo(words: list[str], _workspace: Path) -> str | None:
    """Returns a package or target that does not exist, or another version of cfn-guard than the checked one."""
    if words[:2] == ["install", "cfn-guard"]:
        return None if pins()["cfn-guard"] in words else f"expected cfn-guard {pins()['cfn-guard']}, the checked one"
    if words[0] not in ("build", "run", "test", "bench", "lambda", "install"):
        return f"{words[0]} is no command"
    options = words[: words.index("--")] if "--" in words else words
    for before, word in pairwise(options):
        if before == "-p" and word not in _targets():
            return f"{word} is no package"
        targets = {target for one in _targets().values() for target in one}
        if before in ("--bin", "--example", "--bench") and word not in targets:
            return f"{word} is no target"
    return None


def _cfn_guard(words: list[str], _workspace: Path) -> str | None:
    validated = run(CFN_GUARD, *words)
    taken = validated.returncode in (0, NOT_COMPLIANT)
    return None if taken else f"cfn-guard: {_last_line(validated.stderr + validated.stdout)}"


def _dms_rule(words: list[str], _workspace: Path) -> str | None:
    if words[0] in {"scan", "coverage"}:  # a local AWS is another account: the parser alone decides
        tried = run(DMS_RULE, "local", "--", DMS_RULE, *words)
        return f"dms-rule: {_last_line(tried.stderr)}" if tried.stderr.startswith("error: ") else None
    checked = run(DMS_RULE, *words, stdin='{"Results": []}')
    return None if checked.returncode == 0 else f"dms-rule: {_last_line(checked.stderr + checked.stdout)}"


def _deploy(words: list[str], _workspace: Path) -> str | None:
    options = run(RULE_TEMPLATES / "deploy.sh", "--help").stdout
    known = set(re.findall(r"^  (--[\w-]+)", options, re.MULTILINE))
    unknown = [word for word in words if word.startswith("--") and word not in known]
    if unknown or words[0] not in ("stackset", "central"):
        return f"deploy.sh: {unknown or words[0]} is not in its help"
    return None


PROGRAMS: dict[str, Callable[[list[str], Path], str | None]] = {
    "aws": _aws,
    "sam": _sam,
    "terraform": _terraform,
    "cargo": _cargo,
    "cfn-guard": _cfn_guard,
    "dms-rule": _dms_rule,
    "rule-templates/deploy.sh": _deploy,
}

"""The action, the examples and the hook: by the schemas of their platforms, and run in scratch repositories."""

import json
import os
import re
import shutil
import stat
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator
from lxml import etree

from oracles.channels import REAL, actionlint, version
from oracles.pipelines import (
    ACTION,
    BUILDSPEC_SCHEMA,
    CODEBUILD,
    GITLAB,
    HOOKS,
    Action,
    codebuild_commands,
    commands_in,
    gitlab_commands,
    path_with,
    run_commands,
    schema_findings,
)
from oracles.reports.formats import report_findings
from oracles.repository import DMS_RULE, REPOSITORY

PAGE = REPOSITORY / "docs/pipelines.md"
PRIVATE = "Resources:\n  Orders: {Type: AWS::DMS::ReplicationInstance, Properties: {PubliclyAccessible: %s}}\n"
ONE_RULE = "--rule=dms-replication-not-public"
# The content of a template, and if a pipeline passes with it.
REPOSITORIES = {
    "clean": (PRIVATE % "false", True),
    "finding": (PRIVATE % "true", False),
    "unknown": (PRIVATE % "!ImportValue Public", False),
    "unreadable": ("Resources: {Orders: {Type: AWS::DMS::ReplicationInstance, Properties: [", False),
    "without": ("Resources: {Topic: {Type: AWS::SNS::Topic}}\n", True),
}
HOSTILE = ["::add-mask::x.yaml", "##[add-matcher]x.yaml", "a\n::stop-commands::x.yaml", "%0A::error::x.yaml", "-h.yaml"]


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """Returns a folder for PATH with a program that checks by one rule, so that a template is clean or is not."""
    folder = tmp_path / "bin"
    folder.mkdir()
    program = folder / "dms-rule"
    program.write_text(
        f'#!/bin/sh\ncase $1 in check) shift; exec {DMS_RULE} check {ONE_RULE} "$@";; esac\nexec {DMS_RULE} "$@"\n'
    )
    program.chmod(0o755)
    return folder


def repository(folder: Path, name: str) -> Path:
    """Makes a repository with one template."""
    scratch = folder / "repository"
    scratch.mkdir()
    (scratch / "template.yaml").write_text(REPOSITORIES[name][0])
    (scratch / "README.md").write_text("# Nothing of AWS DMS\n")
    return scratch


def action(folder: Path, workspace: Path) -> Action:
    temp = folder / "temp"
    temp.mkdir()
    return Action(workspace, temp, os.environ["PATH"])


def tool(name: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [Path(sys.executable).with_name(name), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


@pytest.mark.parametrize(
    ("schema", "file", "old", "new"),
    [
        ("github-actions", ACTION, "using: composite", "using: compost"),
        ("gitlab-ci", GITLAB, "when: always", "when: ever"),
    ],
)
def test_a_file_is_as_the_schema_of_its_platform_wants_it(schema: str, file: Path, old: str, new: str) -> None:
    assert schema_findings(schema, yaml.safe_load(file.read_text())) == []
    assert schema_findings(schema, yaml.safe_load(file.read_text().replace(old, new))) != []


def test_pre_commit_reads_the_hook(tmp_path: Path) -> None:
    assert tool("pre-commit", "validate-manifest", HOOKS).returncode == 0
    (tmp_path / HOOKS.name).write_text(HOOKS.read_text().replace("- id:", "- ids:"))
    assert tool("pre-commit", "validate-manifest", tmp_path / HOOKS.name).returncode != 0


def test_the_build_specification_has_only_documented_members() -> None:
    validator = Draft202012Validator(BUILDSPEC_SCHEMA)
    assert list(validator.iter_errors(yaml.safe_load(CODEBUILD.read_text()))) == []
    for old, new in (("commands:", "command:"), ("JUNITXML", "JUNIT"), ("  install:", "  installs:")):
        broken = CODEBUILD.read_text().replace(old, new)
        assert list(validator.iter_errors(yaml.safe_load(broken))) != [], new


def test_zizmor_finds_nothing_in_the_action_and_finds_a_seeded_fault(tmp_path: Path) -> None:
    options = ("--offline", "--no-progress", "--persona=auditor")
    found = tool("zizmor", *options, ACTION)
    assert found.returncode == 0, found.stdout + found.stderr
    faults = {
        "template-injection": ('"$PROGRAM" --version', "${{ inputs.program }} --version"),
        "unpinned-uses": ("@5d4e8d1aca955e8d8589aabd499c5cae939e33c7 # v4.31.9", "@v4"),
    }
    for words, (old, new) in faults.items():
        assert old in ACTION.read_text()
        (tmp_path / "action.yml").write_text(ACTION.read_text().replace(old, new))
        assert words in tool("zizmor", *options, tmp_path / "action.yml").stdout


def test_actionlint_finds_nothing_in_the_workflow_of_the_page() -> None:
    [workflow] = re.findall(r"```yaml\n(name: .*?)```", PAGE.read_text(), re.DOTALL)
    assert [one["message"] for one in actionlint(workflow)] == []
    given = yaml.safe_load(workflow)["jobs"]["dms-rule"]["steps"][1]["with"]
    assert set(given) <= set(yaml.safe_load(ACTION.read_text())["inputs"])


def test_every_script_of_the_action_is_one_that_a_shell_reads(tmp_path: Path) -> None:
    for step in yaml.safe_load(ACTION.read_text())["runs"]["steps"]:
        if "run" in step:
            (tmp_path / "script").write_text("#!/bin/bash\n# shellcheck disable=SC2153\n" + step["run"])
            checked = subprocess.run(["shellcheck", tmp_path / "script"], capture_output=True, text=True, check=False)
            assert checked.returncode == 0, checked.stdout


def test_no_pipeline_changes_anything_in_aws() -> None:
    for file in (ACTION, GITLAB, CODEBUILD, HOOKS):
        words = [line for line in file.read_text().splitlines() if not line.lstrip().startswith("#")]
        text = "\n".join(words)
        assert not re.search(r"\bapply\b|\baws \w", text), file
        started = re.findall(r"(?:dms-rule|\"\$PROGRAM\") ([a-z-]+)", text)
        assert set(started) <= {"check", "--version"}, (file, started)
        assert "check" in started, file


@pytest.mark.parametrize("name", REPOSITORIES)
def test_the_action_fails_after_the_reports_are_written(name: str, tmp_path: Path, programs: Path) -> None:
    workspace = repository(tmp_path, name)
    job = action(tmp_path, workspace).run(program=str(programs / "dms-rule"), sarif="true")
    assert job.succeeded == REPOSITORIES[name][1], job.log
    is_complete = name != "unreadable"
    assert job.summary.startswith("# AWS DMS: ")
    assert ("NOT COMPLETE" in job.summary.splitlines()[0]) != is_complete, job.summary
    assert report_findings("report.md", job.summary.encode()) == []
    assert ("orders" in job.summary.lower()) == (name in {"finding", "unknown"}), job.summary
    submitted = [one["sarif_file"] for one in job.used]
    assert len(submitted) == is_complete, job.used
    for file in submitted:
        assert report_findings("report.sarif", Path(file).read_bytes()) == []
    executed = commands_in(job.log)
    assert {command for command, _ in executed} <= {"error", "notice"}, job.log
    assert any(command == "error" for command, _ in executed) == (not REPOSITORIES[name][1]), job.log
    [at] = re.findall(r"^::error file=template.yaml,line=(\d)", job.log, re.MULTILINE) or [None]
    assert at == ("2" if name in {"finding", "unknown"} else None), job.log


def test_the_action_submits_nothing_unless_it_is_told_to(tmp_path: Path, programs: Path) -> None:
    job = action(tmp_path, repository(tmp_path, "finding")).run(program=str(programs / "dms-rule"))
    assert (job.succeeded, job.used) == (False, [])


@pytest.mark.parametrize("filtered", ["--only=exempt", "--only=compliant\n--fail-on=never"])
def test_the_action_submits_no_filtered_report(filtered: str, tmp_path: Path, programs: Path) -> None:
    workspace = repository(tmp_path, "finding")
    job = action(tmp_path, workspace).run(program=str(programs / "dms-rule"), sarif="true", arguments=filtered)
    assert job.used == [], "code scanning would close the alerts that the file lacks"


def test_names_of_files_cannot_control_the_runner(tmp_path: Path, programs: Path) -> None:
    workspace = repository(tmp_path, "clean")
    for name in HOSTILE:
        for folder in ("", "x/"):
            file = workspace / f"{folder}{name}"
            file.parent.mkdir(exist_ok=True, parents=True)
            file.write_text(REPOSITORIES["unreadable" if folder else "finding"][0])
    job = action(tmp_path, workspace).run(program=str(programs / "dms-rule"))
    executed = commands_in(job.log)
    assert not job.succeeded
    assert {command for command, _ in executed} == {"error"}, executed
    assert "##[add-matcher]x.yaml" in job.log, "the test has no teeth"
    assert report_findings("report.md", job.summary.encode()) == []


def test_inputs_of_the_action_are_no_scripts_and_no_options(tmp_path: Path, programs: Path) -> None:
    workspace = repository(tmp_path, "clean")
    (workspace / "-h.yaml").write_text(REPOSITORIES["finding"][0])
    (workspace / "a b$(touch x).yaml").write_text(REPOSITORIES["finding"][0])
    for inputs in ("-h.yaml", "a b$(touch x).yaml", "template.yaml\n-h.yaml\n"):
        folder = tmp_path / str(len(inputs))
        folder.mkdir()
        job = action(folder, workspace).run(program=str(programs / "dms-rule"), inputs=inputs)
        assert not job.succeeded
        assert "1 NON\\_COMPLIANT" in job.summary.splitlines()[0], job.log
    assert not (workspace / "x").exists()
    folder = tmp_path / "arguments"
    folder.mkdir()
    job = action(folder, workspace).run(
        program=str(programs / "dms-rule"), inputs="-h.yaml", arguments="--fail-on=never\n"
    )
    assert job.succeeded, job.log


@pytest.mark.parametrize("end", ["exit 0", "exit 3", "kill -9 $$", "exit 101"])
def test_a_program_that_writes_no_report_fails_the_action(end: str, tmp_path: Path, programs: Path) -> None:
    (programs / "dms-rule").write_text(f"#!/bin/sh\n[ $1 = check ] || exit 0\nprintf 'partial line'\n{end}\n")
    job = action(tmp_path, repository(tmp_path, "clean")).run(program=str(programs / "dms-rule"), sarif="true")
    assert (job.succeeded, job.used) == (False, [])
    assert "NOT COMPLETE" in job.summary
    assert commands_in(job.log) == []


@pytest.mark.skipif(not REAL, reason="an environment of Python takes a while to make: with ORACLES_RELEASE")
def test_the_action_installs_the_package_that_it_is_given(tmp_path: Path, programs: Path) -> None:
    job = action(tmp_path, repository(tmp_path, "finding")).run(package=str(wheel(tmp_path, programs)))
    assert not job.succeeded
    assert job.summary.startswith("# AWS DMS: 1 NON\\_COMPLIANT"), job.log
    assert job.outputs["check"]["exit-code"] == "1"


def test_a_program_that_is_not_there_fails_the_action(tmp_path: Path) -> None:
    job = action(tmp_path, repository(tmp_path, "clean")).run(program=str(tmp_path / "none"))
    assert (job.succeeded, job.used) == (False, [])


@pytest.mark.parametrize("platform", ["gitlab", "codebuild"])
@pytest.mark.parametrize("name", REPOSITORIES)
def test_an_example_fails_after_the_reports_are_written(
    name: str, platform: str, tmp_path: Path, programs: Path
) -> None:
    workspace = repository(tmp_path, name)
    commands, variables = gitlab_commands() if platform == "gitlab" else codebuild_commands()
    code, log = run_commands(commands, workspace, "sh", variables | {"PATH": path_with(programs)})
    assert (code == 0) == REPOSITORIES[name][1], log
    document = yaml.safe_load((GITLAB if platform == "gitlab" else CODEBUILD).read_text())
    if platform == "gitlab":
        reports = document["dms-rule"]["artifacts"]["reports"]
        quality = (workspace / reports["codequality"]).read_bytes()
        assert report_findings("report.gitlab.json", quality) == []
        assert json.loads(quality)[0]["severity"] == ("blocker" if name == "unreadable" else "info")
        junit = workspace / reports["junit"]
    else:
        group = document["reports"]["dms-rule"]
        junit = workspace / group["base-directory"] / group["files"][0]
    assert report_findings("report.junit.xml", junit.read_bytes()) == []
    suites = etree.parse(junit).getroot()
    bad = int(suites.get("failures")) + int(suites.get("errors"))
    assert (bad == 0) == REPOSITORIES[name][1]
    # The reports of a run are nothing to evaluate for the next.
    assert run_commands(commands, workspace, "sh", variables | {"PATH": path_with(programs)})[0] == code


def test_an_example_installs_the_wheel_that_it_is_given(tmp_path: Path, programs: Path) -> None:
    workspace = repository(tmp_path, "finding")
    given = tmp_path / "environment"
    path = f"{given / 'bin'}:{Path(sys.executable).parent}:/usr/bin:/bin"
    built = wheel(tmp_path, programs)
    for commands, variables in (gitlab_commands(), codebuild_commands()):
        without = run_commands(commands, workspace, "sh", variables | {"PATH": "/usr/bin:/bin"})
        assert without[0] not in {0, 1}
        assert "set it to a wheel" in without[1], without
        variables |= {"PATH": path, "DMS_RULE_PACKAGE": str(built), "PIP_NO_INDEX": "1", "PIP_TARGET": str(given)}
        code, log = run_commands(commands, workspace, "sh", variables)
        assert code == 1, log
        assert (given / "bin/dms-rule").is_file()
        shutil.rmtree(given)


def wheel(folder: Path, programs: Path) -> Path:
    """Writes a wheel of a program into a folder."""
    stem = f"dms_rule-{version()}"
    info = f"{stem}.dist-info"
    files = {
        f"{stem}.data/scripts/dms-rule": (programs / "dms-rule").read_text(),
        f"{info}/METADATA": f"Metadata-Version: 2.4\nName: dms-rule\nVersion: {version()}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    path = folder / f"{stem}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in files.items():
            entry = zipfile.ZipInfo(name)
            entry.external_attr = (stat.S_IFREG | (0o755 if "scripts" in name else 0o644)) << 16
            archive.writestr(entry, text)
        archive.writestr(f"{info}/RECORD", "".join(f"{name},,\n" for name in [*files, f"{info}/RECORD"]))
    return path


def git(folder: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=x", "-c", "user.email=x@example.invalid", "-c", "core.hooksPath=/dev/null")
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


def committed(folder: Path) -> Path:
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "x")
    return folder


BACKEND = """
import shutil
def build_wheel(folder, config_settings=None, metadata_directory=None):
    shutil.copy({wheel!r}, folder)
    return {name!r}
"""


@pytest.fixture
def hooks(tmp_path: Path, programs: Path) -> Path:
    """Returns a repository with the hook as it is shipped, whose build is a wheel that is there already."""
    folder = tmp_path / "hooks"
    folder.mkdir()
    (folder / HOOKS.name).write_text(HOOKS.read_text())
    built = wheel(tmp_path, programs)
    (folder / "backend.py").write_text(BACKEND.format(wheel=str(built), name=built.name))
    (folder / "pyproject.toml").write_text(
        f'[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
        f'[project]\nname = "dms-rule"\nversion = "{version()}"\n'
    )
    return committed(folder)


def pre_commit(workspace: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    variables = os.environ | {"PRE_COMMIT_HOME": str(folder / "cache"), "PIP_NO_INDEX": "1", "NO_COLOR": "1"}
    if REAL:
        variables.pop("PIP_NO_INDEX")
    command = [Path(sys.executable).with_name("pre-commit"), *arguments]
    return subprocess.run(command, cwd=workspace, env=variables, capture_output=True, text=True, check=False)


def configured(workspace: Path, hooks: Path, args: list[str] | None) -> None:
    """Writes the configuration of pre-commit for the last commit of a repository of hooks."""
    head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=hooks, capture_output=True, text=True, check=True).stdout
    hook = {"id": "dms-rule"} | ({} if args is None else {"args": args})
    repos = [{"repo": str(hooks), "rev": head.strip(), "hooks": [hook]}]
    (workspace / ".pre-commit-config.yaml").write_text(yaml.safe_dump({"repos": repos}))


def assert_hook_decides(workspace: Path, folder: Path) -> None:
    """Runs the hook of a configured folder on each content of a template."""
    git(workspace, "init", "--quiet")
    for name, (text, passes) in REPOSITORIES.items():
        (workspace / "template.yaml").write_text(text)
        git(workspace, "add", "--all")
        done = pre_commit(workspace, folder, "run", "--all-files")
        assert (done.returncode == 0) == passes, f"{name}: {done.stdout}{done.stderr}"


def test_pre_commit_passes_and_fails_as_the_rules_do(tmp_path: Path, hooks: Path) -> None:
    workspace = tmp_path / "repository"
    workspace.mkdir()
    configured(workspace, hooks, None)
    assert_hook_decides(workspace, tmp_path)
    (workspace / "template.yaml").write_text(REPOSITORIES["clean"][0])
    (workspace / "-h.yaml").write_text(REPOSITORIES["finding"][0])
    git(workspace, "add", "--all")
    done = pre_commit(workspace, tmp_path, "run", "--all-files")
    assert done.returncode != 0, "a file with the name of an option passes"
    assert "-h.yaml" in done.stdout
    [page] = re.findall(r"args: (\[.*\])", PAGE.read_text())
    configured(workspace, hooks, yaml.safe_load(page))
    done = pre_commit(workspace, tmp_path, "run", "--all-files")
    assert done.returncode != 0, done.stdout


@pytest.mark.skipif(not REAL, reason="builds the program, which takes minutes: with ORACLES_RELEASE")
def test_pre_commit_builds_the_program_from_the_repository(tmp_path: Path) -> None:
    workspace = tmp_path / "repository"
    workspace.mkdir()
    configured(workspace, REPOSITORY, [ONE_RULE, "--"])
    assert_hook_decides(workspace, tmp_path)

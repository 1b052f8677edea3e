"""The pipelines that the project ships, run step by step as their platforms do, and the runner that reads their log."""

import importlib.resources
import json
import os
import re
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import yaml
from jsonschema import Draft7Validator

from oracles.reports.forges import github_command
from oracles.repository import REPOSITORY, RULE_TEMPLATES

ACTION = REPOSITORY / "action.yml"
GITLAB = RULE_TEMPLATES / "pipelines/gitlab-ci.yml"
CODEBUILD = RULE_TEMPLATES / "pipelines/buildspec.yml"
HOOKS = REPOSITORY / ".pre-commit-hooks.yaml"
VENDORED = importlib.resources.files("check_jsonschema.builtin_schemas.vendor")
EXPRESSION = re.compile(r"\$\{\{ *(.*?) *\}\}")


class UnknownExpressionError(ValueError):
    """An expression of a workflow that this interpreter does not know."""


@dataclass
class Job:
    """What a run of the action left: its success, its log, its summary and what it gave to other actions."""

    succeeded: bool = True
    log: str = ""
    summary: str = ""
    outputs: dict[str, dict[str, str]] = field(default_factory=dict)
    used: list[dict] = field(default_factory=list)


class Action:
    """An interpreter of composite actions: `if`, `env`, `run` by bash, and outputs."""

    def __init__(self, workspace: Path, temp: Path, path: str) -> None:
        self.workspace, self.temp, self.path = workspace, temp, path
        self.document = yaml.safe_load(ACTION.read_text())

    def run(self, **inputs: str) -> Job:
        """Runs the action with inputs, and its defaults for all others."""
        defaults = {name: one.get("default", "") for name, one in self.document["inputs"].items()}
        for name in set(inputs) - set(defaults):
            raise UnknownExpressionError(name)
        given = defaults | inputs
        job = Job()
        for number, step in enumerate(self.document["runs"]["steps"]):
            if self._is_run(step.get("if"), job):
                self._step(number, step, given, job)
        return job

    def _value(self, expression: str, given: dict[str, str], job: Job) -> str:
        words = expression.split(".")
        if words[0] == "inputs" and len(words) == 2:
            return str(given[words[1]])
        if words[0] == "steps" and words[2] == "outputs":
            return job.outputs.get(words[1], {}).get(words[3], "")
        raise UnknownExpressionError(expression)

    def _filled(self, text: str, given: dict[str, str], job: Job) -> str:
        return EXPRESSION.sub(lambda found: self._value(found[1], given, job), text)

    def _is_run(self, condition: str | None, job: Job) -> bool:
        parts = (condition or "success()").split(" && ")
        is_always = "always()" in parts
        for part in set(parts) - {"always()", "success()"}:
            compared = re.fullmatch(r"(steps\.[\w.-]+) == '(.*)'", part)
            if not compared:
                raise UnknownExpressionError(part)
            if self._value(compared[1], {}, job) != compared[2]:
                return False
        return is_always or job.succeeded

    def _step(self, number: int, step: dict, given: dict[str, str], job: Job) -> None:
        if "uses" in step:
            members = {name: self._filled(value, given, job) for name, value in step["with"].items()}
            job.used.append({"uses": step["uses"]} | members)
            return
        if step["shell"] != "bash" or "${{" in step["run"]:
            raise UnknownExpressionError(step["run"])
        files = {name: self.temp / f"{name}-{number}" for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY", "script")}
        for file in files.values():
            file.touch()
        files["script"].write_text(step["run"])
        env = {name: self._filled(str(value), given, job) for name, value in step.get("env", {}).items()}
        env |= {name: str(file) for name, file in files.items() if name != "script"}
        env |= {"RUNNER_TEMP": str(self.temp), "GITHUB_ACTION_PATH": str(REPOSITORY), "PATH": self.path}
        command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", files["script"]]
        done = _run(command, self.workspace, env)
        job.log += done.stdout
        job.summary += files["GITHUB_STEP_SUMMARY"].read_text()
        pairs = (line.split("=", 1) for line in files["GITHUB_OUTPUT"].read_text().splitlines())
        job.outputs[step.get("id", str(number))] = dict(pairs)
        job.succeeded = job.succeeded and done.returncode == 0


def commands_in(log: str) -> list[tuple[str, str]]:
    """Returns the commands that the runner would execute in a log, with their messages, as `ActionCommandManager` does.

    A line with `##[NAME]` anywhere is a command of the older form.
    """
    executed, token = [], None
    for line in re.split("\r\n|\r|\n", log):
        command = github_command(line)
        older = re.search(r"##\[(\w[\w-]*)", line)
        name, message = (command[0], command[2]) if command else (older[1], "") if older else (None, "")
        if token is not None:
            token = None if name == token else token
        elif name == "stop-commands":
            token = message
        elif name is not None:
            executed.append((name, message))
    if token is not None:
        executed.append(("stop-commands", "without an end"))
    return executed


def _run(command: list, workspace: Path, variables: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Runs a command with these variables alone; both of its outputs are in one, as in the log of a job."""
    return subprocess.run(
        command,
        cwd=workspace,
        env=variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=120,
    )


def run_commands(commands: list[str], workspace: Path, shell: str, variables: dict[str, str]) -> tuple[int, str]:
    """Runs commands in one shell that ends at the first that fails, as GitLab's runner and CodeBuild do."""
    script = "set -e\n" + "\n".join(commands)
    done = _run([shell, "-c", script], workspace, variables)
    return done.returncode, done.stdout


def gitlab_commands() -> tuple[list[str], dict[str, str]]:
    """Returns the commands of the job of GitLab, and its variables."""
    job = yaml.safe_load(GITLAB.read_text())["dms-rule"]
    return job["before_script"] + job["script"], job["variables"]


def codebuild_commands() -> tuple[list[str], dict[str, str]]:
    """Returns the commands of the build specification in the order of its phases, and its variables."""
    document = yaml.safe_load(CODEBUILD.read_text())
    phases = [document["phases"].get(name, {}) for name in ("install", "pre_build", "build", "post_build")]
    return [command for phase in phases for command in phase.get("commands", [])], document["env"]["variables"]


# https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html, version 0.2: what this project uses.
BUILDSPEC_SCHEMA = {
    "type": "object",
    "required": ["version", "phases"],
    "additionalProperties": False,
    "properties": {
        "version": {"const": 0.2},
        "env": {
            "type": "object",
            "additionalProperties": False,
            "properties": {"variables": {"type": "object", "additionalProperties": {"type": "string"}}},
        },
        "phases": {
            "type": "object",
            "additionalProperties": False,
            "patternProperties": {
                "^(install|pre_build|build|post_build)$": {
                    "type": "object",
                    "additionalProperties": False,
                    "required": ["commands"],
                    "properties": {
                        "commands": {"type": "array", "items": {"type": "string"}, "minItems": 1},
                        "on-failure": {"enum": ["ABORT", "CONTINUE"]},
                    },
                }
            },
        },
        "reports": {
            "type": "object",
            "additionalProperties": {
                "type": "object",
                "required": ["files"],
                "additionalProperties": False,
                "properties": {
                    "files": {"type": "array", "items": {"type": "string"}, "minItems": 1},
                    "base-directory": {"type": "string"},
                    "discard-paths": {"enum": ["yes", "no"]},
                    "file-format": {
                        "enum": ["CUCUMBERJSON", "JUNITXML", "NUNITXML", "NUNIT3XML", "TESTNGXML", "VISUALSTUDIOTRX"]
                    },
                },
            },
        },
        "artifacts": {
            "type": "object",
            "required": ["files"],
            "additionalProperties": False,
            "properties": {
                "files": {"type": "array", "items": {"type": "string"}, "minItems": 1},
                "base-directory": {"type": "string"},
            },
        },
    },
}


def schema_findings(schema: str, document: object) -> list[str]:
    """Returns the findings on a document by a schema of SchemaStore, as check-jsonschema has it."""
    validator = Draft7Validator(json.loads(VENDORED.joinpath(f"{schema}.json").read_text()))
    return [f"{one.json_path}: {one.message[:300]}" for one in validator.iter_errors(document)]


def path_with(folder: Path) -> str:
    """Returns the value of PATH with a folder at its beginning."""
    return f"{folder}{os.pathsep}{os.environ['PATH']}"

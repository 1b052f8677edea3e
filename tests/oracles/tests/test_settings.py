"""Settings by their schema, and what exceptions and comparisons write, by the schema of each format."""

import json
import subprocess
from pathlib import Path

import pytest

from oracles.programs import SCRIPTS, run
from oracles.reports.agreement import disagreements
from oracles.reports.formats import FORMATS, report_findings
from oracles.repository import DMS_RULE

PUBLIC = "dms-replication-not-public"
INSTANCE = {
    "resourceType": "AWS::DMS::ReplicationInstance",
    "resourceId": "arn:aws:dms:eu-west-1:123456789012:rep:ORDERS",
    "resourceName": "orders",
    "ARN": "arn:aws:dms:eu-west-1:123456789012:rep:ORDERS",
    "accountId": "123456789012",
    "awsRegion": "eu-west-1",
    "configurationItemStatus": "OK",
    "configurationItemCaptureTime": "2026-10-01T00:00:00Z",
    "tags": {},
    "configuration": {"PubliclyAccessible": True},
}
METADATA = f"""
    Metadata:
      dms-rule:
        exceptions: [{{rule: {PUBLIC}, until: 2026-12-31, owner: jane, reason: vendor}}]"""
TEMPLATE = """Resources:
  Orders:
    Type: AWS::DMS::ReplicationInstance{metadata}
    Properties:
      ReplicationInstanceClass: dms.t3.small
      PubliclyAccessible: true
"""


def exception(until: str, resource: str = "orders") -> str:
    """Returns an exception as the file has it."""
    return f"""
[[exception]]
rule = "{PUBLIC}"
resource = "{resource}"
until = "{until}"
owner = "jane | <b>"
reason = "::error::vendor, %0A cut-over"
ticket = "=OPS-12"
"""


# The file, the input, further arguments, and the states of the exceptions. Reports are of 2026-10-02.
RUNS = {
    "in force": (exception("2026-12-31"), "item.json", (), ["in force"]),
    "expired": (exception("2026-10-01"), "item.json", (), ["expired"]),
    "too long": (exception("2030-10-01"), "item.json", (), ["too long"]),
    "unused": (exception("2026-12-31", "nothing"), "item.json", (), ["unused"]),
    "inline": ("inline-exceptions = true\n", "inline.yaml", (), ["in force"]),
    "inline, refused": ("", "inline.yaml", (), []),
    "baseline": ("", "item.json", ("--baseline", "earlier.json"), []),
    "compared, exempt now": (exception("2026-12-31"), "item.json", ("--compare", "earlier.json"), ["in force"]),
    "settings": ('fail-on = "high"\n[severities]\ndms-endpoint-tagged = "high"\n', "item.json", (), []),
}
# Each is wrong by the schema, and by the program.
WRONG = [
    'fail-on = "hihg"\n',
    'fail-no = "high"\n',
    "at-once = 0\n",
    "at-once = true\n",
    "rule = [1]\n",
    'inline-exceptions = "true"\n',
    exception("2026-12-31").replace("owner", "onwer"),
    exception("2026-12-31").replace('owner = "jane | <b>"\n', ""),
    exception("tomorrow"),
    exception("2026-12-31") + 'account = "12"\n',
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Returns a folder with the inputs and the report of an earlier run."""
    (tmp_path / "item.json").write_text(json.dumps(INSTANCE))
    (tmp_path / "inline.yaml").write_text(TEMPLATE.format(metadata=METADATA))
    check(tmp_path, "item.json", "--output", "json=earlier.json")
    return tmp_path


def check(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs a check of 2026-10-02 in a folder."""
    command = [DMS_RULE, "check", "--at", "2026-10-02", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("name", RUNS)
def test_exceptions_and_comparisons_are_valid_in_every_format_and_the_same(name: str, folder: Path) -> None:
    settings, given, arguments, states = RUNS[name]
    (folder / "dms-rule.toml").write_text(settings)
    outputs = [word for file in FORMATS for word in ("--output", f"{form(file)}={file}")]
    done = check(folder, given, *arguments, *outputs)
    # A planned resource has no account: its results are not in the ASFF list, which the run says.
    assert done.returncode in ({2} if given == "inline.yaml" else {0, 1}), done.stderr
    written = {file: (folder / file).read_bytes() for file in FORMATS}
    assert {file: found for file in FORMATS if (found := report_findings(file, written[file])[:5])} == {}
    assert disagreements(written) == []
    assert [one["state"] for one in json.loads(written["report.json"])["exceptions"]] == states


def form(file: str) -> str:
    """Returns the name of the format of a file of a report."""
    return "markdown" if file == "report.md" else file.split(".")[1]


def findings(folder: Path, settings: str) -> str:
    """Returns what check-jsonschema, an editor's validator, says of a file of settings."""
    (folder / "schema.json").write_text(run(DMS_RULE, "config", "--schema", "--no-config").stdout)
    (folder / "dms-rule.toml").write_text(settings)
    command = [SCRIPTS / "check-jsonschema", "--schemafile", folder / "schema.json", folder / "dms-rule.toml"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    return "" if done.returncode == 0 else done.stdout + done.stderr


@pytest.mark.parametrize("name", RUNS)
def test_an_editor_accepts_what_the_program_accepts(name: str, tmp_path: Path) -> None:
    assert findings(tmp_path, RUNS[name][0]) == ""
    done = subprocess.run([DMS_RULE, "config"], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("settings", WRONG)
def test_an_editor_rejects_what_the_program_rejects(settings: str, tmp_path: Path) -> None:
    assert findings(tmp_path, settings) != ""
    done = subprocess.run([DMS_RULE, "config"], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2, done.stdout

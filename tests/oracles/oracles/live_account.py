"""The account of a local AWS against which `tests/live` runs, and the run itself."""

import importlib.util
import json
import sys
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType

from oracles.local_aws import ACCOUNT, LocalAws
from oracles.repository import REPOSITORY

LIVE = REPOSITORY / "tests/live"
REGION = "us-east-1"
SOURCE, TARGET = (f"arn:aws:dms:{REGION}:{ACCOUNT}:endpoint:{kind}" for kind in ("SOURCE", "TARGET"))
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/00000000-aaaa-4bbb-8ccc-0000000000d5"
SECRET = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:keys"
TOKEN = "result-token-of-the-test"  # noqa: S105 - of a local server


def load() -> ModuleType:
    """Loads `tests/live/run.py`. Its name is also that of a file of this folder."""
    if "live_run" not in sys.modules:
        spec = importlib.util.spec_from_file_location("live_run", LIVE / "run.py")
        module = importlib.util.module_from_spec(spec)
        sys.modules["live_run"] = module
        spec.loader.exec_module(module)
    return sys.modules["live_run"]


def fleet() -> dict:
    """Returns what the account has before a run: subnet groups and two endpoints, which options name."""

    def group(name: str, vpc: str) -> dict:
        zones = [{"Name": f"{REGION}{letter}"} for letter in "ab"]
        subnets = [{"SubnetIdentifier": f"subnet-{name}", "SubnetAvailabilityZone": zone} for zone in zones]
        return {"ReplicationSubnetGroupIdentifier": name, "VpcId": vpc, "Subnets": subnets}

    def endpoint(arn: str) -> dict:
        kind = arn.rsplit(":", 1)[-1].lower()
        return {"EndpointArn": arn, "EndpointIdentifier": kind, "EndpointType": kind, "EngineName": "s3"}

    vpcs = {"main": "vpc-1", "other": "vpc-1", "far": "vpc-2", "nat": "vpc-3"}
    return {
        "ReplicationSubnetGroups": [group(name, vpc) for name, vpc in vpcs.items()],
        "Endpoints": [endpoint(SOURCE), endpoint(TARGET)],
    }


def other_user(run_id: str = "lt00000000") -> dict:
    """Returns an instance and a task of another user of the account, with names like those of a run, and no tag."""
    arn = f"arn:aws:dms:{REGION}:{ACCOUNT}:rep:OTHERS"
    instance = {
        "ReplicationInstanceIdentifier": f"{run_id}-other",
        "ReplicationInstanceArn": arn,
        "ReplicationInstanceStatus": "available",
        "EngineVersion": "3.5.4",
    }
    task = {
        "ReplicationTaskIdentifier": f"{run_id}-other",
        "ReplicationTaskArn": f"arn:aws:dms:{REGION}:{ACCOUNT}:task:OTHERS",
        "ReplicationInstanceArn": arn,
        "Status": "running",
        "MigrationType": "cdc",
    }
    return {"ReplicationInstances": [instance], "ReplicationTasks": [task]}


GIVEN = [
    *("--subnet-group", "main", "--other-subnet-group", "other", "--other-vpc-subnet-group", "far"),
    *("--nat-subnet-group", "nat", "--source-endpoint", SOURCE, "--target-endpoint", TARGET),
    *("--security-group", "sg-1", "--other-security-group", "sg-2", "--other-key", KEY),
    *("--kerberos-secret", SECRET, "--kerberos-role", f"arn:aws:iam::{ACCOUNT}:role/keys"),
    *("--rule", "given-rule", "--result-token", TOKEN),
]
FAST = ["--pace", "0.005", "--patience", "0.004", "--clean-up-minutes", "1"]


@dataclass
class Run:
    """A run that ended: its exit code and its result, which is empty if there is no file."""

    code: int
    summary: dict = field(default_factory=dict)

    def answers(self) -> dict[str, str]:
        """Returns the answer of each probe."""
        return {one["name"]: one["answer"] for one in self.summary["results"]}

    def observed(self, name: str) -> str:
        """Returns what a probe observed."""
        return next(one["observed"] for one in self.summary["results"] if one["name"] == name)


def arguments(folder: Path, *probes: str) -> list[str]:
    """Returns the arguments of a run of these probes, or of all, without the consent."""
    chosen = [part for probe in probes for part in ("--probe", probe)]
    return ["--region", REGION, "--results", str(folder), *GIVEN, *FAST, *chosen]


def read(code: int, folder: Path) -> Run:
    """Reads the newest result in a folder."""
    files = sorted(folder.glob("*.json"), key=lambda file: file.stat().st_mtime_ns)
    return Run(code, json.loads(files[-1].read_text()) if files else {})


def run(folder: Path, *probes: str, options: tuple[str, ...] = ()) -> Run:
    """Runs probes with the consent, in this process; a result that is there before is deleted."""
    for file in folder.glob("*.json"):
        file.unlink()
    code = load().main([*arguments(folder, *probes), "--yes", ACCOUNT, *options])
    return read(code, folder)


def left_in(aws: LocalAws) -> dict:
    """Returns the resources of the account, without the lists that are empty."""
    return {name: resources for name, resources in aws.do(report=True)["dms"].items() if resources}

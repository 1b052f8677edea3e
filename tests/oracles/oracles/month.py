"""A month of daily use of `dms-rule`, played through on the local AWS: `python -m oracles.month FOLDER`.

Runs within `dms-rule local`. Each day something happens in the account or in `dms-rule.toml`, and a scan follows at six
in the morning, compared with the report of the first day. FOLDER receives the report of each day and `month.txt`, the
tables as an auditor would read them. The clock of the scan is that of `faketime`.
"""

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import boto3

REGION = "eu-west-1"
INSTANCE = "orders-migration"
NEW = "crm-trial"
EACH_SECOND = {"Delay": 1, "MaxAttempts": 60}
SCAN = ["--region", REGION, "--rule", "dms-replication-not-public"]
ORGANIZATION = ("--accounts", "organization", "--role-name", "DmsRuleReader", "--region", "us-east-1")
SETTINGS = 'fail-on = "high"\nmax-exception-days = 30\n'


def exception(until: str, reason: str = "the vendor connects from outside until the cut-over") -> str:
    """Returns the exception for the instance that is public from the first day."""
    return f"""
[[exception]]
rule = "dms-replication-not-public"
resource = "{INSTANCE}"
until = {until}
owner = "orders team"
reason = "{reason}"
ticket = "OPS-12"
"""


@dataclass
class Day:
    """What happens before the scan of a day, and the arguments of the scan."""

    date: str
    event: str
    settings: str | None = None
    act: Callable[[], object] | None = None
    arguments: tuple[str, ...] = ("--baseline", "2026-12-01.json")


def dms() -> object:
    """Returns a client of the local DMS."""
    return boto3.client("dms", region_name=REGION)


def create() -> None:
    """Creates a public instance in the subnet group that is there."""
    (group,) = dms().describe_replication_subnet_groups()["ReplicationSubnetGroups"]
    dms().create_replication_instance(
        ReplicationInstanceIdentifier=NEW,
        ReplicationInstanceClass="dms.t3.medium",
        ReplicationSubnetGroupIdentifier=group["ReplicationSubnetGroupIdentifier"],
        PubliclyAccessible=True,
    )


def delete(name: str) -> None:
    """Deletes an instance with its tasks, and waits for its end."""
    client = dms()
    by_name = [{"Name": "replication-instance-id", "Values": [name]}]
    (instance,) = client.describe_replication_instances(Filters=by_name)["ReplicationInstances"]
    arn = instance["ReplicationInstanceArn"]
    tasks = [
        one for one in client.describe_replication_tasks()["ReplicationTasks"] if one["ReplicationInstanceArn"] == arn
    ]
    for task in tasks:
        by_task = [{"Name": "replication-task-arn", "Values": [task["ReplicationTaskArn"]]}]
        if task["Status"] == "running":
            client.stop_replication_task(ReplicationTaskArn=task["ReplicationTaskArn"])
            client.get_waiter("replication_task_stopped").wait(Filters=by_task, WaiterConfig=EACH_SECOND)
        client.delete_replication_task(ReplicationTaskArn=task["ReplicationTaskArn"])
        client.get_waiter("replication_task_deleted").wait(Filters=by_task, WaiterConfig=EACH_SECOND)
    client.get_waiter("replication_instance_available").wait(Filters=by_name, WaiterConfig=EACH_SECOND)
    client.delete_replication_instance(ReplicationInstanceArn=arn)
    client.get_waiter("replication_instance_deleted").wait(Filters=by_name, WaiterConfig=EACH_SECOND)


DAYS = [
    Day("2026-12-01", "the first scan; its report is the baseline", SETTINGS, arguments=()),
    Day("2026-12-02", "nothing"),
    Day("2026-12-03", f"an exception for {INSTANCE} until the 10th", SETTINGS + exception("2026-12-10"), arguments=()),
    Day("2026-12-04", f"somebody creates {NEW}, public", act=create),
    Day("2026-12-05", f"{NEW} is deleted", act=lambda: delete(NEW)),
    Day("2026-12-08", f"{NEW} returns, public", act=create),
    Day("2026-12-09", f"{NEW} is deleted again", act=lambda: delete(NEW), arguments=("--compare", "2026-12-08.json")),
    Day("2026-12-10", "the last day of the exception", arguments=()),
    Day("2026-12-11", "the exception is over", arguments=()),
    Day("2026-12-12", "it is prolonged by a year", SETTINGS + exception("2027-12-10"), arguments=()),
    Day("2026-12-14", "it is prolonged to the 31st", SETTINGS + exception("2026-12-31"), arguments=()),
    Day("2026-12-18", f"{INSTANCE} is deleted", act=lambda: delete(INSTANCE)),
    Day("2026-12-21", "the exception is removed", SETTINGS),
    Day("2026-12-28", "the whole organization is scanned, which denies a part", arguments=ORGANIZATION),
    Day(
        "2026-12-29", "that report is given as the baseline", arguments=(*ORGANIZATION, "--baseline", "2026-12-28.json")
    ),
]


def main(folder: Path) -> None:
    """Plays the days."""
    transcript = []
    for day in DAYS:
        if day.settings is not None:
            (folder / "dms-rule.toml").write_text(day.settings)
        if day.act:
            day.act()
        command = ["dms-rule", "scan", *SCAN, *day.arguments, "--output", f"json={day.date}.json"]
        done = subprocess.run(
            ["faketime", f"{day.date} 06:00:00", *command],
            cwd=folder,
            env=os.environ | {"FAKETIME_DONT_FAKE_MONOTONIC": "1", "TZ": "UTC"},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        (folder / f"{day.date}.code").write_text(str(done.returncode))
        lines = [f"=== {day.date}: {day.event}", "$ " + " ".join(command), done.stdout, done.stderr.strip()]
        transcript.append("\n".join([*lines, f"exit code {done.returncode}", ""]))
    (folder / "month.txt").write_text("\n".join(transcript))


if __name__ == "__main__":
    main(Path(sys.argv[1]))

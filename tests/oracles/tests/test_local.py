"""`dms-rule local` as a user of the AWS CLI sees it: both versions work with what it prints, and on nothing else."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from oracles.programs import SCRIPTS
from oracles.repository import DMS_RULE, REPOSITORY

# Version 1 is among the packages of the oracles. Version 2 is that of Debian, which does not read AWS_ENDPOINT_URL.
FOLDERS = {"1": SCRIPTS, "2": Path("/usr/bin")}
READS = [
    ("sts", "get-caller-identity"),
    ("organizations", "list-accounts"),
    ("configservice", "describe-configuration-recorders"),
    ("configservice", "describe-config-rules"),
    ("configservice", "get-compliance-details-by-config-rule", "--config-rule-name", "dms-replication-not-public"),
    ("configservice", "list-discovered-resources", "--resource-type", "AWS::DMS::ReplicationTask"),
    ("dms", "describe-replication-instances"),
    ("dms", "describe-replication-tasks"),
    ("dms", "describe-endpoints"),
    ("dms", "describe-replication-subnet-groups"),
    ("dms", "describe-event-subscriptions"),
    ("kms", "list-aliases"),
]


def within(version: str, *command: str) -> subprocess.CompletedProcess[str]:
    """Runs a command with the environment of a local AWS, and this version of the AWS CLI."""
    path = os.pathsep.join([str(FOLDERS[version]), os.environ["PATH"]])
    return subprocess.run(
        [DMS_RULE, "local", "--", *command],
        cwd=REPOSITORY,
        env=os.environ | {"PATH": path, "AWS_PAGER": ""},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@pytest.mark.parametrize("version", FOLDERS)
def test_the_version_is_the_one_that_is_meant(version: str) -> None:
    assert within(version, "aws", "--version").stdout.startswith(f"aws-cli/{version}.")


@pytest.mark.parametrize("version", FOLDERS)
@pytest.mark.parametrize("arguments", READS, ids=" ".join)
def test_the_aws_cli_reads_the_sample(version: str, arguments: tuple[str, ...]) -> None:
    done = within(version, "aws", *arguments, "--output", "json")
    assert done.returncode == 0, done.stderr
    lists = [value for value in json.loads(done.stdout).values() if isinstance(value, list)]
    assert not lists or any(lists), done.stdout


@pytest.mark.parametrize("version", FOLDERS)
def test_a_shell_leads_the_aws_cli_to_the_local_aws(version: str) -> None:
    done = within(version, "bash", "-c", "aws sts get-caller-identity --output text --query Account")
    assert done.stdout.strip() == "123456789012", done.stderr


@pytest.mark.parametrize("version", FOLDERS)
def test_a_service_that_is_not_there_is_named(version: str) -> None:
    done = within(version, "aws", "ec2", "describe-vpcs")
    assert done.returncode != 0
    assert "this local AWS has no service ec2; it has account, config, dms" in done.stderr, done.stderr

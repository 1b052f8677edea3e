"""`dms-rule local` as a user of the AWS CLI sees it: both versions work with what it prints, and on nothing else."""

import json
import shutil

import pytest

from oracles.programs import run

# Version 1 is among the packages of the oracles, version 2 is Debian's.
PROGRAMS = ["aws", "/usr/bin/aws"]
READS = [
    ("sts", "get-caller-identity"),
    ("organizations", "list-accounts"),
    ("account", "list-regions"),
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


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("arguments", READS, ids=" ".join)
def test_the_aws_cli_reads_the_sample(program: str, arguments: tuple[str, ...]) -> None:
    done = run("dms-rule", "local", "--", program, *arguments, "--output", "json", AWS_PAGER="")
    assert done.returncode == 0, done.stderr
    lists = [value for value in json.loads(done.stdout).values() if isinstance(value, list)]
    assert not lists or any(lists), done.stdout


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_service_that_is_not_there_is_named(program: str) -> None:
    done = run("dms-rule", "local", "--", program, "ec2", "describe-vpcs")
    assert done.returncode not in (0, None)
    assert "this local AWS has no service ec2; it has account, config, dms" in done.stderr, done.stderr


def test_both_versions_are_there() -> None:
    assert shutil.which("/usr/bin/aws")
    for program, version in zip(PROGRAMS, "12", strict=True):
        assert run(program, "--version").stdout.startswith(f"aws-cli/{version}."), program

"""`tests/live` against moto: requests to services that the local AWS lacks are valid, and nothing stays."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from moto import mock_aws

from oracles.live_account import ACCOUNT, load, read

REGION = "eu-west-1"
OPTIONS = ["--region", REGION, "--pace", "0.005", "--patience", "0.0005", "--clean-up-minutes", "2"]
PROBES = """
second-test recorded-acl stack-tags subscription-sources empty-evaluations role-source-account move-across-vpcs
move-across-subnets
""".split()

# Where moto lacks an operation of DMS, or the tags of a kind.
OFFERS = [{"ReplicationInstanceClass": "dms.t3.micro", "EngineVersion": version} for version in ("3.5.4", "3.6.1")]
LISTS = {
    "DescribeOrderableReplicationInstances": {"OrderableReplicationInstances": OFFERS},
    "DescribeEventSubscriptions": {"EventSubscriptionsList": []},
}


@pytest.fixture
def module(monkeypatch: pytest.MonkeyPatch) -> Iterator[object]:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    monkeypatch.setenv("MOTO_IAM_LOAD_MANAGED_POLICIES", "true")
    live = load()
    complete = live.Aws.read

    def read_with_more(aws: object, service: str, operation: str, **parameters: object) -> dict:
        if operation == "ListTagsForResource" and ":subgrp:" in parameters.get("ResourceArn", ""):
            return {"TagList": [{"Key": "dms-rule:live-test", "Value": aws.run_id}]}
        return LISTS.get(operation) or complete(aws, service, operation, **parameters)

    monkeypatch.setattr(live.Aws, "read", read_with_more)
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    with mock_aws():
        yield live
    for number, handler in zip((signal.SIGINT, signal.SIGTERM), before, strict=True):
        signal.signal(number, handler)


def names() -> dict[str, list[str]]:
    """Lists what the account has, beside what moto has in every account."""

    def client(service: str) -> object:
        return boto3.client(service, region_name=REGION)

    vpcs = client("ec2").describe_vpcs()["Vpcs"]
    return {
        "buckets": [one["Name"] for one in client("s3").list_buckets()["Buckets"]],
        "functions": [one["FunctionName"] for one in client("lambda").list_functions()["Functions"]],
        "groups": [
            one["ReplicationSubnetGroupIdentifier"]
            for one in client("dms").describe_replication_subnet_groups()["ReplicationSubnetGroups"]
        ],
        "instances": [
            one["ReplicationInstanceIdentifier"]
            for one in client("dms").describe_replication_instances()["ReplicationInstances"]
        ],
        "roles": [one["RoleName"] for one in client("iam").list_roles()["Roles"]],
        "rules": [one["ConfigRuleName"] for one in client("config").describe_config_rules()["ConfigRules"]],
        "stacks": [one["StackName"] for one in client("cloudformation").describe_stacks()["Stacks"]],
        "topics": [one["TopicArn"] for one in client("sns").list_topics()["Topics"]],
        "vpcs": [one["VpcId"] for one in vpcs if not one["IsDefault"]],
    }


def test_what_other_services_hold_is_deleted_and_what_a_run_did_not_create_is_not(
    module: object, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    boto3.client("iam").create_role(RoleName="dms-vpc-role", AssumeRolePolicyDocument="{}")
    boto3.client("s3", region_name="us-east-1").create_bucket(Bucket="of-another-user")
    before = names()
    probes = [part for name in PROBES for part in ("--probe", name)]
    arguments = [*OPTIONS, "--results", str(tmp_path), "--yes", ACCOUNT, *probes]
    code = module.main([*arguments, "--keep"])
    done = read(code, tmp_path)
    run_id = done.summary["runId"]
    during = names()
    assert all(during[kind] != before[kind] for kind in before), during
    assert {"instances": 4, "groups": 3, "functions": 3, "vpcs": 2}.items() <= {
        kind: len(found) for kind, found in during.items()
    }.items()
    capsys.readouterr()
    code = module.main([*OPTIONS, "--clean-up", run_id, "--yes", ACCOUNT])
    assert "nothing of this run is left" in capsys.readouterr().out
    assert code == 0
    assert names() == before

"""`dms-rule scan --security-hub` against moto's Security Hub, which has neither filters nor our finding format."""

import json
import os
import subprocess
from collections.abc import Iterator

import boto3
import pytest
from moto.server import ThreadedMotoServer

from oracles.api_models import shape, violations
from oracles.local_aws import ACCOUNT, LocalAws
from oracles.repository import DMS_RULE, REPOSITORY

REGION = "us-east-1"
SCAN = (DMS_RULE, "scan", "--security-hub", "--region", REGION, "--format", "json", "--no-config")


@pytest.fixture
def hub() -> Iterator[object]:
    """Starts moto's server, and yields a client of its Security Hub."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        keys = {"aws_access_key_id": "x", "aws_secret_access_key": "x"}
        yield boto3.client("securityhub", region_name=REGION, endpoint_url=f"http://{host}:{port}", **keys)
    finally:
        server.stop()


def instance(name: str) -> dict:
    arn = f"arn:aws:dms:{REGION}:{ACCOUNT}:rep:{name.upper()}"
    return {"ReplicationInstanceIdentifier": name, "ReplicationInstanceArn": arn, "PubliclyAccessible": True}


def scan(hub: object, names: list[str], *more: str) -> tuple[int, dict]:
    """Scans an account with these public instances; moto is in the place of its Security Hub."""
    with LocalAws() as aws:
        aws.do(fault={"operation": "ListRegions", "kind": "Denied"})  # the server has no list of Regions
        aws.do(dms={"ReplicationInstances": [instance(name) for name in names]})
        endpoint = {"AWS_ENDPOINT_URL_SECURITYHUB": hub.meta.endpoint_url}
        environment = os.environ | aws.environment | endpoint
        done = subprocess.run(
            [*SCAN, *more], cwd=REPOSITORY, env=environment, capture_output=True, text=True, timeout=120, check=False
        )
    return done.returncode, json.loads(done.stdout)


def stored(hub: object) -> list[dict]:
    pages = hub.get_paginator("get_findings").paginate()
    return [finding for page in pages for finding in page["Findings"]]


def states(hub: object, rule: str) -> dict[str, str]:
    """Returns the record state of the findings of a rule, by the name of the instance."""
    findings = [one for one in stored(hub) if one["GeneratorId"] == f"dms-rule/{rule}"]
    return {one["Resources"][0]["Id"].rsplit(":", 1)[1]: one["RecordState"] for one in findings}


def defects(hub: object) -> list[str]:
    """Lists what botocore's model does not accept in the findings that moto stored as they came."""
    model = shape("securityhub", "AwsSecurityFinding")
    return [defect for finding in stored(hub) for defect in violations(model, finding)]


def test_what_is_gone_is_archived_by_a_scan_of_its_rule_and_is_active_when_it_returns(hub: object) -> None:
    public, zones = "dms-replication-not-public", "dms-replication-instance-multi-az-enabled"
    many = [f"old-{number:03}" for number in range(130)]
    rules = ("--rule", f"{public},{zones}")
    code, report = scan(hub, ["orders", *many], *rules)
    assert (code, report["failures"]) == (1, []), report["failures"]
    assert report["securityHub"]["imported"] == 2 * 131 + 1 == len(stored(hub))
    assert not defects(hub)
    code, report = scan(hub, ["orders"], "--rule", public)
    assert report["securityHub"] == {"places": 1, "imported": 2, "archived": 130, "archives": True, "twice": []}
    assert states(hub, public) == {"ORDERS": "ACTIVE"} | dict.fromkeys(map(str.upper, many), "ARCHIVED")
    assert set(states(hub, zones).values()) == {"ACTIVE"}, "that rule did not run"
    assert not defects(hub)
    scan(hub, ["orders", many[0]], *rules)
    assert {name for name, state in states(hub, public).items() if state == "ACTIVE"} == {"ORDERS", many[0].upper()}


def test_the_product_of_another_stays(hub: object) -> None:
    scan(hub, ["orders", "old"], "--rule", "dms-replication-not-public")
    others = []
    for number, finding in enumerate(stored(hub)):
        mine = f"arn:aws:securityhub:{REGION}:{ACCOUNT}:product/{ACCOUNT}/default"
        arn = mine.replace(ACCOUNT, "222222222222")
        others.append(finding | {"Id": f"other/{number}", "ProductArn": arn, "RecordState": "ACTIVE"})
    hub.batch_import_findings(Findings=others)
    _, report = scan(hub, ["orders"], "--rule", "dms-replication-not-public")
    assert report["securityHub"]["archived"] == 1
    assert {one["RecordState"] for one in stored(hub) if one["Id"].startswith("other/")} == {"ACTIVE"}

"""VPCs without a way to the Internet, for the private instances of a run, and the roles of DMS.

A VPC, its subnets and a gateway endpoint for S3 cost nothing. Nothing of the default VPC is changed.
"""

import json
import time
from collections.abc import Callable

from live.answers import NotAnswered
from live.aws import Aws, Rejected
from live.names import tags

ROLE_SECONDS = 30  # a new role is not effective at once


def _specification(aws: Aws, kind: str, name: str) -> list[dict]:
    return [{"ResourceType": kind, "Tags": [*tags(aws.run_id), {"Key": "Name", "Value": f"{aws.run_id}-{name}"}]}]


def create_vpc(aws: Aws, number: int) -> list[str]:
    """Creates a VPC with four subnets in two zones, and an endpoint by which S3 is reached. Returns the subnets."""
    zones = aws.read("ec2", "DescribeAvailabilityZones", Filters=[{"Name": "state", "Values": ["available"]}])
    zones = [
        zone["ZoneName"]
        for zone in zones["AvailabilityZones"]
        if zone.get("ZoneType", "availability-zone") == "availability-zone"
    ]
    if len(zones) < 2:
        raise NotAnswered("the Region shows fewer than two zones")
    specification = _specification(aws, "vpc", f"vpc{number}")
    vpc = aws.change("ec2", "CreateVpc", CidrBlock=f"10.213.{number}.0/24", TagSpecifications=specification)
    vpc = vpc["Vpc"]["VpcId"]
    aws.own.add(vpc)
    subnets = []
    for index in range(4):
        subnet = aws.change(
            "ec2",
            "CreateSubnet",
            VpcId=vpc,
            CidrBlock=f"10.213.{number}.{index * 64}/26",
            AvailabilityZone=zones[index % 2],
            TagSpecifications=_specification(aws, "subnet", f"vpc{number}-{index}"),
        )
        subnets.append(subnet["Subnet"]["SubnetId"])
    aws.own.update(subnets)
    tables = aws.read("ec2", "DescribeRouteTables", Filters=[{"Name": "vpc-id", "Values": [vpc]}])["RouteTables"]
    tables = [table["RouteTableId"] for table in tables]
    aws.own.update(tables)
    aws.change(
        "ec2",
        "CreateVpcEndpoint",
        VpcId=vpc,
        VpcEndpointType="Gateway",
        ServiceName=f"com.amazonaws.{aws.region}.s3",
        RouteTableIds=tables,
        TagSpecifications=_specification(aws, "vpc-endpoint", f"vpc{number}-s3"),
    )
    return subnets


def create_group(aws: Aws, name: str, once: Callable) -> str:
    """Creates a subnet group: `main` and `other` in one VPC, with different subnets, and `vpc` in another."""
    ensure_role(aws, "dms-vpc-role", "AmazonDMSVPCManagementRole", once)
    number = 1 if name == "vpc" else 0
    subnets = once(f"vpc {number}", lambda: create_vpc(aws, number))
    identifier = f"{aws.run_id}-{name}"
    mine = subnets[2:] if name == "other" else subnets[:2]

    def create() -> str:
        aws.change(
            "dms",
            "CreateReplicationSubnetGroup",
            ReplicationSubnetGroupIdentifier=identifier,
            ReplicationSubnetGroupDescription=f"dms-rule live test {aws.run_id}",
            SubnetIds=mine,
            Tags=tags(aws.run_id),
        )
        return identifier

    return patiently(create, "AccessDeniedFault", 6, aws.pace)


def ensure_role(aws: Aws, name: str, policy: str, once: Callable) -> bool:
    """Creates a role that DMS finds by its name, if there is none.

    Returns false where IAM cannot be read: then the calls that need the role show if it is missing.
    """
    return once(f"role {name}", lambda: _create_role_of_dms(aws, name, policy))


def _create_role_of_dms(aws: Aws, name: str, policy: str) -> bool:
    try:
        aws.read("iam", "GetRole", RoleName=name)
    except Rejected as rejected:
        if rejected.code != "NoSuchEntity":
            return False
    except NotAnswered:
        return False
    else:
        return True
    aws.own.add(name)
    trust = {
        "Statement": [{"Effect": "Allow", "Principal": {"Service": "dms.amazonaws.com"}, "Action": "sts:AssumeRole"}]
    }
    create_role(aws, name, trust)
    managed = f"arn:{aws.partition}:iam::aws:policy/service-role/{policy}"
    aws.change("iam", "AttachRolePolicy", RoleName=name, PolicyArn=managed)
    return True


def create_role(aws: Aws, name: str, trust: dict, policy: dict | None = None) -> str:
    """Creates a role with a policy; returns its ARN."""
    document = json.dumps({"Version": "2012-10-17", **trust})
    role = aws.change("iam", "CreateRole", RoleName=name, AssumeRolePolicyDocument=document, Tags=tags(aws.run_id))
    if policy:
        document = json.dumps({"Version": "2012-10-17", **policy})
        aws.change("iam", "PutRolePolicy", RoleName=name, PolicyName="live-test", PolicyDocument=document)
    return role["Role"]["Arn"]


def patiently(create: Callable, code: str, times: int, pace: float) -> object:
    """Repeats a creation while it is rejected with this code: a new role is not effective at once."""
    for _ in range(times - 1):
        try:
            return create()
        except Rejected as rejected:
            rejected.expect(code)
            time.sleep(min(ROLE_SECONDS, pace * 3))
    return create()

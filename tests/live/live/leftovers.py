"""The kinds of resources that a run may create: how each is found and deleted, in the order of deletion.

A name that contains the id of the run makes a resource a candidate, and its tag decides. Groups of logs have no tag,
since DMS and Lambda create them: the name decides.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from live.aws import Aws, Rejected
from live.instances import tags_of
from live.names import TAG, is_tagged

ROLES_OF_DMS = ("dms-vpc-role", "dms-cloudwatch-logs-role")


@dataclass(frozen=True)
class Item:
    """A resource that has the name of the run."""

    id: str
    name: str
    is_tagged: bool
    status: str = ""


@dataclass(frozen=True)
class Kind:
    """A kind of resource. It is deleted when nothing of the kinds in `after` is left."""

    name: str
    service: str
    find: Callable[[Aws], Iterable[Item]]
    delete: Callable[[Aws, Item], object]
    after: tuple[str, ...] = ()


def _dms(operation: str, member: str, name: str, arn: str, status: str = "Status") -> Callable[[Aws], Iterator[Item]]:
    """Returns a function that finds resources of DMS. `arn` is a member, or the word in an ARN that no member has."""

    def find(aws: Aws) -> Iterator[Item]:
        for one in aws.list("dms", operation, member):
            if aws.run_id not in one[name]:
                continue
            id_ = one.get(arn) or f"arn:{aws.partition}:dms:{aws.region}:{aws.account}:{arn}:{one[name]}"
            try:
                tagged = is_tagged(tags_of(aws, id_), aws.run_id)
            except Rejected as rejected:
                rejected.expect("ResourceNotFoundFault")  # deleted since it was listed
                continue
            yield Item(id_, one[name], tagged, str(one.get(status, "")))

    return find


def _delete_task(aws: Aws, item: Item) -> None:
    if item.status == "running":
        aws.change("dms", "StopReplicationTask", ReplicationTaskArn=item.id)
    elif item.status not in ("deleting", "starting", "stopping", "testing", "creating", "modifying"):
        aws.change("dms", "DeleteReplicationTask", ReplicationTaskArn=item.id)


def _delete_instance(aws: Aws, item: Item) -> None:
    if item.status not in ("deleting", "creating", "modifying", "upgrading", "rebooting"):
        aws.change("dms", "DeleteReplicationInstance", ReplicationInstanceArn=item.id)


def _delete_group(aws: Aws, item: Item) -> None:
    aws.change("dms", "DeleteReplicationSubnetGroup", ReplicationSubnetGroupIdentifier=item.name)


def _rules(aws: Aws) -> Iterator[Item]:
    for rule in aws.list("config", "DescribeConfigRules", "ConfigRules"):
        if aws.run_id in rule["ConfigRuleName"]:
            found = aws.read("config", "ListTagsForResource", ResourceArn=rule["ConfigRuleArn"]).get("Tags")
            yield Item(rule["ConfigRuleName"], rule["ConfigRuleName"], is_tagged(found, aws.run_id))


def _stacks(aws: Aws) -> Iterator[Item]:
    for stack in aws.list("cloudformation", "DescribeStacks", "Stacks"):
        if aws.run_id in stack["StackName"]:
            tagged = is_tagged(stack.get("Tags"), aws.run_id)
            yield Item(stack["StackName"], stack["StackName"], tagged, stack["StackStatus"])


def _delete_stack(aws: Aws, item: Item) -> None:
    if item.status != "DELETE_IN_PROGRESS":
        aws.change("cloudformation", "DeleteStack", StackName=item.id)


def _topics(aws: Aws) -> Iterator[Item]:
    for topic in aws.list("sns", "ListTopics", "Topics"):
        arn = topic["TopicArn"]
        if aws.run_id in arn:
            found = aws.read("sns", "ListTagsForResource", ResourceArn=arn).get("Tags")
            yield Item(arn, arn.rsplit(":", 1)[-1], is_tagged(found, aws.run_id))


def _functions(aws: Aws) -> Iterator[Item]:
    marker: dict[str, str] = {}
    while True:
        response = aws.read("lambda", "ListFunctions", **marker)
        for one in response["Functions"]:
            if aws.run_id in one["FunctionName"]:
                found = aws.read("lambda", "ListTags", Resource=one["FunctionArn"]).get("Tags")
                yield Item(one["FunctionName"], one["FunctionName"], is_tagged(found, aws.run_id))
        if not response.get("NextMarker"):
            return
        marker = {"Marker": response["NextMarker"]}


def _log_groups(aws: Aws) -> Iterator[Item]:
    for prefix in (f"dms-tasks-{aws.run_id}", f"/aws/lambda/{aws.run_id}"):
        for group in aws.list("logs", "DescribeLogGroups", "logGroups", logGroupNamePrefix=prefix):
            yield Item(group["logGroupName"], group["logGroupName"], is_tagged=True)


def _buckets(aws: Aws) -> Iterator[Item]:
    """Finds buckets. The tag of a bucket is set after its creation: one without any tag counts if it is empty."""
    for bucket in aws.read("s3", "ListBuckets")["Buckets"]:
        name = bucket["Name"]
        if aws.run_id in name:
            try:
                tagged = is_tagged(aws.read("s3", "GetBucketTagging", Bucket=name).get("TagSet"), aws.run_id)
            except Rejected as rejected:
                rejected.expect("NoSuchTagSet")
                tagged = not aws.read("s3", "ListObjectsV2", Bucket=name).get("Contents")
            yield Item(name, name, tagged)


def _delete_bucket(aws: Aws, item: Item) -> None:
    while keys := aws.read("s3", "ListObjectsV2", Bucket=item.id).get("Contents"):
        objects = [{"Key": one["Key"]} for one in keys]
        response = aws.change("s3", "DeleteObjects", Bucket=item.id, Delete={"Objects": objects})
        if response.get("Errors"):
            break
    aws.change("s3", "DeleteBucket", Bucket=item.id)


def _roles(aws: Aws) -> Iterator[Item]:
    marker: dict[str, str] = {}
    while True:
        response = aws.read("iam", "ListRoles", **marker)
        for one in response["Roles"]:
            name = one["RoleName"]
            if aws.run_id in name or name in ROLES_OF_DMS:
                tagged = is_tagged(aws.read("iam", "ListRoleTags", RoleName=name).get("Tags"), aws.run_id)
                if tagged or aws.run_id in name:
                    yield Item(name, name, tagged)
        if not response.get("IsTruncated"):
            return
        marker = {"Marker": response["Marker"]}


def _delete_role(aws: Aws, item: Item) -> None:
    for policy in aws.read("iam", "ListRolePolicies", RoleName=item.id)["PolicyNames"]:
        aws.change("iam", "DeleteRolePolicy", RoleName=item.id, PolicyName=policy)
    for policy in aws.read("iam", "ListAttachedRolePolicies", RoleName=item.id)["AttachedPolicies"]:
        aws.change("iam", "DetachRolePolicy", RoleName=item.id, PolicyArn=policy["PolicyArn"])
    aws.change("iam", "DeleteRole", RoleName=item.id)


def _ec2(operation: str, member: str, id_: str, status: str = "State") -> Callable[[Aws], Iterator[Item]]:
    def find(aws: Aws) -> Iterator[Item]:
        filters = [{"Name": f"tag:{TAG}", "Values": [aws.run_id]}]
        for one in aws.list("ec2", operation, member, Filters=filters):
            state = str(one.get(status, "")).lower()
            if state != "deleted":
                yield Item(one[id_], one[id_], is_tagged(one.get("Tags"), aws.run_id), state)

    return find


def _delete_vpc_endpoint(aws: Aws, item: Item) -> None:
    if item.status != "deleting":
        aws.change("ec2", "DeleteVpcEndpoints", VpcEndpointIds=[item.id])


TASKS, INSTANCES, STACKS = "replication task", "replication instance", "stack"

KINDS = [
    Kind("rule of AWS Config", "config", _rules, lambda aws, item: aws.change("config", "DeleteConfigRule", ConfigRuleName=item.id)),
    Kind(STACKS, "cloudformation", _stacks, _delete_stack),
    Kind(
        "event subscription",
        "dms",
        _dms("DescribeEventSubscriptions", "EventSubscriptionsList", "CustSubscriptionId", "es"),
        lambda aws, item: aws.change("dms", "DeleteEventSubscription", SubscriptionName=item.name),
    ),
    Kind("topic", "sns", _topics, lambda aws, item: aws.change("sns", "DeleteTopic", TopicArn=item.id), ("event subscription",)),
    Kind(
        TASKS,
        "dms",
        _dms("DescribeReplicationTasks", "ReplicationTasks", "ReplicationTaskIdentifier", "ReplicationTaskArn"),
        _delete_task,
        (STACKS,),
    ),
    Kind(
        INSTANCES,
        "dms",
        _dms(
            "DescribeReplicationInstances",
            "ReplicationInstances",
            "ReplicationInstanceIdentifier",
            "ReplicationInstanceArn",
            "ReplicationInstanceStatus",
        ),
        _delete_instance,
        (STACKS, TASKS),
    ),
    Kind(
        "endpoint",
        "dms",
        _dms("DescribeEndpoints", "Endpoints", "EndpointIdentifier", "EndpointArn"),
        lambda aws, item: aws.change("dms", "DeleteEndpoint", EndpointArn=item.id),
        (STACKS, TASKS),
    ),
    Kind(
        "subnet group",
        "dms",
        _dms(
            "DescribeReplicationSubnetGroups", "ReplicationSubnetGroups", "ReplicationSubnetGroupIdentifier", "subgrp"
        ),
        _delete_group,
        (STACKS, INSTANCES),
    ),
    Kind("function", "lambda", _functions, lambda aws, item: aws.change("lambda", "DeleteFunction", FunctionName=item.id)),
    Kind("log group", "logs", _log_groups, lambda aws, item: aws.change("logs", "DeleteLogGroup", logGroupName=item.id), (TASKS, INSTANCES, "function")),
    Kind("bucket", "s3", _buckets, _delete_bucket, (TASKS,)),
    Kind("role", "iam", _roles, _delete_role, (STACKS, TASKS, INSTANCES, "endpoint", "subnet group", "function")),
    Kind("VPC endpoint", "ec2", _ec2("DescribeVpcEndpoints", "VpcEndpoints", "VpcEndpointId"), _delete_vpc_endpoint, (INSTANCES,)),
    Kind(
        "security group",
        "ec2",
        _ec2("DescribeSecurityGroups", "SecurityGroups", "GroupId"),
        lambda aws, item: aws.change("ec2", "DeleteSecurityGroup", GroupId=item.id),
        (INSTANCES,),
    ),
    Kind(
        "subnet",
        "ec2",
        _ec2("DescribeSubnets", "Subnets", "SubnetId"),
        lambda aws, item: aws.change("ec2", "DeleteSubnet", SubnetId=item.id),
        (INSTANCES, "subnet group", "VPC endpoint"),
    ),
    Kind(
        "VPC",
        "ec2",
        _ec2("DescribeVpcs", "Vpcs", "VpcId"),
        lambda aws, item: aws.change("ec2", "DeleteVpc", VpcId=item.id),
        ("subnet", "security group", "VPC endpoint"),
    ),
]  # fmt: skip

"""Replication instances of a run."""

from collections.abc import Iterable
from dataclasses import dataclass

from live.answers import NotAnswered
from live.aws import Aws, Rejected
from live.names import is_tagged, tags

CREATION_MINUTES = 45
SMALLEST_CLASSES = ("dms.t3.micro", "dms.t3.small", "dms.t3.medium", "dms.t3.large")


@dataclass(frozen=True)
class Specification:
    """An instance that probes use: the subnet group it is in, and in which it differs from the instance `main`."""

    purpose: str
    group: str = "main"
    key: bool = False
    less_storage: bool = False


SPECIFICATIONS = {
    "main": Specification("has the tasks before they move"),
    "target": Specification("is like main; tasks move to it"),
    "other-subnets": Specification("is in another subnet group of the VPC of main", group="other"),
    "other-vpc": Specification("is in another VPC", group="vpc"),
    "other-key": Specification("is encrypted with the key of --other-key", key=True),
    "less-storage": Specification("has less storage than main", less_storage=True),
    "nat": Specification("is in the subnet group of --nat-subnet-group", group="nat"),
}


@dataclass(frozen=True)
class Offer:
    """The class and versions with which the instances of a run are created."""

    instance_class: str
    versions: tuple[str, ...]
    storage: int

    @property
    def version(self) -> str:
        """The latest version."""
        return self.versions[-1]


def numbers(version: str) -> list[int]:
    """Returns the numbers of a version, by which versions are ordered."""
    return [int(part) for part in version.split(".")]


def choose_offer(aws: Aws) -> Offer:
    """Reads what can be created, and chooses the smallest class that is offered, with all versions of that class."""
    member = "OrderableReplicationInstances"
    offers = list(aws.list("dms", f"Describe{member}", member))
    for instance_class in SMALLEST_CLASSES:
        mine = [one for one in offers if one.get("ReplicationInstanceClass") == instance_class]
        versions = {one["EngineVersion"] for one in mine if one.get("EngineVersion")}
        if versions:
            least = max(one.get("MinAllocatedStorage", 5) for one in mine)
            return Offer(instance_class, tuple(sorted(versions, key=numbers)), max(least, 20))
    raise NotAnswered(f"none of {', '.join(SMALLEST_CLASSES)} is offered in this Region")


def find(aws: Aws, arn: str) -> dict | None:
    """Describes the instance with an ARN; `None` if it does not exist."""
    filters = [{"Name": "replication-instance-arn", "Values": [arn]}]
    return next(aws.list("dms", "DescribeReplicationInstances", "ReplicationInstances", Filters=filters), None)


def create(aws: Aws, name: str, offer: Offer, **parameters: object) -> str:
    """Begins to create a private instance; returns its ARN. The tag of the run is part of the creation."""
    identifier = f"{aws.run_id}-{name}"
    try:
        response = aws.change(
            "dms",
            "CreateReplicationInstance",
            **{
                "ReplicationInstanceIdentifier": identifier,
                "ReplicationInstanceClass": offer.instance_class,
                "AllocatedStorage": offer.storage,
                "EngineVersion": offer.version,
                "AutoMinorVersionUpgrade": False,
                "MultiAZ": False,
                "PubliclyAccessible": False,
                "Tags": tags(aws.run_id),
                **parameters,
            },
        )
        arn = response["ReplicationInstance"]["ReplicationInstanceArn"]
    except Rejected as rejected:
        # An earlier attempt of the same call may have created it although its response was lost.
        rejected.expect("ResourceAlreadyExistsFault")
        filters = [{"Name": "replication-instance-id", "Values": [identifier]}]
        member = "ReplicationInstances"
        found = next(aws.list("dms", f"Describe{member}", member, Filters=filters), None)
        arn = found and found["ReplicationInstanceArn"]
        if not arn or not is_tagged(tags_of(aws, arn), aws.run_id):
            raise
    aws.own.add(arn)
    return arn


def tags_of(aws: Aws, arn: str) -> list:
    """Reads the tags of a resource of DMS."""
    found = aws.read("dms", "ListTagsForResource", ResourceArn=arn).get("TagList")
    if not isinstance(found, list):
        raise NotAnswered("the response to dms:ListTagsForResource has no list TagList")
    return found


def available(aws: Aws, name: str, arn: str, minutes: float = CREATION_MINUTES) -> dict:
    """Waits until an instance is available; returns its description."""

    def observe() -> dict | None:
        instance = find(aws, arn)
        if instance is None:
            raise NotAnswered(f"the instance {name} no longer exists")
        status = instance.get("ReplicationInstanceStatus")
        if status in ("failed", "incompatible-network", "inaccessible-encryption-credentials"):
            raise NotAnswered(f"the instance {name} came into the status {status}")
        return instance if status == "available" else None

    return aws.wait(f"the instance {name}", observe, minutes)


def needed(needs: Iterable[str]) -> list[str]:
    """Returns the names of the instances among what probes need."""
    return [name for name in SPECIFICATIONS if name in set(needs)]

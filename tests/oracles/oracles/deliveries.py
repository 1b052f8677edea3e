"""Deliveries of AWS Config to a bucket, made from a seed: 100 accounts over 30 days, with what is odd in them.

Each record is one that AWS Config could deliver, or a spelling that a rule must not trust. History files hold the
records of a day by type, in any order, and now and then one of an earlier day; snapshots hold the newest record of each
resource.
"""

import gzip
import json
import random
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

ACCOUNTS, DAYS = 100, 30
REGIONS = ["eu-west-1", "us-east-1"]
START = datetime(2026, 10, 1, tzinfo=UTC)
INSTANCE, ENDPOINT = "AWS::DMS::ReplicationInstance", "AWS::DMS::Endpoint"
# The other types that AWS Config records, and the word in their ARNs.
OTHERS = {
    "AWS::DMS::ReplicationTask": "task",
    "AWS::DMS::Certificate": "cert",
    "AWS::DMS::EventSubscription": "es",
    "AWS::DMS::ReplicationSubnetGroup": "subgrp",
}
WORDS = {INSTANCE: "rep", ENDPOINT: "endpoint"} | OTHERS

# What a record of an instance may hold in place of an ordinary flag.
PUBLIC = [
    {"PubliclyAccessible": True},
    {"publiclyAccessible": True},
    {"PubliclyAccessible": "true"},
    {"PubliclyAccessible": " TRUE "},
    {"PubliclyAccessible": False, "publiclyAccessible": True},
    {"PubliclyAccessible": False, "ReplicationInstancePublicIpAddress": "203.0.113.10"},
    {"PubliclyAccessible": "false", "ReplicationInstancePublicIpAddresses": ["10.0.0.1", "198.51.100.7"]},
]
PRIVATE = [
    {"PubliclyAccessible": False},
    {
        "PubliclyAccessible": False,
        "ReplicationInstancePublicIpAddresses": [None],
        "ReplicationInstancePublicIpAddress": None,
    },
    {"publiclyAccessible": False},
    {"PubliclyAccessible": "false"},
    {"PubliclyAccessible": "False"},
    {"PubliclyAccessible": False, "ReplicationInstancePublicIpAddress": "172.16.0.9"},
]
UNKNOWN = [
    {},
    {"PubliclyAccessible": None},
    {"PubliclyAccessible": ""},
    {"PubliclyAccessible": 0},
    {"PubliclyAccessible": "no"},
    {"PubliclyAccessible": " false"},
    {"PubliclyAccessible": [False]},
    {"PubliclyAccessible": {"value": False}},
    {"publicly_accessible": False},
    {"PUBLICLYACCESSIBLE": False},
    {"PubliclyAccessible": False, "Publicly_Accessible": False},
    {"PubliclyAccessible": False, "publiclyAccessible": None},
    {"PubliclyAccessible": False, "ReplicationInstancePublicIpAddress": "10.0.0"},
    {"PubliclyAccessible": False, "ReplicationInstancePublicIpAddress": "see the console"},
]
FLAGS = {"MultiAZ": "multiAZ", "AutoMinorVersionUpgrade": "autoMinorVersionUpgrade"}
ENDPOINTS = [
    {"EngineName": "mysql", "SslMode": "none"},
    {"EngineName": "mysql", "SslMode": "require"},
    {"EngineName": "postgres", "sslMode": "verify-full"},
    {"engineName": "Oracle", "SslMode": "VERIFY-CA"},
    {"EngineName": "mysql"},
    {"EngineName": "mysql", "SslMode": None},
    {"EngineName": "mysql", "SslMode": "tls"},
    {"EngineName": "mysql", "SslMode": " require"},
    {"EngineName": "mysql", "SslMode": "require", "sslMode": "none"},
    {"EngineName": "mysql", "ssl_mode": "require"},
    {"EngineName": "s3"},
    {"EngineName": "kafka", "SslMode": "none"},
    {"SslMode": "require"},
    {"SslMode": "none"},
    {"EngineName": " mysql", "SslMode": "require"},
    {"EngineName": "a-new-engine", "SslMode": "none"},
]
TAGS = [
    {"owner": "orders"},
    {},
    {"aws:cloudformation:stack-name": "x"},
    {"AWS:x": "y", "team": ""},
    {"AWS:x": "y"},
    None,
]


@dataclass
class Resource:
    """A resource with its records, in the order of their times."""

    account: str
    region: str
    resource_type: str
    name: str
    items: list[dict] = field(default_factory=list)

    def record(self, at: datetime, configuration: object, tags: dict | None, status: str = "OK") -> dict:
        """Adds a record and returns it."""
        identifier = self.name.upper()
        item = {
            "configurationItemVersion": "1.3",
            "configurationItemCaptureTime": at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "configurationStateId": int(at.timestamp() * 1000),
            "awsAccountId": self.account,
            "configurationItemStatus": status,
            "resourceType": self.resource_type,
            "resourceId": identifier,
            "resourceName": self.name,
            "ARN": f"arn:aws:dms:{self.region}:{self.account}:{WORDS[self.resource_type]}:{identifier}",
            "awsRegion": self.region,
            "relationships": [],
            "configuration": configuration,
        }
        if tags is not None:
            item["tags"] = tags
        self.items.append(item)
        return item


# Values and names that a configuration may have in odd ones, as JSON.
VALUES = (
    'true false null 0 1 "" "true" "false" "FALSE" " false" "false " "\\tfalse" "fals\\u0065" "no" [false] [] {} '
    '{"value":false} "require" "REQUIRE" "none" " require" "verify-full" "tls" "mysql" "s3" " s3" "S3" "10.0.0.1" '
    '"203.0.113.10" "10.0.0" "fd00::1" "2001:db8::1" ["10.0.0.1","192.168.3.4"] ["10.0.0.1x"] "null" "none,10.1.1.1" '
    '"10.0.0.300" "172.32.0.1" "100.64.0.1" "100.128.0.1" "110.0.0.1" [null] {"PubliclyAccessible":true}'
)
NAMES = (
    "PubliclyAccessible publiclyAccessible PUBLICLYACCESSIBLE publicly_accessible Publicly-Accessible "
    "Publicly\\u0041ccessible MultiAZ multiAZ Multi_AZ MULTIAZ AutoMinorVersionUpgrade autoMinorVersionUpgrade "
    "auto_minor_version_upgrade SslMode sslMode ssl_mode SSLMODE EngineName engineName engine_name ENGINENAME "
    "ReplicationInstancePublicIpAddress replicationInstancePublicIpAddress ReplicationInstancePublicIpAddresses "
    "replication_instance_public_ip_address REPLICATIONINSTANCEPUBLICIPADDRESSES"
)


def odd_configurations(seed: int, count: int) -> list[str]:
    """Returns texts of configurations with a few of these names and values, names that are given twice among them."""
    chance = random.Random(seed)  # noqa: S311 - the same texts in every run
    # A value has no white space within it but in quotes.
    values = re.findall(r'(?:"[^"]*"|[^\s"])+', VALUES)
    ordinary = ['"PubliclyAccessible":false', '"MultiAZ":true', '"AutoMinorVersionUpgrade":true']
    ordinary += ['"EngineName":"mysql"', '"SslMode":"require"']
    texts = []
    for _ in range(count):
        members = [one for one in ordinary if chance.random() < 0.8]
        members += [f'"{chance.choice(NAMES.split())}":{chance.choice(values)}' for _ in range(chance.randint(0, 3))]
        chance.shuffle(members)
        texts.append("{" + ", ".join(members) + "}")
    return texts


class Deliveries:
    """The records of all accounts, from a seed."""

    def __init__(self, seed: int, accounts: int = ACCOUNTS, days: int = DAYS) -> None:
        self.random = random.Random(seed)  # noqa: S311 - the same deliveries in every run
        self.days = days
        self.resources: list[Resource] = []
        for number in range(accounts):
            account = str(111_111_110_000 + number)
            self._account(account)

    def _account(self, account: str) -> None:
        chance = self.random
        for region in REGIONS[: chance.choice([1, 1, 2])]:
            for number in range(chance.randint(1, 4)):
                self._instance(Resource(account, region, INSTANCE, f"instance-{number}"))
            for number in range(chance.randint(0, 2)):
                self._plain(Resource(account, region, ENDPOINT, f"endpoint-{number}"), ENDPOINTS)
            other = chance.choice(list(OTHERS))
            self._plain(Resource(account, region, other, "other"), [{"Description": "x"}])

    def _times(self, count: int) -> list[datetime]:
        span = self.days * 86_400_000
        return [START + timedelta(milliseconds=one) for one in sorted(self.random.sample(range(span), count))]

    def _configuration(self) -> dict:
        chance = self.random
        kind = chance.choices([PUBLIC, PRIVATE, UNKNOWN], [3, 4, 2])[0]
        configuration = dict(chance.choice(kind[: 1 if chance.random() < 0.5 else len(kind)]))
        for name, other in FLAGS.items():
            value = chance.choice([True, True, False, False, "true", "FALSE", None, "yes"])
            configuration[chance.choice([name, name, other])] = value
        return configuration

    def _instance(self, resource: Resource) -> None:
        chance = self.random
        times = self._times(chance.randint(1, 7))
        for number, at in enumerate(times):
            is_last = number == len(times) - 1
            fate = chance.random()
            tags = chance.choice(TAGS)
            if fate < 0.08 and number:
                status = chance.choice(["ResourceDeleted", "ResourceDeletedNotRecorded"])
                resource.record(at, chance.choice([None, {"PubliclyAccessible": True}]), {}, status)
            elif fate < 0.14 and not is_last:
                resource.record(at, chance.choice([None, {"PubliclyAccessible": False}]), {}, "ResourceNotRecorded")
            elif fate < 0.18:
                resource.record(at, chance.choice([None, "", "cut {", [], 1]), tags)
            else:
                status = "ResourceDiscovered" if number == 0 else "OK"
                resource.record(at, self._configuration(), tags, status)
            if chance.random() < 0.1:  # another record of the same time
                twin = resource.record(at, self._configuration(), tags)
                if chance.random() < 0.5:
                    twin["configurationStateId"] += chance.choice([-1, 1])
            if chance.random() < 0.05:
                resource.items[-1]["resourceType"] = chance.choice([INSTANCE.upper(), "aws::dms::ReplicationInstance"])
            if chance.random() < 0.1:
                resource.items[-1]["configurationStateId"] = str(resource.items[-1]["configurationStateId"])
            elif chance.random() < 0.05:
                del resource.items[-1]["configurationStateId"]
        self.resources.append(resource)

    def _plain(self, resource: Resource, configurations: list[dict]) -> None:
        chance = self.random
        for number, at in enumerate(self._times(chance.randint(1, 4))):
            if number and chance.random() < 0.1:
                resource.record(at, None, {}, "ResourceDeleted")
            else:
                resource.record(at, dict(chance.choice(configurations)), chance.choice(TAGS))
        self.resources.append(resource)

    def write(self, folder: Path) -> None:
        """Writes history files and snapshots as AWS Config names them."""
        for account in sorted({one.account for one in self.resources}):
            for region in REGIONS:
                here = [one for one in self.resources if (one.account, one.region) == (account, region)]
                if here:
                    self._deliver(folder / "AWSLogs" / account / "Config" / region, account, region, here)

    def _deliver(self, folder: Path, account: str, region: str, resources: list[Resource]) -> None:
        chance = self.random
        for day in range(self.days):
            start, end = START + timedelta(days=day), START + timedelta(days=day + 1)
            name = f"{account}_Config_{region}"
            place = folder / f"{start.year}/{start.month}/{start.day}"
            for resource_type in WORDS:
                items = [
                    item
                    for one in resources
                    if one.resource_type == resource_type
                    for item in one.items
                    if start <= _time(item) < end or (_time(item) < start and chance.random() < 0.02)
                ]
                if items:
                    chance.shuffle(items)
                    name_of_file = (
                        f"{name}_ConfigHistory_{resource_type}_{end:%Y%m%dT%H%M%SZ}_{end:%Y%m%dT%H%M%SZ}_1.json.gz"
                    )
                    _write(place / "ConfigHistory" / name_of_file, items)
            if day % 7 == 6 or day == self.days - 1:
                newest = [[item for item in one.items if _time(item) < end][-1:] for one in resources]
                items = [item for one in newest for item in one if "Deleted" not in item["configurationItemStatus"]]
                _write(place / "ConfigSnapshot" / f"{name}_ConfigSnapshot_{end:%Y%m%dT%H%M%SZ}_1.json.gz", items)


def _time(item: dict) -> datetime:
    return datetime.fromisoformat(item["configurationItemCaptureTime"])


def _write(file: Path, items: list[dict]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    document = {"fileVersion": "1.0", "configSnapshotId": "0", "configurationItems": items}
    file.write_bytes(gzip.compress(json.dumps(document).encode(), 1, mtime=0))

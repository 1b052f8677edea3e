"""An organization in moto's server, for programs that call AWS: two organizational units with an account in each.

moto would make the stacks of a StackSet, of types that it lacks, and does not name the unit of an instance: that is
replaced here, and the outputs of a stack that a change set makes.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from unittest import mock

import boto3
import requests
from moto.cloudformation.models import ChangeSet, StackInstances
from moto.server import ThreadedMotoServer

from oracles.templates import deployment  # noqa: F401 # its import closes the gap that AWS::NoValue leaves in a list of moto


class _Instance:
    """An instance of a StackSet whose stack is not made."""

    def __init__(self, account: str, region: str, unit: str) -> None:
        self.account_id, self.region_name, self.unit = account, region, unit

    def to_dict(self) -> dict:
        return {
            "StackId": f"arn:aws:cloudformation:{self.region_name}:{self.account_id}:stack/x/1",
            "Region": self.region_name,
            "Account": self.account_id,
            "Status": "CURRENT",
            "StackInstanceStatus": {"DetailedStatus": "SUCCEEDED"},
            "OrganizationalUnitId": self.unit,
        }


def _create_instances(
    self: StackInstances, accounts: list, regions: list, parameters: list, targets: dict, **more: object
) -> list:
    """Takes the place of StackInstances.create_instances."""
    del accounts, parameters, more
    for unit in targets["OrganizationalUnitIds"]:
        for account in self.org_backend.accounts:
            for region in regions:
                if account.parent_id == unit and self.get_instance(account.id, region) is None:
                    self.stack_instances.append(_Instance(account.id, region, unit))
    return []


_apply_alone = ChangeSet.apply


def _apply(self: ChangeSet) -> None:
    """Takes the place of ChangeSet.apply, after which the outputs and parameters are those from before the change."""
    if self.change_set_type == "CREATE":
        _apply_alone(self)  # an update fails in moto where AWS::NoValue leaves a gap
    self.stack.resource_map.resolved_parameters.update(self.parameters)
    self.stack.parameters, self.stack.template_dict = self.parameters, self.template_dict
    self.stack.output_map = self.stack._create_output_map()  # noqa: SLF001


@dataclass
class Organization:
    """A server with an organization."""

    url: str
    organization_id: str
    units: list[str]

    def client(self, service: str, region: str = "us-east-1") -> object:
        """Returns a client of boto3 for the server."""
        keys = {"aws_access_key_id": "x", "aws_secret_access_key": "x"}
        return boto3.client(service, region_name=region, endpoint_url=self.url, **keys)

    def buckets(self) -> dict[str, dict]:
        """Returns what there is in each bucket, and how it is set."""
        s3 = self.client("s3")
        return {bucket["Name"]: self._bucket(s3, bucket["Name"]) for bucket in s3.list_buckets()["Buckets"]}

    @staticmethod
    def _bucket(s3: object, name: str) -> dict:
        versions = s3.list_object_versions(Bucket=name).get("Versions", [])
        objects = {one["Key"]: s3.get_object(Bucket=name, Key=one["Key"])["Body"].read() for one in versions}
        try:
            policy = s3.get_bucket_policy(Bucket=name)["Policy"]
        except s3.exceptions.ClientError:
            policy = None
        return {
            "region": s3.get_bucket_location(Bucket=name)["LocationConstraint"] or "us-east-1",
            "objects": objects,
            "versions": len(versions),
            "policy": policy,
            "blocked": set(s3.get_public_access_block(Bucket=name)["PublicAccessBlockConfiguration"].values()),
            "encryption": s3.get_bucket_encryption(Bucket=name)["ServerSideEncryptionConfiguration"]["Rules"][0][
                "ApplyServerSideEncryptionByDefault"
            ]["SSEAlgorithm"],
            "versioning": s3.get_bucket_versioning(Bucket=name).get("Status"),
            "ownership": s3.get_bucket_ownership_controls(Bucket=name)["OwnershipControls"]["Rules"],
        }

    def stack_sets(self) -> dict[str, dict]:
        """Returns each StackSet of the first Region: its template, its parameters, its instances and operations."""
        cloudformation = self.client("cloudformation")
        found = {}
        for summary in cloudformation.list_stack_sets()["Summaries"]:
            name = summary["StackSetName"]
            one = cloudformation.describe_stack_set(StackSetName=name)["StackSet"]
            instances = cloudformation.list_stack_instances(StackSetName=name)["Summaries"]
            operations = cloudformation.list_stack_set_operations(StackSetName=name)["Summaries"]
            found[name] = {
                "template": one["TemplateBody"],
                "model": one["PermissionModel"],
                "parameters": {entry["ParameterKey"]: entry["ParameterValue"] for entry in one["Parameters"]},
                "instances": {(entry["OrganizationalUnitId"], entry["Region"]) for entry in instances},
                "operations": [operation["Action"] for operation in operations],
            }
        return found


@contextmanager
def organization() -> Iterator[Organization]:
    """Starts a server with an organization of two units, and stops it."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    with (
        mock.patch.object(StackInstances, "create_instances", _create_instances),
        mock.patch.object(ChangeSet, "apply", _apply),
    ):
        server.start()
        try:
            host, port = server.get_host_and_port()
            made = Organization(f"http://{host}:{port}", "", [])
            requests.post(f"{made.url}/moto-api/reset", timeout=10)
            organizations = made.client("organizations")
            made.organization_id = organizations.create_organization(FeatureSet="ALL")["Organization"]["Id"]
            root = organizations.list_roots()["Roots"][0]["Id"]
            for name in ("one", "two"):
                unit = organizations.create_organizational_unit(ParentId=root, Name=name)["OrganizationalUnit"]["Id"]
                account = organizations.create_account(AccountName=name, Email=f"{name}@example.com")
                account_id = account["CreateAccountStatus"]["AccountId"]
                organizations.move_account(AccountId=account_id, SourceParentId=root, DestinationParentId=unit)
                made.units.append(unit)
            yield made
        finally:
            server.stop()

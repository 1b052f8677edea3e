"""Stacks made in moto, and their roles tried with every operation of the services that a run calls.

A call is allowed if moto's IAM lets it through, with any response of moto.
"""

import io
import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from unittest import mock

import boto3
import botocore.config
import botocore.exceptions
from moto import mock_aws
from moto.config.models import config_backends
from moto.core import set_initial_no_auth_action_count
from moto.core.common_models import CloudFormationModel
from moto.iam import access_control
from moto.iam.models import iam_backends

from oracles.facts import VALUES
from oracles.templates.deployment import ACCOUNT, load

REGION = "us-east-1"
KEY = VALUES["kms_key_arn"]
# Every operation of these services is tried. STS is not among them: moto lets everyone assume a role.
SERVICES = ("config", "dms", "kms", "logs", "sqs", "sns", "iam", "events")
# The service authorization reference of AWS DMS: DescribeInstanceProfiles is authorized by dms:ListInstanceProfiles.
RENAMED = {
    "dms:DescribeInstanceProfiles": "dms:ListInstanceProfiles",
    "dms:DescribeDataProviders": "dms:ListDataProviders",
}
# Of actions that are scoped: a resource that the role is for, and one that it is not for.
SCOPED = {
    "dms:ListTagsForResource": (
        f"arn:aws:dms:{REGION}:{ACCOUNT}:rep:X",
        f"arn:aws:dms:{REGION}:999999999999:rep:X",
    ),
    "dms:ListInstanceProfiles": (
        f"arn:aws:dms:{REGION}:{ACCOUNT}:instance-profile:X",
        f"arn:aws:dms:{REGION}:{ACCOUNT}:rep:X",
    ),
    "kms:DescribeKey": (KEY, f"arn:aws:kms:{REGION}:{ACCOUNT}:alias/x"),
    "config:GetComplianceDetailsByConfigRule": (
        f"arn:aws:config:{REGION}:{ACCOUNT}:config-rule/config-rule-abc123",
        f"arn:aws:config:{REGION}:999999999999:config-rule/config-rule-abc123",
    ),
}


def _rule(properties: dict, account_id: str, region: str) -> None:
    """Gives moto's AWS Config a rule; it rejects unknown enumerations and a function that does not exist."""
    given = dict(properties)
    given["InputParameters"] = json.dumps(given.get("InputParameters", {}))
    config_backends[account_id][region].put_config_rule(given)


class _Made:
    """A resource of a type that moto does not make: it exists, and no more."""

    resource_type = ""

    @staticmethod
    def cloudformation_name_type() -> str:
        return ""

    @classmethod
    def cloudformation_type(cls) -> str:
        return cls.resource_type

    @classmethod
    def has_cfn_attr(cls, attr: str) -> bool:
        return attr == "Arn"

    def get_cfn_attribute(self, attribute_name: str) -> str:  # noqa: ARG002
        return f"arn:aws:local:{REGION}:{ACCOUNT}:{self.physical_resource_id}"

    @classmethod
    def create_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: dict, account_id: str, region_name: str, **_: object
    ) -> "_Made":
        if cls.resource_type == "AWS::Config::ConfigRule":
            _rule(cloudformation_json.get("Properties", {}), account_id, region_name)
        made = cls()
        made.physical_resource_id = resource_name
        return made

    @classmethod
    def update_from_cloudformation_json(cls, *_: object, **__: object) -> None: ...

    @classmethod
    def delete_from_cloudformation_json(cls, *_: object, **__: object) -> None: ...


# moto finds the direct subclasses of CloudFormationModel whose module is its own.
_TYPES = [
    type(
        name.replace("::", ""),
        (_Made, CloudFormationModel),
        {"__module__": "moto.oracles", "resource_type": name},
    )
    for name in (
        "AWS::Config::ConfigRule",
        "AWS::Config::OrganizationConfigRule",
        "AWS::Lambda::EventInvokeConfig",
        "AWS::Lambda::ResourcePolicy",
        "AWS::CloudWatch::Alarm",
    )
]


@contextmanager
def _authorizing(resource: str) -> Iterator[None]:
    """Has moto authorize calls for a resource and by IAM's names; by itself it takes `*` and the API's names."""
    statement = access_control.IAMPolicyStatement
    matches, permitted = statement._check_element_matches, statement.is_action_permitted  # noqa: SLF001

    def check_element_matches(self: object, element: str, value: str) -> bool:
        return bool(matches(self, element, resource if element == "Resource" else value))

    def is_action_permitted(self: object, action: str, *others: object, **named: object) -> object:
        return permitted(self, RENAMED.get(action, action), *others, **named)

    with (
        mock.patch.object(statement, "_check_element_matches", check_element_matches),
        mock.patch.object(statement, "is_action_permitted", is_action_permitted),
    ):
        yield


def _client(service: str, **credentials: str):  # noqa: ANN202 - boto3 makes its types at run time
    """Returns a client that checks no parameters and does not retry."""
    config = botocore.config.Config(parameter_validation=False, retries={"total_max_attempts": 1})
    return boto3.client(service, region_name=REGION, config=config, **credentials)


def _is_allowed(client, operation: str, resource: str) -> bool:  # noqa: ANN001
    """Returns true if IAM lets a call through; without parameters, so that nothing happens if it does."""
    with _authorizing(resource):
        try:
            client._make_api_call(operation, {})  # noqa: SLF001 - the one call for every operation
        except botocore.exceptions.ClientError as error:
            return "AccessDenied" not in str(error)
        except Exception:  # noqa: BLE001 - any error that moto raises without parameters: the call was let through
            return True
    return True


@dataclass
class Role:
    """The actions that a role may take: on the resources that it is for, and on other resources."""

    types: list[str]
    allowed: set[str] = field(default_factory=set)
    allowed_elsewhere: set[str] = field(default_factory=set)
    tried: int = 0


def role_of_stack(text: str, parameters: dict[str, str], role: str = "Role") -> Role:
    """Makes the stack of a template and tries its role.

    Raises ValueError if the stack is not made.
    """
    environment = {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": REGION,
    }
    with mock.patch.dict("os.environ", environment), mock_aws():
        resources = _make(text, parameters)
        names = {one.get("LogicalResourceId"): one.get("PhysicalResourceId", "") for one in resources}
        made = Role([one.get("ResourceType", "") for one in resources])
        _try(made, _credentials(names[role]), names)
        return made


def _make(text: str, parameters: dict[str, str]) -> list[dict]:
    storage = boto3.client("s3", region_name=REGION)
    storage.create_bucket(Bucket="bucket")
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("bootstrap", "x")
    storage.put_object(Bucket="bucket", Key="dms-rule/bootstrap.zip", Body=code.getvalue())
    cloudformation = boto3.client("cloudformation", region_name=REGION)
    cloudformation.create_stack(
        StackName="dms-rule",
        TemplateBody=json.dumps(load(text)),  # moto does not know the short form of Condition
        Parameters=[{"ParameterKey": name, "ParameterValue": value} for name, value in parameters.items()],
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"],
    )
    stack = cloudformation.describe_stacks(StackName="dms-rule")["Stacks"][0]
    if stack["StackStatus"] != "CREATE_COMPLETE":
        raise ValueError(f"the stack is {stack['StackStatus']}: {stack.get('StackStatusReason')}")
    return cloudformation.describe_stack_resources(StackName="dms-rule")["StackResources"]


def _credentials(role: str) -> dict[str, str]:
    iam = _client("iam")
    for name, policy in iam_backends[ACCOUNT]["aws"].get_role(role).policies.items():
        # moto keeps the map that CloudFormation gave, and validates it only here.
        iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=json.dumps(policy))
    arn = iam.get_role(RoleName=role)["Role"]["Arn"]
    given = _client("sts").assume_role(RoleArn=arn, RoleSessionName="test")["Credentials"]
    return {
        "aws_access_key_id": given["AccessKeyId"],
        "aws_secret_access_key": given["SecretAccessKey"],
        "aws_session_token": given["SessionToken"],
    }


@set_initial_no_auth_action_count(0)
def _try(role: Role, credentials: dict[str, str], names: dict[str, str]) -> None:
    own = {
        "logs": f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{names.get('LogGroup')}",
        "sqs": f"arn:aws:sqs:{REGION}:{ACCOUNT}:{names.get('FailureQueue', '').rsplit('/', 1)[-1]}",
    }
    for service in SERVICES:
        client = _client(service, **credentials)
        for operation in client.meta.service_model.operation_names:
            name = f"{service}:{operation}"
            action = RENAMED.get(name, name)
            foreign = f"arn:aws:{service}:{REGION}:999999999999:other"
            here, elsewhere = SCOPED.get(action, (own.get(service, "*"), foreign))
            if action == "kms:Decrypt" or action.startswith("kms:GenerateDataKey"):
                here, elsewhere = KEY, KEY.replace("1234abcd", "99999999")
            role.tried += 1
            if _is_allowed(client, operation, here):
                role.allowed.add(action)
            if _is_allowed(client, operation, elsewhere):
                role.allowed_elsewhere.add(action)

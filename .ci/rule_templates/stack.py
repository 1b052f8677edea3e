"""The stacks in moto: made as CloudFormation would, and each role tried with every operation of the services it
touches. A call is allowed if no AccessDenied comes back, whatever else does."""

import io
import json
import os
import zipfile

os.environ.update(AWS_ACCESS_KEY_ID="test", AWS_SECRET_ACCESS_KEY="test", AWS_DEFAULT_REGION="us-east-1")
os.environ.pop("AWS_PROFILE", None)

import boto3  # noqa: E402
import botocore.config  # noqa: E402
import botocore.exceptions  # noqa: E402
import moto.cloudformation.parsing as parsing  # noqa: E402
from moto import mock_aws  # noqa: E402
from moto.config.models import config_backends  # noqa: E402
from moto.core import set_initial_no_auth_action_count  # noqa: E402
from moto.core.common_models import CloudFormationModel  # noqa: E402
from moto.iam import access_control  # noqa: E402
from moto.iam.models import iam_backends  # noqa: E402
from template import load  # noqa: E402

ACCOUNT = "123456789012"
REGION = "us-east-1"
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab"


def _model(type_name, create=None):
    """A type that moto does not know; it exists, and what `create` refuses fails the stack."""

    def made(cls, resource_name, cloudformation_json, account_id, region_name, **_):
        properties = cloudformation_json.get("Properties", {})
        if create:
            create(properties, account_id, region_name)
        thing = cls()
        thing.physical_resource_id = resource_name
        return thing

    members = {
        "__module__": "moto.config.rule_templates",
        "cloudformation_name_type": staticmethod(lambda: ""),
        "cloudformation_type": staticmethod(lambda: type_name),
        "has_cfn_attr": classmethod(lambda cls, attribute: attribute == "Arn"),
        "get_cfn_attribute": lambda self, attribute: f"arn:aws:local:{REGION}:{ACCOUNT}:{self.physical_resource_id}",
        "create_from_cloudformation_json": classmethod(made),
        "update_from_cloudformation_json": classmethod(lambda cls, *_: None),
        "delete_from_cloudformation_json": classmethod(lambda cls, *_: None),
    }
    return type(type_name.replace("::", ""), (CloudFormationModel,), members)


def _rule(properties, account_id, region):
    given = dict(properties)
    given["InputParameters"] = json.dumps(given.get("InputParameters", {}))
    config_backends[account_id][region].put_config_rule(given)  # refuses bad enums, and a function that is not there


_OWN = [
    _model("AWS::Config::ConfigRule", _rule),
    _model("AWS::Config::OrganizationConfigRule"),
    _model("AWS::Lambda::EventInvokeConfig"),
    _model("AWS::Lambda::ResourcePolicy"),
    _model("AWS::CloudWatch::Alarm"),
]

# moto leaves a hole in a list where a value is AWS::NoValue; CloudFormation closes it.
_clean = parsing.clean_json


def _clean_json(node, resources):
    cleaned = _clean(node, resources)
    return [one for one in cleaned if one is not None] if isinstance(node, list) else cleaned


parsing.clean_json = _clean_json

# moto asks about the resource `*`, and by the API's name; IAM asks about the ARN, and by its own.
_resource = "*"
_matches = access_control.IAMPolicyStatement._check_element_matches
_permitted = access_control.IAMPolicyStatement.is_action_permitted


def _check_element_matches(self, element, value):
    return bool(_matches(self, element, _resource if element == "Resource" else value))


def _is_action_permitted(self, action, *others, **named):
    return _permitted(self, {"dms:DescribeInstanceProfiles": "dms:ListInstanceProfiles"}.get(action, action), *others, **named)


access_control.IAMPolicyStatement._check_element_matches = _check_element_matches
access_control.IAMPolicyStatement.is_action_permitted = _is_action_permitted

# Every operation of the services that the function speaks to or could be made to; those over REST have no action in
# the request for moto to read.
# STS is not among them: moto lets everybody assume a role.
SERVICES = ["config", "dms", "kms", "logs", "sqs", "sns", "iam", "events"]

# What IAM looks at, for the rights that are scoped: one that the role is for, and one that it is not for.
SCOPED = {
    "dms:ListTagsForResource": (f"arn:aws:dms:{REGION}:{ACCOUNT}:rep:X", f"arn:aws:dms:{REGION}:999999999999:rep:X"),
    "dms:ListInstanceProfiles": (f"arn:aws:dms:{REGION}:{ACCOUNT}:instance-profile:X", f"arn:aws:dms:{REGION}:{ACCOUNT}:rep:X"),
    "kms:DescribeKey": (KEY, f"arn:aws:kms:{REGION}:{ACCOUNT}:alias/x"),
    "config:GetComplianceDetailsByConfigRule": (
        f"arn:aws:config:{REGION}:{ACCOUNT}:config-rule/config-rule-abc123",
        f"arn:aws:config:{REGION}:999999999999:config-rule/config-rule-abc123",
    ),
}


def _allowed(client, operation, resource):
    """Whether IAM lets a call through; without parameters, so that nothing happens if it does."""
    global _resource
    _resource = resource
    try:
        client._make_api_call(operation, {})
    except botocore.exceptions.ClientError as error:
        return "AccessDenied" not in str(error)
    except Exception:  # whatever moto says of a call without parameters: it was let through
        return True
    finally:
        _resource = "*"
    return True


def _client(service, **more):
    """Checks no parameters and waits for nothing."""
    config = botocore.config.Config(parameter_validation=False, retries={"total_max_attempts": 1})
    return boto3.client(service, region_name=REGION, config=config, **more)


def rights(text, parameters, role="Role"):
    """Makes the stack; the actions that its role may do, on the resource that it is for and on another one."""
    with mock_aws():
        boto3.client("s3", region_name=REGION).create_bucket(Bucket="bucket")
        body = io.BytesIO()
        zipfile.ZipFile(body, "w").writestr("bootstrap", "x")
        boto3.client("s3", region_name=REGION).put_object(Bucket="bucket", Key="dms-rule/bootstrap.zip", Body=body.getvalue())
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
        resources = cloudformation.describe_stack_resources(StackName="dms-rule")["StackResources"]
        names = {one.get("LogicalResourceId"): one.get("PhysicalResourceId") for one in resources}
        kinds = [one.get("ResourceType", "") for one in resources]
        iam = _client("iam")
        for name, policy in iam_backends[ACCOUNT]["aws"].get_role(names[role]).policies.items():
            # moto keeps what CloudFormation gave as a map, and does not validate it.
            iam.put_role_policy(RoleName=names[role], PolicyName=name, PolicyDocument=json.dumps(policy))
        role_arn = iam.get_role(RoleName=names[role])["Role"]["Arn"]
        given = _client("sts").assume_role(RoleArn=role_arn, RoleSessionName="test")["Credentials"]
        keys = {
            "aws_access_key_id": given["AccessKeyId"],
            "aws_secret_access_key": given["SecretAccessKey"],
            "aws_session_token": given["SessionToken"],
        }
        attributes = {
            # CloudFormation's has :* behind it.
            "logs": f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{names.get('LogGroup')}",
            "sqs": f"arn:aws:sqs:{REGION}:{ACCOUNT}:{str(names.get('FailureQueue')).rsplit('/', 1)[-1]}",
        }
        return _tried(keys, attributes) | {"kinds": kinds}


@set_initial_no_auth_action_count(0)
def _tried(keys, attributes):
    allowed, elsewhere, tried = set(), set(), 0
    for service in SERVICES:
        its = _client(service, **keys)
        for operation in its.meta.service_model.operation_names:
            action = f"{service}:{operation}"
            action = {"dms:DescribeInstanceProfiles": "dms:ListInstanceProfiles"}.get(action, action)
            here, other = SCOPED.get(action, (attributes.get(service, "*"), f"arn:aws:{service}:{REGION}:999999999999:other"))
            if action == "kms:Decrypt" or action.startswith("kms:GenerateDataKey"):
                here, other = KEY, KEY.replace("1234abcd", "99999999")
            tried += 1
            if _allowed(its, operation, here):
                allowed.add(action)
            if other != here and _allowed(its, operation, other):
                elsewhere.add(action)
    return {"allowed": allowed, "elsewhere": elsewhere, "tried": tried}

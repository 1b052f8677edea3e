"""The templates of `docs/prevention.md`: what they deny, and the facts about AWS that the page rests on."""

import json
import re
from pathlib import Path

import boto3
import pytest
from parliament import analyze_policy_string
from policy_sentry.querying.actions import get_action_data, get_actions_for_service
from policy_sentry.querying.conditions import get_condition_keys_for_service

from oracles.documents import links
from oracles.repository import REPOSITORY, RULE_TEMPLATES

PREVENTION = RULE_TEMPLATES / "prevention"
PAGE = REPOSITORY / "docs/prevention.md"
FLAG = "PubliclyAccessible"
# The limit of a service control policy, in characters ("Quotas for AWS Organizations").
POLICY_LIMIT = 5120
# The name of the API, beside that of the service authorization data: the page states why both are denied.
NOT_IN_DATA = {"dms:ModifyInstanceProfile"}
# The further conditions of a statement: the exemption tag may be written in any case, and beside other tags.
FURTHER = {"scp-exemption-tag": {"ForAnyValue:StringEqualsIgnoreCase": {"aws:TagKeys": ["${exemption_tag_key}"]}}}
DENIED = {
    "scp-pipeline-creates": (
        "pipeline_role",
        {"CreateInstanceProfile", "CreateReplicationInstance", "ModifyInstanceProfile", "UpdateInstanceProfile"},
    ),
    "scp-exemption-tag": (
        "exemption_role",
        {
            "AddTagsToResource",
            "CreateDataMigration",
            "CreateDataProvider",
            "CreateEndpoint",
            "CreateEventSubscription",
            "CreateInstanceProfile",
            "CreateMigrationProject",
            "CreateReplicationConfig",
            "CreateReplicationInstance",
            "CreateReplicationSubnetGroup",
            "CreateReplicationTask",
            "ImportCertificate",
        },
    ),
    "scp-network-team-makes-subnet-groups": (
        "network_role",
        {"CreateReplicationSubnetGroup", "ModifyReplicationSubnetGroup"},
    ),
    "scp-block-public-access-stays": (
        "network_role",
        {
            "CreateVpcBlockPublicAccessExclusion",
            "ModifyVpcBlockPublicAccessExclusion",
            "ModifyVpcBlockPublicAccessOptions",
        },
    ),
}


def findings(name: str, text: str) -> list[str]:
    """Returns how a policy differs from one that denies its actions to all but one role."""
    role, operations = DENIED[name]
    service = "ec2" if "block" in name else "dms"
    policy = json.loads(text)
    found = [f"more than {POLICY_LIMIT} characters"] if len(text) > POLICY_LIMIT else []
    (statement,) = policy["Statement"]
    expected = {
        "Effect": "Deny",
        "Resource": "*",
        "Condition": {
            "ArnNotLike": {"aws:PrincipalArn": [f"arn:*:iam::*:role/${{{role}}}"]},
            **FURTHER.get(name, {}),
        },
    }
    for key, value in expected.items():
        if statement.get(key) != value:
            found.append(f"{key} is {statement.get(key)}")
    denied = {action.partition(":")[2] for action in statement["Action"] if action.startswith(f"{service}:")}
    found += [f"{one} is not denied" for one in sorted(operations - denied)]
    known = set(get_actions_for_service(service)) | NOT_IN_DATA
    found += [f"{action} is no action" for action in statement["Action"] if action not in known]
    # parliament expects actions that it knows.
    statement["Action"] = [action for action in statement["Action"] if action not in NOT_IN_DATA]
    filled = json.dumps(policy).replace(f"${{{role}}}", "team/deployer")
    return found + [f"parliament: {one.issue} {one.detail}" for one in analyze_policy_string(filled).findings]


def test_every_policy_is_known() -> None:
    assert {file.stem for file in PREVENTION.glob("*.json")} == set(DENIED)


@pytest.mark.parametrize("name", DENIED)
def test_a_policy_denies_its_actions_to_all_but_one_role(name: str) -> None:
    assert findings(name, (PREVENTION / f"{name}.json").read_text()) == []


@pytest.mark.parametrize("name", DENIED)
@pytest.mark.parametrize(
    ("was", "now", "words"),
    [
        ('"Deny"', '"Allow"', "Effect is Allow"),
        ("ArnNotLike", "ArnLike", "Condition is"),
        ("role/${", "*/${", "Condition is"),
        (r'"(dms|ec2):(Modify|AddTags)(\w+)"', r'"\1:Change\3"', "is no action"),
        (r'"(dms|ec2):Create(\w+)"', r'"\1:Delete\2"', "is not denied"),
        ('"Resource": "[*]"', '"Resource": "x"', "Resource is x"),
    ],
)
def test_a_fault_in_a_policy_is_found(name: str, was: str, now: str, words: str) -> None:
    text = (PREVENTION / f"{name}.json").read_text()
    pattern = was if was.startswith('"') else re.escape(was)
    broken = re.sub(pattern, now if "\\" in now else now.replace("\\", r"\\"), text, count=1)
    assert broken != text
    assert any(words in one for one in findings(name, broken))


def test_no_condition_key_has_the_flag() -> None:
    keys = get_condition_keys_for_service("dms")
    assert keys
    assert all("tag" in key.lower() for key in keys), keys


def test_the_operations_that_take_the_flag_are_those_of_the_page() -> None:
    model = boto3.client("dms", region_name="us-east-1").meta.service_model
    operations = {
        name
        for name in model.operation_names
        if FLAG in getattr(model.operation_model(name).input_shape, "members", {})
    }
    assert operations == {"CreateInstanceProfile", "CreateReplicationInstance", "ModifyInstanceProfile"}
    assert operations <= DENIED["scp-pipeline-creates"][1]
    assert all(f"`{name}`" in PAGE.read_text() for name in operations)


def test_the_exemption_tag_is_guarded_in_every_operation_that_sets_tags() -> None:
    model = boto3.client("dms", region_name="us-east-1").meta.service_model
    operations = {
        name
        for name in model.operation_names
        if "Tags" in getattr(model.operation_model(name).input_shape, "members", {})
    }
    assert operations - {"StartReplicationTaskAssessmentRun"} == DENIED["scp-exemption-tag"][1]
    without = {
        name
        for name in DENIED["scp-exemption-tag"][1]
        if "aws:TagKeys" not in {key for data in get_action_data("dms", name)["dms"] for key in data["condition_keys"]}
    }
    assert without == set(), "the key would never be there, and the statement deny nothing"


def test_the_page_links_to_every_template_and_to_nothing_else() -> None:
    linked = {Path(PAGE.parent / link).resolve() for link in links(PAGE)}
    assert [one for one in linked if not one.exists()] == []
    assert set(PREVENTION.iterdir()) <= linked

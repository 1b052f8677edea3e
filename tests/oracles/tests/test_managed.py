"""The paths for instances that code manages: no step replaces or deletes a task, and the old instance goes last.

Each step's code is made from the code before it by the lines that dms-rule prints.
"""

import copy
import json
import shutil
import subprocess
from pathlib import Path

import pytest

from oracles.managed import cloudformation, terraform
from oracles.managed.paths import ENDPOINTS, STACK_TAGS, TASKS, TERRAFORM_TAGS, facts, paths

CODE = Path(__file__).parent / "managed"
TERRAFORM = shutil.which("terraform")
HOSTILE = 'a"\'\\ `$(touch x)` ${file("/etc/passwd")} %{ if true }\n- b: !Ref X # \u2028\u202e'
PREVIEWED = {"create", "update", "replace", "leave", "delete"}


def stack() -> dict:
    """Returns the stack whose instance the path is for."""
    return cloudformation.read((CODE / "stack.yaml").read_text())


def configuration() -> terraform.Resources:
    """Returns the configuration whose instance the path is for."""
    return terraform.read((CODE / "main.tf").read_text())


def templates(path: dict) -> list[dict]:
    """Returns the template before the path, and after each of its steps."""
    all_templates = [stack()]
    for step in path["steps"]:
        all_templates.append(cloudformation.edited(all_templates[-1], step.get("edit")))
    return all_templates


def previewed(step: dict) -> dict[str, str]:
    """Returns what the step says that a preview shows."""
    return {change["resource"]: change["effect"] for change in step["preview"]}


def test_a_stack_keeps_its_tasks_and_loses_the_old_instance_last() -> None:
    [path] = paths(facts(STACK_TAGS))
    before, *after = templates(path)
    tasks = {name for name, one in before["Resources"].items() if one["Type"] == cloudformation.TASK}
    assert len(tasks) == len(TASKS)
    for step, template in zip(path["steps"], after, strict=True):
        assert list(cloudformation.lint_findings(json.dumps(template))) == [], step["title"]
        effects = cloudformation.changes(before, template)
        # A preview may list a resource whose policies alone change.
        assert {name: one for name, one in effects.items() if one in PREVIEWED} == previewed(step), step["title"]
        assert "replace" not in effects.values(), step["title"]
        assert all(effects.get(task) in (None, "policy", "leave") for task in tasks), step["title"]
        assert ("delete" in effects.values()) == (step is path["steps"][-1]), step["title"]
        before = template
    left = {name: one["Type"] for name, one in before["Resources"].items() if "Replication" in one["Type"]}
    assert left == {
        "OrdersMigrationPrivate": "AWS::DMS::ReplicationInstance",
        "Subnets": "AWS::DMS::ReplicationSubnetGroup",
    }
    private = before["Resources"]["OrdersMigrationPrivate"]["Properties"]
    assert private["PubliclyAccessible"] is False
    assert private["AutoMinorVersionUpgrade"] is True
    # Tasks are moved after every endpoint was tested, and while the stack still has the way back.
    states = [step["states"] for step in path["steps"]]
    assert states == [[], ["private", "reachable"], ["approved", "moved", "verified"], [], []]


def test_the_first_step_creates_the_very_instance() -> None:
    [path] = paths(facts(STACK_TAGS))
    lines = cloudformation.read(path["steps"][0]["edit"]["lines"])["Resources"]
    assert lines.pop("OrdersMigrationPrivate")["Properties"] == {
        "AllocatedStorage": 100,
        "AutoMinorVersionUpgrade": False,
        "AvailabilityZone": "eu-west-1a",
        "DnsNameServers": "10.0.0.2,10.0.0.3",
        "EngineVersion": "3.6.1",
        "KmsKeyId": "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab",
        "MultiAZ": False,
        "NetworkType": "IPV4",
        "PreferredMaintenanceWindow": "sun:01:00-sun:02:00",
        "PubliclyAccessible": False,
        "ReplicationInstanceClass": "dms.c6i.xlarge",
        "ReplicationInstanceIdentifier": "orders-migration-private",
        "ReplicationSubnetGroupIdentifier": "dms-subnets",
        "Tags": [
            {"Key": "dms-rule:replaces", "Value": "arn:aws:dms:eu-west-1:123456789012:rep:ORDERS"},
            {"Key": "team", "Value": "data"},
        ],
        "VpcSecurityGroupIds": ["sg-0123456789abcdef0"],
    }
    retained = {"DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain"}
    assert lines == {"OrdersCdc": retained, "OrdersLoad": retained, "BillingCdc": retained}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        pytest.param(
            lambda stack: stack["OrdersMigration"]["Properties"].update(PubliclyAccessible=False),
            {"OrdersMigration": "replace", "OrdersCdc": "replace", "OrdersLoad": "replace", "BillingCdc": "replace"},
            id="the flag alone",
        ),
        pytest.param(lambda stack: stack.pop("OrdersCdc"), {"OrdersCdc": "delete"}, id="a task without Retain"),
        pytest.param(
            lambda stack: stack["OrdersCdc"]["Properties"].update(ReplicationInstanceArn={"Ref": "Other"}),
            {"OrdersCdc": "replace"},
            id="another instance for a task",
        ),
        pytest.param(
            lambda stack: stack["OrdersMigration"]["Properties"].update(MultiAZ=True),
            {"OrdersMigration": "update"},
            id="a change in place",
        ),
    ],
)
def test_what_a_stack_does_to_its_tasks_is_seen(change, expected: dict[str, str]) -> None:  # noqa: ANN001
    before = stack()
    after = copy.deepcopy(before)
    change(after["Resources"])
    assert cloudformation.changes(before, after) == expected


def test_a_task_is_created_again_only_where_its_engine_has_a_start_point() -> None:
    [path] = paths(facts(STACK_TAGS))
    template = templates(path)[-1]
    lines = {one["task"]: one.get("lines") for one in path["recreations"]}
    assert {task for task, text in lines.items() if text} == {"orders-cdc", "billing-cdc"}
    for text in filter(None, lines.values()):
        again = cloudformation.edited(template, {"removed": [], "lines": text})
        assert list(cloudformation.lint_findings(json.dumps(again))) == []
        assert set(cloudformation.changes(template, again).values()) == {"create"}
        [task] = [one for one in again["Resources"].values() if one["Type"] == cloudformation.TASK]
        assert task["Properties"]["MigrationType"] == "cdc"
        assert task["Properties"]["CdcStartPosition"].startswith("<RecoveryCheckpoint")
    for engine in ("aurora-postgresql", "mongodb", "an-engine-of-tomorrow", ""):
        given = facts(STACK_TAGS)
        given["endpoints"] = [{**ENDPOINTS[0], "EngineName": engine}, ENDPOINTS[1]]
        [path] = paths(given)
        assert not any(one.get("lines") for one in path["recreations"]), engine


def hostile(tags: dict[str, str]) -> dict:
    """Returns facts in which every text that a user chooses is hostile."""
    given = facts({**tags, HOSTILE: HOSTILE, "reference": "{{resolve:secretsmanager:x}}"})
    given["instance"].update(ReplicationInstanceIdentifier=HOSTILE, DnsNameServers=HOSTILE, KmsKeyId=HOSTILE)
    for task in given["tasks"]:
        task.update(ReplicationTaskIdentifier=HOSTILE, TableMappings=HOSTILE)
    return given


def test_a_hostile_name_or_tag_is_a_value_in_a_template() -> None:
    tags = {**STACK_TAGS, "aws:cloudformation:stack-name": HOSTILE, "aws:cloudformation:logical-id": HOSTILE}
    [path] = paths(hostile(tags))
    lines = path["steps"][0]["edit"]["lines"]
    assert "{{" not in lines
    [(name, new), *tasks] = cloudformation.read(lines)["Resources"].items()
    assert all(one.isascii() and one.isalnum() for one in [name, *dict(tasks)])
    assert len(tasks) == len(TASKS)
    assert new["Properties"]["DnsNameServers"] == HOSTILE
    assert {"Key": HOSTILE, "Value": HOSTILE} in new["Properties"]["Tags"]
    assert all(one.keys() == {"DeletionPolicy", "UpdateReplacePolicy"} for _, one in tasks)
    for one in path["recreations"]:
        for task in cloudformation.read(one.get("lines", "")).get("Resources", {}).values():
            assert task["Properties"]["TableMappings"] == HOSTILE


@pytest.mark.parametrize("version", [0, 1], ids=["from 5.32", "before 5.32"])
def test_a_configuration_keeps_its_tasks_and_loses_the_old_instance_last(version: int) -> None:
    path = paths(facts(TERRAFORM_TAGS))[version]
    force_new = [terraform.FORCE_NEW, terraform.BEFORE_5_32][version]
    before = configuration()
    tasks = {address for address in before if address.startswith(terraform.TASK)}
    for step in path["steps"]:
        if "moved" in step["states"]:
            # The API moves the tasks, and a refresh reads their new instance into the state.
            arn = f"${{{terraform.INSTANCE}.orders_migration_private.replication_instance_arn}}"
            for task in tasks:
                before[task]["replication_instance_arn"] = arn
            continue
        after = terraform.edited(before, step.get("edit"))
        assert list(terraform.argument_findings(after)) == [], step["title"]
        effects = terraform.changes(before, after, force_new)
        assert effects == previewed(step), step["title"]
        assert all(effects.get(task) in (None, "update") for task in tasks), step["title"]
        assert ("delete" in effects.values()) == (step is path["steps"][-1]), step["title"]
        before = after
    for task in tasks:
        assert before[task]["lifecycle"] == [{"prevent_destroy": "true"}] or "prevent_destroy" in str(before[task])
        assert "orders_migration_private" in before[task]["replication_instance_arn"]
    assert f"{terraform.INSTANCE}.orders_migration" not in before


def test_only_a_task_that_runs_is_started_by_the_provider() -> None:
    step = next(one for one in paths(facts(TERRAFORM_TAGS))[0]["steps"] if one["interrupts"])
    started = {
        address: str(body["start_replication_task"]).lower()
        for address, body in terraform.read(step["edit"]["lines"]).items()
    }
    expected = {
        f"{terraform.TASK}.{name.replace('-', '_')}": str(status == "running").lower() for name, status, _ in TASKS
    }
    assert started == expected


@pytest.mark.parametrize(
    ("version", "argument", "expected"),
    [
        pytest.param(0, "publicly_accessible", {"replace", "update"}, id="the flag alone"),
        pytest.param(1, "publicly_accessible", {"replace"}, id="the flag alone before 5.32"),
        pytest.param(1, "multi_az", {"update"}, id="a change in place"),
    ],
)
def test_what_an_apply_does_to_tasks_is_seen(version: int, argument: str, expected: set[str]) -> None:
    before = configuration()
    after = copy.deepcopy(before)
    after[f"{terraform.INSTANCE}.orders_migration"][argument] = False
    force_new = [terraform.FORCE_NEW, terraform.BEFORE_5_32][version]
    assert set(terraform.changes(before, after, force_new).values()) == expected


@pytest.mark.skipif(TERRAFORM is None, reason="terraform is not installed: it is in no package registry")
def test_terraform_itself_formats_the_lines_no_further(tmp_path: Path) -> None:
    for given in (facts(TERRAFORM_TAGS), hostile(TERRAFORM_TAGS)):
        for version, path in enumerate(paths(given)):
            for step in path["steps"]:
                lines = step.get("edit", {}).get("lines")
                if lines:
                    (tmp_path / f"{version}-{step['number']}.tf").write_text(lines)
        done = subprocess.run(
            [TERRAFORM, "fmt", "-check", "-diff"], cwd=tmp_path, check=False, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.skipif(TERRAFORM is None, reason="terraform is not installed: it is in no package registry")
def test_a_hostile_name_or_tag_is_a_value_for_terraform(tmp_path: Path) -> None:
    lines = paths(hostile(TERRAFORM_TAGS))[0]["steps"][0]["edit"]["lines"]
    # A local value takes the arguments without the provider.
    [block, *_] = lines.split("\n}\n", 1)
    arguments = block.split("{\n", 1)[1]
    (tmp_path / "main.tf").write_text(
        f'locals {{\n  given = {{\n{arguments}\n  }}\n}}\noutput "given" {{ value = local.given }}\n'
    )
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "CHECKPOINT_DISABLE": "1"}
    for command in (["init", "-input=false"], ["apply", "-input=false", "-auto-approve"], ["output", "-json"]):
        done = subprocess.run(
            [TERRAFORM, *command], cwd=tmp_path, check=False, capture_output=True, text=True, env=environment
        )
        assert done.returncode == 0, done.stdout + done.stderr
    given = json.loads(done.stdout)["given"]["value"]
    assert given["tags"][HOSTILE] == HOSTILE
    assert given["tags"]["reference"] == "{{resolve:secretsmanager:x}}"
    assert given["dns_name_servers"] == HOSTILE
    assert given["kms_key_arn"] == HOSTILE

"""The runbook, step by step, against an AWS DMS whose every call is checked by botocore's model."""

import os
from collections.abc import Callable, Sequence

import pytest
import yaml

from oracles.repository import RULE_TEMPLATES
from oracles.runbook.automation import Automation, DocumentError, Execution
from oracles.runbook.dms import AT_REST, FakeDms, KilledError, arn

RUNBOOK = yaml.safe_load((RULE_TEMPLATES / "ssm/private-instance.yaml").read_text())
ROLE = "arn:aws:iam::123456789012:role/Role"
APPROVAL = {"Approvers": ["dba"], "ApprovalTopicArn": "arn:aws:sns:eu-west-1:123456789012:Automation-dms"}
LOADING = {"FullLoadProgressPercent": 40, "TablesLoaded": 1, "TablesLoading": 2, "TablesQueued": 3}


class Account:
    """An account with a public instance and three tasks: one runs, one was stopped, one never ran."""

    def __init__(self, **tasks: str) -> None:
        self.dms = FakeDms()
        self.old = self.dms.add_instance("orders")
        for name, status in (tasks or {"runs": "running", "rests": "stopped", "new": "ready"}).items():
            self.dms.add_task(name, self.old, status)
        self.client, self.questions = self.dms.client(), []
        self.approves = True

    def approve(self, asked: dict) -> bool:
        """Approves or refuses, and keeps the question."""
        self.questions.append(asked["Message"])
        return self.approves

    def automation(self) -> Automation:
        """Returns the runbook with this account's DMS, in which every call takes time."""
        automation = Automation(RUNBOOK, lambda _: self.client, self.approve)
        self.dms.tick = lambda: automation.clock.sleep(0.3)
        return automation

    def run(self, **parameters: object) -> Execution:
        """Executes the runbook on the old instance."""
        given = {"ReplicationInstance": self.old, "AutomationAssumeRole": ROLE} | parameters
        return self.automation().run(given)

    def task(self, name: str) -> dict:
        """Returns a task by its name."""
        return self.dms.tasks[arn("task", name.upper())]

    @property
    def new(self) -> str | None:
        """The ARN of the new instance."""
        return next((name for name, tags in self.dms.tags.items() if "dms-rule:replaces" in tags), None)

    def statuses(self) -> dict[str, tuple[str, str]]:
        """Returns of each task its status and the side that it is on."""
        sides = {self.old: "old", self.new: "new"}
        return {
            task["ReplicationTaskIdentifier"]: (task["Status"], sides[task["ReplicationInstanceArn"]])
            for task in self.dms.tasks.values()
        }

    def untouched(self) -> bool:
        """Returns true if the old instance is there with its tasks, and nothing else."""
        self.dms.settle()
        acts = {act.split()[0] for act in self.dms.effects}
        started = acts & {"StopReplicationTask", "MoveReplicationTask", "StartReplicationTask"}
        return set(self.dms.instances) == {self.old} and not started


MOVED = {"runs": ("running", "new"), "rests": ("stopped", "new"), "new": ("ready", "new")}
RESTS = "the task runs ran before the move and does not run now"
BEFORE = {name: (status, "old") for name, (status, _) in MOVED.items()}


def test_tasks_are_moved_in_their_former_state_and_the_old_instance_is_kept_by_default() -> None:
    account = Account()
    execution = account.run()
    assert execution.status == "Success", execution.failure
    assert account.statuses() == MOVED
    assert set(account.dms.instances) == {account.old, account.new}
    assert account.dms.effects == [
        "CreateReplicationInstance orders-private",
        *(f"TestConnection {account.new.rsplit(':', 1)[1]}" for _ in range(4)),
        "MoveReplicationTask NEW",
        "MoveReplicationTask RESTS",
        "StopReplicationTask RUNS",
        "MoveReplicationTask RUNS",
        "StartReplicationTask RUNS",
    ]


def test_the_new_instance_is_a_private_copy() -> None:
    account = Account()
    old = dict(account.dms.instances[account.old])
    account.dms.tags[account.old] = {"team": "orders", "aws:created": "x", "dms-rule:run": "other"}
    account.run()
    new = account.dms.instances[account.new]
    changed = {name for name in {*old, *new} if old.get(name) != new.get(name)}
    assert changed == {
        "AutoMinorVersionUpgrade",
        "PubliclyAccessible",
        "ReplicationInstanceArn",
        "ReplicationInstanceIdentifier",
        "ReplicationInstancePublicIpAddress",
        "ReplicationInstancePublicIpAddresses",
    }
    assert (new["PubliclyAccessible"], new["EngineVersion"]) == (False, "3.5.4")
    tags = account.dms.tags[account.new]
    assert (tags["team"], tags["dms-rule:replaces"], tags["dms-rule:run"]) == ("orders", account.old, "runbook-ID1")
    assert "aws:created" not in tags


def test_the_old_instance_is_deleted_by_a_parameter_of_its_own_and_upgrades_are_restored() -> None:
    account = Account()
    assert account.run(DeleteOldInstance="Yes", TakeOverName="Yes").status == "Success"
    assert set(account.dms.instances) == {account.new}
    assert account.dms.instances[account.new]["AutoMinorVersionUpgrade"] is True
    assert account.dms.instances[account.new]["ReplicationInstanceIdentifier"] == "orders"
    assert {status for status, _ in account.statuses().values()} == {"running", "stopped", "ready"}
    assert account.run(DeleteOldInstance="Yes").status == "Success"
    for given in ("orders", account.old.rsplit(":", 1)[1], account.new):
        assert account.run(ReplicationInstance=given).status == "Success"
    assert set(account.dms.instances) == {account.new}


def test_a_second_execution_deletes_what_the_first_one_kept() -> None:
    account = Account()
    account.run()
    assert set(account.dms.instances) == {account.old, account.new}
    assert account.run(DeleteOldInstance="Yes").status == "Success"
    assert set(account.dms.instances) == {account.new}


@pytest.mark.parametrize("given", ["orders", "ORDERS", "ID1"])
def test_the_instance_is_named_by_any_of_its_names(given: str) -> None:
    account = Account()
    assert account.run(ReplicationInstance=given).status == "Success"
    assert account.statuses() == MOVED


def test_an_unreachable_endpoint_deletes_the_new_instance_and_touches_nothing_else() -> None:
    account = Account()
    account.dms.unreachable = {arn("endpoint", "SOURCE-RUNS")}
    execution = account.run(DeleteOldInstance="Yes")
    assert execution.status == "Failed"
    assert "no route to host" in execution.failure
    assert "as before" in execution.failure
    assert account.untouched()
    assert account.statuses() == BEFORE


def test_a_new_instance_that_is_public_is_deleted() -> None:
    account = Account()
    account.dms.forced_public = True
    execution = account.run()
    assert "the new instance is public" in execution.failure
    assert account.untouched()


def test_a_failed_move_stops_the_runbook_and_the_next_execution_moves_again() -> None:
    account = Account(runs="running")
    account.dms.failing_moves = 1
    execution = account.run()
    assert execution.status == "Failed"
    assert "lack of storage" in execution.failure
    assert account.statuses() == {"runs": ("failed-move", "old")}
    assert account.run().status == "Success"
    assert account.statuses() == {"runs": ("running", "new")}


def test_after_a_failed_move_the_way_back_resumes_the_task() -> None:
    account = Account(runs="running", rests="stopped")
    account.dms.failing_moves = 99
    account.run()
    assert account.run(Direction="Back").status == "Success"
    account.dms.settle()
    assert account.statuses() == {"runs": ("running", "old"), "rests": ("stopped", "old")} or account.statuses() == {
        "runs": ("running", "old"),
        "rests": ("failed-move", "old"),
    }
    assert set(account.dms.instances) == {account.old}


def test_the_way_back_moves_tasks_and_deletes_the_new_instance() -> None:
    account = Account()
    account.run()
    assert account.statuses() == MOVED
    assert account.run(Direction="Back").status == "Success"
    assert account.statuses() == BEFORE
    assert set(account.dms.instances) == {account.old}
    assert account.run().status == "Success"
    assert account.statuses() == MOVED


def test_once_the_old_instance_is_gone_there_is_no_way_back_and_the_way_forward_stays_open() -> None:
    account = Account()
    account.run(DeleteOldInstance="Yes")
    assert "no way back" in account.run(Direction="Back").failure
    assert account.run().status == "Success"


@pytest.mark.parametrize(
    ("prepare", "words"),
    [
        (lambda a: a.task("runs").update(Status="starting"), "the task runs is in the status starting"),
        (lambda a: a.task("runs").update(Status="running with errors"), "the status running with errors"),
        (lambda a: a.task("runs").update(ReplicationTaskStats=LOADING), "loading tables"),
        (lambda a: a.task("runs").pop("SourceEndpointArn"), "both endpoints"),
        (lambda a: a.dms.instances[a.old].update(PubliclyAccessible=False), "private already"),
        (lambda a: a.dms.instances[a.old].pop("PubliclyAccessible"), "did not say if the instance is public"),
        (lambda a: a.dms.instances[a.old].update(ReplicationInstanceStatus="modifying"), "status modifying"),
        (lambda a: a.dms.instances[a.old].update(PendingModifiedValues={"MultiAZ": True}), "not applied yet"),
        (lambda a: a.dms.instances[a.old].pop("EngineVersion"), "cannot be copied: EngineVersion"),
        (lambda a: a.dms.instances[a.old]["VpcSecurityGroups"][0].update(Status="removing"), "security groups"),
        (lambda a: a.dms.instances[a.old]["ReplicationSubnetGroup"].update(IsReadOnly=True), "zero-ETL"),
        (lambda a: a.dms.tags[a.old].update({"aws:cloudformation:stack-name": "s"}), "CloudFormation stack s"),
        (lambda a: a.dms.tags[a.old].update({"dms-rule:managed-by": "terraform"}), "managed by terraform"),
        (lambda a: a.dms.orderable.clear(), "no longer creates instances of version 3.5.4"),
        (lambda a: a.dms.quotas.update(ReplicationInstances=(60, 60)), "quota ReplicationInstances has room for 0"),
        (lambda a: a.dms.quotas.update(AllocatedStorage=(99, 100)), "quota AllocatedStorage has room for 1"),
    ],
)
def test_what_is_not_ready_is_refused_before_anything_is_done(prepare: Callable[[Account], object], words: str) -> None:
    account = Account()
    prepare(account)
    execution = account.run(DeleteOldInstance="Yes")
    assert execution.status == "Failed"
    assert words in execution.failure
    assert account.dms.effects == []
    assert not any(operation == "AddTagsToResource" for operation, _ in account.dms.calls)


def test_unfinished_tables_are_loaded_again_only_if_that_is_accepted() -> None:
    account = Account(runs="running")
    account.task("runs")["ReplicationTaskStats"] = LOADING
    assert account.run(ReloadUnfinishedTables="Yes").status == "Success"
    assert account.statuses() == {"runs": ("running", "new")}


def test_an_instance_of_the_planned_name_that_somebody_else_made_is_not_touched() -> None:
    account = Account()
    other = account.dms.add_instance("orders-private", PubliclyAccessible=False)
    execution = account.run(DeleteOldInstance="Yes")
    assert "did not create" in execution.failure
    assert account.dms.effects == []
    assert other in account.dms.instances


def test_two_instances_of_one_name_need_the_arn() -> None:
    account = Account()
    account.dms.add_instance("id1")
    assert "several replication instances" in account.run(ReplicationInstance="ID1").failure


def test_a_task_that_is_new_on_the_old_instance_keeps_it() -> None:
    account = Account()
    account.run()
    account.dms.add_task("late", account.old, "stopped")
    execution = account.run(DeleteOldInstance="Yes")
    assert "late" in execution.failure
    assert account.old in account.dms.instances


def test_a_task_that_somebody_made_on_the_new_instance_is_not_moved_back() -> None:
    account = Account()
    account.run()
    account.dms.add_task("foreign", account.new, "running")
    execution = account.run(Direction="Back")
    assert "foreign" in execution.failure
    assert account.statuses()["foreign"] == ("running", "new")
    assert {name: one for name, one in account.statuses().items() if name != "foreign"} == BEFORE


def test_the_approval_comes_after_the_tests_and_before_the_first_stop() -> None:
    account = Account()
    seen = []
    account.approve = lambda asked: seen.append((asked, list(account.dms.effects))) or True
    assert account.run(**APPROVAL).status == "Success"
    ((asked, acts),) = seen
    assert account.old in asked["Message"]
    assert asked["Approvers"] == ["dba"]
    assert {act.split()[0] for act in acts} == {"CreateReplicationInstance", "TestConnection"}
    assert account.statuses() == MOVED


def test_a_refused_approval_ends_as_before() -> None:
    account = Account()
    account.approves = False
    execution = account.run(DeleteOldInstance="Yes", **APPROVAL)
    assert execution.status == "Failed"
    assert "approval was refused" in execution.failure
    assert account.untouched()
    assert account.statuses() == BEFORE


def test_an_approval_is_for_what_was_asked_and_no_more() -> None:
    account = Account()

    def approve(asked: dict) -> bool:
        account.questions.append(asked["Message"])
        if len(account.questions) == 1:
            account.task("rests")["Status"] = "running"
        return len(account.questions) == 1

    account.approve = approve
    execution = account.run(**APPROVAL)
    assert len(account.questions) == 2
    assert execution.status == "Failed"
    assert account.untouched()


def test_approvers_without_a_topic_are_refused() -> None:
    account = Account()
    assert "ApprovalTopicArn" in account.run(Approvers=["dba"]).failure
    assert account.dms.effects == []


def some(calls: Sequence[int]) -> Sequence[int]:
    """Returns every third call; all of them in `.ci/run --full`, where there are minutes for it."""
    return calls if os.environ.get("ORACLES_FULL") else calls[::3]


def test_an_execution_that_ends_at_any_call_goes_on_in_the_next_one_and_does_nothing_twice() -> None:
    whole = Account()
    whole.run(DeleteOldInstance="Yes")
    count = len(whole.dms.calls)
    assert count > 80
    once = sorted(act for act in whole.dms.effects if not act.startswith("TestConnection"))
    for call in some([*range(1, count + 1), *range(-count, 0)]):  # after the effect of a call, and before it
        account = Account()
        account.dms.kill_at = call
        with pytest.raises(KilledError):
            account.run(DeleteOldInstance="Yes")
        account.dms.kill_at = None
        execution = account.run(DeleteOldInstance="Yes")
        assert execution.status == "Success", (call, execution.failure)
        assert account.statuses() == MOVED, call
        assert set(account.dms.instances) == {account.new}
        assert account.dms.instances[account.new]["AutoMinorVersionUpgrade"] is True
        assert sorted(act for act in account.dms.effects if not act.startswith("TestConnection")) == once, call


def test_an_execution_that_ends_at_any_call_can_be_taken_back() -> None:
    account = Account()
    account.run()
    count = len(account.dms.calls)
    for call in some(range(1, count + 1)):
        account = Account()
        account.dms.kill_at = call
        with pytest.raises(KilledError):
            account.run()
        account.dms.kill_at = None
        execution = account.run(Direction="Back")
        assert execution.status == "Success", (call, execution.failure)
        assert account.statuses() == BEFORE, call
        assert set(account.dms.instances) == {account.old}


@pytest.mark.parametrize("has_effect", [False, True])
@pytest.mark.parametrize(
    "operation",
    [
        "CreateReplicationInstance",
        "TestConnection",
        "AddTagsToResource",
        "StopReplicationTask",
        "MoveReplicationTask",
        "StartReplicationTask",
        "DeleteReplicationInstance",
        "ModifyReplicationInstance",
    ],
)
def test_a_call_that_fails_once_is_observed_and_made_again(operation: str, has_effect: bool) -> None:
    account = Account()
    # With an error of its own, DMS says that it did nothing.
    account.dms.faults[operation] = ("InternalFailure" if has_effect else "AccessDeniedException", has_effect)
    execution = account.run(DeleteOldInstance="Yes")
    assert execution.status == "Success", execution.failure
    assert account.statuses() == MOVED
    assert set(account.dms.instances) == {account.new}


@pytest.mark.parametrize(
    "operation",
    ["DescribeReplicationInstances", "DescribeReplicationTasks", "DescribeConnections", "ListTagsForResource"],
)
def test_a_listing_that_fails_is_no_observation(operation: str) -> None:
    account = Account()
    account.dms.faults[operation] = ("AccessDeniedException", False)
    assert account.run(DeleteOldInstance="Yes").status == "Failed"
    assert account.statuses() == BEFORE
    assert account.old in account.dms.instances
    assert account.run(DeleteOldInstance="Yes").status == "Success"


def test_a_task_that_is_moved_here_from_a_third_instance_keeps_the_old_one() -> None:
    account = Account()
    account.run()
    third = account.dms.add_task("third", "arn:aws:dms:eu-west-1:123456789012:rep:THIRD", "stopped")
    account.dms.tasks[third]["TargetReplicationInstanceArn"] = account.old
    execution = account.run(DeleteOldInstance="Yes")
    assert "third" in execution.failure
    assert account.old in account.dms.instances


def test_a_task_whose_stop_is_rejected_was_stopped_by_hand_and_is_not_started(monkeypatch: pytest.MonkeyPatch) -> None:
    account = Account()
    stop = account.dms._StopReplicationTask  # noqa: SLF001 - the call of the fake

    def stop_too_late(**parameters: str) -> dict:
        account.task("runs")["Status"] = "stopped"
        return stop(**parameters)

    monkeypatch.setattr(account.dms, "_StopReplicationTask", stop_too_late)
    assert RESTS in account.run(DeleteOldInstance="Yes").failure
    assert account.statuses()["runs"] == ("stopped", "new")
    assert account.old in account.dms.instances


@pytest.mark.parametrize("has_tag", [True, False])
def test_a_task_that_failed_after_the_move_keeps_the_old_instance(has_tag: bool) -> None:
    account = Account()
    account.run()
    if not has_tag:  # the tag of its stop; that of the plan says as well that it ran
        del account.dms.tags[arn("task", "RUNS")]["dms-rule:stopped-for-move"]
    account.task("runs")["Status"] = "failed"
    execution = account.run(DeleteOldInstance="Yes")
    assert "failed on the new instance" in execution.failure
    assert account.old in account.dms.instances
    account.task("runs").update(Status="stopped", StopReason="Stop Reason FATAL_ERROR")
    assert "FATAL_ERROR" in account.run(DeleteOldInstance="Yes").failure
    assert account.old in account.dms.instances


def test_a_task_that_is_done_lets_the_old_instance_go() -> None:
    account = Account()
    account.run()
    account.task("runs").update(Status="stopped", StopReason="Stop Reason STOPPED_AT_SERVER_TIME")
    assert account.run(DeleteOldInstance="Yes").status == "Success"
    assert account.statuses()["runs"] == ("stopped", "new")


def test_a_reason_of_an_earlier_stop_says_nothing_about_this_one() -> None:
    account = Account()
    account.task("runs")["StopReason"] = "Stop Reason STOPPED_AT_SERVER_TIME"
    account.run()
    account.task("runs").update(Status="stopped", StopReason="Stop Reason STOPPED_AT_SERVER_TIME")
    assert RESTS in account.run(DeleteOldInstance="Yes").failure


def test_what_was_stopped_by_hand_during_the_run_is_not_started() -> None:
    account = Account()
    account.run()
    account.task("runs")["Status"] = "stopped"
    assert RESTS in account.run(DeleteOldInstance="Yes").failure
    assert account.statuses()["runs"] == ("stopped", "new")
    assert account.old in account.dms.instances
    account.task("runs")["Status"] = "running"
    assert account.run(DeleteOldInstance="Yes").status == "Success"


def test_a_new_instance_that_vanished_while_a_task_waits_is_reported_and_taken_back() -> None:
    account = Account(runs="running")
    account.dms.failing_moves = 1
    account.run()
    del account.dms.instances[account.new]
    for tags in [name for name, its in account.dms.tags.items() if "dms-rule:replaces" in its]:
        del account.dms.tags[tags]
    execution = account.run()
    assert "no longer exists, and tasks may be stopped" in execution.failure
    assert account.run(Direction="Back").status == "Success"
    assert account.statuses() == {"runs": ("running", "old")}


def test_twenty_tasks_take_several_rounds() -> None:
    names = [f"t{number}" for number in range(20)]
    account = Account(**dict.fromkeys(names, "running"))
    execution = account.run()
    assert execution.status == "Success", execution.failure
    assert set(account.statuses().values()) == {("running", "new")}
    assert execution.steps.count("Work") > 1


HOSTILE = [
    "x'); import os; os.system('id')#",
    '"; DROP',
    "$(id)`id`",
    "a\nb",
    "{{ DeleteOldInstance }}",
    "--help",
    "\\",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_names_tags_and_messages_are_data(text: str) -> None:
    account = Account(runs="running", rests="stopped")
    account.task("runs").update(ReplicationTaskIdentifier=text)
    account.dms.tags[account.old] = {"note": "x"}
    account.dms.tags[account.old].update({"hostile": "".join(c for c in text if c.isalnum())})
    account.dms.failing_moves = 1
    execution = account.run()
    assert execution.status == "Failed"
    assert account.run(**APPROVAL).status == "Success"
    assert sorted(account.statuses().values()) == [("running", "new"), ("stopped", "new")]
    assert account.old in account.dms.instances
    with pytest.raises(DocumentError):
        account.run(ReplicationInstance=text)


@pytest.mark.parametrize("text", [text for text in HOSTILE if text != "a\nb"])
def test_a_hostile_failure_becomes_a_tag_that_aws_takes(text: str) -> None:
    account = Account()
    account.dms.unreachable = {arn("endpoint", "TARGET")}
    respond = account.dms.respond

    def answer(operation: str, parameters: dict) -> dict:
        response = respond(operation, parameters)
        for one in response.get("Connections", []):
            if one["Status"] == "failed":
                one["LastFailureMessage"] = text * 20
        return response

    account.dms.respond = answer
    execution = account.run()
    assert text in execution.failure
    assert account.untouched()


def test_the_scripts_hold_no_reference() -> None:
    work = RUNBOOK["mainSteps"][0]["inputs"]["Steps"][0]["inputs"]
    for script in (work["Script"], RUNBOOK["mainSteps"][1]["inputs"]["Script"]):
        assert "{{" not in script
        assert script.isascii()


def test_every_status_at_rest_is_one_that_the_fake_moves() -> None:
    assert set(AT_REST) == {"stopped", "ready", "failed", "failed-move"}

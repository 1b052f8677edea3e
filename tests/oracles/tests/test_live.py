"""`tests/live` against the local AWS: its answers, its consent, and that it leaves nothing behind."""

import os
import pty
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from oracles import live_account
from oracles.live_account import LIVE, TARGET, Run, arguments, fleet, left_in, load, other_user, read, run
from oracles.local_aws import ACCOUNT, LocalAws

# The answers of the local AWS as it is without a variant. Of services that it does not have, nothing is known.
ANSWERS = {
    "empty-filter": "yes",
    "long-rule-name": "yes",
    "quota-names": "yes",
    "empty-evaluations": "no",
    "evaluated-twice": "no",
    "evaluation-order": "yes",
    "invocation-async": "not answered",
    "role-source-account": "not answered",
    "resource-identifier": "yes",
    "resource-identifier-reuse": "yes",
    "tags-in-bulk": "yes",
    "private-instance": "yes",
    "tag-characters": "no",
    "second-test": "no",
    "ready-move": "yes",
    "status-after-move": "yes",
    "target-after-move": "no",
    "moves-at-once": "yes",
    "less-storage": "yes",
    "failed-move-target": "not answered",
    "move-across-subnets": "yes",
    "move-across-vpcs": "yes",
    "move-across-keys": "yes",
    "resume-assessment": "no",
    "stop-reason": "yes",
    "full-load-end": "yes",
    "groups-change": "no",
    "version-override": "yes",
    "kerberos-file": "yes",
    "nat-alone": "yes",
    "subscription-sources": "not answered",
    "stack-tags": "not answered",
    "config-resource-id": "yes",
    "config-item-addresses": "yes",
    "config-item-network": "no",
    "config-item-relationships": "no",
    "recorded-acl": "not answered",
    "config-item-deleted": "yes",
    "rename-log-group": "not answered",
    "rename-metrics": "not answered",
    "rename": "yes",
    "delete-with-tasks": "yes",
    "token-lifetime": "not answered",
    "status-words": "yes",
}

LATE = {"variant": "LackOfStorageFailsLate"}
FLIPS = [
    ("ready-move", [{"variant": "ReadyTasksDoNotMove"}], "no"),
    ("ready-move", [{"variant": "NoVpcRole"}], "not answered"),
    ("moves-at-once", [{"variant": "OneMoveAtATime"}], "no"),
    ("resume-assessment", [{"variant": "StartsWithAnAssessment"}], "yes"),
    ("less-storage", [LATE], "no"),
    ("failed-move-target", [LATE], "no"),
    ("failed-move-target", [LATE, {"variant": "FailedMoveKeepsTarget"}], "yes"),
    ("second-test", [{"variant": "SecondTestIsRejected"}], "yes"),
    ("tag-characters", [{"variant": "TagsOfAnyCharacters"}], "yes"),
    ("private-instance", [{"variant": "NullAsPublicAddress"}], "other"),
    ("kerberos-file", [{"variant": "KerberosFileIsHidden"}], "no"),
    ("version-override", [{"withdraw": "3.5.4"}], "not answered"),
    ("long-rule-name", [{"ruleNameMaximum": 128}], "no"),
    ("tags-in-bulk", [{"tagListMaximum": 50}], "no"),
    ("config-resource-id", [{"recorder": "name"}], "no"),
    ("config-resource-id", [{"recorder": "off"}], "not answered"),
    ("nat-alone", [{"unreachable": TARGET}], "no"),
    ("status-after-move", [{"unreachable": TARGET}], "not answered"),
    ("ready-move", [{"settling": ["moving", None]}], "not answered"),
]

CHANGES = {"Create", "Modify", "Delete", "Start", "Stop", "Move", "Add", "Put", "Test", "Remove"}


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalAws]:
    with LocalAws() as server:
        server.do(dms=fleet(), token=["given-rule", live_account.TOKEN])
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            monkeypatch.delenv(name)
        for name, value in server.environment.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
        before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
        yield server
        for number, handler in zip((signal.SIGINT, signal.SIGTERM), before, strict=True):
            signal.signal(number, handler)


def changes(aws: LocalAws) -> list[str]:
    operations = [call["operation"] for call in aws.do(report=True)["calls"]]
    return [one for one in operations if any(one.startswith(word) for word in CHANGES)]


def process(*options: str, **streams: object) -> subprocess.Popen:
    return subprocess.Popen([sys.executable, LIVE / "run.py", *options], text=True, **streams)


def test_every_probe_has_the_answer_of_the_local_aws_and_nothing_is_left(aws: LocalAws, tmp_path: Path) -> None:
    done = run(tmp_path)
    assert done.answers() == ANSWERS
    assert done.code == 0
    assert done.summary["cleanUp"] == {"left": [], "unknown": []}
    assert left_in(aws) == fleet()
    texts = "".join(file.read_text() for file in tmp_path.iterdir())
    for secret in (ACCOUNT, live_account.TOKEN, "EXAMPLE.COM", live_account.SECRET):
        assert secret not in texts
    table = next(tmp_path.glob("*.md")).read_text()
    assert all(f"| {name} |" in table for name in ANSWERS)
    assert all(one["evidence"] for one in done.summary["results"] if one["answer"] in ("yes", "no", "other")
               and one["name"] not in ("status-words", "rename", "resource-identifier"))  # fmt: skip


@pytest.mark.parametrize(("probe", "commands", "answer"), FLIPS)
def test_an_aws_that_behaves_otherwise_has_another_answer(
    aws: LocalAws, tmp_path: Path, probe: str, commands: list[dict], answer: str
) -> None:
    assert answer != ANSWERS[probe]
    for command in commands:
        aws.do(**command)
    done = run(tmp_path, probe)
    assert done.answers() == {probe: answer}, done.observed(probe)
    assert left_in(aws) == fleet()
    assert done.code == 0


@pytest.mark.parametrize("part", range(4))
def test_a_call_whose_response_is_lost_leaves_nothing_and_is_no_answer(
    aws: LocalAws, tmp_path: Path, part: int
) -> None:
    assert run(tmp_path, "ready-move").answers() == {"ready-move": "yes"}
    calls = len(aws.do(report=True)["calls"])
    assert calls > 40
    for number in range(1 + part, calls + 1, 4):
        aws.do(clear=True)
        aws.do(fault={"fromCall": number, "times": 1, "kind": "DropAfter"})
        check_fault(aws, run(tmp_path, "ready-move"), number)


def test_an_operation_that_fails_once_leaves_nothing_and_is_no_answer(aws: LocalAws, tmp_path: Path) -> None:
    run(tmp_path, "ready-move")
    operations = {call["operation"] for call in aws.do(report=True)["calls"]}
    assert {"CreateReplicationInstance", "MoveReplicationTask", "DeleteReplicationInstance"} <= operations
    for operation in sorted(operations):
        aws.do(clear=True)
        aws.do(fault={"operation": operation, "times": 1, "kind": "ServerError"})
        check_fault(aws, run(tmp_path, "ready-move"), operation)


def check_fault(aws: LocalAws, done: Run, fault: object) -> None:
    assert left_in(aws) == fleet(), fault
    if done.summary:
        assert done.code == 0, fault
        assert done.answers()["ready-move"] in ("yes", "not answered"), fault
    else:
        assert done.code == 2, fault
        assert changes(aws) == [], fault


@pytest.mark.parametrize("operation", ["CreateReplicationInstance", "CreateReplicationTask", "MoveReplicationTask"])
def test_a_denied_change_is_no_answer(aws: LocalAws, tmp_path: Path, operation: str) -> None:
    aws.do(fault={"operation": operation, "kind": "Denied"})
    done = run(tmp_path, "ready-move")
    assert done.answers() == {"ready-move": "not answered"}
    assert operation in done.observed("ready-move")
    assert (done.code, left_in(aws)) == (0, fleet())


def test_what_cannot_be_deleted_is_named_and_deleted_by_its_run_id(
    aws: LocalAws, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    aws.do(fault={"operation": "DeleteReplicationTask", "kind": "Denied"})
    done = run(tmp_path, "ready-move")
    run_id = done.summary["runId"]
    assert done.code == 1
    left = "\n".join(done.summary["cleanUp"]["left"])
    for name in ("task lt", "instance lt"):
        assert name in left
    assert {name for name in left_in(aws) if name.startswith("Replication")} == {
        "ReplicationInstances", "ReplicationSubnetGroups", "ReplicationTasks"
    }  # fmt: skip
    assert f"--clean-up {run_id}" in capsys.readouterr().out
    aws.do(clear=True)
    others = other_user(run_id)
    aws.do(dms=others)
    options = ["--region", live_account.REGION, *live_account.FAST, "--clean-up", run_id]
    assert load().main(options) == 2
    assert changes(aws) == []
    code = load().main([*options, "--yes", ACCOUNT])
    assert left_in(aws) == {**fleet(), **others}
    output = capsys.readouterr().out
    assert code == 1  # the local AWS has no other services, which may not be passed over in silence
    assert "bucket could not be listed" in output
    left = [line for line in output.partition("INCOMPLETE")[2].splitlines() if "replication" in line]
    assert len(left) == 2
    assert all("not deleted, since it has not the tag of the run" in line for line in left)


def test_tags_that_cannot_be_read_delete_nothing_and_are_reported(aws: LocalAws, tmp_path: Path) -> None:
    aws.do(fault={"operation": "ListTagsForResource", "kind": "Denied"})
    done = run(tmp_path, "ready-move")
    assert done.code == 1
    assert any("replication instance could not be listed" in line for line in done.summary["cleanUp"]["unknown"])
    assert not any(operation.startswith("Delete") for operation in changes(aws))


def test_the_resources_of_others_are_not_touched(aws: LocalAws, tmp_path: Path) -> None:
    others = other_user()
    aws.do(dms=others)
    assert run(tmp_path, "ready-move").code == 2
    assert changes(aws) == []
    done = run(tmp_path, "ready-move", options=("--beside-others",))
    assert (done.code, done.answers()) == (0, {"ready-move": "yes"})
    assert left_in(aws) == {**fleet(), **others}
    calls = aws.do(report=True)["calls"]
    changed = [call for call in calls if any(call["operation"].startswith(word) for word in CHANGES)]
    assert not any("OTHERS" in str(call["request"]) for call in changed)


@pytest.mark.parametrize("consent", [[], ["--yes", "999999999999"], ["--yes", ""]])
def test_nothing_is_created_without_consent(aws: LocalAws, tmp_path: Path, consent: list[str]) -> None:
    assert load().main([*arguments(tmp_path, "ready-move"), *consent]) == 2
    assert changes(aws) == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("typed", "code"), [(ACCOUNT, 0), ("yes", 2)])
def test_a_terminal_shows_the_cost_and_requests_the_account(
    aws: LocalAws, tmp_path: Path, typed: str, code: int
) -> None:
    leader, follower = pty.openpty()
    with process(*arguments(tmp_path, "ready-move"), stdin=follower, stdout=subprocess.PIPE) as running:
        seen = ""
        while "Type the id of the account" not in seen:
            letter = running.stdout.read(1)
            assert letter, seen
            seen += letter
        assert "USD (prices assumed on" in " ".join(seen.split())
        assert changes(aws) == []
        os.write(leader, f"{typed}\n".encode())
        running.stdout.read()
        assert running.wait(60) == code
    os.close(leader)
    os.close(follower)
    assert bool(changes(aws)) == (code == 0)
    assert left_in(aws) == fleet()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_cleans_up(aws: LocalAws, tmp_path: Path, number: signal.Signals) -> None:
    aws.do(settling=["creating", 2000])
    options = [*arguments(tmp_path, "ready-move", "rename"), "--patience", "1", "--yes", ACCOUNT]
    with process(*options, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE) as running:
        for line in running.stdout:
            if "waiting for the instance" in line:
                break
        running.send_signal(number)
        for line in running.stdout:
            if line.startswith("clean-up"):
                break
        time.sleep(0.1)
        running.send_signal(number)  # again: the clean-up goes on
        output = running.stdout.read()
        assert running.wait(60) == 0, output
    assert "if it must end now" in output
    done = read(0, tmp_path)
    assert done.summary["interrupted"]
    assert done.answers() == {"ready-move": "not answered", "rename": "not answered"}
    assert left_in(aws) == fleet()


def test_a_run_that_keeps_its_resources_names_the_command_that_deletes_them(
    aws: LocalAws, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    done = run(tmp_path, "ready-move", options=("--keep",))
    assert (done.code, done.summary["cleanUp"]) == (0, None)
    assert len(left_in(aws)["ReplicationInstances"]) == 2
    assert f"--clean-up {done.summary['runId']}" in capsys.readouterr().out


def test_a_change_of_what_the_run_did_not_create_is_not_sent(aws: LocalAws) -> None:
    module = load()
    options = module.parse(["--region", live_account.REGION], [])
    account = module.begin(options)
    account.consented = True
    for operation, member in (
        ("DeleteReplicationInstance", "ReplicationInstanceArn"),
        ("StopReplicationTask", "ReplicationTaskArn"),
        ("DeleteEndpoint", "EndpointArn"),
    ):
        with pytest.raises(module.NotOfThisRun):
            account.change("dms", operation, **{member: TARGET})
    assert changes(aws) == []

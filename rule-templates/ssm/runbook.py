"""The step Work of the runbook: observes, chooses the next action and takes it, for nine minutes at most."""

import time

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError
from next_action import (
    REPLACES_TAG,
    RUN_TAG,
    arn,
    condition,
    endpoints,
    has_ended_since,
    identifier,
    next_action,
    task_arn,
)
from planning import (
    APPROVED_TAG,
    BACK_TAG,
    CONSENT_TAG,
    MOVES_TAG,
    STOPPED_TAG,
    WAS_TAG,
    as_planned,
    digest,
    find,
    make_plan,
    refusals,
    run_id,
    was,
)
from queries import Dms, observe

# Systems Manager ends a script after 600 seconds.
SECONDS = 540
PAUSES = {"test": 5, "instance": 30, "creating": 30, "deleting": 30, "modifying": 30}
PAUSE = 10
# Before anything else was touched, these end in the state of before: the new instance is deleted.
TAKEN_BACK = ("endpoint-failed", "not-private", "not-equal", "new-unusable", "older-version", "taken-back")
ERRORS_AT_MOST = 3
REMEDIES = {
    "planAgain": "start the runbook again",
    "mendOrBack": "mend the cause and start the runbook again, or start it with Direction=Back",
    "back": "start the runbook with Direction=Back",
    "forward": "mend the cause and start the runbook again: there is no way back",
    "byHand": "this runbook can do nothing about it",
}


class ForAPerson(Exception):
    """The reason for which a person must act."""

    def __str__(self):
        return f"A person must act: {self.args[0]}"


class Run:
    """One run of the step."""

    def __init__(self, dms, events):
        self.dms = dms
        given = events["ReplicationInstance"].strip()
        self.direction = {"Forward": "forward", "Back": "back"}[events["Direction"]]
        self.approvers = [name for name in events["Approvers"] if name]
        if self.approvers and not events["ApprovalTopicArn"]:
            raise ForAPerson("Approvers need ApprovalTopicArn, the topic that they are notified by")
        self.consent = {"stop": not self.approvers, "delete": yes(events["DeleteOldInstance"])}
        choices = {"reload": yes(events["ReloadUnfinishedTables"]), "rename": yes(events["TakeOverName"])}
        choices |= {"name": events["NewIdentifier"]} if events["NewIdentifier"] else {}
        storage = int(events["AllocatedStorage"])
        choices |= {"allocatedStorage": storage} if storage else {}
        self.round, self.rounds = int(events["Round"]), int(events["Rounds"])
        self.attempts = {name: [] for name in ("tests", "stops", "moves", "resumes", "deletes")}
        self.attempts |= {"create": False, "restore": False, "rename": False}
        self.old_arn, old, new = find(dms, given)
        self.memory, tasks = self.remember(new)
        tags = dms.tags(self.old_arn) if old else {}
        self.plan = make_plan(self.old_arn, old, tags, new, tasks, choices)
        self.new_arn = arn(new["instance"]) if new else None
        if not old and self.direction == "back":
            raise ForAPerson(f"there is no way back: the old instance {self.old_arn} no longer exists")
        if old and self.direction == "forward" and not self.memory["approved"] and not self.memory["goingBack"]:
            blocking = list(refusals(self.plan, tags, dms, is_created=new is not None))
            if blocking:
                raise ForAPerson(f"{'; '.join(blocking)}. {self.whereabouts(new is not None)}")
        self.failure = new["tags"].get(BACK_TAG) if new else None
        if self.failure and self.direction == "forward":
            self.direction, self.turned = "back", True
        else:
            self.turned = False

    def remember(self, new):
        """Returns the memory, which is kept in tags, and the tasks of the plan."""
        arns = [self.old_arn, *([arn(new["instance"])] if new else [])]
        described = {task_arn(task): task for one in arns for task in self.dms.tasks("replication-instance-arn", one)}
        tags = {name: self.dms.tags(name) for name in described}
        # A tag says that a task is to run again, and not if its stop was requested: it may have been.
        words = {"open": "requested", "closed": "closed"}
        stops = {name: words[its[STOPPED_TAG]] for name, its in tags.items() if its.get(STOPPED_TAG) in words}
        own = new["tags"] if new else {}
        memory = {"run": run_id(self.old_arn), "stops": stops, "goingBack": BACK_TAG in own}
        memory["approved"] = own.get(APPROVED_TAG) == "yes"
        if new is None:
            # The new instance is gone, and its tags with it: a task may still wait for its start.
            memory["approved"] = "requested" in stops.values()
        if new and memory["approved"]:
            planned = [name for name, its in tags.items() if its.get(MOVES_TAG) == arn(new["instance"])]
        else:
            planned = [name for name, task in described.items() if task.get("ReplicationInstanceArn") == self.old_arn]
        if memory["approved"]:
            # A task that failed since then is known to have run.
            return memory, [as_planned(described[name], tags[name].get(WAS_TAG)) for name in planned]
        return memory, [described[name] for name in planned]

    def whereabouts(self, is_created=True):
        """Returns where things are, for the reader of a failure."""
        words = f"The old instance is {self.old_arn}"
        if not is_created:
            return f"{words}; nothing was done"
        return f"{words}, the new one {self.new_arn or self.plan['target']['identifier']}; both may exist and cost"

    def work(self):
        """Returns the state in which the step ends, or that it must go on."""
        start, since, waited_for, errors = time.monotonic(), 0.0, None, {}
        while True:
            observation = observe(self.dms, self.plan, self.new_arn)
            self.notice(observation)
            step = next_action(self.plan, observation, self.memory, self.attempts, self.consent, self.direction)
            now = time.monotonic()
            if step["key"] != waited_for:
                since, waited_for = now, step["key"]
            if step["kind"] == "act":
                try:
                    self.act(step, observation)
                    pause = 0
                except ClientError as error:
                    errors[step["key"]] = errors.get(step["key"], 0) + 1
                    print(f"{step['key']}: {error}")
                    if errors[step["key"]] >= ERRORS_AT_MOST:
                        raise
                    pause = PAUSE
            elif step["kind"] == "wait":
                if step["minutes"] <= 10 and now - since >= min(step["minutes"] * 60, SECONDS - 60):
                    raise ForAPerson(f"{step['key']} ({step['status']}) takes too long. {self.whereabouts()}")
                pause = PAUSES.get(step["code"], PAUSE)
            else:
                ended = self.ended(step, observation)
                if ended:
                    return ended
                pause = 0
            if time.monotonic() - start + pause >= SECONDS:
                if self.round >= self.rounds:
                    raise ForAPerson(f"{step['key']}: out of time; start the runbook again. {self.whereabouts()}")
                return {"Again": True, "State": step["key"]}
            time.sleep(pause)

    def notice(self, observation):
        """Takes over what the observation shows of earlier rounds and of other hands."""
        new = observation["new"]
        if not new:
            return
        ours = new["tags"].get(RUN_TAG) == self.memory["run"] and new["tags"].get(REPLACES_TAG) == self.old_arn
        if not ours:
            return
        self.new_arn = arn(new["instance"])
        if self.approvers:
            # An approval holds for all tasks of its plan, also for another execution.
            is_given = new["tags"].get(CONSENT_TAG) == digest(self.plan, self.new_arn)
            self.consent["stop"] = is_given or self.memory["approved"]
        if self.round > 1 and not self.attempts["tests"]:
            # Earlier rounds of this execution made these tests.
            connections = observation["connections"].items()
            self.attempts["tests"] = [name for name, one in connections if one.get("Status") == "successful"]

    def ended(self, step, observation):
        """Returns the final state for a step that is no action; None if the run turns back."""
        if step["kind"] == "ask" and step["gate"] == "stop":
            self.dms.tag(self.new_arn, asked=digest(self.plan, self.new_arn))
            return {
                "Again": False,
                "State": "the new instance is private and reaches every endpoint; asked for approval",
            }
        if step["kind"] == "ask":
            return {"Again": False, "State": f"moved; the old instance is kept. {self.tables(observation)}"}
        if step["kind"] == "end" and step["state"] == "asBefore" and self.turned:
            reason = self.failure or "the way back was begun"
            raise ForAPerson(f"{reason}. The new instance was deleted; old instance and tasks are as before")
        if step["kind"] == "end":
            state = "as before" if step["state"] == "asBefore" else f"done. {self.tables(observation)}"
            return {"Again": False, "State": state}
        if self.direction == "forward" and step["code"] in TAKEN_BACK and not self.memory["approved"]:
            self.failure, self.direction, self.turned = step["because"], "back", True
            return None
        # The next execution makes a new plan, and goes on with the instance that there is.
        remedy = "planAgain" if step["code"] == "changed" else step["remedy"]
        raise ForAPerson(f"{step['because']}: {REMEDIES[remedy]}. {self.whereabouts()}")

    def tables(self, observation):
        """Returns the tables in error, which a person reads before the old instance is deleted."""
        lines = []
        for task in observation["tasks"].values():
            errored = ((task or {}).get("ReplicationTaskStats") or {}).get("TablesErrored")
            if errored:
                lines.append(f"The task {identifier(task)} has {errored} tables in error.")
        return " ".join(lines)

    def act(self, step, observation):
        """Takes an action. What a crash must not forget is written before the call."""
        name, dms = step["name"], self.dms
        print(step["key"])
        if name == "create":
            own = {REPLACES_TAG: self.old_arn, RUN_TAG: self.memory["run"]}
            tags = [{"Key": key, "Value": value} for key, value in sorted((self.plan["tags"] | own).items())]
            self.memory["created"] = True
            dms.call("CreateReplicationInstance", **self.plan["target"]["parameters"], Tags=tags)
            self.attempts["create"] = True
        elif name == "test":
            dms.call("TestConnection", ReplicationInstanceArn=step["instance"], EndpointArn=step["endpoint"])
            self.attempts["tests"].append(step["endpoint"])
        elif name == "takeSnapshot":
            self.take_snapshot(observation)
        elif name in ("rememberOpen", "rememberClosed"):
            word = "open" if name == "rememberOpen" else "closed"
            dms.tag(step["task"], stopped_for_move=word)
            self.memory["stops"][step["task"]] = word
        elif name == "turnBack":
            if self.new_arn:
                dms.tag(self.new_arn, going_back=tag_value(self.failure or "asked for"))
            self.memory["goingBack"] = True
        elif name == "stopTask":
            self.stop(step["task"])
            self.attempts["stops"].append([step["task"], step["on"]])
        elif name == "moveTask":
            target = {"TargetReplicationInstanceArn": step["instance"]}
            dms.call("MoveReplicationTask", ReplicationTaskArn=step["task"], **target)
            self.attempts["moves"].append([step["task"], step["instance"]])
        elif name == "resumeTask":
            start = {"StartReplicationTaskType": "resume-processing"}
            dms.call("StartReplicationTask", ReplicationTaskArn=step["task"], **start)
            self.attempts["resumes"].append([step["task"], step["on"]])
        elif name == "deleteInstance":
            if step["side"] == "old":
                self.require_running(observation)
                # The role may delete only an instance with a tag of the runbook.
                dms.tag(step["instance"], replaced_by=self.new_arn)
            else:
                self.memory["created"] = False
            dms.call("DeleteReplicationInstance", ReplicationInstanceArn=step["instance"])
            self.attempts["deletes"].append(step["instance"])
        elif name == "restoreUpgrades":
            modify = {"AutoMinorVersionUpgrade": True, "ApplyImmediately": True}
            dms.call("ModifyReplicationInstance", ReplicationInstanceArn=step["instance"], **modify)
            self.attempts["restore"] = True
        elif name == "rename":
            modify = {"ReplicationInstanceIdentifier": step["identifier"], "ApplyImmediately": True}
            dms.call("ModifyReplicationInstance", ReplicationInstanceArn=step["instance"], **modify)
            self.attempts["rename"] = True

    def require_running(self, observation):
        """Raises if a task that ran when it was planned does not run now, and is not known to be done."""
        for planned in self.plan["tasks"]:
            task = observation["tasks"].get(task_arn(planned))
            runs = task and (condition(task) == "running" or has_ended_since(task, planned))
            if condition(planned) == "running" and not runs:
                because = f"the task {identifier(planned)} ran before the move and does not run now"
                remedy = "start it and the runbook again, or delete the old instance yourself"
                raise ForAPerson(f"{because}: {remedy}. {self.whereabouts()}")

    def stop(self, task):
        """Stops a task. Only the first rejection says that no stop was accepted: then its rest is somebody else's."""
        stops = self.memory["stops"]
        before, stops[task] = stops.get(task), "requested"
        try:
            self.dms.call("StopReplicationTask", ReplicationTaskArn=task)
        except ClientError as error:
            if before == "open" and is_rejection(error):
                stops[task] = "open"
            raise

    def take_snapshot(self, observation):
        """Prints each task as it is before the move, and tags what is planned: first the tasks, last the consent."""
        for task in observation["tasks"].values():
            if task:
                names = ("Status", "MigrationType", "RecoveryCheckpoint", "CdcStartPosition", "CdcStopPosition")
                print({name: task.get(name) for name in ("ReplicationTaskArn", *names)}, endpoints(task))
                self.dms.tag(task_arn(task), moves_to=self.new_arn, was=was(task))
        self.dms.tag(self.new_arn, approved="yes")
        self.memory["approved"] = True


def is_rejection(error):
    """Returns true for an error with which DMS says that it did nothing; after any other it may have acted."""
    if error.response.get("ResponseMetadata", {}).get("RetryAttempts"):
        return False
    code = error.response.get("Error", {}).get("Code") or ""
    return (code.endswith("Fault") and code != "InternalFault") or code.startswith("AccessDenied")


def yes(text):
    """Returns true for Yes and false for No; every other text is an error."""
    return {"Yes": True, "No": False}[text]


def tag_value(text):
    """Returns a text with the characters that a tag may have."""
    return "".join(
        letter if letter.isascii() and (letter.isalnum() or letter in " +-=._:/@") else " " for letter in text
    )[:256]


def work(events, _context):
    """Runs the step; the entry point for Systems Manager."""
    config = Config(retries={"mode": "standard", "max_attempts": 10})
    try:
        result = Run(Dms(boto3.client("dms", config=config)), events).work()
    except ForAPerson as reason:
        raise RuntimeError(str(reason)) from None
    print(result["State"])
    return result

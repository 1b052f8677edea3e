"""The transition function of the runbook: from what is observed to what is done next.

The same decisions as crates/remediation, over the same JSON: a change of one is a change of the other.
"""

import re

INSTANCE_MINUTES = 60
TEST_MINUTES = 5
MOVE_MINUTES = 120
TASK_MINUTES = 60
VISIBLE_MINUTES = 10
# Statuses from which an instance does not become available by waiting.
UNUSABLE = (
    "failed",
    "incompatible-network",
    "incompatible-credentials",
    "inaccessible-encryption-credentials",
)
REPLACES_TAG = "dms-rule:replaces"
RUN_TAG = "dms-rule:run"


def act(name, subject="", word="", **parameters):
    """Returns an action; the key is equal for equal actions of the crate."""
    key = " ".join(part for part in ("act", name, subject, word) if part)
    return {"kind": "act", "key": key, "name": name, **parameters}


def wait(code, subject, status, minutes):
    """Returns a wait for DMS."""
    return {"kind": "wait", "key": f"wait {code} {subject}", "code": code, "status": status, "minutes": minutes}


def stop(code, subject, because, remedy):
    """Returns the reason for which a person must act."""
    return {"kind": "stop", "key": f"stop {code} {subject}", "code": code, "because": because, "remedy": remedy}


def ask(gate):
    """Returns a question to a person."""
    return {"kind": "ask", "key": f"ask {gate}", "gate": gate}


def end(state):
    """Returns the end of a run."""
    return {"kind": "end", "key": f"end {state}", "state": state}


def arn(instance):
    """Returns the ARN of an instance; empty if it is unknown."""
    return instance.get("ReplicationInstanceArn") or ""


def task_arn(task):
    """Returns the ARN of a task; empty if it is unknown."""
    return task.get("ReplicationTaskArn") or ""


def identifier(task):
    """Returns the name of a task; empty if it is unknown."""
    return task.get("ReplicationTaskIdentifier") or ""


def endpoints(task):
    """Returns the endpoints of a task that are known."""
    return [task[name] for name in ("SourceEndpointArn", "TargetEndpointArn") if task.get(name) is not None]


def condition(task):
    """Returns the condition of a task; a status that is not known is busy: nothing is done to such a task."""
    status = task.get("Status")
    if status in ("running", "moving", "failed-move"):
        return status
    if status in ("stopped", "ready", "failed") and task.get("TargetReplicationInstanceArn") is None:
        return "at-rest"
    return "busy"


def is_loading(task):
    """Returns true if tables may still be loading: DMS begins those again after a stop."""
    if task.get("MigrationType") == "cdc":
        return False
    if task.get("MigrationType") != "full-load-and-cdc":
        return True
    stats = task.get("ReplicationTaskStats") or {}
    progress = [stats.get(name) for name in ("FullLoadProgressPercent", "TablesLoading", "TablesQueued")]
    return progress != [100, 0, 0]


def has_finished(task):
    """Returns true if a full load without capture of changes ended by itself: it is not started again."""
    return (
        task.get("MigrationType") == "full-load"
        and task.get("Status") in ("stopped", "ready", "failed-move")
        and "FULL_LOAD_ONLY_FINISHED" in (task.get("StopReason") or "")
    )


# The reasons with which DMS stops a task that has done what it was set to do, and one that cannot go on.
ENDED = (
    "FULL_LOAD_ONLY_FINISHED",
    "STOPPED_AFTER_FULL_LOAD",
    "STOPPED_AFTER_CACHED_EVENTS",
    "STOPPED_AT_SERVER_TIME",
    "STOPPED_AT_COMMIT_TIME",
)
BROKEN = (
    "RECOVERABLE_ERROR",
    "FATAL_ERROR",
    "EXPRESS_LICENSE_LIMITS_REACHED",
    "STOPPED_DUE_TO_LOW_MEMORY",
    "STOPPED_DUE_TO_LOW_DISK",
)


def has_stopped_for(task, reasons):
    """Returns true if DMS stopped a task for one of these reasons."""
    reason = task.get("StopReason") or ""
    return task.get("Status") in ("stopped", "failed-move") and any(one in reason for one in reasons)


def has_ended_since(task, planned):
    """Returns true if a task ended because it had done what it was set to do: it is not started again."""
    is_new = planned is None or planned.get("StopReason") != task.get("StopReason")
    return has_finished(task) or (is_new and has_stopped_for(task, ENDED))


def has_failed(task):
    """Returns true if a task, which ran, failed, or DMS stopped it for want of something."""
    return task.get("Status") == "failed" or has_stopped_for(task, BROKEN)


def public_addresses(instance):
    """Returns the public addresses of an instance, from both members."""
    many = instance.get("ReplicationInstancePublicIpAddresses") or []
    found = []
    for address in [instance.get("ReplicationInstancePublicIpAddress"), *many]:
        if address and address not in found:
            found.append(address)
    return found


def security_groups(instance):
    """Returns the ids of the security groups, sorted; None if one is unknown or not in effect."""
    groups = instance.get("VpcSecurityGroups")
    if groups is None or any(group.get("Status") != "active" for group in groups):
        return None
    ids = [group.get("VpcSecurityGroupId") for group in groups]
    return None if None in ids else sorted(ids)


def subnet_group(instance):
    """Returns the name of the subnet group."""
    return (instance.get("ReplicationSubnetGroup") or {}).get("ReplicationSubnetGroupIdentifier")


def has_pending_changes(instance):
    """Returns true if DMS has changes of the instance that it has not applied yet."""
    return any(value is not None for value in (instance.get("PendingModifiedValues") or {}).values())


def version(text):
    """Returns an engine version that is ordered by its numbers; None if a part is no number."""
    parts = (text or "").split(".")
    if not all(part.isascii() and part.isdigit() for part in parts):
        return None
    return [int(part) for part in parts]


def can_receive(to, come_from):
    """Returns true if tasks can be moved: DMS moves to the same or a later engine version only."""
    new, old = version(to.get("EngineVersion")), version(come_from.get("EngineVersion"))
    return new is not None and old is not None and new >= old


def not_private(instance):
    """Returns why an instance is not proved private: the flag must be literally false, and no address shown."""
    addresses = public_addresses(instance)
    if instance.get("PubliclyAccessible") is None:
        return "DMS does not say if the new instance is public"
    if instance["PubliclyAccessible"]:
        return "the new instance is public"
    return f"the new instance has a public address: {', '.join(addresses)}" if addresses else None


def differences(plan, new):
    """Returns what differs between the new instance and the plan; a member that DMS does not give differs."""
    old = plan["instance"]
    pairs = [
        ("the class", old.get("ReplicationInstanceClass"), new.get("ReplicationInstanceClass")),
        ("the engine version", old.get("EngineVersion"), new.get("EngineVersion")),
        ("AutoMinorVersionUpgrade", False, new.get("AutoMinorVersionUpgrade")),
        ("MultiAZ", old.get("MultiAZ"), new.get("MultiAZ")),
        ("the subnet group", subnet_group(old), subnet_group(new)),
        ("the key", old.get("KmsKeyId"), new.get("KmsKeyId")),
        ("the list of name servers", old.get("DnsNameServers"), new.get("DnsNameServers")),
        ("the network type", old.get("NetworkType"), new.get("NetworkType")),
        ("the list of security groups", security_groups(old), security_groups(new)),
    ]
    if old.get("MultiAZ") is False:
        pairs.append(("the zone", old.get("AvailabilityZone"), new.get("AvailabilityZone")))
    found = [f"{name} is {there} and not {wanted}" for name, wanted, there in pairs if wanted not in (None, there)]
    storage = (plan.get("choices") or {}).get("allocatedStorage")
    storage = old.get("AllocatedStorage") if storage is None else storage
    if storage is None or new.get("AllocatedStorage") is None or new["AllocatedStorage"] < storage:
        found.append("the storage is smaller, or not given")
    return found


INSTANCE = re.compile(r"arn:aws[A-Za-z0-9-]*:dms:[A-Za-z0-9-]+:[0-9]{12}:rep:[A-Za-z0-9_-]+")


def is_tied_to(task, instance):
    """Returns true if a task is on an instance, or is moved there or away; an unknown instance may be this one."""
    on, target = task.get("ReplicationInstanceArn"), task.get("TargetReplicationInstanceArn")
    if on is None or not INSTANCE.fullmatch(on):
        return True
    return instance.lower() in [one.lower() for one in (on, target) if one is not None]


class Situation:
    """All that the next action depends on."""

    def __init__(self, plan, observation, memory, attempts, consent):
        self.plan, self.observation, self.memory = plan, observation, memory
        self.attempts, self.consent = attempts, consent
        self.old, self.old_arn = observation.get("old"), arn(plan["instance"])
        new = observation.get("new")
        self.new = new["instance"] if new else None
        tags = new["tags"] if new else {}
        ours = tags.get(RUN_TAG) == memory.get("run") and tags.get(REPLACES_TAG) == self.old_arn
        self.new_arn = arn(self.new) if new and ours else None
        self.tasks = plan.get("tasks") or []

    def choice(self, name):
        return bool((self.plan.get("choices") or {}).get(name))

    def is_open(self, task):
        return (self.memory.get("stops") or {}).get(task) in ("open", "requested")

    def is_requested(self, task):
        return (self.memory.get("stops") or {}).get(task) == "requested"

    def tried(self, name, *what):
        calls = self.attempts.get(name)
        return bool(calls) if not what else (list(what) if len(what) > 1 else what[0]) in (calls or [])

    def side(self, task):
        on = task.get("ReplicationInstanceArn")
        if on is None:
            return None
        return "old" if on == self.old_arn else "new" if on == self.new_arn else None

    def not_ours(self, remedy):
        name = self.new.get("ReplicationInstanceIdentifier") or ""
        because = f"an instance named {name} exists that this run did not create"
        return stop("not-ours", arn(self.new), because, remedy)

    # The way forward: create, prove, test, stop, move, resume, delete.

    def forward(self):
        if self.memory.get("goingBack") and self.no_way_back() is None:
            return stop("taken-back", self.old_arn, "the way back was begun", "back")
        if self.new is None:
            return self.create()
        if self.new_arn is None:
            # The tasks that this run stopped are to run again in any case.
            return self.not_ours("back" if self.memory.get("approved") else "byHand")
        status = self.new.get("ReplicationInstanceStatus") or ""
        if status in (*UNUSABLE, "storage-full", "deleting"):
            return stop("new-unusable", self.new_arn, f"the new instance is in the status {status}", "back")
        if status != "available":
            return wait("instance", self.new_arn, status, INSTANCE_MINUTES)
        because = not_private(self.new)
        if because:
            return stop("not-private", self.new_arn, because, "back")
        if self.old is None:
            return self.not_gone() or self.finish()
        found = None if self.memory.get("approved") else self.approve()
        # A task that waits for its start comes before one that something else may hold up.
        waiting_first = sorted(self.tasks, key=lambda task: not self.is_open(task_arn(task)))
        for task in [] if found else waiting_first:
            found = found or self.transfer(task_arn(task), "new", self.ready_to_move)
        return found or self.delete_old()

    def create(self):
        if self.old is None:
            return stop("nothing-left", self.old_arn, "neither of the two instances exists", "byHand")
        if self.memory.get("approved"):
            because = "the new instance no longer exists, and tasks may be stopped"
            return stop("new-gone", self.old_arn, because, "back")
        if self.changes():
            return self.changed("planAgain")
        if self.tried("create"):
            return wait("creating", self.plan["target"]["identifier"], "", VISIBLE_MINUTES)
        return act("create")

    def changed(self, remedy):
        because = f"since the plan was made, this changed: {'; '.join(self.changes())}"
        return stop("changed", self.old_arn, because, remedy)

    def changes(self):
        now, then = self.old, self.plan["instance"]
        if now is None:
            return ["the old instance no longer exists"]
        members = (
            ("ReplicationInstanceIdentifier", "the name of the old instance"),
            ("ReplicationInstanceStatus", "the status of the old instance"),
            ("PubliclyAccessible", "PubliclyAccessible"),
            ("ReplicationInstanceClass", "the class"),
            ("EngineVersion", "the engine version"),
            ("AllocatedStorage", "the storage"),
            ("MultiAZ", "MultiAZ"),
            ("KmsKeyId", "the key"),
            ("DnsNameServers", "the name servers"),
            ("NetworkType", "the network type"),
            ("KerberosAuthenticationSettings", "the Kerberos authentication"),
            ("PreferredMaintenanceWindow", "the maintenance window"),
        )
        found = [words for name, words in members if now.get(name) != then.get(name)]
        if subnet_group(now) != subnet_group(then):
            found.append("the subnet group")
        if security_groups(now) != security_groups(then):
            found.append("the security groups")
        if has_pending_changes(now):
            found.append("DMS has changes of the old instance to apply")
        for planned in self.tasks:
            found += self.changes_of(planned, self.observation["tasks"].get(task_arn(planned)))
        others = self.observation.get("others") or []
        is_old = [task for task in others if is_tied_to(task, self.old_arn)]
        return found + [f"the task {identifier(task)} is new on the old instance" for task in is_old]

    def changes_of(self, planned, task):
        if task is None:
            return [f"the task {identifier(planned)} no longer exists"]
        pairs = [
            ("the status", task.get("Status"), planned.get("Status")),
            ("the type", task.get("MigrationType"), planned.get("MigrationType")),
            ("the endpoints", endpoints(task), endpoints(planned)),
            ("the instance", task.get("ReplicationInstanceArn"), planned.get("ReplicationInstanceArn")),
        ]
        found = [f"{words} of the task {identifier(planned)}" for words, now, then in pairs if now != then]
        loads = [condition(one) == "running" and is_loading(one) for one in (task, planned)]
        return found + [f"the task {identifier(planned)} loads tables again"] * (loads == [True, False])

    def approve(self):
        """Returns what comes next before a person has agreed to touch the tasks."""
        if not self.tasks and self.old.get("ReplicationInstanceStatus") == "deleting":
            return None  # nothing else says yet that it was to be deleted
        if self.changes():
            # A new plan would find the instance that this run created: it goes first.
            return self.changed("back")
        found = differences(self.plan, self.new)
        if found:
            because = f"the new instance is not as planned: {'; '.join(found)}"
            return stop("not-equal", self.new_arn, because, "back")
        if not self.tasks:
            return None
        for endpoint in dict.fromkeys(one for task in self.tasks for one in endpoints(task)):
            found = self.test(endpoint, again=True)
            if found:
                return found
        return act("takeSnapshot") if self.consent.get("stop") else ask("stop")

    def test(self, endpoint, again):
        """Returns what comes next until an endpoint is reached; with again, only a test of this run counts."""
        tested = self.tried("tests", endpoint)
        connection = self.observation["connections"].get(endpoint) or {}
        status = connection.get("Status") or ""
        if status == "successful" and (tested or not again):
            return None
        if status in ("testing", "deleting"):
            return wait("test", endpoint, status, TEST_MINUTES)
        if status == "failed" and tested:
            message = connection.get("LastFailureMessage") or "DMS gives no reason"
            because = f"the new instance does not reach an endpoint: {message}"
            return stop("endpoint-failed", endpoint, because, "mendOrBack")
        if tested:
            return wait("test", endpoint, status, TEST_MINUTES)
        return act("test", endpoint, endpoint=endpoint, instance=arn(self.new))

    def old_not_ready(self):
        """Returns what comes next before a task can leave the old instance, be moved to it or start on it."""
        status = (self.old or {}).get("ReplicationInstanceStatus") or ""
        if self.old is None or status in ("available", "storage-full"):
            return None
        if status in UNUSABLE:
            because = f"the old instance is in the status {status}"
            return stop("old-unusable", arn(self.old), because, "mendOrBack")
        return wait("instance", arn(self.old), status, INSTANCE_MINUTES)

    def ready_to_move(self, name, task):
        found = self.old_not_ready()
        if found:
            return found
        if not can_receive(self.new, self.old):
            because = "the new instance has an older engine version: DMS would refuse the move"
            return stop("older-version", self.new_arn, because, "back")
        # A task that this run stopped goes on without another consent.
        must_ask = not self.consent.get("stop") and not self.is_open(name)
        return self.reach(task) or (ask("stop") if must_ask else None)

    def reach(self, task):
        """Returns what comes next before a task can run on the new instance: DMS wants a successful last test."""
        for endpoint in endpoints(task):
            found = self.test(endpoint, again=False)
            if found:
                return found
        return None

    def left_on(self, instance):
        """Returns what comes next before an instance can be deleted that a task is on, or is moved to."""
        for _, task in sorted(self.observation["tasks"].items()):
            if task and is_tied_to(task, instance):
                return wait("moving", task_arn(task), task.get("Status") or "unknown", VISIBLE_MINUTES)
        for task in self.observation.get("others") or []:
            if is_tied_to(task, instance):
                because = f"the task {identifier(task)} is on {instance} and not in the plan"
                return stop("other-task", task_arn(task), because, "byHand")
        return None

    def delete_old(self):
        found = self.left_on(self.old_arn) or self.failed()
        if found:
            return found
        status = self.old.get("ReplicationInstanceStatus") or ""
        if status == "deleting":
            return wait("deleting", self.old_arn, status, INSTANCE_MINUTES)
        if self.tried("deletes", self.old_arn):
            return wait("deleting", self.old_arn, status, VISIBLE_MINUTES)
        if not self.consent.get("delete"):
            return ask("delete")
        return act("deleteInstance", "old", instance=self.old_arn, side="old")

    def not_gone(self):
        """Returns the stop before an old instance that is not found although a task is on it; None once agreed."""
        for _, task in sorted(self.observation["tasks"].items()):
            if task and self.side(task) == "old" and not self.memory.get("approved"):
                name = identifier(task)
                because = f"DMS does not find the old instance, and says that the task {name} is on it"
                return stop("old-not-found", self.old_arn, because, "byHand")
        return None

    def finish(self):
        """Returns what comes next once the old instance is gone."""
        for task in self.tasks:
            found = self.transfer(task_arn(task), "new", lambda _: None)
            if found:
                return found
        then, status = self.plan["instance"], self.new.get("ReplicationInstanceStatus") or ""
        if then.get("AutoMinorVersionUpgrade") is True and self.new.get("AutoMinorVersionUpgrade") is not True:
            if self.tried("restore"):
                return wait("modifying", self.new_arn, status, VISIBLE_MINUTES)
            return act("restoreUpgrades", instance=self.new_arn)
        name = then.get("ReplicationInstanceIdentifier") or ""
        if self.choice("rename") and (self.new.get("ReplicationInstanceIdentifier") or "") != name:
            if self.tried("rename"):
                return wait("modifying", self.new_arn, status, VISIBLE_MINUTES)
            return act("rename", instance=self.new_arn, identifier=name)
        return self.close_all() or end("done")

    def failed(self):
        """Returns the stop before a task that ran and failed since: the old instance is the way back of its data."""
        stopped = self.memory.get("stops") or {}
        for name, task in sorted(self.observation["tasks"].items()):
            if task is None:
                continue
            planned = self.planned(name)
            ran = name in stopped or planned is None or condition(planned) == "running"
            if ran and has_failed(task):
                reason = task.get("LastFailureMessage") or task.get("StopReason") or "DMS gives no reason"
                because = f"the task {identifier(task)} failed on the new instance: {reason}"
                return stop("task-failed", name, because, "mendOrBack")
        return None

    # The way back: the tasks to the old instance, and the new one deleted.

    def backward(self):
        found = self.no_way_back()
        if found:
            return found
        if not self.memory.get("goingBack"):
            return act("turnBack")
        # A task that waits on the old instance comes before one that runs on the new one.
        tasks = [task_arn(task) for task in reversed(self.tasks)]
        for task in sorted(tasks, key=lambda one: not self.is_open(one)):
            found = self.transfer(task, "old", lambda *_: self.old_not_ready())
            if found:
                return found
        return self.delete_new()

    def no_way_back(self):
        """Returns why there is no way back: the old instance is gone, or older than the new one, where a task is."""
        if self.old is None:
            return stop("no-way-back", self.old_arn, "the old instance no longer exists", "forward")
        if self.old.get("ReplicationInstanceStatus") == "deleting":
            return stop("no-way-back", self.old_arn, "the old instance is being deleted", "forward")
        tasks = [task for _, task in sorted(self.observation["tasks"].items()) if task]
        on_new = [task for task in tasks if self.side(task) == "new"]
        if self.new is None or not on_new or can_receive(self.old, self.new):
            return None
        versions = [one.get("EngineVersion") or "unknown" for one in (self.new, self.old)]
        because = (
            f"the new instance has the engine version {versions[0]} and the old one {versions[1]}: "
            "DMS moves a task to the same or a later version only"
        )
        return stop("newer-version", task_arn(on_new[0]), because, "forward")

    def delete_new(self):
        if self.new is None:
            if self.memory.get("created"):
                return wait("creating", self.plan["target"]["identifier"], "", VISIBLE_MINUTES)
            return self.close_all() or end("asBefore")
        if self.new_arn is None:
            return self.not_ours("byHand")
        found = self.left_on(self.new_arn)
        if found:
            return found
        status = self.new.get("ReplicationInstanceStatus") or ""
        if status in ("creating", "modifying", "upgrading", "rebooting", "deleting"):
            return wait("instance", self.new_arn, status, INSTANCE_MINUTES)
        if self.tried("deletes", self.new_arn):
            return wait("deleting", self.new_arn, status, VISIBLE_MINUTES)
        return act("deleteInstance", "new", instance=self.new_arn, side="new")

    # The transfer of one task: stop, move, resume. Both directions are this.

    def transfer(self, name, to, ready_to_leave):
        """Returns what comes next for a task; None if it has arrived in its state of before, or was deleted."""
        tasks = self.observation["tasks"]
        if name not in tasks:
            return stop("not-observed", name, "the task was not observed", "mendOrBack")
        task = tasks[name]
        if task is None:
            return None
        state, status = condition(task), task.get("Status") or "unknown"
        if state == "moving":
            return wait("moving", name, status, MOVE_MINUTES)
        if state == "busy":
            return wait("busy", name, status, TASK_MINUTES)
        on, side = task.get("ReplicationInstanceArn"), self.side(task)
        if side is None:
            because = f"the task {identifier(task)} is on neither of the two instances but on {on or 'an unknown one'}"
            return stop("elsewhere", name, because, "byHand")
        # DMS has accepted no stop of this run, or the load of the task ended: it is not started.
        has_ended = has_ended_since(task, self.planned(name))
        rests = state != "running" and (not self.is_requested(name) or has_ended)
        if self.is_open(name) and rests:
            return act("rememberClosed", name, task=name)
        if side == to:
            return self.arrive(name, task, state, on)
        return ready_to_leave(name, task) or self.leave(name, task, state, on, to)

    def planned(self, name):
        """Returns a task as it was when it was planned."""
        return next((task for task in self.tasks if task_arn(task) == name), None)

    def leave(self, name, task, state, on, to):
        words, status = identifier(task), task.get("Status")
        if state == "running":
            if self.tried("stops", name, on):
                return wait("stopping", name, status, VISIBLE_MINUTES)
            if is_loading(task) and not self.choice("reload"):
                because = f"the task {words} is loading tables; those that are not complete would begin again"
                return stop("loading", name, because, "mendOrBack")
            if not self.is_open(name):
                return act("rememberOpen", name, task=name)
            return act("stopTask", name, task=name, on=on)
        target = self.new_arn if to == "new" else self.old_arn if self.old is not None else None
        if target is None:
            because = "the instance that the task is to be moved to does not exist"
            return stop("no-target", name, because, "byHand")
        if self.tried("moves", name, target):
            if state == "failed-move":
                message = task.get("LastFailureMessage") or "DMS gives no reason"
                because = f"the move of the task {words} failed: {message}"
                return stop("move-failed", name, because, "mendOrBack")
            return wait("moving", name, status, VISIBLE_MINUTES)
        return act("moveTask", name, to, task=name, instance=target)

    def arrive(self, name, task, state, on):
        if not self.is_open(name):
            return None
        is_resumed = self.tried("resumes", name, on)
        if state == "running":
            # A stop that was requested on this instance may still come into effect, unless the task was started since.
            may_stop = self.memory.get("goingBack") and self.is_requested(name) and not is_resumed
            return None if may_stop else act("rememberClosed", name, task=name)
        found = self.old_not_ready() if on == self.old_arn else self.reach(task)
        if found:
            return found
        if is_resumed:
            if task.get("Status") == "failed":
                message = task.get("LastFailureMessage") or "DMS gives no reason"
                because = f"the task {identifier(task)} failed after its start: {message}"
                return stop("resume-failed", name, because, "mendOrBack")
            return wait("starting", name, task.get("Status"), VISIBLE_MINUTES)
        return act("resumeTask", name, task=name, on=on)

    def close_all(self):
        """Returns what comes next for a task that runs and is still open, once the tasks have arrived."""
        for planned in self.tasks:
            task = self.observation["tasks"].get(task_arn(planned))
            if task and self.is_open(task_arn(planned)) and condition(task) == "running" and self.side(task):
                return act("rememberClosed", task_arn(planned), task=task_arn(planned))
        return None


def next_action(plan, observation, memory, attempts, consent, direction):
    """Returns what comes next; it depends on nothing else, so it can be called again after a crash at any point."""
    situation = Situation(plan, observation, memory, attempts, consent)
    return situation.backward() if direction == "back" else situation.forward()

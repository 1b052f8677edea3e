"""The plan of the runbook, made from what DMS describes now, and what blocks it."""

import hashlib
import json

from next_action import (
    REPLACES_TAG,
    RUN_TAG,
    arn,
    condition,
    endpoints,
    has_pending_changes,
    identifier,
    is_loading,
    security_groups,
    subnet_group,
    task_arn,
)

OPT_OUT_TAG = "dms-rule:managed-by"
# Tags of the new instance: what the old one had, which is known no longer once it is gone.
NAME_TAG, UPGRADES_TAG = "dms-rule:name", "dms-rule:upgrades"
# Tags of the new instance: the consent, and the way back.
ASKED_TAG, CONSENT_TAG, APPROVED_TAG = "dms-rule:asked", "dms-rule:consent", "dms-rule:approved"
BACK_TAG = "dms-rule:going-back"
# Tags of a task: the instance that it is planned to move to, how it was when that was planned, and if it was stopped
# for that and is to run again.
MOVES_TAG, WAS_TAG, STOPPED_TAG = "dms-rule:moves-to", "dms-rule:was", "dms-rule:stopped-for-move"
OWN_TAGS = (REPLACES_TAG, RUN_TAG, NAME_TAG, UPGRADES_TAG, ASKED_TAG, CONSENT_TAG, APPROVED_TAG, BACK_TAG)
COPIED = (
    "ReplicationInstanceClass",
    "AllocatedStorage",
    "EngineVersion",
    "MultiAZ",
    "KmsKeyId",
    "PreferredMaintenanceWindow",
    "DnsNameServers",
    "NetworkType",
    "KerberosAuthenticationSettings",
)
NEEDED = (
    "ReplicationInstanceIdentifier",
    "ReplicationInstanceArn",
    "ReplicationInstanceClass",
    "AllocatedStorage",
    "EngineVersion",
    "AutoMinorVersionUpgrade",
    "MultiAZ",
)


def last_part(name):
    """Returns the last part of an ARN, which may be the id that AWS Config has for the resource."""
    return name.rsplit(":", 1)[-1]


def was(task):
    """Returns how a task is, for its tag: its status and a digest of the reason of its last stop."""
    reason = hashlib.sha256((task.get("StopReason") or "").encode()).hexdigest()[:16]
    return f"{task.get('Status')} {reason}"


def as_planned(task, tag):
    """Returns a task with the status that its tag has, and without a stop reason that it did not have then."""
    if not tag:
        return task
    status, _, _ = tag.partition(" ")
    reason = task.get("StopReason") if was(task | {"Status": status}) == tag else None
    return task | {"Status": status, "StopReason": reason}


def run_id(old_arn):
    """Returns the id of the run, the same for every execution on the same instance."""
    return f"runbook-{last_part(old_arn)}"


def is_named(instance, given):
    """Returns true if a text is the ARN, the last part of the ARN or the name of an instance."""
    name = instance.get("ReplicationInstanceIdentifier") or ""
    return given in (arn(instance), last_part(arn(instance))) or given.lower() == name.lower()


def find(dms, given):
    """Returns the ARN of the public instance, its description or None, and the instance that this run created.

    The given text may also name the new instance, once it has the name of the old one.
    """
    instances = dms.instances()
    named = [one for one in instances if is_named(one, given)]
    if len({arn(one) for one in named}) > 1:
        raise RuntimeError(f"several replication instances are named by {given}: give the ARN")
    old_arn = arn(named[0]) if named else None
    new = None
    for instance in instances:
        tags = dms.tags(arn(instance))
        replaced = tags.get(REPLACES_TAG) or ""
        if not replaced or tags.get(RUN_TAG) != run_id(replaced):
            continue
        is_given = named and arn(instance) == old_arn
        is_gone = not named and given in (replaced, last_part(replaced), tags.get(NAME_TAG))
        if is_given or is_gone or replaced == old_arn:
            new, old_arn = {"instance": instance, "tags": tags}, replaced
            break
    if old_arn is None:
        raise RuntimeError(f"there is no replication instance {given}, and none that replaced it")
    old = next((one for one in instances if arn(one) == old_arn), None)
    return old_arn, old, new


def private_name(name):
    """Returns the name with -private, cut so that it stays within the 63 characters that DMS allows."""
    return f"{name[: 63 - len('-private')].rstrip('-')}-private"


def target(old, choices):
    """Returns the private instance: every attribute of the old one that CreateReplicationInstance takes."""
    parameters = {name: old[name] for name in COPIED if old.get(name) not in (None, "", {})}
    name = choices.get("name") or private_name(old.get("ReplicationInstanceIdentifier") or "")
    parameters |= {"ReplicationInstanceIdentifier": name, "PubliclyAccessible": False}
    # With automatic upgrades DMS would create its default version, and there would be no way back.
    parameters["AutoMinorVersionUpgrade"] = False
    if old.get("MultiAZ") is False and old.get("AvailabilityZone"):
        parameters["AvailabilityZone"] = old["AvailabilityZone"]
    if subnet_group(old):
        parameters["ReplicationSubnetGroupIdentifier"] = subnet_group(old)
    if security_groups(old) is not None:
        parameters["VpcSecurityGroupIds"] = security_groups(old)
    if choices.get("allocatedStorage"):
        parameters["AllocatedStorage"] = choices["allocatedStorage"]
    return {"identifier": name, "parameters": parameters}


def order(task):
    """Returns the place of a task: those at rest first, then those with the fewest tables."""
    stats = task.get("ReplicationTaskStats") or {}
    tables = stats.get("TablesLoaded")
    if tables is not None:
        tables += (stats.get("TablesLoading") or 0) + (stats.get("TablesQueued") or 0)
    return (condition(task) == "running", tables is None, tables or 0, identifier(task))


def make_plan(old_arn, old, tags, new, tasks, choices):
    """Returns the plan; once the old instance is gone, tags of the new one say what it was."""
    if old is None:
        names = new["tags"]
        instance = {
            "ReplicationInstanceArn": old_arn,
            "ReplicationInstanceIdentifier": names.get(NAME_TAG) or "",
            "AutoMinorVersionUpgrade": names.get(UPGRADES_TAG) == "true",
        }
        planned = {"identifier": new["instance"].get("ReplicationInstanceIdentifier") or "", "parameters": {}}
    else:
        instance, planned = old, target(old, choices)
        if new:
            planned["identifier"] = new["instance"].get("ReplicationInstanceIdentifier") or ""
    copied = {key: value for key, value in tags.items() if not key.lower().startswith("aws:") and key not in OWN_TAGS}
    copied[NAME_TAG] = instance.get("ReplicationInstanceIdentifier") or ""
    copied[UPGRADES_TAG] = "true" if instance.get("AutoMinorVersionUpgrade") else "false"
    return {
        "instance": instance,
        "tags": copied,
        "target": planned,
        "tasks": sorted(tasks, key=order),
        "choices": choices,
    }


def refusals(plan, tags, dms, is_created):
    """Returns what blocks the plan; nothing is done until it is solved."""
    found = [*instance_refusals(plan["instance"], plan["choices"]), *owner_refusals(tags)]
    for task in plan["tasks"]:
        found += task_refusals(task, plan)
    if not found and not is_created:
        orderable = dms.list("DescribeOrderableReplicationInstances", "OrderableReplicationInstances")
        found += orderable_refusals(plan["instance"], orderable)
        quotas = dms.call("DescribeAccountAttributes").get("AccountQuotas") or []
        found += quota_refusals(plan["target"]["parameters"].get("AllocatedStorage") or 0, quotas)
    return found


def instance_refusals(old, choices):
    """Yields what the instance itself blocks."""
    status = old.get("ReplicationInstanceStatus") or "unknown"
    if old.get("PubliclyAccessible") is False:
        yield "the instance is private already: nothing is to be done"
    elif old.get("PubliclyAccessible") is not True:
        yield "DMS did not say if the instance is public"
    if status != "available" and not (status == "storage-full" and choices.get("allocatedStorage")):
        yield f"the instance is in the status {status}"
    if has_pending_changes(old):
        yield "DMS has changes of the instance that it has not applied yet"
    missing = [name for name in NEEDED if old.get(name) is None]
    missing += [] if subnet_group(old) else ["ReplicationSubnetGroup"]
    if missing:
        yield f"DMS did not give these attributes, so they cannot be copied: {', '.join(missing)}"
    if security_groups(old) is None:
        yield "the security groups are not known, or one of them is not active"
    if (old.get("ReplicationSubnetGroup") or {}).get("IsReadOnly"):
        yield "the subnet group belongs to a zero-ETL integration"


def owner_refusals(tags):
    """Yields that code manages the instance: a replacement beside it would be undone or forgotten."""
    stack = tags.get("aws:cloudformation:stack-name")
    if stack is not None or any(key.startswith("aws:cloudformation:") for key in tags):
        yield f"the instance is managed by the CloudFormation stack {stack or '(not named)'}"
    if OPT_OUT_TAG in tags:
        yield f"the instance is managed by {tags[OPT_OUT_TAG]} (tag {OPT_OUT_TAG})"


def task_refusals(task, plan):
    """Yields what a task blocks."""
    name, state = identifier(task), condition(task)
    if not task_arn(task) or len(endpoints(task)) != len(("source", "target")):
        yield f"DMS did not give the ARN and both endpoints of the task {name}"
    if state in ("busy", "moving"):
        yield f"the task {name} is in the status {task.get('Status') or 'unknown'}"
    if state == "running" and is_loading(task) and not plan["choices"].get("reload"):
        yield f"the task {name} is loading tables; those that are not complete would begin again"


def orderable_refusals(old, orderable):
    """Yields that DMS no longer creates an instance like the old one."""
    size, engine = old["ReplicationInstanceClass"], old["EngineVersion"]
    same = [one for one in orderable if one.get("EngineVersion") == engine]
    if not same:
        yield f"DMS no longer creates instances of version {engine}: upgrade the old instance first, then run again"
        return
    same = [one for one in same if one.get("ReplicationInstanceClass") == size]
    if not same:
        yield f"the class {size} cannot be ordered with version {engine}: change the class of the old instance first"
        return
    zones = [zone for one in same for zone in one.get("AvailabilityZones") or []]
    if old.get("MultiAZ") is False and zones and old.get("AvailabilityZone") not in (None, *zones):
        yield f"the class {size} cannot be ordered in the zone {old['AvailabilityZone']}"


def quota_refusals(storage, quotas):
    """Yields that a quota of the account has no room for the new instance."""
    for name, needed in (("ReplicationInstances", 1), ("AllocatedStorage", storage)):
        for quota in quotas:
            used, most = quota.get("Used"), quota.get("Max")
            if quota.get("AccountQuotaName") == name and None not in (used, most) and used + needed > most:
                yield f"the quota {name} has room for {max(most - used, 0)} more, and {needed} are needed"


def digest(plan, new_arn):
    """Returns what an approval is for: the instances, and each task with its status and endpoints."""
    tasks = sorted([task_arn(task), task.get("Status"), endpoints(task)] for task in plan["tasks"])
    text = json.dumps([arn(plan["instance"]), new_arn, tasks], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:32]

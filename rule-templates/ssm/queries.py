"""The calls of AWS DMS: complete listings, tags, and an observation of both instances and their tasks."""

import json
import re

from botocore.exceptions import ClientError
from next_action import arn, is_tied_to, task_arn


class Dms:
    """AWS DMS of one Region. A listing is complete, or the call raises."""

    def __init__(self, client):
        self.client = client

    def call(self, operation, **parameters):
        """Calls an operation by its name in the API."""
        method = re.sub(r"(?<!^)([A-Z])", r"_\1", operation).lower()
        return getattr(self.client, method)(**parameters)

    def list(self, operation, member, may_be_none=False, **parameters):
        """Returns all pages of a listing. For a filter without a match, DMS responds with ResourceNotFoundFault."""
        may_be_none = may_be_none or "Filters" in parameters
        found, marker = [], None
        while True:
            page = {"Marker": marker} if marker else {}
            try:
                response = self.call(operation, **parameters, **page)
            except ClientError as error:
                if may_be_none and error.response["Error"]["Code"] == "ResourceNotFoundFault":
                    return found
                raise
            if member not in response:
                raise RuntimeError(f"the response of {operation} has no {member}")
            # Times become text: nothing but JSON is compared and passed on.
            found += json.loads(json.dumps(response[member], default=str))
            marker = response.get("Marker")
            if not marker:
                return found

    def instances(self):
        """Returns all instances of the account and Region."""
        return self.list("DescribeReplicationInstances", "ReplicationInstances")

    def all_tasks(self, may_be_none):
        """Returns all tasks of the account and Region. If DMS reports an error for none is not documented."""
        return self.list("DescribeReplicationTasks", "ReplicationTasks", may_be_none, WithoutSettings=True)

    def tasks(self, name, *values):
        """Returns the tasks that match a filter."""
        filters = [{"Name": name, "Values": list(values)}]
        return self.list("DescribeReplicationTasks", "ReplicationTasks", Filters=filters, WithoutSettings=True)

    def tags(self, resource):
        """Returns the tags of a resource."""
        response = self.call("ListTagsForResource", ResourceArn=resource)
        if "TagList" not in response:
            raise RuntimeError("the response of ListTagsForResource has no TagList")
        return {tag["Key"]: tag.get("Value") or "" for tag in response["TagList"]}

    def tag(self, resource, **values):
        """Adds tags of the runbook to a resource: a name such as stopped_for_move is dms-rule:stopped-for-move."""
        tags = [{"Key": f"dms-rule:{key.replace('_', '-')}", "Value": value} for key, value in values.items()]
        self.call("AddTagsToResource", ResourceArn=resource, Tags=tags)


def observe(dms, plan, new_arn):
    """Returns the state of both instances and of the tasks: complete, or an error is raised."""
    instances = dms.instances()
    old_arn, name = arn(plan["instance"]), plan["target"]["identifier"].lower()
    old = next((one for one in instances if arn(one) == old_arn), None)
    known = [one for one in instances if new_arn and arn(one) == new_arn]
    named = [one for one in instances if (one.get("ReplicationInstanceIdentifier") or "").lower() == name]
    new = next((one for one in known + named if arn(one) != old_arn), None)
    observation = {"old": old, "new": None, "others": [], "connections": {}}
    planned = [task_arn(task) for task in plan["tasks"]]
    # No filter finds a task that is moved here from a third instance.
    tied = [old_arn, *([arn(new)] if new is not None else [])]
    seen = {task_arn(task): task for task in dms.all_tasks(not planned) if any(is_tied_to(task, one) for one in tied)}
    if new is not None:
        observation["new"] = {"instance": new, "tags": dms.tags(arn(new))}
        filters = [{"Name": "replication-instance-arn", "Values": [arn(new)]}]
        connections = dms.list("DescribeConnections", "Connections", Filters=filters)
        observation["connections"] = {one["EndpointArn"]: one for one in connections if one.get("EndpointArn")}
    missing = [name for name in planned if name not in seen]
    for name in missing:
        seen |= {task_arn(task): task for task in dms.tasks("replication-task-arn", name)}
    observation["tasks"] = {name: seen.get(name) for name in planned}
    observation["others"] = [task for name, task in seen.items() if name not in planned]
    return observation

"""Reads listings with filters that match nothing."""

from live.answers import Answer, NotAnswered, Probe, no, other, yes
from live.aws import Rejected
from live.stage import Stage

LISTINGS = (
    ("DescribeReplicationInstances", "ReplicationInstances", "replication-instance-id"),
    ("DescribeReplicationTasks", "ReplicationTasks", "replication-task-id"),
    ("DescribeEndpoints", "Endpoints", "endpoint-id"),
)
CODE = "ResourceNotFoundFault"


def run(stage: Stage) -> Answer:
    """Lists with the name of a resource that does not exist."""
    rejected_by = []
    for operation, member, name in LISTINGS:
        try:
            filters = [{"Name": name, "Values": [f"{stage.aws.run_id}-none"]}]
            response = stage.aws.read("dms", operation, Filters=filters)
        except Rejected as rejected:
            rejected.expect(CODE)
            rejected_by.append(operation)
            continue
        if response.get(member) != []:
            raise NotAnswered(f"the response to {operation} has no empty list {member}")
    if len(rejected_by) == len(LISTINGS):
        return yes(f"{CODE} from {', '.join(rejected_by)}")
    if not rejected_by:
        return no("each listing is empty")
    return other(f"{CODE} from {', '.join(rejected_by)}; the other listings are empty")


PROBE = Probe(
    name="empty-filter",
    question="Does DMS report a filter that matches nothing as ResourceNotFoundFault?",
    matters="An instance is deleted only if no task is on it: nothing found must not be confused with a failure.",
    calls=("dms:DescribeReplicationInstances", "dms:DescribeReplicationTasks", "dms:DescribeEndpoints"),
    reading={
        "yes": "nothing found is this error",
        "no": "nothing found is an empty list",
        "other": "it depends on the operation",
    },
    run=run,
)

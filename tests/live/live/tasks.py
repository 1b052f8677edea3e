"""Replication tasks of a run, and the connections that they need."""

import json

from live.answers import NotAnswered
from live.aws import Aws, Rejected
from live.names import tags

MINUTES = 15
PACE = 2  # seconds: some statuses are short
AT_REST = ("ready", "stopped", "failed", "failed-move")
ALL_TABLES = {
    "rules": [
        {
            "rule-type": "selection",
            "rule-id": "1",
            "rule-name": "all",
            "object-locator": {"schema-name": "%", "table-name": "%"},
            "rule-action": "include",
        }
    ]
}


def create(aws: Aws, name: str, instance: str, endpoints: tuple[str, str], kind: str, *, logs: bool) -> str:
    """Creates a task and waits until it is ready; returns its ARN. With `logs` it writes its log to CloudWatch."""
    identifier = f"{aws.run_id}-{name}"
    try:
        response = aws.change(
            "dms",
            "CreateReplicationTask",
            ReplicationTaskIdentifier=identifier,
            ReplicationInstanceArn=instance,
            SourceEndpointArn=endpoints[0],
            TargetEndpointArn=endpoints[1],
            MigrationType=kind,
            TableMappings=json.dumps(ALL_TABLES),
            ReplicationTaskSettings=json.dumps({"Logging": {"EnableLogging": logs}}),
            Tags=tags(aws.run_id),
        )
        arn = response["ReplicationTask"]["ReplicationTaskArn"]
    except Rejected as rejected:
        # An earlier attempt of the same call may have created it although its response was lost.
        rejected.expect("ResourceAlreadyExistsFault")
        filters = [{"Name": "replication-task-id", "Values": [identifier]}]
        found = next(aws.list("dms", "DescribeReplicationTasks", "ReplicationTasks", Filters=filters), None)
        if found is None:
            raise
        arn = found["ReplicationTaskArn"]
    aws.own.add(arn)
    wait_for(aws, arn, ("ready",))
    return arn


def find(aws: Aws, arn: str) -> dict:
    """Describes a task."""
    filters = [{"Name": "replication-task-arn", "Values": [arn]}]
    listing = aws.list("dms", "DescribeReplicationTasks", "ReplicationTasks", Filters=filters, WithoutSettings=True)
    task = next(listing, None)
    if task is None:
        raise NotAnswered("the task no longer exists")
    return task


def wait_for(aws: Aws, arn: str, statuses: tuple[str, ...], minutes: float = MINUTES) -> tuple[dict, list[str]]:
    """Waits until a task has one of these statuses. Returns its description and the statuses seen, in order."""
    seen: list[str] = []

    def observe() -> dict | None:
        task = find(aws, arn)
        status = task.get("Status", "")
        if not seen or seen[-1] != status:
            seen.append(status)
        return task if status in statuses else None

    task = aws.wait(f"a task to be {' or '.join(statuses)}", observe, minutes, PACE)
    return task, seen


def connect(aws: Aws, instance: str, endpoint: str) -> dict:
    """Tests a connection and waits for the result; returns the connection."""
    aws.change("dms", "TestConnection", ReplicationInstanceArn=instance, EndpointArn=endpoint)
    return tested(aws, instance, endpoint)


def tested(aws: Aws, instance: str, endpoint: str) -> dict:
    """Waits for the result of the test of a connection; returns the connection."""
    filters = [
        {"Name": "replication-instance-arn", "Values": [instance]},
        {"Name": "endpoint-arn", "Values": [endpoint]},
    ]

    def observe() -> dict | None:
        found = next(aws.list("dms", "DescribeConnections", "Connections", Filters=filters), {})
        return found if found.get("Status") not in (None, "testing") else None

    return aws.wait("the test of a connection", observe, 10)


def connect_all(aws: Aws, instance: str, endpoints: tuple[str, str]) -> None:
    """Tests both endpoints. Raises NotAnswered with the message of DMS if a test fails."""
    for endpoint in endpoints:
        connection = connect(aws, instance, endpoint)
        if connection["Status"] != "successful":
            message = connection.get("LastFailureMessage", "without a message")
            raise NotAnswered(f"an endpoint is not reached from the instance: {message}")


def start(aws: Aws, arn: str, kind: str = "start-replication", until: tuple[str, ...] = ("running",)) -> list[str]:
    """Starts a task and waits for a status; returns the statuses that were seen, the one in the response first."""
    response = aws.change("dms", "StartReplicationTask", ReplicationTaskArn=arn, StartReplicationTaskType=kind)
    first = response["ReplicationTask"]["Status"]
    task, seen = wait_for(aws, arn, (*until, "failed"))
    if task["Status"] == "failed" and "failed" not in until:
        raise NotAnswered(f"the task failed: {task.get('LastFailureMessage', 'without a message')}")
    return seen if seen[0] == first else [first, *seen]


def stop(aws: Aws, arn: str) -> dict:
    """Stops a task and waits until it is stopped; returns its description."""
    aws.change("dms", "StopReplicationTask", ReplicationTaskArn=arn)
    return wait_for(aws, arn, ("stopped", "failed"))[0]


def move(aws: Aws, arn: str, instance: str) -> tuple[dict, list[str]]:
    """Moves a task and waits until it is at rest. Returns its description, and the statuses that were seen, in order.

    Raises Rejected if DMS rejects the move.
    """
    response = aws.change("dms", "MoveReplicationTask", ReplicationTaskArn=arn, TargetReplicationInstanceArn=instance)
    first = response["ReplicationTask"]["Status"]
    if first in AT_REST:
        aws.report(f"  the response to the move has the status {first}")

    def observe() -> dict | None:
        task = find(aws, arn)
        if not seen or seen[-1] != task.get("Status"):
            seen.append(task.get("Status"))
        # A task that was not yet marked as moving has its old status: only a new instance or a failure is an end.
        is_moved = task.get("ReplicationInstanceArn") == instance
        return task if task.get("Status") in AT_REST and (is_moved or task["Status"] == "failed-move") else None

    seen = [first]
    return aws.wait("a task to move", observe, 30, PACE), seen

"""Moves two tasks at once."""

from live import moves, tasks
from live.answers import Answer, NotAnswered, Probe, no, yes
from live.aws import Rejected
from live.stage import Stage


def run(stage: Stage) -> Answer:
    """Requests the move of a second task while the first one is moving."""
    first, second = moves.stopped_task(stage, "at-once-1"), moves.stopped_task(stage, "at-once-2")
    target = stage.arn("target")
    request = {"TargetReplicationInstanceArn": target}
    response = stage.aws.change("dms", "MoveReplicationTask", ReplicationTaskArn=first, **request)
    status = response["ReplicationTask"]["Status"]
    if status != "moving":
        raise NotAnswered(f"the response to the first move has the status {status}")
    try:
        stage.aws.change("dms", "MoveReplicationTask", ReplicationTaskArn=second, **request)
    except Rejected as rejected:
        rejected.expect("InvalidResourceStateFault", "ResourceQuotaExceededFault")
        answer = no(f"the second one is rejected with {rejected.code}: {rejected}")
    else:
        end, _ = tasks.wait_for(stage.aws, second, tasks.AT_REST)
        is_moved = end.get("ReplicationInstanceArn") == target
        answer = yes("both tasks moved") if is_moved else no(f"the second task came to {end['Status']}")
    end, _ = tasks.wait_for(stage.aws, first, tasks.AT_REST)
    if end.get("ReplicationInstanceArn") != target:
        raise NotAnswered(f"the first task did not move either; it came to {end['Status']}")
    return answer


PROBE = Probe(
    name="moves-at-once",
    question="Can two tasks move to one instance at the same time?",
    matters="Tasks are moved one by one, which is safe both ways. Several at once would shorten the interruption.",
    calls=("dms:MoveReplicationTask", "dms:DescribeReplicationTasks"),
    reading={"yes": "both arrive", "no": "the second one is rejected or fails"},
    run=run,
    minutes=12,
    needs=("main", "target", "endpoints"),
)

"""Requests the deletion of an instance that has tasks."""

from live.answers import Answer, Probe, no, yes
from live.aws import Rejected
from live.stage import Stage


def run(stage: Stage) -> Answer:
    """Requests to delete the instance `main` while a task is on it. It is of this run, as the task is."""
    stage.task("delete-with-tasks")
    try:
        stage.aws.change("dms", "DeleteReplicationInstance", ReplicationInstanceArn=stage.arn("main"))
    except Rejected as rejected:
        rejected.expect("InvalidResourceStateFault")
        return yes(f"rejected with {rejected.code}: {rejected}")
    return no("the deletion is accepted")


PROBE = Probe(
    name="delete-with-tasks",
    question="Does DMS reject the deletion of an instance that has tasks?",
    matters="It is the last safeguard of a run, behind its own check that nothing points to the old instance.",
    calls=("dms:CreateReplicationTask", "dms:DeleteReplicationInstance"),
    reading={"yes": "the safeguard holds", "no": "there is none: only the check of the run protects tasks"},
    run=run,
    minutes=3,
    needs=("main", "endpoints"),
)

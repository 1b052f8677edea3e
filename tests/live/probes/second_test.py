"""Tests a connection that is being tested."""

from live import tasks
from live.answers import Answer, NotAnswered, Probe, no, yes
from live.aws import Rejected
from live.stage import Stage


def run(stage: Stage) -> Answer:
    """Requests two tests of one connection, the second one at once."""
    instance, endpoint = stage.arn("main"), stage.endpoints()[1]
    request = {"ReplicationInstanceArn": instance, "EndpointArn": endpoint}
    first = stage.aws.change("dms", "TestConnection", **request)["Connection"]["Status"]
    if first != "testing":
        raise NotAnswered(f"the response to the first test has the status {first}")
    try:
        second = stage.aws.change("dms", "TestConnection", **request)["Connection"]["Status"]
    except Rejected as rejected:
        rejected.expect("InvalidResourceStateFault")
        answer = yes(f"rejected with {rejected.code}")
    else:
        answer = no(f"accepted; the response has the status {second}")
    tasks.tested(stage.aws, instance, endpoint)
    return answer


PROBE = Probe(
    name="second-test",
    question="Is the test of a connection rejected while the same connection is tested?",
    matters="A run that is started again meets the test of the run before.",
    calls=("dms:TestConnection", "dms:DescribeConnections"),
    reading={"yes": "a run waits for the test that is under way", "no": "a run may test again"},
    run=run,
    minutes=2,
    needs=("main", "endpoints"),
)

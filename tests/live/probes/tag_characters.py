"""Tags an instance with characters that the service model excludes."""

from live.answers import Answer, Probe, no, yes
from live.aws import Rejected
from live.stage import Stage

VALUE = "a@b, (c)"


def run(stage: Stage) -> Answer:
    """Adds a tag whose value has characters that the pattern of the model does not have."""
    arn = stage.arn("target")
    try:
        stage.aws.change("dms", "AddTagsToResource", ResourceArn=arn, Tags=[{"Key": "live-characters", "Value": VALUE}])
    except Rejected as rejected:
        rejected.expect("InvalidParameterValueException", "ValidationException")
        return no(f"the value {VALUE} is rejected with {rejected.code}")
    return yes(f"the value {VALUE} is accepted")


PROBE = Probe(
    name="tag-characters",
    question="Does DMS accept tags with characters beyond those of its service model?",
    matters="Tags are copied to the new instance: none must make the creation fail, or break a command.",
    calls=("dms:AddTagsToResource",),
    reading={"yes": "any tag may have to be copied and quoted", "no": "the pattern of the model holds"},
    run=run,
    needs=("target",),
)

"""Reads the tags of many resources at once."""

from live.answers import Answer, NotAnswered, Probe, no, other, yes
from live.aws import Rejected
from live.stage import Stage


def run(stage: Stage) -> Answer:
    """Reads the tags of one ARN, given 1, 20, 50 and 100 times."""
    arn = stage.begin("main")
    accepted = 0
    for count in (1, 20, 50, 100):
        try:
            response = stage.aws.read("dms", "ListTagsForResource", ResourceArnList=[arn] * count)
        except Rejected as rejected:
            rejected.expect(
                "InvalidParameterValueException", "ValidationException", "InvalidParameterCombinationException"
            )
            observed = f"{count} ARNs are rejected with {rejected.code}: {rejected}"
            return other(observed) if not accepted else no(f"{observed}; {accepted} are accepted")
        if not isinstance(response.get("TagList"), list):
            raise NotAnswered("the response has no TagList")
        accepted = count
    return yes("100 ARNs are accepted")


PROBE = Probe(
    name="tags-in-bulk",
    question="Does ListTagsForResource take a list of 100 ARNs?",
    matters="The function reads the tags of a page of resources with one call. The API reference states no maximum.",
    calls=("dms:ListTagsForResource",),
    reading={
        "yes": "a page of 100 resources needs one call",
        "no": "a shorter list is taken",
        "other": "a list is rejected altogether",
    },
    run=run,
    needs=("main",),
)

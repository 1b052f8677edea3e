"""Lists the results of a rule with a long name."""

from live.answers import Answer, Probe, no, yes
from live.aws import Rejected
from live.stage import Stage

MISSING = "NoSuchConfigRuleException"
INVALID = "ValidationException"


def run(stage: Stage) -> Answer:
    """Requests the results of two rules that do not exist: the error shows if the length or the existence matters."""
    codes = []
    for length in (64, 65, 128):
        try:
            name = f"{stage.aws.run_id}-".ljust(length, "x")
            stage.aws.read("config", "GetComplianceDetailsByConfigRule", ConfigRuleName=name)
            codes.append("no error")
        except Rejected as rejected:
            rejected.expect(MISSING, INVALID)
            codes.append(rejected.code)
    observed = f"64, 65 and 128 characters: {', '.join(codes)}"
    if codes == [MISSING, INVALID, INVALID]:
        return yes(observed)
    if codes == [MISSING] * 3:
        return no(observed)
    return Answer("other", observed)


PROBE = Probe(
    name="long-rule-name",
    question="Does GetComplianceDetailsByConfigRule reject names of more than 64 characters?",
    matters="Conformance packs and organizations make longer names; then old results are cleared in another way.",
    calls=("config:GetComplianceDetailsByConfigRule",),
    reading={"yes": "the limit of the model holds", "no": "it does not", "other": "neither"},
    run=run,
)

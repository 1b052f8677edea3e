"""Reads the names of the quotas."""

from live.answers import Answer, NotAnswered, Probe, no, yes
from live.stage import Stage

KNOWN = ("ReplicationInstances", "AllocatedStorage")


def run(stage: Stage) -> Answer:
    """Reads the quotas of the account."""
    quotas = stage.aws.read("dms", "DescribeAccountAttributes").get("AccountQuotas")
    if not quotas:
        raise NotAnswered("the response has no AccountQuotas")
    names = [one.get("AccountQuotaName") for one in quotas]
    observed = f"names: {', '.join(map(str, names))}"
    return yes(observed) if set(KNOWN) <= set(names) else no(observed)


PROBE = Probe(
    name="quota-names",
    question="Are the quotas of instances and storage called ReplicationInstances and AllocatedStorage?",
    matters="A plan reads by these names if one more instance fits into the account.",
    calls=("dms:DescribeAccountAttributes",),
    reading={"yes": "the plan finds them", "no": "the plan finds no quota and states that it is unknown"},
    run=run,
)

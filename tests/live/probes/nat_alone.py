"""Tests S3 from an instance whose network has NAT and no VPC endpoint."""

from live import tasks
from live.answers import Answer, NotAnswered, Probe, no, yes
from live.stage import Stage


def run(stage: Stage) -> Answer:
    """Tests the target from an instance in the subnet group of --nat-subnet-group."""
    if not stage.options.nat_subnet_group:
        raise NotAnswered("no --nat-subnet-group was given")
    connection = tasks.connect(stage.aws, stage.arn("nat"), stage.endpoints()[1])
    message = connection.get("LastFailureMessage", "")
    observed = f"the test is {connection['Status']} {message}".strip()
    if connection["Status"] == "successful":
        return yes(observed)
    if connection["Status"] != "failed":
        raise NotAnswered(observed)
    return no(observed)


PROBE = Probe(
    name="nat-alone",
    question="Is S3 reached from a private instance by NAT alone, without a VPC endpoint?",
    matters="The user guide requires VPC endpoints from engine version 3.4.7 on. A plan warns if there is neither.",
    calls=("dms:CreateReplicationInstance", "dms:TestConnection", "dms:DescribeConnections"),
    reading={"yes": "NAT is enough", "no": "a VPC endpoint is needed, or the NAT does not work"},
    run=run,
    minutes=5,
    needs=("nat", "endpoints"),
)

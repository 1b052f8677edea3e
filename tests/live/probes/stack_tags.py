"""Reads the tags of an instance that CloudFormation created."""

import json

from live import instances, network
from live.answers import Answer, NotAnswered, Probe, no, yes
from live.names import tags
from live.stage import Stage

KEY = "aws:cloudformation:stack-name"
FAILED = ("CREATE_FAILED", "ROLLBACK_IN_PROGRESS", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "DELETE_IN_PROGRESS")


def run(stage: Stage) -> Answer:
    """Creates a stack with an instance, and reads the tags of that."""
    name = f"{stage.aws.run_id}-stack"
    stage.aws.read("cloudformation", "DescribeStacks")
    network.ensure_role(stage.aws, "dms-vpc-role", "AmazonDMSVPCManagementRole", stage.once)
    properties = {
        "ReplicationInstanceIdentifier": name,
        "ReplicationInstanceClass": stage.offer().instance_class,
        "AllocatedStorage": stage.offer().storage,
        "PubliclyAccessible": False,
        "ReplicationSubnetGroupIdentifier": stage.group("main"),
    }
    template = {
        "Resources": {"Instance": {"Type": "AWS::DMS::ReplicationInstance", "Properties": properties}},
        "Outputs": {"Arn": {"Value": {"Ref": "Instance"}}},
    }
    body = json.dumps(template)
    stage.aws.change("cloudformation", "CreateStack", StackName=name, TemplateBody=body, Tags=tags(stage.aws.run_id))

    def observe() -> dict | None:
        stack = stage.aws.read("cloudformation", "DescribeStacks", StackName=name)["Stacks"][0]
        if stack["StackStatus"] in FAILED:
            raise NotAnswered(f"the stack came to {stack['StackStatus']}")
        return stack if stack["StackStatus"] == "CREATE_COMPLETE" else None

    stack = stage.aws.wait("a stack", observe, 40)
    arn = next(output["OutputValue"] for output in stack["Outputs"] if output["OutputKey"] == "Arn")
    keys = [tag["Key"] for tag in instances.tags_of(stage.aws, arn)]
    observed = f"keys: {', '.join(keys) or 'none'}"
    return yes(observed) if KEY in keys else no(observed)


PROBE = Probe(
    name="stack-tags",
    question="Does ListTagsForResource show the tags of CloudFormation on an instance of a stack?",
    matters="An instance of a stack must not be replaced by calls: this tag is the way to know it.",
    calls=("cloudformation:CreateStack", "cloudformation:DescribeStacks", "dms:ListTagsForResource"),
    reading={"yes": "the stack is known by its tag", "no": "a plan cannot see the stack by tags"},
    run=run,
    minutes=20,
    needs=("own instance", "stack"),
)

"""Changes the security groups of an instance whose task runs."""

from live import instances, tasks
from live.answers import Answer, NotAnswered, Probe, no, yes
from live.stage import Stage


def run(stage: Stage) -> Answer:
    """Changes the groups, and observes the task until a minute after the instance is available again."""
    arn = stage.running_task("groups")
    instance = stage.arn("main")
    before = [one["VpcSecurityGroupId"] for one in stage.instance("main")["VpcSecurityGroups"]]
    other = second_group(stage)
    started = tasks.find(stage.aws, arn).get("ReplicationTaskStartDate")
    change = {"ReplicationInstanceArn": instance, "ApplyImmediately": True}
    stage.aws.change("dms", "ModifyReplicationInstance", VpcSecurityGroupIds=[*before, other], **change)
    instances.available(stage.aws, "main", instance)
    _, seen = tasks.wait_for(stage.aws, arn, ("running", "stopped", "failed"))
    task = tasks.find(stage.aws, arn)
    seen += [task["Status"]] if task["Status"] != seen[-1] else []
    stage.aws.change("dms", "ModifyReplicationInstance", VpcSecurityGroupIds=before, **change)
    instances.available(stage.aws, "main", instance)
    observed = f"statuses of the task: {', '.join(seen)}"
    if started is None:
        raise NotAnswered("the task has no ReplicationTaskStartDate")
    is_same = seen == ["running"] and task.get("ReplicationTaskStartDate") == started
    return no(observed) if is_same else yes(f"{observed}; started {task.get('ReplicationTaskStartDate')}")


def second_group(stage: Stage) -> str:
    """Returns a second security group: given by an option, or created in the VPC of the run."""
    if stage.options.other_security_group:
        return stage.options.other_security_group
    vpc = stage.instance("main").get("ReplicationSubnetGroup", {}).get("VpcId")
    if vpc not in stage.aws.own:
        raise NotAnswered("no --other-security-group was given")
    name = f"{stage.aws.run_id}-second"
    group = stage.aws.change(
        "ec2",
        "CreateSecurityGroup",
        GroupName=name,
        Description="dms-rule live test",
        VpcId=vpc,
        TagSpecifications=[
            {"ResourceType": "security-group", "Tags": [{"Key": "dms-rule:live-test", "Value": stage.aws.run_id}]}
        ],
    )
    stage.aws.own.add(group["GroupId"])
    return group["GroupId"]


PROBE = Probe(
    name="groups-change",
    question="Does a change of security groups interrupt the tasks of an instance?",
    matters="To close the groups at once is the first aid for a public instance, if it stops nothing.",
    calls=("dms:ModifyReplicationInstance", "dms:DescribeReplicationTasks", "ec2:CreateSecurityGroup"),
    reading={"yes": "a task stopped or started again", "no": "the task ran on"},
    run=run,
    minutes=15,
    needs=("main", "endpoints"),
)

"""The step Ask of the runbook: if an approval is asked for, and in which words."""

import boto3


def given_by(given, instance, tags):
    """Returns true if a text names the instance that was replaced, or the new one."""
    replaced, name = tags["dms-rule:replaces"], instance["ReplicationInstanceIdentifier"]
    arns = (replaced, instance["ReplicationInstanceArn"])
    names = [*arns, *(arn.rsplit(":", 1)[-1] for arn in arns), tags.get("dms-rule:name"), name]
    return given.strip().lower() in [one.lower() for one in names if one]


def ask(events, _context):
    """Returns Next=Approve, the new instance and the words of the question; else Next=End."""
    if not [name for name in events["Approvers"] if name]:
        return {"Next": "End", "NewInstance": "-", "Asked": "-", "Message": "-"}
    dms = boto3.client("dms")
    for page in dms.get_paginator("describe_replication_instances").paginate():
        for instance in page["ReplicationInstances"]:
            listed = dms.list_tags_for_resource(ResourceArn=instance["ReplicationInstanceArn"])["TagList"]
            tags = {tag["Key"]: tag.get("Value") or "" for tag in listed}
            if not tags.get("dms-rule:run", "").startswith("runbook-") or not tags.get("dms-rule:replaces"):
                continue
            asked = tags.get("dms-rule:asked")
            if not given_by(events["ReplicationInstance"], instance, tags) or not asked:
                continue
            if asked != tags.get("dms-rule:consent") and "dms-rule:approved" not in tags:
                new, old = instance["ReplicationInstanceArn"], tags["dms-rule:replaces"]
                words = f"Stop the tasks of {old}, move them to the private instance {new} and resume those that run?"
                return {"Next": "Approve", "NewInstance": new, "Asked": asked, "Message": words}
    return {"Next": "End", "NewInstance": "-", "Asked": "-", "Message": "-"}

"""Reads the sources of an event subscription."""

from live.answers import Answer, NotAnswered, Probe, no, other, yes
from live.names import tags
from live.stage import Stage


def run(stage: Stage) -> Answer:
    """Subscribes to the events of an instance by its name, and reads how DMS describes the source."""
    instance = stage.instance("target")
    name = f"{stage.aws.run_id}-events"
    topic = stage.aws.change("sns", "CreateTopic", Name=name, Tags=tags(stage.aws.run_id))["TopicArn"]
    stage.aws.own.add(topic)
    identifier = instance["ReplicationInstanceIdentifier"]
    stage.aws.change(
        "dms",
        "CreateEventSubscription",
        SubscriptionName=name,
        SnsTopicArn=topic,
        SourceType="replication-instance",
        SourceIds=[identifier],
        Tags=tags(stage.aws.run_id),
    )
    found = stage.aws.list("dms", "DescribeEventSubscriptions", "EventSubscriptionsList", SubscriptionName=name)
    sources = next(found, {}).get("SourceIdsList")
    if not sources:
        raise NotAnswered("the subscription has no SourceIdsList")
    observed = f"SourceIdsList {sources}"
    if sources == [identifier]:
        return yes(observed)
    return no(observed) if sources[0].startswith("arn:") else other(observed)


PROBE = Probe(
    name="subscription-sources",
    question="Are the sources of an event subscription names of instances, and not ARNs?",
    matters="A plan lists the subscriptions that end with the old instance. A rename repairs those that hold names.",
    calls=("sns:CreateTopic", "dms:CreateEventSubscription", "dms:DescribeEventSubscriptions"),
    reading={"yes": "names", "no": "ARNs", "other": "something else"},
    run=run,
    minutes=2,
    needs=("target", "topic"),
)

"""What is stated before anything is created, and the consent of a person."""

import argparse
import sys
import textwrap

from live import prices
from live.answers import NotAnswered, Probe
from live.aws import Aws
from live.instances import SPECIFICATIONS, choose_offer, needed, tags_of
from live.names import TAG


def prepare(aws: Aws, options: argparse.Namespace, probes: list[Probe]) -> bool:
    """Prints the probes, what is created and what it costs.

    Returns false, and prints the reason, if the account must not be used.
    """
    try:
        others = others_in(aws, options)
    except NotAnswered as reason:
        sys.stderr.write(f"run.py: cannot find out if the account has resources of DMS: {reason}\n")
        return False
    for probe in probes:
        aws.report(f"{probe.name} ({probe.minutes} min): {probe.question}")
    aws.report(f"\n{summary(aws, options, probes)}")
    if others and not options.beside_others:
        sys.stderr.write(
            f"run.py: this account has resources of DMS that no run created, such as {others[0]}. Use a sandbox "
            "account, or add --beside-others: a run changes only what it created, but it uses the quotas of the "
            "account.\n"
        )
        return False
    return True


def others_in(aws: Aws, options: argparse.Namespace) -> list[str]:
    """Lists the names of instances, tasks and endpoints in the Region that no run created and no option names."""
    found = []
    given = (options.source_endpoint, options.target_endpoint)
    listings = (
        ("DescribeReplicationInstances", "ReplicationInstances", "ReplicationInstance"),
        ("DescribeReplicationTasks", "ReplicationTasks", "ReplicationTask"),
        ("DescribeEndpoints", "Endpoints", "Endpoint"),
    )
    for operation, member, word in listings:
        ungiven = [one for one in aws.list("dms", operation, member) if one[f"{word}Arn"] not in given]
        found += [one[f"{word}Identifier"] for one in ungiven if not has_tag(aws, one[f"{word}Arn"])]
    return found


def has_tag(aws: Aws, arn: str) -> bool:
    """Returns true if a resource has the tag of any run."""
    return TAG in [tag.get("Key") for tag in tags_of(aws, arn)]


def minutes_of(probes: list[Probe]) -> int:
    """Returns the estimated minutes of a run: those of its probes, and those to create and to delete."""
    uses_instances = any(needed(probe.needs) for probe in probes)
    return sum(probe.minutes for probe in probes) + (30 if uses_instances else 0)


def summary(aws: Aws, options: argparse.Namespace, probes: list[Probe]) -> str:
    """Returns what a run of these probes creates and costs."""
    needs = {need for probe in probes for need in probe.needs}
    names = needed(needs)
    own = sum("own instance" in probe.needs for probe in probes)
    minutes = minutes_of(probes)
    lines = [f"{len(probes)} probes, about {minutes} minutes with creation and clean-up."]
    created = [f"instance {name}: {SPECIFICATIONS[name].purpose}" for name in names]
    if own:
        created.append(f"{own} more instances, each for one probe")
    if names and not options.subnet_group:
        created.append("two VPCs without a way to the Internet, with subnets and a gateway endpoint for S3 (free)")
    if names:
        created.append("the roles dms-vpc-role and dms-cloudwatch-logs-role, where they are missing")
    if "endpoints" in needs and not options.source_endpoint:
        created.append("a bucket of S3 with a table of three rows, a role for it, a source and a target")
    if "endpoints" in needs:
        created.append("replication tasks, which write to the target")
    if "rule" in needs and not options.rule:
        created.append("a rule of AWS Config and its function, whose log has the event")
    created += [f"a {need}" for need in ("topic", "stack") if need in needs]
    lines += ["Creates:", *[f"  - {line}" for line in created]] if created else ["Creates nothing."]
    instance_class, storage = "an unknown class", 25
    if names or own:
        try:
            offer = choose_offer(aws)
            instance_class, storage = offer.instance_class, offer.storage + 5
        except NotAnswered as reason:
            lines.append(f"The class of the instances is not known: {reason}")
    cost = prices.estimate(instance_class, len(names) + own, storage, minutes)
    lines.append(textwrap.fill(f"Costs: {cost}. What you pay is on your bill.", 110))
    lines.append(f"Everything has the tag {TAG}={aws.run_id} and is deleted at the end.")
    return "\n".join(lines)


def given(aws: Aws, options: argparse.Namespace) -> bool:
    """Requests the id of the account. Returns true if it is that of the credentials."""
    if options.yes is not None:
        typed = options.yes
    elif sys.stdin.isatty():
        sys.stdout.write("\nType the id of the account to begin: ")
        sys.stdout.flush()
        typed = sys.stdin.readline()
    else:
        sys.stderr.write("run.py: nothing was created. Without a terminal, --yes ACCOUNT_ID begins\n")
        return False
    if typed.strip() != aws.account:
        sys.stderr.write("run.py: nothing was created: that is not the id of the account of these credentials\n")
        return False
    aws.consented = True
    return True

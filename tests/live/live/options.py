"""The options of the command line."""

import argparse
from pathlib import Path

from live.names import RUN_ID

RESULTS = Path(__file__).resolve().parents[1] / "results"

# fmt: off
GIVEN = [
    ("--subnet-group", "NAME", "a subnet group for the instances, instead of one in a new VPC; it needs a way to the endpoints"),
    ("--other-subnet-group", "NAME", "a second one in the same VPC"),
    ("--other-vpc-subnet-group", "NAME", "one in another VPC"),
    ("--nat-subnet-group", "NAME", "one whose subnets reach the Internet by NAT and have no VPC endpoints"),
    ("--security-group", "ID", "the security group of the instances; by default that of the VPC"),
    ("--other-security-group", "ID", "a second one, to which an instance is changed while its task runs"),
    ("--source-endpoint", "ARN", "a source for the tasks, instead of a new bucket; its data is read"),
    ("--target-endpoint", "ARN", "a target for the tasks; they WRITE to it"),
    ("--other-key", "KEY", "a KMS key for an instance that tasks move to"),
    ("--kerberos-secret", "ARN", "a secret with a key cache, for an instance with Kerberos settings"),
    ("--kerberos-role", "ARN", "the role that may read that secret"),
    ("--rule", "NAME", "a rule of AWS Config for the probes on evaluations, instead of a new one; needs --result-token"),
    ("--result-token", "TOKEN", "a result token of that rule"),
]  # fmt: skip


def parse(arguments: list[str], names: list[str]) -> argparse.Namespace:
    """Returns the options. Ends the program with 2 if they are wrong."""
    parser = argparse.ArgumentParser(prog="run.py", description="Answers questions about AWS in a sandbox account.")
    parser.add_argument("--region", required=True, help="the Region, such as eu-west-1")
    parser.add_argument("--profile", help="a profile of the AWS CLI")
    parser.add_argument(
        "--probe", action="append", choices=names, metavar="NAME", help="run this probe only; may be given again"
    )
    parser.add_argument("--yes", metavar="ACCOUNT_ID", help="consent without a terminal: the id of the account")
    parser.add_argument("--keep", action="store_true", help="do not clean up at the end")
    parser.add_argument("--clean-up", metavar="RUN_ID", help="delete what this run left, and do nothing else")
    parser.add_argument(
        "--beside-others", action="store_true", help="run although the account has other resources of DMS"
    )
    parser.add_argument("--results", type=Path, default=RESULTS, metavar="FOLDER", help="the folder of the results")
    parser.add_argument("--pace", type=float, default=10, metavar="SECONDS", help="the time between observations")
    parser.add_argument(
        "--patience", type=float, default=1, metavar="FACTOR", help="a factor for the time that a probe waits"
    )
    parser.add_argument("--clean-up-minutes", type=float, default=60, metavar="MINUTES", help="the time for clean-up")
    given = parser.add_argument_group("resources that exist already; none of them is changed or deleted")
    for option, metavar, text in GIVEN:
        given.add_argument(option, metavar=metavar, help=text)
    options = parser.parse_args(arguments)
    if options.clean_up and not RUN_ID.fullmatch(options.clean_up):
        parser.error("a run has an id such as lt0123abcd")
    if bool(options.rule) != bool(options.result_token):
        parser.error("--rule and --result-token are given together")
    if bool(options.source_endpoint) != bool(options.target_endpoint):
        parser.error("--source-endpoint and --target-endpoint are given together")
    return options

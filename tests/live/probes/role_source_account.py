"""Invokes a function whose role trusts Lambda under a condition."""

from live import function
from live.answers import Answer, Probe, no, yes
from live.aws import Rejected
from live.stage import Stage


def run(stage: Stage) -> Answer:
    """Creates a function whose role requires aws:SourceAccount, and one whose role does not, to compare."""
    aws = stage.aws
    aws.read("iam", "ListRoles", MaxItems=1)
    aws.read("lambda", "ListFunctions", MaxItems=1)
    function.create_function(aws, "plain")
    function.invoke(aws, f"{aws.run_id}-plain")
    condition = {"StringEquals": {"aws:SourceAccount": aws.account}}
    try:
        function.create_function(aws, "account", condition)
        function.invoke(aws, f"{aws.run_id}-account")
    except Rejected as rejected:
        rejected.expect("InvalidParameterValueException", "AccessDeniedException", "KMSAccessDeniedException")
        return no(f"a role with the condition is not assumed: {rejected}")
    return yes("the function with the condition is invoked")


PROBE = Probe(
    name="role-source-account",
    question="Can the role of a function require aws:SourceAccount in its trust policy?",
    matters="The role of the rule could then be assumed for functions of its own account alone.",
    calls=("iam:CreateRole", "lambda:CreateFunction", "lambda:Invoke"),
    reading={"yes": "the condition can be in the templates", "no": "Lambda does not set the key"},
    run=run,
    minutes=6,
)

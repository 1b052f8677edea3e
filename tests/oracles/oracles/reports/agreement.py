"""One report in all formats: a result that is NON_COMPLIANT in one is so in every other, and none is lost."""

import csv
import io
import json
import re

from lxml import etree


def disagreements(files: dict[str, bytes]) -> list[str]:
    """Returns where the formats of a report differ; `files` has the content of each by its name."""
    report = json.loads(files["report.json"])
    results, failures = report["results"], len(report["failures"])
    bad = {one["id"] for one in results if one["complianceType"] == "NON_COMPLIANT"}
    importable = {
        one["id"]
        for one in results
        if re.fullmatch(r"\d{12}", one["resource"]["accountId"] or "") and one["resource"]["region"]
    }
    left_out = sum(one["kind"].startswith("left out") for one in report["lookedAt"])
    skipped = len(report["notEvaluated"]) + left_out
    live = sum(one["kind"] == "AWS DMS, live" for one in report["lookedAt"])
    unmet = sum(not rule["metResources"] for rule in report["run"]["rules"])
    rows = list(csv.DictReader(io.StringIO(files["report.csv"].decode(), newline="")))
    sarif = json.loads(files["report.sarif"])["runs"][0]
    junit = etree.fromstring(files["report.junit.xml"])
    imported = json.loads(files["report.asff.json"])
    asff = [finding for finding in imported if finding["GeneratorId"] != "dms-rule/run"]
    runs = {finding["Compliance"]["Status"] for finding in imported if finding not in asff}
    ocsf = json.loads(files["report.ocsf.json"])
    pairs = {
        "CSV: results": (len(results), sum(row["record"] == "result" for row in rows)),
        "CSV: failures": (failures, sum(row["record"] == "failure" for row in rows)),
        "CSV: NON_COMPLIANT": (bad, {row["id"] for row in rows if row["complianceType"] == "NON_COMPLIANT"}),
        "SARIF: NON_COMPLIANT": (
            bad,
            {one["partialFingerprints"]["dmsRule/v1"] for one in sarif["results"] if not one["suppressions"]},
        ),
        "CSV: not evaluated and left out": (
            skipped,
            sum(row["record"] in {"not evaluated", "left out"} for row in rows),
        ),
        "SARIF: not evaluated, without resources, read live, left out": (
            skipped + unmet + live,
            len(sarif["invocations"][0].get("toolConfigurationNotifications", [])),
        ),
        "SARIF: failures": (failures, len(sarif["invocations"][0]["toolExecutionNotifications"])),
        "JUnit: results, failures and the run": (
            len(results) + failures + skipped + 1,
            len(list(junit.iter("testcase"))),
        ),
        "JUnit: NON_COMPLIANT": (
            sum(one["complianceType"] == "NON_COMPLIANT" for one in results),
            len(list(junit.iter("failure"))),
        ),
        "JUnit: failures": (failures, len(list(junit.iter("error")))),
        "ASFF: results with account and Region": (importable, {finding["Id"][-64:] for finding in asff}),
        "ASFF: FAILED": (
            bad & importable,
            {finding["Id"][-64:] for finding in asff if finding["Compliance"]["Status"] == "FAILED"},
        ),
        "ASFF: the run": (set() if not runs else {"PASSED" if report["complete"] else "WARNING"}, runs),
        "OCSF: the run": (
            ["Pass" if report["complete"] else "Warning"],
            [one["compliance"]["status"] for one in ocsf if one["compliance"].get("control") == "run"],
        ),
        "OCSF: Fail": (
            bad,
            {one["finding_info"]["uid"] for one in ocsf if one["compliance"]["status"] == "Fail"},
        ),
        "OCSF: failures": (failures, sum(one["compliance"]["status"] == "Unknown" for one in ocsf)),
    }
    return [f"{name}: {found}, expected {wanted}" for name, (wanted, found) in pairs.items() if found != wanted]

"""One report in all formats: a result that is NON_COMPLIANT in one is so in every other, and none is lost."""

import csv
import io
import json
import re

from lxml import etree

from oracles.reports.forges import github_command, table_rows


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
    exceptions = len(report["exceptions"]) + len(report["refusedExceptions"])
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
        "CSV: exceptions": (exceptions, sum(row["message"].startswith("exception: ") for row in rows)),
        "SARIF: not evaluated, without resources, read live, left out, exceptions": (
            skipped + unmet + live + exceptions,
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
    pairs |= _of_forges(report, files)
    pairs |= _of_oscal(report, files)
    return [f"{name}: {found}, expected {wanted}" for name, (wanted, found) in pairs.items() if found != wanted]


def _of_forges(report: dict, files: dict[str, bytes]) -> dict[str, tuple]:
    """Returns what GitHub, GitLab and a ticket must show, with what they do."""
    results, failures = report["results"], report["failures"]
    bad = sorted(one["id"] for one in results if one["complianceType"] == "NON_COMPLIANT")
    exempt = {one["id"] for one in results if one["exempt"]}
    skipped = len(report["notEvaluated"]) + sum(one["kind"].startswith("left out") for one in report["lookedAt"])
    commands = [github_command(line) for line in files["report.github.txt"].decode().splitlines()]
    titles = [command[1]["title"] for command in commands]
    gitlab = json.loads(files["report.gitlab.json"])
    rows = table_rows(files["report.md"])
    outcomes = [row[2].split(",")[0] for row in rows if len(row) == 4]  # a change may follow
    shown = [outcome for outcome in outcomes if outcome in {"NON_COMPLIANT", "UNKNOWN", "EXEMPT"}]
    rules = {one["rule"] for one in results}
    severities = {"NON_COMPLIANT": [], "UNKNOWN": []}
    for one in results:
        if one["complianceType"] == "NON_COMPLIANT":
            severities["UNKNOWN" if one["unknown"] else "NON_COMPLIANT"].append(one)
    return {
        "GitHub: results": (
            len(bad),
            sum(title.split(" ")[0] in {"CRITICAL", "HIGH", "MEDIUM", "LOW"} for title in titles),
        ),
        "GitHub: exempt": (len(exempt), sum(title.startswith("EXEMPT ") for title in titles)),
        "GitHub: causes of failures": (
            len(report["causes"]),
            sum(title.startswith("dms-rule could not finish: ") for title in titles),
        ),
        "GitHub: the run": ("notice" if report["complete"] else "error", commands[0][0]),
        "GitHub: not evaluated and left out": (
            skipped,
            sum(title.endswith("was not evaluated") or title == "dms-rule left out" for title in titles),
        ),
        "GitLab: NON_COMPLIANT": (
            set(bad),
            {one["fingerprint"] for one in gitlab if one["check_name"] in rules and one["severity"] != "info"},
        ),
        "GitLab: exempt": (
            exempt,
            {one["fingerprint"] for one in gitlab if one["description"].startswith("EXEMPT ")},
        ),
        "GitLab: the run": ("info" if report["complete"] else "blocker", gitlab[0]["severity"]),
        "GitLab: failures": (
            len({(one["kind"], one["source"]) for one in failures}),
            sum(one["description"].startswith("Could not be evaluated: ") for one in gitlab),
        ),
        "Markdown: NON_COMPLIANT": (len(severities["NON_COMPLIANT"]), shown.count("NON_COMPLIANT")),
        "Markdown: UNKNOWN": (len(severities["UNKNOWN"]), shown.count("UNKNOWN")),
        "Markdown: exempt": (len(exempt), shown.count("EXEMPT")),
        "Markdown: the run": (
            ["yes" if report["complete"] else "no"],
            [row[1] for row in rows if row[0] == "complete"],
        ),
        "Markdown: kinds of failures": (
            sorted(one["kind"] for one in report["causes"][:20]),
            sorted(row[1] for row in rows if row[1] in {"BadInput", "Denied", "Throttled", "Internal"}),
        ),
    }


def _of_oscal(report: dict, files: dict[str, bytes]) -> dict[str, tuple]:
    """Returns what assessment results must hold, with what they do."""
    [result] = json.loads(files["report.oscal.json"])["assessment-results"]["results"]
    found = {"satisfied": 0, "not-satisfied": 0}
    run = []
    for finding in result["findings"]:
        if finding["target"]["target-id"] == "dms-rule-run":
            run.append(finding["target"]["status"]["state"])
        else:
            found[finding["target"]["status"]["state"]] += 1
    results = {one["id"]: one for one in report["results"]}.values()
    bad = sum(one["complianceType"] == "NON_COMPLIANT" or one["exempt"] for one in results)
    good = sum(one["complianceType"] == "COMPLIANT" and not one["exempt"] for one in results)
    observations = [prop for one in result["observations"] for prop in one["props"]]
    unknown = [one for one in result["findings"] if one["target"]["status"].get("remarks", "").startswith("UNKNOWN: ")]
    return {
        "OSCAL: not satisfied": (bad, found["not-satisfied"]),
        "OSCAL: satisfied": (good, found["satisfied"]),
        "OSCAL: UNKNOWN": (sum(one["unknown"] for one in results), len(unknown)),
        "OSCAL: risks that are accepted": (sum(one["exempt"] for one in results), len(result.get("risks", []))),
        "OSCAL: results": (len(results), sum(one["name"] == "result" for one in observations)),
        "OSCAL: failures": (
            len(report["failures"]),
            sum(one["name"] == "record" and one["value"] == "failure" for one in observations),
        ),
        "OSCAL: the run": (["satisfied" if report["complete"] and results else "not-satisfied"], run),
    }

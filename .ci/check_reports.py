"""Validates reports in every format, against each other too.

Exits 0 only if every report is as its format wants it and, with --self-test, every broken copy is refused. That needs
reports that hold something of everything.
"""

import argparse
import copy
import csv
import io
import json
import re
import sys
from importlib.metadata import version
from pathlib import Path

import botocore.session
from botocore.validate import ParamValidator
from jsonschema import Draft4Validator, Draft202012Validator
from lxml import etree
from ocsf_json_schema import OcsfJsonSchemaEmbedded, get_ocsf_schema

OCSF_VERSIONS = ["1.5.0", "1.6.0", "1.7.0", "1.8.0"]
BATCH = 100  # BatchImportFindings takes no more
# What Jenkins' schema does not know: quick-junit writes the first, GitLab and the like read the others.
JUNIT_EXTENSIONS = [("testsuites", "skipped"), ("testcase", "file"), ("testcase", "line")]


def by_schema(validator, document):
    return [f"{error.json_path}: {error.message[:300]}" for error in validator.iter_errors(document)]


class Json:
    """Our own schema."""

    file = "report.json"

    def __init__(self, arguments):
        schema = json.loads(Path(arguments.json).read_text("utf-8"))
        Draft202012Validator.check_schema(schema)
        self.validator = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
        self.against = f"{arguments.json} by jsonschema {version('jsonschema')}"

    def faults(self, data):
        return by_schema(self.validator, json.loads(data))

    def broken(self, data):
        document = json.loads(data)
        yield "a member less", edited(document, lambda d: d["results"][0].pop("reason"))
        yield "a member more", edited(document, lambda d: d["results"][0]["source"].update(other=1))
        yield "complete in spite of failures", edited(document, lambda d: d.update(complete=True))


class Csv:
    """RFC 4180 as Python reads it, and no formulas."""

    file = "report.csv"
    against = f"csv of Python {sys.version.split()[0]}, strict"

    def __init__(self, _):
        pass

    def faults(self, data):
        try:
            rows = list(csv.reader(io.StringIO(data.decode("utf-8"), newline=""), strict=True))
        except csv.Error as error:
            return [str(error)]
        header = rows[0]
        faults = [f"row {i} has {len(row)} columns, not {len(header)}" for i, row in enumerate(rows) if len(row) != len(header)]
        formulas = [cell for row in rows for cell in row if cell[:1] in tuple("=+-@\t\r\n")]
        faults += [f"a formula: {cell!r}" for cell in formulas]
        if header[0] != "record" or len(set(header)) != len(header):
            faults.append(f"the header is {header}")
        if not data.endswith(b"\r\n"):
            faults.append("the last line has no end")
        return faults

    def broken(self, data):
        yield "a column more", data[:-2] + b",x\r\n"
        yield "a quote that is not closed", data + b'"\r\n'
        yield "a formula", data.replace(b"\r\nresult,", b"\r\n=1+1,", 1)


class Sarif:
    """The schema of SARIF 2.1.0, what the standard says beside it, and what code scanning needs."""

    file = "report.sarif"

    def __init__(self, arguments):
        path, package = arguments.sarif
        schema = json.loads(Path(path).read_text("utf-8"))
        self.validator = Draft4Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
        self.against = f"{Path(path).name} of {package}"

    def faults(self, data):
        log = json.loads(data)
        faults = by_schema(self.validator, log)
        if faults:
            return faults
        for run in log["runs"]:
            rules = run["tool"]["driver"]["rules"]
            for result in run["results"]:
                if rules[result["ruleIndex"]]["id"] != result["ruleId"]:
                    faults.append(f"ruleIndex {result['ruleIndex']} is not {result['ruleId']}")
                if not result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]:
                    faults.append("a result that points to no file")
            if len({"suppressions" in result for result in run["results"]}) > 1:
                faults.append("suppressions on some results only")
            for invocation in run["invocations"]:
                if invocation["executionSuccessful"] and invocation["toolExecutionNotifications"]:
                    faults.append("successful in spite of errors")
        return faults

    def broken(self, data):
        log = json.loads(data)
        yield "a level that is none", edited(log, lambda d: d["runs"][0]["results"][0].update(level="critical"))
        yield "no uri", edited(log, lambda d: first_place(d)["artifactLocation"].update(uri=""))
        yield "a uri with a space", edited(log, lambda d: first_place(d)["artifactLocation"].update(uri="a b"))
        yield "another rule", edited(log, lambda d: d["runs"][0]["results"][0].update(ruleId="other"))


def first_place(log):
    return log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]


class Junit:
    """The schema of Jenkins; the counts."""

    file = "report.junit.xml"

    def __init__(self, arguments):
        path, package = arguments.junit
        self.schema = etree.XMLSchema(etree.parse(path))
        but = ", ".join(f"{element}/@{attribute}" for element, attribute in JUNIT_EXTENSIONS)
        self.against = f"{Path(path).name} of {package}, but for {but}"

    def faults(self, data):
        try:
            root = etree.fromstring(data)
        except etree.XMLSyntaxError as error:
            return [str(error)]
        for element, attribute in JUNIT_EXTENSIONS:
            for found in root.iter(element):
                found.attrib.pop(attribute, None)
        self.schema.validate(root)
        faults = [f"line {error.line}: {error.message}" for error in self.schema.error_log]
        for suite in root.iter("testsuite"):
            for attribute, element in [("tests", "testcase"), ("failures", "failure"), ("errors", "error"), ("skipped", "skipped")]:
                found = len(list(suite.iter(element)))
                if suite.get(attribute) != str(found):
                    faults.append(f"{suite.get('name')}: {attribute} is {suite.get(attribute)}, and there are {found}")
        return faults

    def broken(self, data):
        yield "an element that is none", data.replace(b"system-out>", b"system-outs>")
        yield "an attribute that is none", data.replace(b"<testcase ", b'<testcase place="x" ', 1)
        yield "a failure that is not counted", data.replace(b"<testcase ", b'<testcase name="x"><failure/></testcase><testcase ', 1)
        yield "a control character", data.replace(b"<failure ", b"<failure a='\x07' ", 1)


class Asff:
    """The model of BatchImportFindings, with the limits that its words state."""

    file = "report.asff.json"

    def __init__(self, _):
        model = botocore.session.get_session().get_service_model("securityhub")
        self.request = model.operation_model("BatchImportFindings").input_shape
        self.against = f"BatchImportFindings of botocore {version('botocore')}, {BATCH} at a time"

    def faults(self, data):
        findings = json.loads(data)
        faults = []
        for start in range(0, len(findings), BATCH):
            request = {"Findings": findings[start : start + BATCH]}
            report = ParamValidator().validate(request, self.request)
            if report.has_errors():
                faults.append(report.generate_report())
            else:
                faults += self.walk(request, self.request, "$")
        ids = [finding.get("Id") for finding in findings]
        if len(set(ids)) != len(ids):
            faults.append("two findings with one Id")
        for finding in findings:
            region, account = finding["Resources"][0]["Region"], finding["AwsAccountId"]
            if f":securityhub:{region}:{account}:product/{account}/default" not in finding["ProductArn"]:
                faults.append(f"{finding['ProductArn']} is not the default product of {account} in {region}")
            fields = finding["ProductFields"]
            if len(fields) > 50 or any(len(key) > 128 or len(value) > 2048 for key, value in fields.items()):
                faults.append("ProductFields are too many or too long")
            for member in ["CreatedAt", "UpdatedAt"]:
                if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", finding[member]):
                    faults.append(f"{member} is {finding[member]}")
        return faults

    def walk(self, value, shape, path, limit=None):
        """What ParamValidator does not look at: enumerations, patterns, the greatest length."""
        faults = []
        limit = limit or shape.metadata.get("max")
        if limit and isinstance(value, (str, list)) and len(value) > limit:
            faults.append(f"{path}: {len(value)} is more than {limit}")
        if shape.type_name == "structure":
            for name, member in value.items():
                member_shape = shape.members[name]
                stated = re.search(r"Maximum (?:of|length of|number of) (\d+)", member_shape.documentation)
                faults += self.walk(member, member_shape, f"{path}.{name}", stated and int(stated.group(1)))
        elif shape.type_name == "list":
            for i, member in enumerate(value):
                faults += self.walk(member, shape.member, f"{path}[{i}]")
        elif shape.type_name == "map":
            for key, member in value.items():
                faults += self.walk(member, shape.value, f"{path}.{key}")
        elif shape.type_name == "string":
            if shape.metadata.get("enum") and value not in shape.metadata["enum"]:
                faults.append(f"{path}: {value!r} is none of {shape.metadata['enum']}")
            if shape.metadata.get("pattern") and not re.search(shape.metadata["pattern"], value):
                faults.append(f"{path}: {value!r} is not {shape.metadata['pattern']}")
        return faults

    def broken(self, data):
        findings = json.loads(data)
        yield "a status that is none", edited(findings, lambda d: d[0]["Compliance"].update(Status="UNKNOWN"))
        yield "a title too long", edited(findings, lambda d: d[0].update(Title="x" * 257))
        yield "a fix too long", edited(findings, lambda d: d[0]["Remediation"]["Recommendation"].update(Text="x" * 513))
        yield "an empty text", edited(findings, lambda d: d[0].update(Description=" "))
        yield "a member more", edited(findings, lambda d: d[0].update(Exempt=True))
        yield "a member less", edited(findings, lambda d: d[0].pop("GeneratorId"))
        yield "an Id twice", edited(findings, lambda d: d.append(d[0]))
        yield "another account", edited(findings, lambda d: d[0].update(AwsAccountId="210987654321"))


class Ocsf:
    """The schema of each class as schema.ocsf.io exports it, and that a caption is the one of its id."""

    file = "report.ocsf.json"

    def __init__(self, _):
        self.schemas = {number: get_ocsf_schema(version=number) for number in OCSF_VERSIONS}
        self.against = f"OCSF {', '.join(OCSF_VERSIONS)} of ocsf-json-schema {version('ocsf-json-schema')}"
        self.validators = {}

    def faults(self, data):
        faults = []
        for event in json.loads(data):
            if event["metadata"]["version"] not in OCSF_VERSIONS:
                faults.append(f"version {event['metadata']['version']}")
            for number, schema in self.schemas.items():
                found = by_schema(self.validator(number, event), event)
                name = OcsfJsonSchemaEmbedded(schema).lookup_class_name_from_uid(event["class_uid"])
                found += captions(event, schema["classes"][name]["attributes"], schema, "$")
                faults += [f"OCSF {number}: {fault}" for fault in found]
        return faults

    def validator(self, number, event):
        key = (number, event["class_uid"], *event["metadata"].get("profiles", []))
        if key not in self.validators:
            schema = OcsfJsonSchemaEmbedded(copy.deepcopy(self.schemas[number]))
            name = schema.lookup_class_name_from_uid(event["class_uid"])
            self.validators[key] = Draft202012Validator(schema.get_class_schema(name, list(key[2:])))
        return self.validators[key]

    def broken(self, data):
        events = json.loads(data)
        yield "a member more", edited(events, lambda d: d[0].update(other=1))
        yield "a member less", edited(events, lambda d: d[0]["finding_info"].pop("uid"))
        yield "a status that is none", edited(events, lambda d: d[0]["compliance"].update(status_id=7))
        yield "the caption of another id", edited(events, lambda d: d[0].update(severity="Low"))


def captions(value, attributes, schema, path):
    faults = []
    for name, member in value.items():
        attribute = attributes.get(name, {})
        caption = attribute.get("enum", {}).get(str(member), {}).get("caption")
        sibling = value.get(attribute.get("sibling"))
        if caption and caption != "Other" and sibling is not None and sibling != caption:
            faults.append(f"{path}.{attribute['sibling']}: {sibling!r} is not {caption!r}")
        kind = schema["objects"].get(attribute.get("object_type"), {})
        for i, one in enumerate(member if isinstance(member, list) else [member]):
            if isinstance(one, dict) and kind.get("attributes"):
                faults += captions(one, kind["attributes"], schema, f"{path}.{name}[{i}]")
    return faults


def edited(document, edit):
    document = copy.deepcopy(document)
    edit(document)
    return json.dumps(document).encode()


def contradictions(files):
    """What is NON_COMPLIANT in one format is so in every other, and nothing is lost."""
    report = json.loads(files["report.json"])
    bad = {result["id"] for result in report["results"] if result["complianceType"] == "NON_COMPLIANT"}
    importable = {
        result["id"]
        for result in report["results"]
        if re.fullmatch(r"\d{12}", result["resource"]["accountId"] or "") and result["resource"]["region"]
    }
    rows = list(csv.DictReader(io.StringIO(files["report.csv"].decode("utf-8"), newline="")))
    sarif = json.loads(files["report.sarif"])["runs"][0]
    junit = etree.fromstring(files["report.junit.xml"])
    asff = json.loads(files["report.asff.json"])
    ocsf = json.loads(files["report.ocsf.json"])
    pairs = {
        "CSV: results": (len(report["results"]), sum(row["record"] == "result" for row in rows)),
        "CSV: failures": (len(report["failures"]), sum(row["record"] == "failure" for row in rows)),
        "CSV: NON_COMPLIANT": (bad, {row["id"] for row in rows if row["complianceType"] == "NON_COMPLIANT"}),
        "SARIF: NON_COMPLIANT": (bad, {one["partialFingerprints"]["dmsRule/v1"] for one in sarif["results"] if not one["suppressions"]}),
        "SARIF: failures": (len(report["failures"]), len(sarif["invocations"][0]["toolExecutionNotifications"])),
        "JUnit: results and failures": (len(report["results"]) + len(report["failures"]), len(list(junit.iter("testcase")))),
        "JUnit: NON_COMPLIANT": (
            sum(result["complianceType"] == "NON_COMPLIANT" for result in report["results"]),
            len(list(junit.iter("failure"))),
        ),
        "JUnit: failures": (len(report["failures"]), len(list(junit.iter("error")))),
        "ASFF: results with account and Region": (importable, {finding["Id"][-64:] for finding in asff}),
        "ASFF: FAILED": (bad & importable, {finding["Id"][-64:] for finding in asff if finding["Compliance"]["Status"] == "FAILED"}),
        "OCSF: Fail": (bad, {event["finding_info"]["uid"] for event in ocsf if event["compliance"]["status"] == "Fail"}),
        "OCSF: failures": (len(report["failures"]), sum(event["compliance"]["status"] == "Unknown" for event in ocsf)),
    }
    return [f"{name}: {found} instead of {wanted}" for name, (wanted, found) in pairs.items() if found != wanted]


def refused(check, data):
    """Whether the check finds a fault; a document that it cannot even walk through is one."""
    try:
        return bool(check(data))
    except (KeyError, IndexError, ValueError):
        return True


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("reports", type=Path)
    parser.add_argument("--json", required=True, metavar="SCHEMA")
    parser.add_argument("--sarif", required=True, nargs=2, metavar=("SCHEMA", "PACKAGE"))
    parser.add_argument("--junit", required=True, nargs=2, metavar=("SCHEMA", "PACKAGE"))
    parser.add_argument("--self-test", action="store_true", help="break each report and see that it is refused")
    arguments = parser.parse_args()
    formats = [kind(arguments) for kind in (Json, Csv, Sarif, Junit, Asff, Ocsf)]
    files = {one.file: (arguments.reports / one.file).read_bytes() for one in formats}
    failed = False
    for one in formats:
        data = files[one.file]
        faults = one.faults(data)
        broken = list(one.broken(data)) if arguments.self_test and not faults else []
        faults += [f"not refused: {name}" for name, copy_ in broken if copy_ == data or not refused(one.faults, copy_)]
        failed |= bool(faults)
        refusals = f", and {len(broken)} broken copies refused" if broken else ""
        said = "FAILED" if faults else f"valid{refusals}"
        print(f"{one.file}: {said}; against {one.against}")
        for fault in faults[:20]:
            print(f"  {fault}")
    faults = contradictions(files)
    if arguments.self_test:
        lossy = json.dumps(json.loads(files["report.asff.json"])[1:]).encode()
        if not contradictions(dict(files, **{"report.asff.json": lossy})):
            faults.append("not refused: a finding less")
    failed |= bool(faults)
    print(f"all six: {'FAILED' if faults else 'tell the same results'}")
    for fault in faults:
        print(f"  {fault}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

"""Faults of a report in each format: a change to its bytes, and words of the finding that must follow."""

import json
from collections.abc import Callable

Edit = Callable[[bytes], bytes]


def _document(change: Callable[[list | dict], object]) -> Edit:
    """Returns the edit that changes the document of a report in JSON."""

    def edit(data: bytes) -> bytes:
        document = json.loads(data)
        change(document)
        return json.dumps(document).encode()

    return edit


def _bytes(old: bytes, new: bytes, count: int = 1) -> Edit:
    return lambda data: data.replace(old, new, count)


def _result(log: dict) -> dict:
    return log["runs"][0]["results"][0]


def _place(log: dict) -> dict:
    return _result(log)["locations"][0]["physicalLocation"]["artifactLocation"]


def _oscal(document: dict) -> dict:
    return document["assessment-results"]["results"][0]


REPORT_FAULTS: dict[str, dict[str, tuple[Edit, str]]] = {
    "report.json": {
        "a member less": (
            _document(lambda d: d["results"][0].pop("reason")),
            "'reason' is a required property",
        ),
        "a member more": (
            _document(lambda d: d["results"][0]["source"].update(other=1)),
            "'other' was unexpected",
        ),
        "complete in spite of failures": (_document(lambda d: d.update(complete=True)), "$.failures: ["),
    },
    "report.csv": {
        "a column more": (lambda data: data[:-2] + b",x\r\n", "columns, expected"),
        "a quote that is not closed": (lambda data: data + b'"\r\n', "unexpected end of data"),
        "a formula": (_bytes(b"\r\nresult,", b"\r\n=1+1,"), "a formula: '=1+1'"),
    },
    "report.sarif": {
        "an unknown level": (
            _document(lambda d: _result(d).update(level="critical")),
            "'critical' is not one of",
        ),
        "no uri": (_document(lambda d: _place(d).update(uri="")), "a result without a file"),
        "a uri with a space": (
            _document(lambda d: _place(d).update(uri="a b")),
            "'a b' is not a 'uri-reference'",
        ),
        "another rule": (_document(lambda d: _result(d).update(ruleId="other")), "is not other"),
    },
    "report.junit.xml": {
        "an unknown element": (_bytes(b"system-out>", b"system-outs>", -1), "Element 'system-outs'"),
        "an unknown attribute": (_bytes(b"<testcase ", b'<testcase place="x" '), "attribute 'place'"),
        "a failure that is not counted": (
            _bytes(b"<testcase ", b'<testcase name="x"><failure/></testcase><testcase '),
            "failures is",
        ),
        "a control character": (
            _bytes(b"<failure ", b"<failure a='\x07' "),
            "invalid character in attribute value",
        ),
    },
    "report.asff.json": {
        "an unknown status": (
            _document(lambda d: d[0]["Compliance"].update(Status="UNKNOWN")),
            "'UNKNOWN' is not one of",
        ),
        "a title too long": (
            _document(lambda d: d[0].update(Title="x" * 257)),
            "length 257 is more than 256",
        ),
        "a fix too long": (
            _document(lambda d: d[1]["Remediation"]["Recommendation"].update(Text="x" * 513)),
            "length 513 is more than 512",
        ),
        "an empty text": (
            _document(lambda d: d[0].update(Description=" ")),
            "Description: ' ' does not match",
        ),
        "a member more": (
            _document(lambda d: d[0].update(Exempt=True)),
            'Unknown parameter in Findings[0]: "Exempt"',
        ),
        "a member less": (
            _document(lambda d: d[0].pop("GeneratorId")),
            "Missing required parameter in Findings[0]",
        ),
        "an Id twice": (_document(lambda d: d.append(d[0])), "two findings with one Id"),
        "another account": (
            _document(lambda d: d[0].update(AwsAccountId="210987654321")),
            "is not the default product of 210987654321",
        ),
    },
    "report.ocsf.json": {
        "a member more": (_document(lambda d: d[0].update(other=1)), "'other' was unexpected"),
        "a member less": (
            _document(lambda d: d[0]["finding_info"].pop("uid")),
            "'uid' is a required property",
        ),
        "an unknown status": (
            _document(lambda d: d[0]["compliance"].update(status_id=7)),
            "status_id: 7 is not one of",
        ),
        "the caption of another id": (
            _document(lambda d: d[0].update(severity="Low")),
            "$.severity: 'Low' is not",
        ),
    },
    "report.md": {
        "raw HTML": (_bytes(b"| `crm` |", b"| <img src=x> |"), "the element img"),
        "a cell more": (_bytes(b"| `crm` |", b"| `crm` | x |"), "a row of other columns"),
        "a name that ends its row": (_bytes(b"| `crm` |", b"|\n\n# `crm` |"), "a row of other columns"),
        "a link": (_bytes(b"| `crm` |", b"| [crm](javascript:x) |"), "a link to javascript:x"),
        "an address": (_bytes(b"| `crm` |", b"| www.example.com |"), "a link to http://www.example.com"),
        "a name that is notified": (_bytes(b"| `crm` |", b"| @crm |"), "it notifies"),
        "a page too long": (lambda data: data + b"x" * 65_536, "are more than a comment takes"),
    },
    "report.github.txt": {
        "another command": (_bytes(b"::warning ", b"::add-mask "), "the command 'add-mask'"),
        "a line break in a message": (_bytes(b"%0AResource", b"\nResource"), "not a command"),
        "a line break of another kind": (
            _bytes(b"%0AResource", b"\r::stop-commands::x"),
            "the command 'stop-commands'",
        ),
        "a comma in a property": (_bytes(b"title=CRITICAL", b"title=a,b=CRITICAL"), "the properties"),
        "a percent sign": (_bytes(b"%0AResource", b"%zResource"), "not as the toolkit writes it"),
        "a control character": (_bytes(b"%0AResource", b"\x1bResource"), "a control character"),
        "a line that is no number": (_bytes(b"line=12", b"line=x"), "a position that is no number"),
    },
    "report.gitlab.json": {
        "an unknown severity": (_document(lambda d: d[0].update(severity="high")), "'high' is not one of"),
        "a path from the root": (_document(lambda d: d[0]["location"].update(path="/a")), "'/a' does not match"),
        "a path that begins with a dot": (
            _document(lambda d: d[0]["location"].update(path="./a")),
            "'./a' does not match",
        ),
        "no line": (_document(lambda d: d[0]["location"]["lines"].clear()), "'begin' is a required property"),
        "a fingerprint twice": (_document(lambda d: d.append(d[0])), "two violations with one fingerprint"),
    },
    "report.oscal.json": {
        "an unknown state": (
            _document(lambda d: _oscal(d)["findings"][0]["target"]["status"].update(state="unknown")),
            "target.status.state",
        ),
        "a member more": (
            _document(lambda d: _oscal(d)["findings"][0].update(severity="LOW")),
            "severity: Extra inputs",
        ),
        "a member less": (_document(lambda d: _oscal(d).pop("reviewed-controls")), "reviewed-controls: Field required"),
        "a title of two lines": (
            _document(lambda d: _oscal(d)["findings"][0].update(title="a\nb")),
            "findings.0.title",
        ),
        "an id twice": (
            _document(lambda d: _oscal(d)["observations"].append(_oscal(d)["observations"][0])),
            "trestle: ",
        ),
        "an observation that is not there": (
            _document(lambda d: _oscal(d)["observations"].pop(0)),
            "no observation",
        ),
        "a risk that is not there": (_document(lambda d: _oscal(d).pop("risks")), "no risk"),
        "a property without a namespace": (
            _document(lambda d: _oscal(d)["props"][0].pop("ns")),
            "is in NIST's namespace",
        ),
    },
}


def less_in_each(files: dict[str, bytes]) -> dict[str, dict[str, bytes]]:
    """Returns the report with one result less in one format, by the words of the disagreement."""
    edits = {
        "ASFF: results": ("report.asff.json", _document(lambda d: d.pop(1))),
        "GitHub: results": ("report.github.txt", lambda data: b"".join(data.splitlines(keepends=True)[:-12])),
        "GitLab: NON_COMPLIANT": ("report.gitlab.json", _document(lambda d: d.pop(5))),
        "Markdown: NON_COMPLIANT": ("report.md", lambda data: _line_less(data, b"| `crm` |")),
        "OSCAL: not satisfied": ("report.oscal.json", _document(lambda d: _oscal(d)["findings"].pop(1))),
        "OSCAL: the run": ("report.oscal.json", _bytes(b'"state": "not-satisfied"', b'"state": "satisfied"')),
        "GitHub: the run": ("report.github.txt", _bytes(b"::error ", b"::notice ")),
        "GitLab: the run": ("report.gitlab.json", _document(lambda d: d[0].update(severity="info"))),
        "Markdown: the run": ("report.md", _bytes(b"| **no** |", b"| yes |")),
    }
    return {words: files | {file: edit(files[file])} for words, (file, edit) in edits.items()}


def _line_less(data: bytes, start: bytes) -> bytes:
    return b"".join(line for line in data.splitlines(keepends=True) if not line.startswith(start))

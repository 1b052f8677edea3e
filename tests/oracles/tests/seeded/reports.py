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
}


def a_finding_less(files: dict[str, bytes]) -> dict[str, bytes]:
    """Returns a report whose ASFF has lost its first result."""
    return files | {"report.asff.json": _document(lambda d: d.pop(1))(files["report.asff.json"])}

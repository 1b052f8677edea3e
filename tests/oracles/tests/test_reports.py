"""Reports are valid in every format and the same in all of them, and each seeded fault is found."""

import pytest
from seeded.reports import REPORT_FAULTS, less_in_each

from oracles.reports.agreement import disagreements
from oracles.reports.formats import FORMATS, report_findings
from oracles.repository import REPORTS
from oracles.seeding import missed

# What the example `sample` of the crate report writes, with something of everything; what `dms-rule check` writes.
SAMPLE, CHECKED = "sample", "checked"
SEEDED = [pytest.param(file, name, id=f"{file}: {name}") for file, its in REPORT_FAULTS.items() for name in its]


def files(report: str) -> dict[str, bytes]:
    return {file: (REPORTS / report / file).read_bytes() for file in FORMATS}


@pytest.mark.parametrize("report", [SAMPLE, CHECKED])
@pytest.mark.parametrize("file", FORMATS)
def test_a_report_is_valid_in_its_format(file: str, report: str) -> None:
    assert report_findings(file, files(report)[file])[:20] == []


@pytest.mark.parametrize("report", [SAMPLE, CHECKED])
def test_all_formats_of_a_report_agree(report: str) -> None:
    assert disagreements(files(report)) == []


@pytest.mark.parametrize(("file", "fault"), SEEDED)
def test_a_fault_in_a_report_is_found(file: str, fault: str) -> None:
    edit, words = REPORT_FAULTS[file][fault]
    data = files(SAMPLE)[file]
    broken = edit(data)
    assert broken != data, "the report has nothing to break"
    findings = report_findings(file, broken)
    assert any(words in finding for finding in findings), missed(words, findings)


def test_what_one_format_lacks_or_reads_better_is_a_disagreement() -> None:
    for words, less in less_in_each(files(SAMPLE)).items():
        assert any(words in one for one in disagreements(less)), words

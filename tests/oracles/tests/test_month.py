"""A month of daily use: what each report says of exceptions that end, and of findings that appear, go and return."""

import json
import os
import sys
from pathlib import Path

import pytest

from oracles.month import DAYS
from oracles.programs import run
from oracles.repository import DMS_RULE, REPOSITORY

# Exit code, results by outcome (NON_COMPLIANT, exempt), the states of the exceptions, and the comparison: new,
# unchanged and the fates of what is past.
EXPECTED = {
    "2026-12-01": (1, (1, 0), [], None),
    "2026-12-02": (0, (1, 0), [], (0, 1, [])),
    "2026-12-03": (0, (0, 1), ["in force"], None),
    "2026-12-04": (1, (1, 1), ["in force"], (1, 0, ["exempt"])),
    "2026-12-05": (0, (0, 1), ["in force"], (0, 0, ["exempt"])),
    "2026-12-08": (1, (1, 1), ["in force"], (1, 0, ["exempt"])),
    "2026-12-09": (0, (0, 1), ["in force"], (0, 0, ["gone"])),
    "2026-12-10": (0, (0, 1), ["in force"], None),
    "2026-12-11": (1, (1, 0), ["expired"], None),
    "2026-12-12": (1, (1, 0), ["too long"], None),
    "2026-12-14": (0, (0, 1), ["in force"], None),
    "2026-12-18": (0, (0, 0), ["unused"], (0, 0, ["gone"])),
    "2026-12-21": (0, (0, 0), [], (0, 0, ["gone"])),
    "2026-12-28": (2, None, [], None),
}


@pytest.mark.skipif(not os.environ.get("ORACLES_FULL"), reason="needs faketime, and half a minute: .ci/run --full")
def test_each_day_of_a_month_says_what_happened(tmp_path: Path) -> None:
    done = run(
        DMS_RULE,
        "local",
        "--",
        sys.executable,
        "-m",
        "oracles.month",
        tmp_path,
        PYTHONPATH=str(REPOSITORY / "tests/oracles"),
    )
    assert done.returncode == 0, done.stderr
    transcript = (tmp_path / "month.txt").read_text()
    (REPOSITORY / "target/month.txt").write_text(transcript)
    assert list(EXPECTED) == [day.date for day in DAYS[:-1]]
    for date, (code, counts, states, changes) in EXPECTED.items():
        assert int((tmp_path / f"{date}.code").read_text()) == code, date
        report = json.loads((tmp_path / f"{date}.json").read_text())
        if counts:
            assert (report["summary"]["nonCompliant"], report["summary"]["exempt"]) == counts, date
        assert [one["state"] for one in report["exceptions"]] == states, date
        compared = report["comparison"]
        found = compared and (compared["new"], compared["unchanged"], [one["fate"] for one in compared["past"]])
        assert found == changes, date
    last = DAYS[-1].date
    assert not (tmp_path / f"{last}.json").exists(), "an incomplete report was taken as a baseline"
    assert (tmp_path / f"{last}.code").read_text() == "2"
    assert "its run was not complete" in transcript

"""The dated result of a run: a file of JSON, and a table in Markdown beside it."""

import json
from pathlib import Path

from live.answers import Answer, Probe
from live.aws import now
from live.redaction import without_account


def result(probe: Probe, answer: Answer, evidence: list[dict], account: str) -> dict:
    """Returns what is kept of a probe that ran."""
    return {
        "name": probe.name,
        "question": probe.question,
        "matters": probe.matters,
        "answer": answer.word,
        "meaning": probe.reading.get(answer.word, ""),
        "observed": without_account(answer.observed, account),
        "at": now(),
        "evidence": evidence,
    }


def path_of(folder: Path, day: str, region: str) -> Path:
    """Returns a path that no earlier result has."""
    folder.mkdir(parents=True, exist_ok=True)
    number = 1
    while True:
        path = folder / (f"{day}-{region}.json" if number == 1 else f"{day}-{region}-{number}.json")
        if not path.exists():
            return path
        number += 1


def write(path: Path, summary: dict) -> None:
    """Writes both files. A file that exists is replaced as a whole."""
    for target, text in ((path, json.dumps(summary, indent=1) + "\n"), (path.with_suffix(".md"), table(summary))):
        partial = target.with_suffix(f"{target.suffix}.partial")
        partial.write_text(text, encoding="utf-8")
        partial.replace(target)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;")


def table(summary: dict) -> str:
    """Returns the table of questions and answers."""
    members = ("name", "question", "answer", "observed", "at")
    rows = [f"| {' | '.join(_cell(one[member]) for member in members)} |" for one in summary["results"]]
    left = summary["cleanUp"]
    state = "not done" if left is None else "complete" if not left["left"] and not left["unknown"] else "incomplete"
    head = [
        f"# Live results, {summary['date']}, {summary['region']}",
        "",
        f"Run {summary['runId']}; boto3 {summary['boto3']}; clean-up: {state}.",
        "",
        "| probe | question | answer | observed | time (UTC) |",
        "|---|---|---|---|---|",
    ]
    return "\n".join([*head, *rows]) + "\n"

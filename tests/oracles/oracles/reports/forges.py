"""Reports for forges: workflow commands by the rules of the runner, Markdown as cmark-gfm renders it, GitLab's list."""

import json
import re
from collections.abc import Iterator

import cmarkgfm
from cmarkgfm.cmark import Options
from jsonschema import Draft202012Validator
from lxml import html

COMMENT_MAXIMUM = 65_536  # characters of a comment on GitHub
LEVELS = {"error", "warning", "notice"}
PROPERTIES = {"file", "line", "col", "title"}
# What a page is made of. Anything else comes from a name in it.
ELEMENTS = set("html body h1 h2 p table thead tbody tr th td code strong ul li a".split())

# The members that https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format lists.
GITLAB_SCHEMA = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "additionalProperties": False,
        "properties": {
            "description": {"type": "string", "minLength": 1, "pattern": r"^[^\n]+$"},
            "check_name": {"type": "string", "minLength": 1},
            "fingerprint": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "additionalProperties": False,
                "properties": {
                    "path": {"type": "string", "pattern": r"^(?!\./|/)."},
                    "lines": {
                        "type": "object",
                        "required": ["begin"],
                        "additionalProperties": False,
                        "properties": {"begin": {"type": "integer", "minimum": 1}},
                    },
                },
            },
        },
    },
}


def github_command(line: str) -> tuple[str, dict[str, str], str] | None:
    """Returns name, properties and message of a line that is a command to the runner (`ActionCommand.TryParseV2`)."""
    line = line.lstrip()
    end = line.find("::", 2)
    if not line.startswith("::") or end < 0:
        return None
    name, _, rest = line[2:end].partition(" ")
    properties = {}
    for pair in filter(None, rest.strip().split(",")):
        key, separator, value = pair.partition("=")
        if separator:
            properties[key] = _unescaped(value, "%3A:", "%2C,")
    return name, properties, _unescaped(line[end + 2 :])


def _unescaped(text: str, *more: str) -> str:
    for pair in ("%0D\r", "%0A\n", *more, "%25%"):
        text = text.replace(pair[:3], pair[3:])
    return text


def _escaped(text: str, *more: str) -> str:
    """Escapes as `command.ts` of the package @actions/core does it: `escapeData`, with more pairs `escapeProperty`."""
    for pair in ("%25%", "%0D\r", "%0A\n", *more):
        text = text.replace(pair[3:], pair[:3])
    return text


def github_findings(data: bytes) -> Iterator[str]:
    """Yields lines that the runner reads as something other than one annotation, or would show otherwise."""
    text = data.decode()
    if not text.endswith("\n"):
        yield "the last line has no end"
    # .NET reads lines that end with CR, LF or both.
    for line in re.split("\r\n|\r|\n", text)[:-1]:
        command = github_command(line)
        if command is None:
            yield f"not a command: {line!r}"
            continue
        name, properties, message = command
        if name not in LEVELS:
            yield f"the command {name!r}"
        if set(properties) - PROPERTIES or "title" not in properties:
            yield f"the properties {sorted(properties)}"
        if not all(properties.get(key, "1").isdecimal() for key in ("line", "col")):
            yield f"a position that is no number: {line!r}"
        pairs = [f"{key}={_escaped(value, '%3A:', '%2C,')}" for key, value in properties.items()]
        if line != f"::{name} {','.join(pairs)}::{_escaped(message)}":
            yield f"not as the toolkit writes it: {line!r}"
        if re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]", line):
            yield f"a control character: {line!r}"


def rendered(data: bytes) -> html.HtmlElement:
    """Returns a page of Markdown as GitHub's renderer does it, with raw HTML as it is, to be found."""
    text = cmarkgfm.markdown_to_html_with_extensions(
        data.decode(), Options.CMARK_OPT_UNSAFE, ["table", "strikethrough", "autolink", "tagfilter", "tasklist"]
    )
    return html.document_fromstring(text)


def table_rows(data: bytes) -> list[list[str]]:
    """Returns the rows of all tables but their headings, as the texts of their cells."""
    return [
        [cell.text_content() for cell in row.iter("td")]
        for row in rendered(data).iter("tr")
        if row.find("td") is not None
    ]


def markdown_findings(data: bytes) -> Iterator[str]:
    """Yields what a page shows that no line of ours makes: elements, links, broken tables, names that notify."""
    text = data.decode()
    if len(text) > COMMENT_MAXIMUM:
        yield f"{len(text)} characters are more than a comment takes"
    page = rendered(data)
    yield from (f"the element {one.tag}" for one in page.iter() if one.tag not in ELEMENTS)
    for link in page.iter("a"):
        if not re.fullmatch(r"https://docs\.example\.com/[\w/-]+", link.get("href", "")):
            yield f"a link to {link.get('href')}"
    notified = [one for one in page.iter() if one.tag != "code" and re.search(r"@\w", one.text or "")]
    yield from (f"it notifies: {one.text!r}" for one in notified)
    columns = None
    for line in text.splitlines():
        bars = line.count("|")
        if not line.startswith("|"):
            columns = None
        elif columns is None:
            columns = bars
        elif bars != columns:
            yield f"a row of other columns: {line!r}"
    shown = sum(1 for _ in page.iter("tr"))
    written = sum(line.startswith("|") and not re.fullmatch(r"[|:-]+", line) for line in text.splitlines())
    if shown != written:
        yield f"{shown} rows are shown, {written} are written"


def gitlab_findings(data: bytes) -> Iterator[str]:
    """Yields findings on a report of code quality, by the members that GitLab documents, and equal fingerprints."""
    violations = json.loads(data)
    yield from (
        f"{one.json_path}: {one.message[:300]}" for one in Draft202012Validator(GITLAB_SCHEMA).iter_errors(violations)
    )
    fingerprints = [one.get("fingerprint") for one in violations]
    if len(set(fingerprints)) != len(fingerprints):
        yield "two violations with one fingerprint"

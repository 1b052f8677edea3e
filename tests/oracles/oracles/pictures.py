"""Pictures of what a user sees in `dms-rule local`: terminals as SVG, the HTML report as PNG.

    python -m oracles.pictures [FOLDER]

writes them, by default into docs/pictures. They have the same bytes on every run of the same programs.
"""

import re
import sys
import tempfile
from dataclasses import dataclass
from html import escape
from pathlib import Path

from playwright.sync_api import sync_playwright

from oracles.pages import APP, ARGUMENTS, CHROMIUM, opened
from oracles.programs import run
from oracles.repository import DMS_RULE, REPOSITORY

FOLDER = REPOSITORY / "docs/pictures"
COLUMNS = 118
SIZE, WIDTH, HEIGHT, MARGIN = 14, 8.4, 20, 16  # of a letter, a column, a line, and around all
INSTANT = re.compile(r"\d{4}-\d\d-\d\d[T ][\d:.]+(Z| UTC)")
NOON = "2026-11-27T12:00:00.000Z"
REQUEST = re.compile(r" \(request id [0-9a-f-]+\)")  # their order differs from run to run
SEQUENCE = re.compile(r"\x1b\[([\d;]*)m")
STYLES = {
    "1": 'font-weight="bold"',
    "2": 'opacity="0.65"',
    "31": 'fill="#ff8a80"',
    "32": 'fill="#9ccc65"',
    "33": 'fill="#ffd54f"',
    "34": 'fill="#82b1ff"',
    "36": 'fill="#80deea"',
}


@dataclass(frozen=True)
class Terminal:
    """A command in `dms-rule local` and how many lines of its output are shown, at the begin and at the end."""

    command: str
    first: int
    last: int = 0

    def svg(self) -> str:
        """Runs the command; returns what it prints, as a picture."""
        done = run(DMS_RULE, "local", "--", DMS_RULE, *self.command.split(), "--color", "always", COLUMNS=str(COLUMNS))
        lines = INSTANT.sub(NOON, done.stdout).splitlines()
        if len(lines) <= self.first + self.last:
            raise ValueError(f"dms-rule {self.command} printed {len(lines)} lines: {done.stderr}")
        shown = [*lines[: self.first], "...", *lines[len(lines) - self.last :]]
        return drawn([f"\x1b[32m$\x1b[0m \x1b[1mdms-rule {self.command}\x1b[0m", *shown])


TERMINALS = {
    "scan": Terminal("scan --rule dms-replication-not-public --fail-on never", 6, 1),
    "plan": Terminal("plan orders-migration", 22),
    "coverage": Terminal("coverage --accounts organization --role-name DmsRuleReader", 8),
}


def drawn(lines: list[str]) -> str:
    """Returns lines with the colors of a terminal as SVG; a long line goes on below."""
    rows = [row for line in lines for row in _rows(line)]
    height = 2 * MARGIN + HEIGHT * len(rows)
    width = 2 * MARGIN + round(WIDTH * COLUMNS)
    texts = []
    for number, row in enumerate(rows):
        y = MARGIN + HEIGHT * number + SIZE
        for column, style, words in row:
            x, length = MARGIN + WIDTH * column, WIDTH * len(words)
            place = f'x="{x:.1f}" y="{y}" textLength="{length:.1f}"'
            texts.append(f"<text {place} {style}>{escape(words)}</text>".replace(" >", ">"))
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">'
    style = f'font-family="monospace" font-size="{SIZE}" fill="#e8eaed" xml:space="preserve"'
    ground = f'<rect width="{width}" height="{height}" rx="8" fill="#1e2127"/>'
    return "\n".join([head, ground, f"<g {style}>", *texts, "</g>", "</svg>"]) + "\n"


def _rows(line: str) -> list[list[tuple[int, str, str]]]:
    """Splits a line into rows of a terminal: of each run of letters the column, the style and the words."""
    style, rows, column = "", [[]], 0
    for at, piece in enumerate(SEQUENCE.split(line)):
        if at % 2:
            style = " ".join(STYLES[code] for code in piece.split(";") if code in STYLES)
            continue
        for word in re.findall(r"\S+\s*|\s+", piece):
            if column + len(word.rstrip()) > COLUMNS and column:
                rows.append([])
                column = 4
            if word.strip():
                rows[-1].append((column, style, word.rstrip()))
            column += len(word)
    return rows


def report(folder: Path) -> None:
    """Writes the HTML report of a scan of the sample organization, at the size of a desk and of a phone."""
    with tempfile.TemporaryDirectory() as temporary, sync_playwright() as playwright:
        file = Path(temporary) / "report.html"
        command = f"scan --accounts organization --role-name DmsRuleReader --fail-on never --output html={file}"
        run(DMS_RULE, "local", "--", DMS_RULE, *command.split())
        file.write_text(REQUEST.sub("", INSTANT.sub(NOON, file.read_text())))
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        for name, width, height in (("report", 1280, 900), ("report-phone", 390, 800)):
            with opened(browser, file) as one:
                one.page.set_viewport_size({"width": width, "height": height})
                one.page.wait_for_selector(APP)
                one.page.screenshot(path=folder / f"{name}.png")
        browser.close()


def main(folder: Path) -> None:
    """Writes all pictures."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, terminal in TERMINALS.items():
        (folder / f"{name}.svg").write_text(terminal.svg())
    report(folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if sys.argv[1:] else FOLDER)

"""A report page in Debian's Chromium, by playwright: what a reader does with it, and what it must not do."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
RESULTS = range(4)
ROWS_AT_FIRST = 100  # rows of a long list that the page makes at once
APP = "#app:not([hidden])"
PRINTED = "#paper tbody tr:not(.more)"  # one row a finding
COMPLAINTS = "console and page errors"


@dataclass
class Opened:
    """An open page with what it complained of and requested."""

    page: Page
    url: str
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Data:
    """The data of a page: of each finding its rule, its result, places in the list of strings and more."""

    findings: list[list]
    strings: list[str]
    rules: list[dict]
    failures: list
    places: list[list]
    hidden: int
    unlisted: int
    only: str | None

    @classmethod
    def read(cls, html: str) -> "Data":
        """Reads the data of a page from its HTML."""
        text = html.split('<script type="application/json" id="data">')[1].split("</script>", maxsplit=1)[0]
        document = json.loads(text)
        return cls(**{one.name: document[one.name] for one in fields(cls)})

    def count(self, result: int) -> int:
        """Returns the number of findings with a result; 0 is NON_COMPLIANT and 1 UNKNOWN."""
        return sum(finding[1] == result for finding in self.findings)

    def total(self, result: int) -> int:
        """Returns the number of results of the run, those that the page does not list too."""
        return sum(place[1][result] for place in self.places)

    def cards(self) -> list[str]:
        """Returns the numbers of the cards: each result, and the exempt ones if there are any."""
        exempt = sum(place[2] for place in self.places)
        return [str(self.total(result)) for result in RESULTS] + [str(exempt)] * bool(exempt)

    def place(self, finding: list, position: int) -> str:
        """Returns a text of a finding's resource: 0 type, 2 name, 4 account, 5 Region, 6 source."""
        return self.strings[finding[2][position]]

    def status(self, shown: int) -> str:
        """Returns the words of the page for a number of shown findings, without those on failures."""
        total = len(self.findings)
        words = f"{total} shown" if shown == total else f"{shown} of {total} shown"
        if self.only:
            verb = "result is" if self.unlisted == 1 else "results are"
            words += f"; {self.unlisted} {verb} not in this list ({self.only}), {self.hidden} of them not compliant"
        return words


@contextmanager
def opened(browser: Browser, file: Path, **options: object) -> Iterator[Opened]:
    """Opens a page in a window of its own."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, color_scheme="light", **options)
    page = context.new_page()
    one = Opened(page, file.resolve().as_uri())

    def on_message(message) -> None:  # noqa: ANN001 - playwright's ConsoleMessage
        if message.type in ("error", "warning"):
            one.complaints.append(message.text)

    page.on("console", on_message)
    page.on("pageerror", lambda error: one.complaints.append(str(error)))
    page.on("request", lambda request: one.requests.append(request.url))
    page.goto(one.url)
    yield one
    context.close()


def check_page(browser: Browser, file: Path) -> None:
    """Does with a page what a reader does.

    Raises AssertionError with words that name what does not hold.
    """
    data = Data.read(file.read_text())
    with opened(browser, file) as one:
        assert one.complaints == [], COMPLAINTS
        page = one.page
        page.wait_for_selector(APP)
        _check_first_view(page, data)
        _check_result_filters(page, data)
        _check_search(page, data)
        _check_plot(page, data)
        _check_failed_places(page, data)
        _check_filters(page, data)
        _check_keys(page, data)
        _check_groups_and_theme(page, data)
        _check_widths(page)
        _check_print(page, data)
        assert one.complaints == [], COMPLAINTS
        assert all(request.split("#")[0] == one.url for request in one.requests), one.requests
    _check_without_script(browser, file, data)
    _check_paper(browser, file, data)


def _status(page: Page) -> str:
    text = page.locator("#shown").text_content() or ""
    return "; ".join(part for part in text.split("; ") if "could not be evaluated" not in part)


def _chip(page: Page, result: int) -> Locator:
    return page.locator(f'.chip[data-filter=result][data-value="{result}"]')


def _check_first_view(page: Page, data: Data) -> None:
    total = len(data.findings)
    resources = page.evaluate("performance.getEntriesByType('resource').length")
    assert resources == 0, "resources are fetched"
    counts = page.locator("#totals .count").all_text_contents()
    assert counts == data.cards(), "totals"
    assert page.locator("#incomplete").count() == bool(data.failures), "the notice on an incomplete run"
    assert page.locator("#filtered[role=alert]").count() == bool(data.only), "the notice on a filter"
    assert len(data.findings) + data.unlisted == sum(map(data.total, RESULTS)), "every result is counted"
    assert _status(page) == data.status(total), "the number of shown findings"
    assert page.locator("#unshown").count() == 0, "the list is not shown"
    assert page.locator(".row").count() >= min(total, ROWS_AT_FIRST), "the first rows"
    assert page.locator("img, iframe, main script").count() == 0, "hostile text made an element"
    assert page.title() != "hostile", "hostile text ran"


def _check_result_filters(page: Page, data: Data) -> None:
    for result in RESULTS:
        _chip(page, result).click()
        assert _status(page) == data.status(data.count(result)), f"the filter of result {result}"
        assert page.locator(".row").count() >= min(data.count(result), ROWS_AT_FIRST)
        _chip(page, result).click()


def _check_search(page: Page, data: Data) -> None:
    bad = [finding for finding in data.findings if finding[1] == 0] or data.findings
    name = data.place(bad[0], 2).lower() if bad else "nothing"
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "search", "/ focuses the search"
    page.locator("#search").fill(name)
    page.wait_for_function(
        "q => new URLSearchParams(location.hash.slice(1)).get('q')?.toLowerCase() === q", arg=name.strip()
    )
    found = page.locator(".row .res").all_text_contents()
    assert not bad or any(name in text.lower() for text in found), "the search finds the name"
    page.locator("#search").fill("no-such-thing-anywhere")
    page.wait_for_function("() => document.querySelectorAll('.row').length === 0")
    assert _status(page) == data.status(0), "the search finds nothing"
    page.keyboard.press("Escape")
    assert _status(page) == data.status(len(data.findings)), "Escape clears the search"
    page.keyboard.press("Escape")


def _check_plot(page: Page, data: Data) -> None:
    cell = page.locator("#matrix .cell").first
    if cell.count():
        where = cell.evaluate("node => node.where")
        shown = sum(
            where.get("account") in (None, "", data.place(finding, 4))
            and where.get("region") in (None, "", data.place(finding, 5))
            for finding in data.findings
        )
        cell.click()
        assert _status(page) == data.status(shown), "a click on the plot filters"
        page.reload()
        page.wait_for_selector(APP)
        assert _status(page) == data.status(shown), "the address restores the filters"
        assert page.locator(".cell.on").count() == 1
        page.locator("#clear").click()
        assert _status(page) == data.status(len(data.findings)), "the filters are cleared"
        cell.focus()
        page.keyboard.press("Enter")
        assert _status(page) == data.status(shown), "the plot works with keys"
        page.locator("#clear").click()
    bar = page.locator("#bars .cell").first
    if bar.count():
        source = bar.evaluate("node => node.where")["source"]
        bar.click()
        shown = sum(data.place(finding, 6) == source for finding in data.findings)
        assert _status(page) == data.status(shown), "a click on a file filters"
        page.locator("#clear").click()


def _check_filters(page: Page, data: Data) -> None:
    for name, position in (("rule", None), ("account", 4), ("region", 5), ("type", 0), ("source", 6)):
        select = page.locator(f"[data-select={name}]")
        if not select.count():
            continue
        value = select.locator("option").nth(1).get_attribute("value")
        select.select_option(value)
        shown = sum(
            (data.rules[finding[0]]["id"] if position is None else data.place(finding, position)) == value
            for finding in data.findings
        )
        assert _status(page) == data.status(shown), f"the filter by {name}"
        page.locator("#clear").click()


def _check_keys(page: Page, data: Data) -> None:
    page.evaluate("document.activeElement.blur()")
    for key in ("j", "j", "k", "Enter"):
        page.keyboard.press(key)
    first = page.locator(".row").first
    if data.findings:
        assert first.locator("> button").get_attribute("aria-expanded") == "true", "Enter opens a finding"
    if data.count(0) + data.count(1):
        assert first.locator(".fix").is_visible(), "the fix is visible"
        _check_finding(first, page)
    page.keyboard.press("Escape")
    if data.findings:
        assert first.locator("> button").get_attribute("aria-expanded") == "false", "Escape closes a finding"


def _check_finding(row: Locator, page: Page) -> None:
    """Copies the commands of an open finding, and opens the page of its rule."""
    commands = row.locator(".commands code").all_text_contents()
    assert commands[-1].startswith("dms-rule rules "), "the commands of the finding"
    page.evaluate("navigator.clipboard.writeText = async text => { window.copied = text; }")
    for index, command in enumerate(commands):
        row.locator(".copy-button").nth(index).click()
        assert page.evaluate("window.copied") == command, "a button copies exactly its command"
    link = row.locator("dd a").first
    link.click()
    target = page.locator(link.get_attribute("href") or "")
    assert target.count() == 1, "the page of the rule is missing"
    assert target.is_visible(), "the page of the rule opens"
    row.locator("> button").focus()


def _check_failed_places(page: Page, data: Data) -> None:
    """Selects a place with failures in the plot, and searches one: both say that it failed."""
    failed = page.locator(".cell.cut")
    if not failed.count():
        return
    failed.first.click()
    assert page.locator("#errors .failed").count() > 0, "a failed place shows its errors"
    page.locator("#clear").click()
    assert page.locator("#errors .failed").count() == 0, "errors of no place are shown"
    page.locator("#search").fill(data.strings[data.failures[-1][1]])
    page.wait_for_function("() => document.querySelectorAll('#errors .failed').length > 0")
    assert "could not be evaluated" in (page.locator("#shown").text_content() or ""), "a search finds failures"
    page.locator("#clear").click()


def _check_groups_and_theme(page: Page, data: Data) -> None:
    for by in ("rule", "resource"):
        page.locator("#group").select_option(by)
        assert (page.locator(".group").count() > 0) == bool(data.findings), f"groups by {by}"
    page.locator("#group").select_option("none")
    background = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(background)
    page.locator("#theme").click()
    assert page.evaluate(background) != light, "the theme changes"
    page.locator("#theme").click()


def _check_widths(page: Page) -> None:
    for width in (360, 768, 1920):
        page.set_viewport_size({"width": width, "height": 800})
        wide, room = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
        assert wide <= room, f"the page scrolls sideways at {width}: {wide} in {room}"
    page.set_viewport_size({"width": 1280, "height": 900})


def _check_print(page: Page, data: Data) -> None:
    """Prints what is shown and no more: the findings of one result, in a table."""
    few = [result for result in RESULTS if 0 < data.count(result) < 2000]
    if not few:
        return
    _chip(page, few[0]).click()
    page.emulate_media(media="print")
    page.wait_for_function(f"n => document.querySelectorAll('{PRINTED}').length === n", arg=data.count(few[0]))
    assert page.locator(PRINTED).first.is_visible(), "print shows the findings"
    assert not page.locator("#list").is_visible(), "print shows each finding once"
    assert not page.locator(".controls").is_visible(), "print has no controls"
    page.emulate_media(media="screen")
    page.wait_for_function("() => !document.getElementById('paper')")


def _check_without_script(browser: Browser, file: Path, data: Data) -> None:
    with opened(browser, file, java_script_enabled=False) as one:
        rows = one.page.locator("noscript tbody tr").count()
        assert rows > 0 or not data.count(0) + data.count(1), "a table without a script"
        counts = one.page.locator("#totals .count").all_text_contents()
        assert counts == data.cards(), "totals without a script"
        one.page.wait_for_selector("#unshown", state="visible", timeout=10_000)


def _check_paper(browser: Browser, file: Path, data: Data) -> None:
    """Makes a PDF of a short report: every finding is in it."""
    if len(data.findings) > 100:
        return
    with opened(browser, file) as one:
        one.page.evaluate(
            "selector => addEventListener('beforeprint', () => {"
            " window.printed = document.querySelectorAll(selector).length; })",
            PRINTED,
        )
        one.page.pdf()
        assert one.page.evaluate("window.printed") == len(data.findings), "a print has every finding"

"""The site that `cargo dev site` builds: every link opens, nothing is requested from elsewhere, it fits on a phone."""

import json
import re
import shutil
from pathlib import Path

import pytest
from lxml import html
from playwright.sync_api import Browser

from oracles.pictures import FOLDER, TERMINALS
from oracles.programs import run
from oracles.repository import DMS_RULE, REPOSITORY, RULE_TEMPLATES, SITE, pins
from oracles.site import DESK, PHONE, addresses, dead_links, faults_of_pages, read, reader, served, server

RULES = {rule["name"]: rule for rule in json.loads((RULE_TEMPLATES / "rules.json").read_text())["rules"]}
FORMATS = [
    "table",
    "json",
    "csv",
    "sarif",
    "junit",
    "asff",
    "ocsf",
    "html",
    "markdown",
    "github",
    "gitlab",
    "oscal",
]
ADDRESS = "https://docs.example.com/dms/"
# The needs of the rules on what DMS supports and offers.
OFFERS = {"engineVersions", "orderableInstances"}


@pytest.fixture(scope="module")
def unknown(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Writes a snapshot with a resource of each type, of which nothing is known, and a template.

    Every rule has a finding. What DMS supports and offers is in no snapshot: those two rules evaluate a planned
    instance.
    """
    folder = tmp_path_factory.mktemp("unknown")
    instance = {
        "Type": "AWS::DMS::ReplicationInstance",
        "Properties": {"EngineVersion": "3.4.7", "ReplicationInstanceClass": "dms.c4.large"},
    }
    (folder / "template.json").write_text(json.dumps({"Resources": {"Odd": instance}}))
    kinds = sorted({rule["resourceType"] for rule in RULES.values()})
    common = {"version": "1.3", "accountId": "123456789012", "awsRegion": "eu-west-1", "tags": {}}
    common |= {"configurationItemStatus": "OK", "configurationItemCaptureTime": "2026-11-27T10:00:00.000Z"}
    items = [
        {
            "resourceType": kind,
            "resourceId": kind.lower(),
            "ARN": f"arn:aws:dms:eu-west-1:123456789012:x:{at}",
            "configuration": {"odd": at},
        }
        | common
        for at, kind in enumerate(kinds)
    ]
    (folder / "snapshot.json").write_text(json.dumps({"fileVersion": "1.0", "configurationItems": items}))
    return folder


def test_every_link_and_anchor_leads_somewhere() -> None:
    assert len(read(SITE)) > len(RULES)
    assert dead_links(SITE) == []


@pytest.mark.parametrize("form", FORMATS)
def test_every_finding_links_to_the_page_of_its_rule(form: str, unknown: Path) -> None:
    # Without allowed keys, the rule on keys is not evaluated for a snapshot: only KMS knows who manages a key.
    keys = json.dumps({"kmsKeyArns": "arn:aws:kms:eu-west-1:123456789012:key/1a2b3c4d*"})
    options = ("--docs-url", ADDRESS, "--rule-parameters", keys, "--fail-on", "never", "--format", form)
    done = run(DMS_RULE, "check", unknown, *options)
    linked = set(re.findall(re.escape(ADDRESS) + r"([\w/-]*)", done.stdout)) - {""}
    expected = set(RULES)
    if form == "asff":  # Security Hub takes no finding of a planned instance, which has no account.
        expected = {name for name, rule in RULES.items() if not OFFERS & set(rule["needs"])}
    assert linked == expected, done.stderr
    for path in linked:
        assert served(SITE, path) == f"{path}/index.html"


def test_the_address_of_a_rule_is_its_page() -> None:
    for rule in RULES:
        title = html.fromstring((SITE / served(SITE, rule)).read_bytes()).xpath("string(//main//h1)")
        assert title == rule


def test_pages_fit_on_a_phone_and_request_nothing_from_elsewhere(browser: Browser) -> None:
    assert faults_of_pages(browser, SITE, addresses(SITE), PHONE) == []


def test_pages_fit_on_a_desk(browser: Browser) -> None:
    different = [page for page in addresses(SITE) if page not in RULES and "/" not in page]
    assert faults_of_pages(browser, SITE, ["dms-replication-not-public", *different], DESK) == []


def test_the_search_finds_a_rule(browser: Browser) -> None:
    with server(SITE) as address, reader(browser, address) as (page, wrong):
        page.goto(address)
        page.keyboard.press("s")
        page.locator("#searchbar, #mdbook-searchbar").first.press_sequentially("kafka tls")
        found = page.locator("#searchresults a, #mdbook-searchresults a").first
        found.click()
        page.wait_for_url("**/dms-kafka-tls-enabled/**")
        assert wrong == []


def test_each_document_is_a_page() -> None:
    words = {path: (SITE / path).read_text() for path in read(SITE)}
    for document in [*REPOSITORY.glob("*.md"), *(REPOSITORY / "docs").glob("*.md")]:
        heading = next(line[2:] for line in document.read_text().splitlines() if line.startswith("# "))
        assert any(f">{heading}</a></h1>" in text for text in words.values()), document


def test_the_version_that_a_contributor_installs_is_the_one_that_is_tested() -> None:
    assert f"cargo install mdbook --version {pins()['mdbook']} " in (REPOSITORY / "CONTRIBUTING.md").read_text()


@pytest.mark.parametrize("name", TERMINALS)
def test_the_picture_of_a_terminal_is_what_the_program_prints(name: str) -> None:
    again = "make the pictures again: python -m oracles.pictures"
    assert (FOLDER / f"{name}.svg").read_text() == TERMINALS[name].svg(), again


def test_the_versions_of_json_are_those_that_the_page_promises(unknown: Path) -> None:
    page = (REPOSITORY / "docs/stability.md").read_text()
    promised = re.findall(r"\| JSON of .*?`schemaVersion` (\d+)", page)
    plan = ["plan", "orders-migration", "--from", "tests/plans/orders-migration", "--format", "json"]
    checked = run(DMS_RULE, "check", unknown, "--format", "json").stdout
    history = run(DMS_RULE, "check", "--history", unknown / "snapshot.json", "--format", "json").stdout
    covered = run(DMS_RULE, "local", "--", DMS_RULE, "coverage", "--format", "json").stdout
    planned = run(DMS_RULE, *plan).stdout
    given = [str(json.loads(text)["schemaVersion"]) for text in (checked, history, covered, planned)]
    assert promised == given


FAULTS = {
    "a link to no page": ('href="parameters.html"', 'href="parameter.html"', "no file parameter.html"),
    "a link to no anchor": ('href="#try-it"', 'href="#tried"', "no anchor #tried"),
    "a picture without words": ("<main>", '<main><img src="favicon.svg" alt=" ">', "a picture without words"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_dead_link_is_found(fault: str, tmp_path: Path) -> None:
    before, after, words = FAULTS[fault]
    site = broken(tmp_path, before, after)
    assert any(words in one for one in dead_links(site))


WRONG = {
    "a font of another server": (
        "<main>",
        '<main><img alt="a" src="https://fonts.example.com/a.png">',
        "requests https://",
    ),
    "a missing picture": ("<main>", '<main><img alt="a" src="no.png">', "404"),
    "a page that is too wide": (
        "<main>",
        '<main><i style="display:block;width:1000px">a</i>',
        "scrolls sideways at 360",
    ),
}


@pytest.mark.parametrize("fault", WRONG)
def test_a_fault_in_a_window_is_found(fault: str, browser: Browser, tmp_path: Path) -> None:
    before, after, words = WRONG[fault]
    site = broken(tmp_path, before, after)
    assert any(words in one for one in faults_of_pages(browser, site, [""], PHONE))


def broken(folder: Path, before: str, after: str) -> Path:
    """Copies the site, and changes a text of its first page."""
    site = folder / "site"
    shutil.copytree(SITE, site)
    page = site / "index.html"
    text = page.read_text()
    assert before in text, "the page has nothing to break"
    page.write_text(text.replace(before, after, 1))
    return site

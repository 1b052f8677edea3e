"""Report pages work in a browser, and each seeded fault is found."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser
from seeded.pages import PAGE_FAULTS

from oracles.pages import check_page
from oracles.repository import PAGES


# The example `html` of the crate report writes a common report, a large one, the smallest, and one with a filter.
@pytest.mark.parametrize("page", ["report", "large", "one", "filtered"])
def test_a_page_works_in_a_browser(page: str, browser: Browser) -> None:
    check_page(browser, PAGES / f"{page}.html")


@pytest.mark.parametrize("fault", PAGE_FAULTS)
def test_a_fault_in_a_page_is_found(fault: str, browser: Browser, tmp_path: Path) -> None:
    edit, words = PAGE_FAULTS[fault]
    html = (PAGES / ("filtered.html" if "filter" in fault else "report.html")).read_text()
    broken = edit(html)
    assert broken != html, "the page has nothing to break"
    file = tmp_path / "broken.html"
    file.write_text(broken)
    with pytest.raises(AssertionError, match=words):
        check_page(browser, file)

"""Faults of a report page: a change to its HTML, and words of the failure that must follow."""

import re
from collections.abc import Callable

from oracles.pages import COMPLAINTS

STRICT = '"use strict";'
PAGE_FAULTS: dict[str, tuple[Callable[[str], str], str]] = {
    "a script that stops": (
        lambda html: html.replace(STRICT, f'{STRICT}throw new Error("broken");', 1),
        COMPLAINTS,
    ),
    "a script that the policy rejects": (lambda html: html.replace(STRICT, f"{STRICT} ", 1), COMPLAINTS),
    "a style that the policy rejects": (lambda html: html.replace("<style>", "<style>b{} ", 1), COMPLAINTS),
    "a total that is wrong": (
        lambda html: re.sub(r'<div class="count">\d+', '<div class="count">987654', html, count=1),
        "totals",
    ),
    "a notice on a filter that is missing": (
        lambda html: html.replace('id="filtered"', 'id="other"', 1),
        "the notice on a filter",
    ),
    "pages of rules that are missing": (
        lambda html: html.replace('id="rule-', 'id="page-'),
        "the page of the rule",
    ),
}

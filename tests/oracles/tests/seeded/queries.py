"""Faults of the queries of rule-templates/queries: a change to the text, and words of the finding that must follow."""

import re
from collections.abc import Callable

from oracles.queries import LENGTH_MAXIMUM

from .guard import matched, replaced

Edit = Callable[[str], str]


def _into_where(condition: str) -> Edit:
    return lambda text: text.replace("WHERE\n", f"WHERE\n  {condition} AND\n", 1)


def _swapped_case(match: re.Match) -> str:
    return f"configuration.{match[1].swapcase()}"


QUERY_FAULTS: dict[str, tuple[Edit, str]] = {
    "a comment": (lambda text: f"-- a comment\n{text}", "comment"),
    "a semicolon": (lambda text: f"{text.rstrip()};\n", "otherwise"),
    "empty": (lambda _: "\n", "characters"),
    "too long": (lambda text: text + " " * LENGTH_MAXIMUM, "characters"),
    "DISTINCT": (replaced("SELECT", "SELECT DISTINCT"), "Distinct is not"),
    "AS": (replaced("accountId", "accountId AS account"), "Alias is not"),
    "FROM": (replaced("WHERE", "FROM resources WHERE"), "From is not"),
    "JOIN": (replaced("WHERE", "JOIN resources WHERE"), "Join is not"),
    "UNION": (lambda text: f"{text}UNION\n{text}", "Union is not"),
    "HAVING": (lambda text: f"{text}HAVING COUNT(*) > 1\n", "is not in the language"),
    "NULL": (_into_where("resourceName = NULL"), "Null is not"),
    "IS NULL": (_into_where("resourceName IS NULL"), "is not in the language"),
    "a short wildcard": (_into_where("resourceName LIKE 'ab%'"), "wildcard"),
    "a wildcard in front": (_into_where("resourceName LIKE '%abc'"), "wildcard"),
    "an underscore before the wildcard": (_into_where("resourceName LIKE 'abc_d%'"), "wildcard"),
    "no WHERE": (lambda text: text[: text.index("WHERE")], "there is no WHERE"),
    "no type": (matched(r"resourceType = '[^']+'", "resourceName = 'orders'"), "not of []"),
    "another type": (
        matched(r"resourceType = '[^']+'", "resourceType = 'AWS::DMS::ReplicationTask'"),
        "not of ['AWS::DMS::ReplicationTask']",
    ),
    "two types": (
        matched(r"(resourceType = '[^']+')", r"\1 AND resourceType = 'AWS::DMS::Certificate'"),
        "'AWS::DMS::Certificate']",
    ),
    "a misspelt property": (matched(r"configuration\.(\w)", r"configuration.x\1"), "has no configuration.x"),
    "a property in another case": (
        lambda text: re.sub(r"configuration\.(\w)", _swapped_case, text, count=1),
        "has no configuration.",
    ),
    "double quotes": (lambda text: text.replace("'", '"'), "names in quotes"),
    "an open quote": (lambda text: text[::-1].replace("'", "", 1)[::-1], "sqlglot:"),
    "a comma too many": (matched(r"\nWHERE", ",\nWHERE"), "otherwise"),
    "no account": (replaced("accountId, ", ""), "select"),
    "one of the results is lost": (_into_where("NOT resourceName IN ('public', 'plain', 'bad')"), "finds ["),
    "nothing is found": (_into_where("awsRegion = 'us-east-1'"), "finds []"),
}

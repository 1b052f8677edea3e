"""The advanced queries of rule-templates/queries: sqlglot reads them, sqlite decides what they find.

The language is the one of the AWS Config developer guide, "Query component and examples": SELECT, WHERE and GROUP BY
over one type, without FROM, AS, DISTINCT and NULL. What it allows is held here as a list of sqlglot's expressions.
"""

import json
import re
import sqlite3
from collections.abc import Iterator

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from oracles.facts import facts
from oracles.programs import run
from oracles.recorded import BOOLEANS, COMPLIANCE, ENDPOINT, INSTANCE, PROPERTIES, SAMPLES, properties
from oracles.repository import DMS_RULE, RULE_TEMPLATES

QUERIES = RULE_TEMPLATES / "queries"
LENGTH_MAXIMUM = 4096
GROUPED_MAXIMUM = 3
PREFIX_MINIMUM = 3  # characters before a wildcard, which may only end a text
ALLOWED = (
    exp.Select,
    exp.Where,
    exp.Group,
    exp.Column,
    exp.Identifier,
    exp.Count,
    exp.Star,
    exp.And,
    exp.Or,
    exp.Not,
    exp.Paren,
    exp.EQ,
    exp.Like,
    exp.In,
    exp.Literal,
    exp.Boolean,
)
PREDICATES = (exp.EQ, exp.Like, exp.In)
# The samples that each query finds.
FINDS = {
    "public-replication-instances": ["public"],
    "replication-instances": ["public", "private"],
    "replication-instances-by-account-and-region": ["public", "private"],
    "endpoints-without-tls": ["plain", "kafka", "redis"],
    "endpoints": ["plain", "tls", "s3", "kafka", "kafka-tls", "redis", "redis-tls"],
    "compliance-by-resource": ["bad", "good", "plain"],
    "compliance-with-the-rule": ["bad", "good"],
    "compliance-by-account-and-region": ["bad", "good", "plain"],
    "non-compliant-resources": ["bad", "plain"],
}
# The rules that dms-rule evaluates on the results of a query, and the samples that then are NON_COMPLIANT.
EVALUATED = {
    INSTANCE: (["dms-replication-not-public"], {"public"}),
    ENDPOINT: (
        ["dms-endpoint-ssl-configured", "dms-kafka-tls-enabled", "dms-redis-tls-enabled"],
        {"plain", "kafka", "redis"},
    ),
}
# What `dms-rule check` needs of a result.
NEEDED_BY_CHECK = set(
    "accountId awsRegion resourceType resourceId resourceName tags configurationItemCaptureTime".split()
)


class RejectedQueryError(Exception):
    """A query that AWS Config would reject, or that can find nothing."""


def query_names() -> list[str]:
    """Returns the names of the queries."""
    return sorted(file.stem for file in QUERIES.glob("*.sql"))


def _require(holds: object, message: str) -> None:
    if not holds:
        raise RejectedQueryError(message)


def _name(column: exp.Column) -> str:
    return ".".join(part.name for part in column.parts)


class Query:
    """A query that AWS Config takes.

    Raises RejectedQueryError if it does not.
    """

    def __init__(self, text: str) -> None:
        _require(text.strip() and len(text) <= LENGTH_MAXIMUM, f"the query has {len(text)} characters")
        _require(text.isascii(), "the query is not ASCII")
        try:
            parsed = sqlglot.parse(text)
            tokens = [[token.text.upper() for token in sqlglot.tokenize(one)] for one in (text, parsed[0].sql())]
        except SqlglotError as error:
            raise RejectedQueryError(f"sqlglot: {str(error).splitlines()[0]}") from error
        self.select = parsed[0]
        for node in self.select.walk():
            _require(isinstance(node, ALLOWED), f"{type(node).__name__} is not in the language")
            _require(not node.comments, "a comment is not in the language")
            _require(not node.args.get("quoted"), "names in quotes are not in the language")
        _require(len(parsed) == 1 and tokens[0] == tokens[1], "sqlglot writes the query otherwise")
        self.where = self.select.args.get("where")
        _require(self.where, "there is no WHERE")
        columns = [one for one in self.select.expressions if isinstance(one, exp.Column)]
        self.fields = [_name(column) for column in columns]
        self.counts = len(columns) < len(self.select.expressions)
        self._check_conditions()
        self._check_selection()

    def _check_selection(self) -> None:
        group = self.select.args.get("group")
        grouped = [_name(one) for one in group.expressions] if group else []
        _require(self.fields and len(set(self.fields)) == len(self.fields), "a property is selected twice")
        _require(len(self.select.expressions) - len(self.fields) <= 1, "it counts twice")
        _require(self.counts == bool(grouped), "COUNT and GROUP BY go together")
        _require(not self.counts or set(grouped) == set(self.fields), "what is selected is not what is grouped")
        _require(len(grouped) <= GROUPED_MAXIMUM, f"more than {GROUPED_MAXIMUM} properties are grouped")

    def _check_conditions(self) -> None:
        """Requires one type, properties that are recorded for it, and values that they can have."""
        condition = self.where.this
        required = list(condition.flatten()) if isinstance(condition, exp.And) else [condition]
        types = [
            one.expression.name
            for one in required
            if isinstance(one, exp.EQ) and isinstance(one.this, exp.Column) and _name(one.this) == "resourceType"
        ]
        _require(len(types) == 1 and types[0] in PROPERTIES, f"it must be of one known type, not of {types}")
        self.resource_type = types[0]
        known = properties(self.resource_type)
        for name in self.fields:
            _require(name in known, f"{self.resource_type} has no {name}")
        for predicate in self.where.find_all(*PREDICATES):
            name = _name(predicate.this)
            _require(name in known, f"{self.resource_type} has no {name}")
            for value in predicate.expressions or [predicate.expression]:
                _check_value(name.rsplit(".", 1)[-1], value, is_prefix=isinstance(predicate, exp.Like))

    def finds(self, items: list[dict]) -> list[int]:
        """Returns the positions of the items that the query finds, by sqlite.

        A condition holds if it does so for any value of the property: AWS Config's rule for lists.
        """
        database = sqlite3.connect(":memory:")
        database.create_function("property", 1, lambda key: re.sub(r"^\$\.|\[\d+\]", "", key))
        database.execute("PRAGMA case_sensitive_like = ON")
        database.execute("CREATE TABLE items (position INTEGER, document TEXT)")
        database.executemany("INSERT INTO items VALUES (?, ?)", enumerate(map(json.dumps, items)))
        database.execute(
            "CREATE TABLE recorded AS SELECT position, property(fullkey) AS name, atom AS value "
            "FROM items, json_tree(document) WHERE atom IS NOT NULL"
        )
        where = self.where.this.transform(_as_query).sql("sqlite")
        select = f"SELECT position FROM items WHERE {where} ORDER BY position"  # noqa: S608 - a query of this repository
        return [row[0] for row in database.execute(select)]

    def result(self, item: dict) -> dict:
        """Returns the selected properties of an item, as a result of AWS Config holds them."""
        result: dict = {}
        for name in self.fields:
            *groups, last = name.split(".")
            source, target = item, result
            for group in groups:
                source, target = source.get(group, {}), target.setdefault(group, {})
            if last in source:
                target[last] = source[last]
        return result


def _as_query(node: exp.Expression) -> exp.Expression:
    """Returns a predicate as a query of the property in the table of recorded values."""
    if not isinstance(node, PREDICATES):
        return node
    condition = node.copy()
    condition.set("this", exp.column("value"))
    name = exp.EQ(this=exp.column("name", "recorded"), expression=exp.Literal.string(_name(node.this)))
    same = exp.EQ(this=exp.column("position", "recorded"), expression=exp.column("position", "items"))
    return exp.Exists(this=exp.select("1").from_("recorded").where(same, name, condition))


def _check_value(name: str, value: exp.Expression, *, is_prefix: bool) -> None:
    _require(isinstance(value, exp.Boolean) == (name in BOOLEANS), f"{name} is never {value.sql()}")
    text = value.name
    if is_prefix:
        stem = text[:-1]
        is_plain = text.endswith("%") and "%" not in stem and "_" not in stem
        _require(is_plain and len(stem) >= PREFIX_MINIMUM, f"the wildcard in {text!r} is not in the language")
        text = stem
    known = {
        "targetResourceType": [INSTANCE, ENDPOINT],
        "complianceType": ["COMPLIANT", "NON_COMPLIANT"],
        "configRuleName": list(facts().rules),
    }.get(name)
    if known is not None:
        matches = any(one.startswith(text) if is_prefix else one == text for one in known)
        _require(matches, f"{name} is never {value.name!r}")


def query_findings(name: str, text: str) -> Iterator[str]:
    """Yields why a query is rejected, or what it does not find or select."""
    try:
        query = Query(text)
    except RejectedQueryError as error:
        yield str(error)
        return
    found = [SAMPLES[position] for position in query.finds(SAMPLES)]
    names = [one["resourceName"] for one in found]
    if names != FINDS.get(name):
        yield f"finds {names}, expected {FINDS.get(name)}"
        return
    is_evaluated = query.resource_type != COMPLIANCE and not query.counts
    missing = ({"accountId", "awsRegion"} | (NEEDED_BY_CHECK if is_evaluated else set())) - set(query.fields)
    if missing:
        yield f"does not select {sorted(missing)}"
    elif is_evaluated:
        yield from _check_findings(query, found)


def _check_findings(query: Query, found: list[dict]) -> Iterator[str]:
    """Yields where dms-rule cannot read the results of a query, or comes to other verdicts."""
    rules, expected = EVALUATED[query.resource_type]
    non_compliant = non_compliant_names([query.result(one) for one in found], rules)
    if non_compliant != expected:
        yield f"dms-rule check finds {sorted(non_compliant)} NON_COMPLIANT, expected {sorted(expected)}"


def non_compliant_names(results: list[dict], rules: list[str]) -> set[str]:
    """Returns the names of the resources that dms-rule finds NON_COMPLIANT in the results of a query.

    Raises ValueError if dms-rule cannot read them.
    """
    selected = [word for rule in rules for word in ("--rule", rule)]
    document = json.dumps({"Results": [json.dumps(one) for one in results]})
    checked = run(DMS_RULE, "check", "-", *selected, "--format", "json", "--fail-on", "never", stdin=document)
    if checked.returncode != 0:
        raise ValueError(f"dms-rule check cannot read the results: {checked.stdout}{checked.stderr}")
    found = json.loads(checked.stdout)["results"]
    return {one["resource"]["name"] for one in found if one["complianceType"] == "NON_COMPLIANT"}

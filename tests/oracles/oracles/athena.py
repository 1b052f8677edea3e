"""The queries of rule-templates/athena: sqlglot translates them, DuckDB runs them over files of AWS Config.

What they must find is what `dms-rule check` and `check --history` find in the same files.
"""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import duckdb
import sqlglot
from sqlglot import exp
from sqlglot.errors import ErrorLevel

from oracles.programs import run
from oracles.repository import DMS_RULE, RULE_TEMPLATES

ATHENA = RULE_TEMPLATES / "athena"
TABLE = "table"
VIEWS = ["view-1-items", "view-2-conditions", "view-3-periods"]
QUERIES = ["findings", "public-now", "public-periods", "time-to-fix", "unreadable"]
PUBLIC = "dms-replication-not-public"
# The rules that the queries answer.
RULES = [
    PUBLIC,
    "dms-replication-instance-multi-az-enabled",
    "dms-auto-minor-version-upgrade-check",
    "dms-endpoint-ssl-configured",
    "dms-replication-instance-tagged",
    "dms-replication-task-tagged",
    "dms-endpoint-tagged",
    "dms-certificate-tagged",
    "dms-event-subscription-tagged",
    "dms-subnet-group-tagged",
]
# The types of Athena's table as DuckDB reads JSON, by the names of the members as AWS Config writes them.
MEMBERS = (
    "configurationItemCaptureTime configurationStateId configurationItemStatus awsAccountId awsRegion resourceType "
    "resourceId resourceName ARN configuration"
).split()
ITEM = "STRUCT(" + ", ".join(f"{name} VARCHAR" for name in MEMBERS) + ", tags MAP(VARCHAR, VARCHAR))"
COLUMNS = {"fileVersion": "VARCHAR", "configSnapshotId": "VARCHAR", "configurationItems": f"{ITEM}[]"}


def sql_text(name: str) -> str:
    """Returns a file of rule-templates/athena."""
    return (ATHENA / f"{name}.sql").read_text()


def sql_names() -> list[str]:
    """Returns the names of the files with SQL."""
    return sorted(file.stem for file in ATHENA.glob("*.sql"))


def table_columns() -> tuple[dict[str, str], list[str], dict[str, str]]:
    """Returns the columns of the table with their types, its partitions, and its properties."""
    parsed = sqlglot.parse_one(sql_text(TABLE), read="athena")
    if not isinstance(parsed, exp.Create):
        raise TypeError(f"not a definition of a table: {type(parsed).__name__}")
    columns = {one.name: one.kind.sql("hive") for one in parsed.this.expressions}
    partitioned = parsed.find(exp.PartitionedByProperty)
    partitions = [one.name for one in partitioned.this.expressions] if partitioned else []
    named = [one for one in parsed.find_all(exp.Property) if type(one) is exp.Property]
    properties = {one.this.name: one.args["value"].name for one in named}
    return columns, partitions, properties


def translated(text: str) -> str:
    """Returns a statement of Athena as one of DuckDB.

    Raises sqlglot's error if it is none of Athena, or says something that DuckDB cannot.
    """
    [statement] = sqlglot.transpile(
        text, read="athena", write="duckdb", unsupported_level=ErrorLevel.RAISE, error_level=ErrorLevel.RAISE
    )
    return statement


class Deliveries:
    """The deliveries of a folder as the table of Athena, with the views on it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.database = duckdb.connect()
        self.database.execute("SET TimeZone = 'UTC'")
        # The partitions are folders, from the end of the path: account, Config, region, year, month, day, kind, file.
        self.database.execute(
            f"""
            CREATE TABLE config_deliveries AS
            SELECT fileVersion, configSnapshotId, configurationItems, filename AS "$path",
                split_part(filename, '/', -8) AS account, split_part(filename, '/', -6) AS region,
                split_part(filename, '/', -2) AS kind
            FROM read_json('{folder}/**/*.json.gz', columns = {COLUMNS}, filename = true, format = 'auto')
            """  # noqa: S608 - a folder of the test
        )
        self.view({})

    def view(self, changed: dict[str, str]) -> None:
        """Makes the views, with other texts for those that are changed."""
        for name in VIEWS:
            self.database.execute(translated(changed.get(name) or sql_text(name)))

    def rows(self, text: str) -> list[dict]:
        """Returns the rows of a query of Athena."""
        found = self.database.execute(translated(text))
        names = [one[0] for one in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    @cache  # noqa: B019 - few objects, for the time of a test
    def report(self, *arguments: str) -> dict:
        """Returns what `dms-rule check` finds in the same files for the rules of the queries.

        Raises ValueError if it could not read something.
        """
        rules = ("--rule", ",".join(RULES))
        checked = run(DMS_RULE, "check", self.folder, *rules, "--format", "json", "--fail-on", "never", *arguments)
        if checked.returncode != 0:
            raise ValueError(f"dms-rule check cannot read the files: {checked.stderr[-2000:]}")
        return json.loads(checked.stdout)


def _time(value: object) -> str:
    return value.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def periods_by_query(rows: list[dict]) -> set[tuple]:
    """Returns the periods of the view as tuples."""
    return {
        (
            *(row[name] for name in ("rule", "account_id", "aws_region", "resource_id", "condition")),
            _time(row["started_at"]),
            row["start_is_known"],
            _time(row["ended_at"]),
            row["next_condition"],
            row["milliseconds"] // 1000,
        )
        for row in rows
    }


def periods_by_program(history: dict) -> set[tuple]:
    """Returns the periods of `dms-rule check --history` as tuples."""
    return {
        (
            one["rule"],
            *(one["resource"][name] for name in ("accountId", "region", "id")),
            period["condition"],
            period["from"],
            period["startIsKnown"],
            period["to"],
            period["next"],
            period["seconds"],
        )
        for one in history["resources"]
        for period in one["periods"]
    }


def differences(name: str, by_query: set[tuple], by_program: set[tuple]) -> Iterator[str]:
    """Yields what one of the two has and the other has not, the first few of each."""
    for text, these, others in (("the query alone", by_query, by_program), ("dms-rule alone", by_program, by_query)):
        alone = sorted(these - others, key=str)
        for one in alone[:5]:
            yield f"{name}: {text} ({len(alone)}): {one}"


def findings(deliveries: Deliveries) -> Iterator[str]:
    """Yields where the queries find something else than `dms-rule` in the same files."""
    history = deliveries.report("--history")
    rows = deliveries.rows("SELECT * FROM dms_periods")
    yield from differences("periods", periods_by_query(rows), periods_by_program(history))
    if len(rows) != len(periods_by_query(rows)):
        yield "periods: a row is there twice"
    exposed = {
        row for row in periods_by_program(history) if row[0] == PUBLIC and row[4] in ("NON_COMPLIANT", "UNKNOWN")
    }
    rows = deliveries.rows(sql_text("public-periods"))
    found = periods_by_query([row | {"rule": PUBLIC, "milliseconds": row["seconds"] * 1000} for row in rows])
    yield from differences("public-periods", found, exposed)
    yield from _accounts(deliveries, history)
    yield from _now(deliveries)
    yield from (f"unreadable: {row}" for row in deliveries.rows(sql_text("unreadable"))[:5])


def _accounts(deliveries: Deliveries, history: dict) -> Iterator[str]:
    rows = deliveries.rows(sql_text("time-to-fix"))
    names = "account_id exposures still_open lost total_seconds median_seconds_to_fix longest_seconds_to_fix is_exact"
    found = {tuple(row[name] for name in names.split()) for row in rows}
    members = "accountId exposures open lost totalSeconds medianSecondsToFix longestSecondsToFix exact".split()
    accounts = [one for one in history["accounts"] if one["rule"] == PUBLIC and one["exposures"]]
    yield from differences("time-to-fix", found, {tuple(one[name] for name in members) for one in accounts})


def _now(deliveries: Deliveries) -> Iterator[str]:
    """Compares what is so at the end of the data with a check, which evaluates the newest record alone."""
    results = [
        one for one in deliveries.report("--at", "2026-12-01")["results"] if one["complianceType"] == "NON_COMPLIANT"
    ]
    expected = {
        (
            one["rule"],
            *(one["resource"][name] for name in ("accountId", "region", "id")),
            "UNKNOWN" if one["unknown"] else "NON_COMPLIANT",
        )
        for one in results
    }
    keys = ("account_id", "aws_region", "resource_id", "condition")
    found = {(row["rule"], *(row[name] for name in keys)) for row in deliveries.rows(sql_text("findings"))}
    yield from differences("findings", found, expected)
    public = {(PUBLIC, *(row[name] for name in keys)) for row in deliveries.rows(sql_text("public-now"))}
    yield from differences("public-now", public, {one for one in expected if one[0] == PUBLIC})

"""The queries of rule-templates/athena find what dms-rule finds in the same files, and each seeded fault is found.

DuckDB takes the place of Athena, by a translation of sqlglot. The definition of the table is parsed and compared, and
not run.
"""

import gzip
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from seeded.athena import ATHENA_FAULTS

from oracles import athena
from oracles.athena import COLUMNS, MEMBERS, QUERIES, RULES, TABLE, VIEWS, findings, sql_names, sql_text, table_columns
from oracles.deliveries import ENDPOINT, INSTANCE, START, WORDS, Deliveries, Resource, odd_configurations
from oracles.facts import facts
from oracles.programs import run
from oracles.repository import DMS_RULE, RULE_TEMPLATES
from oracles.seeding import Fault, missed

SEEDED = [
    pytest.param(name, fault, id=f"{name}: {fault.name}") for name, faults in ATHENA_FAULTS.items() for fault in faults
]


@pytest.fixture(scope="module")
def deliveries(tmp_path_factory: pytest.TempPathFactory) -> athena.Deliveries:
    """Returns the deliveries of 100 accounts over 30 days."""
    folder = tmp_path_factory.mktemp("bucket")
    Deliveries(seed=1).write(folder)
    return athena.Deliveries(folder)


def test_every_file_is_known() -> None:
    assert sql_names() == sorted([TABLE, *VIEWS, *QUERIES])
    assert set(RULES) <= set(facts().rules)


def test_the_page_names_every_rule_once_and_says_yes_to_those_that_the_queries_answer() -> None:
    page = (RULE_TEMPLATES / "athena/README.md").read_text().partition("## What the queries answer")[2]
    rows = re.findall(r"^\| (.+`dms-.+|`dms-.+) \| (yes|no).* \|$", page, re.MULTILINE)
    answers = [(name, answer) for cell, answer in rows for name in re.findall(r"`(dms-[a-z0-9-]+)`", cell)]
    assert sorted(name for name, _ in answers) == sorted(facts().rules)
    assert {name for name, answer in answers if answer == "yes"} == set(RULES)


def test_the_deliveries_have_all_that_is_odd(deliveries: athena.Deliveries) -> None:
    """A comparison of files without faults would prove little."""
    counted = deliveries.rows(
        "SELECT rule, condition, count(*) AS records FROM dms_conditions GROUP BY rule, condition"
    )
    assert {row["rule"] for row in counted} == set(RULES)
    for rule in RULES:
        found = {row["condition"] for row in counted if row["rule"] == rule and row["records"] >= 3}
        assert found >= {"NON_COMPLIANT", "COMPLIANT", "UNKNOWN", "DELETED"}, (rule, found)
    [row] = deliveries.rows("SELECT count(DISTINCT account_id) AS accounts FROM dms_items")
    assert row["accounts"] == 100
    history = deliveries.report("--history")
    periods = [period for one in history["resources"] for period in one["periods"]]
    assert any(period["seconds"] == 0 and period["next"] for period in periods), "no record is overtaken"
    assert len({period["next"] for period in periods}) == 6


def test_the_queries_find_what_the_program_finds(deliveries: athena.Deliveries) -> None:
    assert list(findings(deliveries)) == []


@pytest.mark.parametrize("seed", [2, 3])
def test_so_they_do_in_other_deliveries(seed: int, tmp_path: Path) -> None:
    Deliveries(seed, accounts=20, days=10).write(tmp_path)
    assert list(findings(athena.Deliveries(tmp_path))) == []


@pytest.fixture
def changed(deliveries: athena.Deliveries, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """Returns texts that take the place of the files with these names."""
    texts: dict[str, str] = {}
    monkeypatch.setattr(athena, "sql_text", lambda name: texts.get(name) or sql_text(name))
    yield texts
    texts.clear()
    deliveries.view({})


@pytest.mark.parametrize(("name", "fault"), SEEDED if os.environ.get("ORACLES_FULL") else SEEDED[::3])
def test_a_fault_is_found(name: str, fault: Fault, deliveries: athena.Deliveries, changed: dict[str, str]) -> None:
    changed[name] = fault.seed(sql_text(name))
    deliveries.view(changed)
    found = list(findings(deliveries))
    assert any(fault.words in one for one in found), missed(fault.words, found)


# Records that have no place in a period, as changes of an ordinary one; `check` does not read the first five either.
ODD = {
    "no time": ({"configurationItemCaptureTime": None}, True),
    "another time": ({"configurationItemCaptureTime": "yesterday"}, True),
    "another status": ({"configurationItemStatus": "Gone"}, True),
    "no id": ({"resourceId": ""}, True),
    "no known type": ({"resourceType": "AWS::DMS::Instance"}, True),
    "a type that is not recorded": ({"resourceType": "AWS::DMS::InstanceProfile"}, False),
}


@pytest.mark.parametrize("name", ODD)
def test_what_no_query_can_place_is_listed(name: str, tmp_path: Path) -> None:
    change, is_failure = ODD[name]
    odd = Resource("111111110000", "eu-west-1", INSTANCE, "odd")
    odd.record(START, {"PubliclyAccessible": True}, {}).update(change)
    folder = tmp_path / "AWSLogs/111111110000/Config/eu-west-1/2026/10/1/ConfigHistory"
    folder.mkdir(parents=True)
    document = {"fileVersion": "1.0", "configurationItems": odd.items}
    (folder / "odd.json.gz").write_bytes(gzip.compress(json.dumps(document).encode()))
    loaded = athena.Deliveries(tmp_path)
    rows = loaded.rows(sql_text("unreadable"))
    assert [row["source"] for row in rows] == [str(folder / "odd.json.gz")]
    checked = run(DMS_RULE, "check", "--history", tmp_path, "--format", "json")
    assert (checked.returncode == 2) == is_failure, checked.stdout


@pytest.mark.parametrize("resource_type", [INSTANCE, ENDPOINT])
def test_no_odd_configuration_is_better_in_a_query_than_in_a_check(resource_type: str, tmp_path: Path) -> None:
    texts = odd_configurations(6, 4000)
    items = []
    for number, text in enumerate(texts):
        made = Resource("111111110000", "eu-west-1", resource_type, f"r{number}")
        items.append(json.dumps(made.record(START, "CONFIGURATION", {})).replace('"CONFIGURATION"', text))
    folder = tmp_path / "AWSLogs/111111110000/Config/eu-west-1/2026/10/1/ConfigHistory"
    folder.mkdir(parents=True)
    document = '{"fileVersion": "1.0", "configurationItems": [' + ", ".join(items) + "]}"
    (folder / "odd.json.gz").write_bytes(gzip.compress(document.encode()))
    loaded = athena.Deliveries(tmp_path)
    results = loaded.report("--at", "2026-12-01")["results"]
    bad = {(one["rule"], one["resource"]["id"]) for one in results if one["complianceType"] == "NON_COMPLIANT"}
    known = {(one["rule"], one["resource"]["id"]) for one in results if one["complianceType"] == "COMPLIANT"}
    rows = loaded.rows("SELECT rule, resource_id, condition FROM dms_conditions")
    passed = {(row["rule"], row["resource_id"]) for row in rows if row["condition"] in ("COMPLIANT", "NOT_APPLICABLE")}
    better = sorted(passed & bad)
    assert [(one, texts[int(one[1][1:])]) for one in better[:5]] == []
    assert len(passed & known) > len(known) * 0.6, "a query that finds everything UNKNOWN is of no use"


def test_the_table_has_the_members_that_the_views_read() -> None:
    columns, partitions, properties = table_columns()
    assert list(columns) == [name.lower() for name in COLUMNS]
    members = re.findall(r"(\w+): ", columns["configurationitems"])
    assert set(members) == {name.lower() for name in MEMBERS} | {"tags"}, members
    assert partitions == ["account", "region", "day", "kind"]
    # A reader in Java that ignores case would join two spellings of a property.
    assert properties["case.insensitive"] == "false"
    assert properties["ignore.malformed.json"] == "false"
    for name in [*COLUMNS, *MEMBERS]:
        if name != name.lower():
            assert properties[f"mapping.{name.lower()}"] == name
    location = properties["storage.location.template"]
    assert re.findall(r"\$\{(\w+)\}", location) == partitions
    assert location.startswith(re.search(r"LOCATION '([^']+)'", sql_text(TABLE))[1])
    for partition in partitions:
        assert f"projection.{partition}.type" in properties


def test_the_path_of_the_table_is_that_of_the_deliveries(tmp_path: Path) -> None:
    _, _, properties = table_columns()
    Deliveries(seed=5, accounts=2, days=9).write(tmp_path)
    template = properties["storage.location.template"].removeprefix("s3://BUCKET/PREFIX/")
    values = {
        "account": r"\d{12}",
        "region": r"[a-z]{2}-[a-z]+-\d",
        "day": r"2026/10/\d",
        "kind": "Config(History|Snapshot)",
    }
    assert properties["projection.day.format"] == "yyyy/M/d"
    pattern = re.sub(r"\$\{(\w+)\}", lambda match: values[match[1]], template)
    files = [str(file.relative_to(tmp_path)) for file in tmp_path.rglob("*.gz")]
    assert files
    assert all(re.fullmatch(pattern + r"[^/]+\.json\.gz", file) for file in files)


def test_the_lists_of_types_agree() -> None:
    for name in ("view-2-conditions", "unreadable"):
        named = set(re.findall(r"'(aws::dms::\w+)'", sql_text(name)))
        assert named >= {one.lower() for one in WORDS}, name

"""Queries keep to AWS Config's language and find what they should, and each seeded fault is found."""

import re

import botocore.session
import pytest
from seeded.queries import QUERY_FAULTS

from oracles.queries import FINDS, QUERIES, Query, non_compliant_names, query_findings, query_names
from oracles.recorded import endpoint
from oracles.seeding import missed


def text_of(name: str) -> str:
    return (QUERIES / f"{name}.sql").read_text()


# A fault that does not change a query, such as a property that it does not have, is none of it.
SEEDED = [
    pytest.param(name, fault, id=f"{name}: {fault}")
    for name in query_names()
    for fault, (edit, _) in QUERY_FAULTS.items()
    if edit(text_of(name)) != text_of(name)
]


def test_every_query_is_known() -> None:
    assert query_names() == sorted(FINDS)


@pytest.mark.parametrize("name", query_names())
def test_a_query_is_accepted_and_finds_what_it_should(name: str) -> None:
    assert list(query_findings(name, text_of(name))) == []


def test_endpoints_without_tls_agrees_with_the_rule_on_every_engine_of_dms() -> None:
    model = botocore.session.get_session().get_service_model("dms")
    documentation = model.shape_for("CreateEndpointMessage").members["EngineName"].documentation
    engines = re.findall(r"<code>\"?([a-z0-9-]+)\"?</code>", documentation)
    assert len(engines) > 20, documentation
    items = [endpoint(engine, engine) for engine in engines]
    query = Query(text_of("endpoints-without-tls"))
    every = Query(text_of("endpoints"))
    found = {items[position]["resourceName"] for position in query.finds(items)}
    assert found == non_compliant_names([every.result(one) for one in items], ["dms-endpoint-ssl-configured"])


@pytest.mark.parametrize("name", query_names())
def test_a_query_has_at_least_ten_seeded_faults(name: str) -> None:
    assert len([one for one in SEEDED if one.values[0] == name]) >= 10


@pytest.mark.parametrize(("name", "fault"), SEEDED)
def test_a_fault_in_a_query_is_found(name: str, fault: str) -> None:
    edit, words = QUERY_FAULTS[fault]
    findings = list(query_findings(name, edit(text_of(name))))
    assert any(words in finding for finding in findings), missed(words, findings)

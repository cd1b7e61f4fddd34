"""Dataset names by the OpenLineage naming; the cases are in naming_cases.json."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from kg.connectors import naming
from kg.connectors.naming import DatasetName
from kg.errors import InputError
from kg.iri import Names

CASES: dict[str, list[Any]] = json.loads(
    Path(__file__).with_name("naming_cases.json").read_text(encoding="utf-8")
)


@pytest.mark.parametrize(("uri", "namespace", "name"), CASES["from_uri"])
def test_a_location_is_named_as_openlineage_names_it(uri: str, namespace: str, name: str) -> None:
    assert naming.from_uri(uri) == DatasetName(namespace, name)


@pytest.mark.parametrize(("database", "table", "namespace", "name"), CASES["from_table"])
def test_a_table_is_named_within_its_database(
    database: str, table: str, namespace: str, name: str
) -> None:
    assert naming.from_table(database, table) == DatasetName(namespace, name)


@pytest.mark.parametrize(("text", "expected"), CASES["scrub"])
def test_credentials_are_taken_out_of_every_url(text: str, expected: str) -> None:
    assert naming.scrub(text) == expected


def test_a_location_and_an_event_that_mean_one_table_meet_in_one_node() -> None:
    names = Names("http://localhost:7077")
    logged = naming.from_table("postgresql://u:p@db/shop", "orders")
    reported = naming.from_event("postgres://db:5432", "shop.public.orders")
    assert logged.dataset(names) == reported.dataset(names)
    assert logged.version(names, "7") == names.parse(
        "dataset-version:postgres://db:5432/shop.public.orders/7"
    )


@pytest.mark.parametrize(
    "call",
    [
        lambda: naming.from_uri("  "),
        lambda: naming.from_event("s3://bkt", ""),
        lambda: naming.from_event("", "a"),
        lambda: naming.from_table("not a url", "t"),
        lambda: naming.from_hugging_face("/"),
    ],
)
def test_what_names_no_dataset_is_refused(call: Any) -> None:
    with pytest.raises(InputError):
        call()

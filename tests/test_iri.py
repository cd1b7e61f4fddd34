"""Identifiers: minting, short forms, and the way back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import InputError
from kg.iri import Names, asserting_graph, entailed_graph, is_iri
from kg.terms import NamedNode

NAMES = Names("https://graph.example")

PARTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("minted", "short"),
    [
        (("model-version", "mlflow", "churn", "3"), "model-version:mlflow/churn/3"),
        (("model-version", "mlflow", "org/churn", "3"), "model-version:mlflow/org/churn/3"),
        (("dataset", "s3://lake", "raw/users"), "dataset:s3://lake/raw/users"),
        (
            ("dataset", "postgres://db:5432", "shop.public.t"),
            "dataset:postgres://db:5432/shop.public.t",
        ),
        (("dataset", "file", "/data/a.csv"), "dataset:file//data/a.csv"),
        (("dataset-version", "s3://lake", "a/b", "v/1"), "dataset-version:s3://lake/a/b/v%2F1"),
        (("dataset", "food delivery", "public.orders"), "dataset:food%20delivery/public.orders"),
        (("dataset", "a/b", "c"), "dataset:a%2Fb/c"),
        (("team", "org", "données"), "team:org/données"),
    ],
)
def test_a_minted_name_has_a_short_form_that_leads_back(
    minted: tuple[str, ...], short: str
) -> None:
    """mint -> short -> parse is the identity."""
    node = NAMES.mint(*minted)
    assert NAMES.short(node) == short
    assert NAMES.parse(short) == node


@given(system=PARTS, key=PARTS, version=PARTS)
def test_any_system_key_and_version_round_trip(system: str, key: str, version: str) -> None:
    """Whatever characters a tool uses in its names, the IRI is legal and the way back exact."""
    node = NAMES.mint("dataset-version", system, key, version)
    assert is_iri(node.value)
    assert NAMES.parse(NAMES.short(node)) == node


@given(a=st.tuples(PARTS, PARTS, PARTS), b=st.tuples(PARTS, PARTS, PARTS))
def test_different_names_get_different_iris(
    a: tuple[str, str, str], b: tuple[str, str, str]
) -> None:
    """No two things share an identifier."""
    assert (NAMES.mint("model-version", *a) == NAMES.mint("model-version", *b)) == (a == b)


@pytest.mark.parametrize(
    "text", ["", "churn", "model:", "model:mlflow", "model:mlflow/", "http://a b/c", ":x/y"]
)
def test_what_is_no_identifier_is_refused(text: str) -> None:
    """A short form needs a kind, a system and a key."""
    with pytest.raises(InputError):
        NAMES.parse(text)


def test_an_iri_of_elsewhere_stays_as_it_is() -> None:
    """Things may be named by any IRI."""
    node = NAMES.parse("<https://example.org/x#y>")
    assert node == NamedNode("https://example.org/x#y")
    assert NAMES.short(node) == "https://example.org/x#y"
    assert NAMES.kind(node) is None


@pytest.mark.parametrize(
    "iri", ["https://graph.example/id/model/mlflow/a", "https://other.org/a?b#c"]
)
def test_a_record_graph_names_its_source_and_subject(iri: str) -> None:
    """The name of a graph says who speaks and of what."""
    graph = NAMES.graph("my source", NamedNode(iri))
    assert NAMES.source(graph) == "my source"
    assert NAMES.subject(graph) == NamedNode(iri)
    assert asserting_graph(entailed_graph(graph)) == graph

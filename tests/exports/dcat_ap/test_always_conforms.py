"""Whatever is in the graph, the catalog conforms: missing, multiple, absurd values included."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.assets import asset
from kg.exports.dcat_ap import CatalogInfo, export
from kg.iri import Names
from kg.namespaces import RDF, expand
from kg.shacl import Shapes, load_shapes
from kg.shacl.rdflib_bridge import to_graph
from kg.shacl.reference import validate
from kg.store import EmbeddedStore
from kg.terms import Literal, NamedNode, RdfFormat, Term, Triple, parse

INFO = CatalogInfo("ML assets", "What our models are made of.", "Data platform")

# Few things, so that one is soon the owner, licence, theme and distribution of another or itself.
INGREDIENTS: Final = json.loads((Path(__file__).parent / "ingredients.json").read_text("utf-8"))
NODES = [NamedNode(iri) for iri in INGREDIENTS["nodes"]]

texts = st.one_of(
    st.sampled_from(INGREDIENTS["lexical"]), st.text(st.characters(exclude_categories=["Cs"]))
)
literals = st.one_of(
    st.builds(Literal, texts),
    st.builds(
        lambda t, tag: Literal(t, language=tag), texts, st.sampled_from(["en", "de-CH-1996"])
    ),
    st.builds(
        lambda t, d: Literal(t, datatype=expand(d)),
        texts,
        st.sampled_from(INGREDIENTS["datatypes"]),
    ),
    st.just(next(iter(parse('<a:s> <a:p> "x"@ar--rtl .', format=RdfFormat.TURTLE))).object),
)
values: st.SearchStrategy[Term] = st.one_of(st.sampled_from(NODES), literals)
descriptions = st.tuples(
    st.sampled_from(NODES),
    st.lists(st.sampled_from(INGREDIENTS["classes"]), min_size=1, max_size=2),
    st.dictionaries(
        st.sampled_from(INGREDIENTS["properties"]),
        st.lists(values, min_size=1, max_size=3),
        min_size=10,
        max_size=25,
    ),
)


def said(description: tuple[NamedNode, list[str], dict[str, list[Term]]]) -> Iterator[Triple]:
    subject, classes, properties = description
    for class_ in classes:
        yield Triple(subject, RDF.type, expand(class_))
    for property_, objects in properties.items():
        for value in objects:
            yield Triple(subject, expand(property_), value)


graphs = st.lists(descriptions, min_size=1, max_size=6).map(
    lambda many: [triple for description in many for triple in said(description)]
)


@pytest.fixture(scope="session")
def strict(conformance: Path) -> Shapes:
    """The official shapes and our own, which also hold the datatypes of dates."""
    folder = conformance / "dcat-ap-3.0.1"
    own = asset("shapes", "profiles", "dcat-ap.ttl")
    return load_shapes(folder / "shapes.ttl", folder / "range.ttl", own)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(triples=graphs)
def test_the_catalog_of_any_graph_conforms(
    fill: Callable[..., EmbeddedStore],
    names: Names,
    strict: Shapes,
    triples: list[Triple],
) -> None:
    catalog = export(fill(triples), names, INFO)
    assert tuple(validate(to_graph(catalog.triples), strict).results) == ()
    written = catalog.serialize(RdfFormat.TURTLE)
    assert {q.triple for q in parse(written, format=RdfFormat.TURTLE)} == set(catalog.triples)

"""A store filled as the commit fills it, and the official shapes as judge."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from kg.commit.entailment import entailed_quads
from kg.iri import Names
from kg.namespaces import ONTOLOGY_IRI
from kg.ontology import Ontology
from kg.rdfio import by_subject, read_quads
from kg.shacl import Shapes, load_shapes
from kg.shacl.rdflib_bridge import to_graph
from kg.shacl.reference import validate
from kg.store import EmbeddedStore
from kg.terms import NamedNode, Quad, Triple

HERE = Path(__file__).parent

Fill = Callable[..., EmbeddedStore]
Judge = Callable[[Iterable[Triple]], list[str]]


@pytest.fixture(scope="session")
def names() -> Names:
    return Names("http://localhost:7077")


@pytest.fixture(scope="session")
def ontology() -> Ontology:
    return Ontology.load()


@pytest.fixture(scope="session")
def fill(names: Names, ontology: Ontology) -> Fill:
    """A fresh store with one record for each subject, its entailments and the ontology."""

    def fill(triples: Iterable[Triple], source: str = "test") -> EmbeddedStore:
        store = EmbeddedStore.in_memory()
        about = NamedNode(ONTOLOGY_IRI)
        store.extend(Quad(t.subject, t.predicate, t.object, about) for t in ontology.triples)
        for subject, described in by_subject(triples, names).items():
            graph = names.graph(source, subject)
            asserted = [Quad(t.subject, t.predicate, t.object, graph) for t in described]
            store.extend([*asserted, *entailed_quads(asserted, graph, ontology)])
        return store

    return fill


@pytest.fixture(scope="session")
def load_turtle(fill: Fill) -> Callable[[str], EmbeddedStore]:
    """A store filled from a Turtle file of this folder."""
    return lambda file: fill(quad.triple for quad in read_quads(HERE / file))


@pytest.fixture(scope="session")
def official(conformance: Path) -> Shapes:
    """The shapes of DCAT-AP 3.0.1: mandatory properties, cardinalities and ranges."""
    folder = conformance / "dcat-ap-3.0.1"
    return load_shapes(folder / "shapes.ttl", folder / "range.ttl")


@pytest.fixture(scope="session")
def violations(official: Shapes) -> Judge:
    """What the official shapes find wrong, one text for each result."""

    def judge(triples: Iterable[Triple]) -> list[str]:
        report = validate(to_graph(triples), official)
        return [f"{result.focus} {result.path_text} {result.messages}" for result in report.results]

    return judge

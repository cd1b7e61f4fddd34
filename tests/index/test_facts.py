"""What the index knows of statements, against the quads of the store, revision by revision."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from admitting import Anything
from hypothesis import HealthCheck, given, settings
from index_changes import Put, commit, commits

import kg.index.lineage
from kg.app import KnowledgeGraph
from kg.commit import Change
from kg.index.links import KEPT
from kg.model import Record
from kg.namespaces import DCAT, MLG, ONTOLOGY_IRI, PROV, RDF, XSD
from kg.terms import Literal, NamedNode, Term, Triple

_SETTINGS = settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
_ALL = KEPT - {PROV.endedAtTime.value}


@pytest.fixture(params=["few changes in memory", "each commit a new base"])
def compaction(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run a test with the written arrays left behind, and with arrays at every commit."""
    if request.param == "each commit a new base":
        monkeypatch.setattr(kg.index.lineage, "_FEWEST", 0)


def _stated(graph: KnowledgeGraph, prop: str) -> Counter[tuple[str, str]]:
    quads = graph.store.quads(None, NamedNode(prop), None, None)
    return Counter(
        (_text(quad.subject), _text(quad.object))
        for quad in quads
        if quad.graph_name != NamedNode(ONTOLOGY_IRI)
    )


def _text(term: Term) -> str:
    return term.value if isinstance(term, NamedNode) else str(term)


def _known(graph: KnowledgeGraph, prop: str, *, down: bool) -> Counter[tuple[str, str]]:
    facts = graph.index.at().facts
    every = np.arange(len(facts.terms), dtype=np.int32)
    pairs = zip(*(column.tolist() for column in facts.pairs(prop, every, down)), strict=True)
    return Counter({(facts.terms.iri(s), facts.terms.iri(o)): count for s, o, count in pairs})


@_SETTINGS
@given(changes=commits)
@pytest.mark.usefixtures("compaction")
def test_each_pair_is_known_as_often_as_it_is_stated(changes: list[list[Put]]) -> None:
    """From subjects and from objects, for all properties; of types those above too."""
    with KnowledgeGraph.in_memory(admission=Anything()) as graph:
        for puts in changes:
            commit(graph, puts)
        for prop in _ALL:
            assert graph.index.at().facts.are_known(prop)
            stated = _stated(graph, prop)
            assert _known(graph, prop, down=False) == stated
            assert _known(graph, prop, down=True) == stated


def _put(
    graph: KnowledgeGraph, *statements: tuple[NamedNode, NamedNode, NamedNode | Literal]
) -> None:
    subject = graph.names.mint("thing", "t", "0")
    triples = frozenset(Triple(*statement) for statement in statements)
    graph.committer.commit(Change([Record("curated", subject, triples)]), agent="test")


def test_statements_of_blank_nodes_are_known_too() -> None:
    """Types and owners of what has no name of its own, for which descriptions have no place."""
    with KnowledgeGraph.in_memory(admission=Anything()) as graph:
        thing, blank = graph.names.mint("thing", "t", "0"), graph.names.skolem("part")
        _put(
            graph,
            (thing, PROV.used, blank),
            (blank, RDF.type, MLG.Dataset),
            (blank, MLG.ownedBy, thing),
            (blank, PROV.endedAtTime, Literal("2026-01-01T00:00:00Z", datatype=XSD.dateTime)),
        )
        for prop in _ALL:
            assert _known(graph, prop, down=False) == _stated(graph, prop)
        facts = graph.index.at().facts
        number = facts.terms.number(blank.value)
        assert facts.have_end(np.array([number, 0], np.int32)).tolist() == [number]


@pytest.mark.parametrize("prop", [MLG.ownedBy, DCAT.isVersionOf, RDF.type, PROV.used])
def test_a_literal_in_place_of_a_node_is_owned_up_to(prop: NamedNode) -> None:
    """The property is not fully known until the statement is gone again."""
    with KnowledgeGraph.in_memory(admission=Anything()) as graph:
        thing = graph.names.mint("thing", "t", "0")
        found = MLG.directlyDependsOn.value if prop == PROV.used else prop.value
        _put(graph, (thing, prop, Literal("somebody")))
        assert not graph.index.at().facts.are_known(found)
        _put(graph, (thing, prop, thing))
        assert graph.index.at().facts.are_known(found)
        assert not graph.index.at(1).facts.are_known(found)

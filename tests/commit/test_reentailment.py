"""Another ontology in force: the store becomes what it would be, had it always been so."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.app import KnowledgeGraph
from kg.commit import Change, Committer, reentailment
from kg.errors import StorageError
from kg.iri import Names
from kg.journal import Journal
from kg.model import Record
from kg.namespaces import MLG, OWL, RDF, RDFS
from kg.ontology import Ontology
from kg.store import EmbeddedStore
from kg.store.embedded import SYSTEM_GRAPH
from kg.terms import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    Literal,
    NamedNode,
    Quad,
    Triple,
)

NAMES = Names("https://graph.example")
_PROPS = [NamedNode(f"https://example.org/p{n}") for n in range(4)] + [MLG.directlyDependsOn]
_CLASSES = [NamedNode(f"https://example.org/C{n}") for n in range(3)] + [MLG.Asset]
_THINGS = [NAMES.mint("dataset", "t", str(n)) for n in range(4)]


def _axiom(subject: NamedNode, prop: NamedNode, value: NamedNode) -> frozenset[Quad]:
    return frozenset({Quad(subject, prop, value)})


def _chain(prop: NamedNode, first: NamedNode, second: NamedNode) -> frozenset[Quad]:
    head, tail = BlankNode(), BlankNode()
    return frozenset({
        Quad(prop, OWL.propertyChainAxiom, head),
        Quad(head, RDF.first, first),
        Quad(head, RDF.rest, tail),
        Quad(tail, RDF.first, second),
        Quad(tail, RDF.rest, RDF.nil),
    })  # fmt: skip


_prop, _class, _thing = map(st.sampled_from, (_PROPS, _CLASSES, _THINGS))
_AXIOMS = st.one_of(
    st.builds(_axiom, _prop, st.sampled_from([RDFS.subPropertyOf, OWL.inverseOf]), _prop),
    st.builds(_axiom, _class, st.just(RDFS.subClassOf), _class),
    st.builds(_axiom, _prop, st.just(RDF.type), st.just(OWL.TransitiveProperty)),
    st.builds(_axiom, _prop, st.just(RDFS.subPropertyOf), st.just(RDF.type)),
    st.builds(_chain, _prop, _prop, _prop),
)
_ONTOLOGIES = st.lists(_AXIOMS, max_size=5).map(lambda axioms: frozenset().union(*axioms))
_VALUES = st.one_of(_thing, st.sampled_from([Literal("01", datatype=NamedNode(
    "http://www.w3.org/2001/XMLSchema#integer")), Literal(1), Literal("1")]))  # fmt: skip
_TRIPLES = st.one_of(
    st.builds(Triple, _thing, _prop, _VALUES),
    st.builds(Triple, _thing, st.just(RDF.type), _class),
)
_RECORDS = st.builds(
    Record,
    st.sampled_from(["a", "b"]),
    _thing,
    st.frozensets(_TRIPLES, min_size=1, max_size=6),
)


def _ontology(quads: frozenset[Quad]) -> Ontology:
    label = Quad(MLG.Asset, RDFS.label, Literal("so that there is one"))
    return Ontology.of([label, *quads])


def _content(store: EmbeddedStore) -> Dataset:
    """All that the store holds, to be compared whatever blank nodes are called."""
    quads = store.quads(None, None, None, None)
    dataset = Dataset(quad for quad in quads if quad.graph_name != SYSTEM_GRAPH)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return dataset


def _written(journal: Journal, ontology: Ontology) -> EmbeddedStore:
    """A store made anew from a journal under an ontology."""
    store = EmbeddedStore.in_memory()
    Committer(journal, store, ontology, NAMES).rebuild()
    return store


@settings(deadline=None)
@given(_ONTOLOGIES, _ONTOLOGIES, st.lists(_RECORDS, max_size=6))
def test_the_store_is_as_if_written_under_the_other_ontology(
    before: frozenset[Quad], after: frozenset[Quad], records: list[Record]
) -> None:
    """Forth and back, by a running graph and by one that was closed meanwhile."""
    journal, store = Journal.in_memory(), EmbeddedStore.in_memory()
    running = Committer(journal, store, _ontology(before), NAMES)
    running.catch_up()
    running.commit(Change(records), agent="t")
    running.adopt(_ontology(after))
    assert _content(store) == _content(_written(journal, _ontology(after)))
    Committer(journal, store, _ontology(before), NAMES).catch_up()
    assert _content(store) == _content(_written(journal, _ontology(before)))
    journal.close()


def test_records_that_use_no_term_concerned_are_not_read(
    graph: KnowledgeGraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The cost is that of the records that use one."""
    distilled = NamedNode("https://example.org/distilledFrom")
    things = [graph.names.mint("dataset", "t", str(n)) for n in range(50)]
    plain = [Record("a", t, frozenset({Triple(t, RDF.type, MLG.Dataset)})) for t in things]
    using = Record("b", things[0], frozenset({Triple(things[0], distilled, things[1])}))
    graph.writer.commit(Change([*plain, using]), agent="t")
    read: list[str] = []
    records = graph.journal.records

    def counting(graphs: list[NamedNode]) -> object:
        read.extend(name.value for name in graphs)
        return records(graphs)

    monkeypatch.setattr(graph.journal, "records", counting)
    axiom = Quad(distilled, RDFS.subPropertyOf, MLG.directlyDependsOn)
    declared = [Quad(t.subject, t.predicate, t.object) for t in graph.ontology.triples]
    graph.committer.adopt(Ontology.of([*declared, axiom]))
    assert read == [graph.names.graph("b", things[0]).value]
    assert next(graph.store.quads(things[0], MLG.directlyDependsOn, things[1], None), None)
    assert graph.revision == 1


def test_commits_go_on_under_the_ontology_adopted(tmp_path: Path) -> None:
    """What is changed and withdrawn later leaves nothing of either behind."""
    KnowledgeGraph.create(tmp_path / "graph").close()
    one, other, distilled = _THINGS[0], _THINGS[1], NamedNode("https://example.org/distilledFrom")
    with KnowledgeGraph.open(tmp_path / "graph") as graph:
        empty = len(graph.store)
        change = Change([Record("a", one, frozenset({Triple(one, distilled, other)}))])
        graph.writer.commit(change, agent="t")
        (tmp_path / "graph" / "ontology").mkdir()
        file = tmp_path / "graph" / "ontology" / "ours.ttl"
        file.write_text(f"{distilled} {RDFS.subPropertyOf} {MLG.directlyDependsOn} .")
        graph.follow_ontology()
        assert next(graph.store.quads(one, MLG.directlyDependsOn, other, None), None)
        graph.withdraw([one], source="a", agent="t")
        file.unlink()
        graph.follow_ontology()
        assert len(graph.store) == empty


def test_a_store_left_halfway_is_made_right(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Readers can tell the state in between from both, and the way back is open too."""
    monkeypatch.setattr(reentailment, "_BULK", 1)
    journal, store = Journal.in_memory(), EmbeddedStore.in_memory()
    before = _ontology(frozenset())
    after = _ontology(_axiom(_PROPS[0], RDFS.subPropertyOf, _PROPS[1]))
    committer = Committer(journal, store, before, NAMES)
    committer.catch_up()
    one, other = _THINGS[:2]
    committer.commit(
        Change([Record("a", one, frozenset({Triple(one, _PROPS[0], other)}))]), agent="t"
    )
    state = store.state()
    with monkeypatch.context() as failing:
        failing.setattr(store, "apply", _out_of_space)
        with pytest.raises(StorageError, match="No space"):
            committer.adopt(after)
    assert next(store.quads(one, _PROPS[1], other, None), None)
    assert store.state() != state
    Committer(journal, store, before, NAMES).catch_up()
    assert _content(store) == _content(_written(journal, before))
    assert store.state() == state


def _out_of_space(_patch: object) -> None:
    raise StorageError("No space left on device")

"""Commit: diff, no-op, delete, replay, rebuild, entailment, atomicity."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.app import KnowledgeGraph
from kg.commit import Change
from kg.errors import InputError, StorageError
from kg.iri import entailed_graph
from kg.journal import to_quads
from kg.model import Batch, Description, Record
from kg.namespaces import DCAT, DCT, MLG, PROV, RDF, XSD
from kg.store.embedded import SYSTEM_GRAPH
from kg.terms import Literal, NamedNode, Quad, Triple


def record(graph: KnowledgeGraph, name: str, *titles: object, source: str = "curated") -> Record:
    """A model described by its titles."""
    subject = graph.names.mint("model", "test", name)
    return Description(source, subject).a(MLG.Model).add(DCT.title, *titles).record()  # type: ignore[arg-type]


def commit(graph: KnowledgeGraph, *records: Record, **options: object) -> int | None:
    """Commit records and return the revision."""
    info, _ = graph.committer.commit(Change(records, **options), agent="test")  # type: ignore[arg-type]
    return info.revision if info else None


def content(graph: KnowledgeGraph) -> set[Quad]:
    """All quads but the store's own."""
    return {q for q in graph.store.quads(None, None, None, None) if q.graph_name != SYSTEM_GRAPH}


def test_the_same_record_again_makes_no_revision(graph: KnowledgeGraph) -> None:
    """A no-op is found by comparison with the present."""
    assert commit(graph, record(graph, "a", "A")) == 1
    assert commit(graph, record(graph, "a", "A")) is None
    assert graph.revision == 1


def test_putting_a_record_replaces_the_one_before(graph: KnowledgeGraph) -> None:
    """What is no longer said is gone, and the patch holds the difference alone."""
    commit(graph, record(graph, "a", "old", "kept"))
    commit(graph, record(graph, "a", "new", "kept"))
    subject = graph.names.mint("model", "test", "a")
    titles = {q.object for q in graph.store.quads(subject, DCT.title, None, None)}
    assert titles == {Literal("new"), Literal("kept")}
    *_, (info, source, patch) = graph.journal.history(subject)
    assert (info.revision, source) == (2, "curated")
    assert [line.rpartition('"')[0].rpartition('"')[2] for line in patch.removed] == ["old"]
    assert [line.rpartition('"')[0].rpartition('"')[2] for line in patch.added] == ["new"]


def test_sources_that_disagree_both_stand_and_one_goes_alone(graph: KnowledgeGraph) -> None:
    """A source is withdrawn without collateral."""
    commit(graph, record(graph, "a", "A"), record(graph, "a", "Other", source="registry"))
    subject = graph.names.mint("model", "test", "a")
    graph.withdraw([subject], source="registry", agent="test")
    assert {q.object for q in graph.store.quads(subject, DCT.title, None, None)} == {Literal("A")}


def test_withdrawing_takes_the_entailments_along(graph: KnowledgeGraph) -> None:
    """Nothing remains in the graphs of a withdrawn record."""
    before = content(graph)
    commit(graph, record(graph, "a", "A"))
    assert len(content(graph)) > len(before)
    graph.withdraw([graph.names.mint("model", "test", "a")], source="curated", agent="test")
    assert content(graph) == before


def test_entailments_stand_beside_the_record(graph: KnowledgeGraph) -> None:
    """Super-classes and the one-hop dependency are there to be matched plainly."""
    run, data = graph.names.mint("run", "test", "r"), graph.names.mint("dataset", "test", "d")
    made = Description("curated", run).a(MLG.Run).add(PROV.used, data).record()
    commit(graph, made)
    beside = entailed_graph(graph.names.graph("curated", run))
    assert Quad(run, RDF.type, PROV.Activity, beside) in content(graph)
    assert Quad(run, MLG.directlyDependsOn, data, beside) in content(graph)
    assert not list(
        graph.store.quads(run, RDF.type, PROV.Activity, graph.names.graph("curated", run))
    )


def test_succession_is_never_lineage(graph: KnowledgeGraph) -> None:
    """A version that replaces another does not depend on it."""
    new, old = (graph.names.mint("model-version", "t", "m", v) for v in "21")
    made = Description("curated", new).a(MLG.ModelVersion)
    made.add(DCT.replaces, old).add(DCAT.previousVersion, old).add(PROV.wasRevisionOf, old)
    commit(graph, made.record())
    assert not list(graph.store.quads(new, MLG.directlyDependsOn, None, None))


def test_an_ill_typed_literal_is_refused_and_nothing_written(graph: KnowledgeGraph) -> None:
    """The store would turn "300"^^xsd:byte into a valid integer."""
    bad = record(graph, "b", Literal("300", datatype=XSD.byte))
    with pytest.raises(InputError, match="'300' is not a valid xsd:byte"):
        commit(graph, record(graph, "a", "A"), bad)
    assert graph.revision == 0


def test_one_bad_record_does_not_take_the_batch_with_it(graph: KnowledgeGraph) -> None:
    """Without atomic the good are kept and the bad are told; with atomic nothing is kept."""
    bad = record(graph, "b", Literal("x", datatype=XSD.integer))
    batch = Batch(records=[record(graph, "a", "A"), bad, record(graph, "c", "C")])
    refused = graph.ingest([batch], atomic=True)
    assert (refused.revisions, len(refused.rejections)) == ([], 1)
    assert graph.revision == 0
    kept = graph.ingest([batch])
    assert (kept.revisions, kept.changed) == ([1], 2)
    assert [(r.record, r.reason) for r in kept.quarantined] == [
        ("model:test/b", "'x' is not a valid xsd:integer (dct:title)")
    ]
    assert kept.rejections == []


def test_literals_the_store_sees_as_one_do_not_fall_together(graph: KnowledgeGraph) -> None:
    """Removing "01" must not take "1" along, which the engine holds to be the same."""
    one, padded = (Literal(text, datatype=XSD.integer) for text in ("1", "01"))
    commit(graph, record(graph, "a", one, padded))
    commit(graph, record(graph, "a", one))
    subject = graph.names.mint("model", "test", "a")
    assert [q.object for q in graph.store.quads(subject, DCT.title, None, None)] == [one]


def test_the_journal_keeps_literals_as_they_were_written(graph: KnowledgeGraph) -> None:
    """The store normalises; the journal does not."""
    forms = ["01", "1.50", "1e0", "+5", "2020-01-01T00:00:00+00:00"]
    types = ["integer", "decimal", "double", "int", "dateTime"]
    literals = [Literal(f, datatype=XSD[t]) for f, t in zip(forms, types, strict=True)]
    literals.append(Literal("5", datatype=XSD.nonNegativeInteger))
    commit(graph, record(graph, "a", *literals))
    (stored,) = graph.journal.records_of(graph.names.mint("model", "test", "a"))
    kept = {q.object for q in to_quads(stored.triples, stored.graph) if q.predicate == DCT.title}
    assert kept == set(literals)


def test_a_graph_of_entailments_cannot_be_written(graph: KnowledgeGraph) -> None:
    """What we keep ourselves is not for others to state."""
    subject = graph.names.mint("model", "test", "a")
    target = entailed_graph(graph.names.graph("curated", subject))
    with pytest.raises(InputError, match="kept by us"):
        commit(graph, Record("curated", subject, frozenset(), target))


def test_a_store_that_was_lost_is_made_again_at_opening(tmp_path: Path) -> None:
    """The store is a view: the journal alone brings it back."""
    with KnowledgeGraph.create(tmp_path / "g") as graph:
        for number in range(5):
            commit(graph, record(graph, f"m{number}", "A"), record(graph, "same", str(number)))
        before = content(graph)
    shutil.rmtree(tmp_path / "g" / "store")
    with KnowledgeGraph.open(tmp_path / "g") as graph:
        assert content(graph) == before
        assert graph.store.revision() == graph.revision == 5


def test_a_store_behind_the_journal_is_brought_up(tmp_path: Path) -> None:
    """A copy of the store from before some commits catches up by replay."""
    folder = tmp_path / "g"
    with KnowledgeGraph.create(folder) as graph:
        commit(graph, record(graph, "a", "1"), record(graph, "b", "1"))
        graph.store.checkpoint(tmp_path / "old")
        commit(graph, record(graph, "a", "2"))
        graph.withdraw([graph.names.mint("model", "test", "b")], source="curated", agent="t")
        expected = content(graph)
    shutil.rmtree(folder / "store")
    shutil.move(tmp_path / "old", folder / "store")
    with KnowledgeGraph.open(folder) as graph:
        assert content(graph) == expected


def test_rebuild_goes_by_the_patches_and_mends_the_present(graph: KnowledgeGraph) -> None:
    """The patches are the truth; a damaged copy of the present is made anew from them."""
    commit(graph, record(graph, "a", "1"), record(graph, "b", "1"))
    commit(graph, record(graph, "a", "2"))
    expected = content(graph)
    graph.journal.restore_present([])
    assert graph.rebuild() == 2
    assert content(graph) == expected
    assert graph.journal.record_count() == 2


def test_a_commit_that_could_not_be_applied_is_made_up_for_by_the_next(
    graph: KnowledgeGraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk after the journal was written loses nothing and hides nothing."""

    class Full:
        """The engine on a full disk: it reads, and cannot write."""

        def __init__(self, engine: Any) -> None:
            self.quads_for_pattern = engine.quads_for_pattern

        def update(self, _text: str) -> None:
            """Fail as the engine does."""
            raise OSError("No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(graph.store, "_store", Full(graph.store._store))
        with pytest.raises(StorageError, match="No space"):
            commit(graph, record(graph, "a", "A"))
    assert commit(graph, record(graph, "b", "B")) == 2
    for name in "ab":
        subject = graph.names.mint("model", "test", name)
        assert list(graph.store.quads(subject, DCT.title, None, None))


def test_a_changed_ontology_changes_what_is_entailed(tmp_path: Path) -> None:
    """A relation of one's own joins lineage by one triple in one's own file."""
    folder = tmp_path / "g"
    relation = NamedNode("https://own.example/#fedBy")
    with KnowledgeGraph.create(folder) as graph:
        a, b = graph.names.mint("dataset", "t", "a"), graph.names.mint("dataset", "t", "b")
        commit(graph, Record("curated", a, frozenset([Triple(a, relation, b)])))
        assert not list(graph.store.quads(a, MLG.directlyDependsOn, b, None))
    own = folder / "ontology" / "own.ttl"
    own.parent.mkdir()
    own.write_text(
        f"<{relation.value}> <http://www.w3.org/2000/01/rdf-schema#subPropertyOf> "
        f"<{MLG.directlyDependsOn.value}> ."
    )
    with KnowledgeGraph.open(folder) as graph:
        assert list(graph.store.quads(a, MLG.directlyDependsOn, b, None))


def test_a_second_opening_is_refused_in_one_line(tmp_path: Path) -> None:
    """One process holds a data directory at a time."""
    folder = tmp_path / "g"
    with KnowledgeGraph.create(folder), pytest.raises(StorageError, match="in use"):
        KnowledgeGraph.open(folder)


NAMES_ = st.sampled_from("abcdef")
STEP = st.tuples(
    NAMES_, st.sampled_from(["s1", "s2"]), st.lists(st.sampled_from("xyz"), max_size=3)
)


@settings(max_examples=60, deadline=None)
@given(steps=st.lists(STEP, max_size=20), cut=st.integers(0, 20))
def test_replay_and_rebuild_equal_the_store_after_any_history(
    steps: list[tuple[str, str, list[str]]], cut: int
) -> None:
    """Random puts and deletes: store, journal's present and replayed patches agree."""
    with KnowledgeGraph.in_memory() as graph:
        for number, (name, source, titles) in enumerate(steps):
            if number == cut or not titles:
                subject = graph.names.mint("model", "test", name)
                graph.withdraw([subject], source=source, agent="t")
            else:
                commit(graph, record(graph, name, *titles, source=source))
        after = content(graph)
        replayed = [r for r in graph.journal.replayed() if r.triples]
        assert replayed == list(graph.journal.all_records())
        graph.rebuild()
        assert content(graph) == after


@settings(max_examples=30, deadline=None)
@given(steps=st.lists(STEP, max_size=12), order=st.randoms())
def test_any_order_of_the_same_records_gives_the_same_graph(
    steps: list[tuple[str, str, list[str]]], order: object
) -> None:
    """Pieces of one description add up, whatever the order and the batches."""
    results = []
    for shuffled in (False, True):
        with KnowledgeGraph.in_memory() as graph:
            records = [record(graph, n, *t, source=s) for n, s, t in steps]
            if shuffled:
                order.shuffle(records)  # type: ignore[attr-defined]
            graph.ingest([Batch(records=[r]) for r in records], merge=True)
            results.append(content(graph))
    assert results[0] == results[1]

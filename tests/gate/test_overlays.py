"""What is supposed never reaches the graph, whatever becomes of whoever supposes it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest
from admitting import Anything
from gate_estate import RULES, content, fill, question, records
from hypothesis import given, settings
from hypothesis import strategies as st

import kg
from kg.app import KnowledgeGraph
from kg.app.gate import Gate
from kg.app.gate.overlays import Overlays
from kg.commit import Change
from kg.config import DataDirectory
from kg.errors import NotFound
from kg.model import Batch, Description
from kg.namespaces import DCAT, DPV, PROV
from kg.store import DERIVED_GRAPH, EmbeddedStore, StorePatch
from kg.terms import Literal, NamedNode, Quad

GRAPH = NamedNode("http://example.org/graph")
XSD_INTEGER = NamedNode("http://www.w3.org/2001/XMLSchema#integer")

quads = st.builds(
    Quad,
    st.sampled_from([NamedNode(f"http://example.org/{n}") for n in "ab"]),
    st.sampled_from([NamedNode(f"http://example.org/{n}") for n in "pq"]),
    st.sampled_from(
        [
            NamedNode("http://example.org/a"),
            Literal("1", datatype=XSD_INTEGER),
            Literal("01", datatype=XSD_INTEGER),
            Literal("1"),
        ]
    ),
    st.just(GRAPH),
)
said = st.dictionaries(
    st.integers(0, 4),
    st.lists(
        st.tuples(
            st.sampled_from(
                [
                    *(PROV.used, PROV.wasDerivedFrom, PROV.wasGeneratedBy),
                    *(DCAT.isVersionOf, DPV.hasPersonalData, DPV.hasTechnicalMeasure),
                ]
            ),
            st.integers(0, 4),
        ),
        max_size=3,
    ),
    min_size=1,
)
Said = dict[int, list[tuple[NamedNode, int]]]
patches = st.lists(st.tuples(st.lists(quads, max_size=4), st.lists(quads, max_size=4)), max_size=4)


@pytest.fixture
def on_disk(tmp_path: Path) -> Iterator[KnowledgeGraph]:
    """The estate in a data directory."""
    with KnowledgeGraph.create(tmp_path / "data") as graph:
        yield fill(graph)


@given(before=st.lists(quads, max_size=6), supposed=patches)
@settings(max_examples=60, deadline=None)
def test_what_was_supposed_is_forgotten(
    before: list[Quad], supposed: list[tuple[list[Quad], list[Quad]]]
) -> None:
    """A copy does what a store does, and then holds what it held, literals of one value too."""
    with KnowledgeGraph.in_memory() as graph:
        graph.store.extend(before)
        committed = EmbeddedStore.in_memory()
        committed.extend(before)
        overlays = Overlays(graph)
        with overlays.take() as overlay:
            held = set(overlay.store.quads(None, None, None, None))
            for added, removed in supposed:
                patch = StorePatch(0, added=added, removed=removed)
                overlay.suppose(patch)
                committed.apply(patch)
                assert _of(overlay.store) == _of(committed)
        with overlays.take() as again:
            assert again is overlay
            assert set(again.store.quads(None, None, None, None)) == held


def _of(store: EmbeddedStore) -> set[Quad]:
    return set(store.quads(None, None, None, GRAPH))


def test_copies_are_kept_and_take_in_what_is_committed(on_disk: KnowledgeGraph) -> None:
    """One serves the next question, after a commit too; closing leaves nothing."""
    folder = DataDirectory(on_disk.data.root).overlays if on_disk.data else Path()
    before = content(on_disk)
    with Gate(on_disk, RULES) as gate:
        asked = question("model-version:r/basket/2", "staging")
        first = gate.ask(asked)
        kept = set(folder.iterdir())
        assert len(kept) == 2
        assert gate.ask(asked).digest == first.digest
        assert set(folder.iterdir()) == kept
        assert content(on_disk) == before
        on_disk.withdraw([on_disk.resolve("evaluation:a/2")], source="curated", agent="test")
        after = gate.ask(question("model-version:r/basket/2", "production"))
        assert (after.content["revision"], after.allowed) == (2, False)
        assert set(folder.iterdir()) == kept
        with suppress(NotFound):
            gate.ask(question("dataset:w/none", "removal"))
    assert list(folder.iterdir()) == []


def _thing(number: int) -> NamedNode:
    return NamedNode(f"http://example.org/{number}")


def _commit(graph: KnowledgeGraph, change: Said) -> None:
    """Put what is said of each thing; of a thing of which nothing is said it is withdrawn."""
    described = [
        Description("curated", _thing(number)).add(property_, _thing(other)).record()
        for number, statements in change.items()
        for property_, other in statements
    ]
    gone = [("curated", _thing(number)) for number, statements in change.items() if not statements]
    graph.committer.commit(Change(described, gone), agent="test")


def _derived_and_said(store: EmbeddedStore) -> set[Quad]:
    names = [*store.graphs(), DERIVED_GRAPH]
    return {quad for name in names for quad in store.quads(None, None, None, name)}


@given(changes=st.lists(said, min_size=1, max_size=4))
@settings(max_examples=15, deadline=None)
def test_a_copy_that_took_commits_in_is_as_one_made_anew(changes: list[Said]) -> None:
    """With what follows; and what was supposed before and after is forgotten, that too."""
    with KnowledgeGraph.in_memory(admission=Anything()) as graph:
        overlays = Overlays(graph)
        with overlays.take() as first:
            pass
        for change in changes:
            _commit(graph, change)
            with overlays.take() as overlay:
                assert overlay is first
                assert overlay.revision == graph.revision
                held = _derived_and_said(overlay.store)
                assert held == _derived_and_said(graph.store)
                stated = Quad(_thing(0), DPV.hasPersonalData, _thing(0), GRAPH)
                overlay.suppose(StorePatch(0, added=[stated]))
                overlay.suppose(StorePatch(0, removed=[stated, *list(held)[:3]]))
            assert _derived_and_said(overlay.store) == held


def test_a_copy_is_made_anew_where_much_was_committed(graph: KnowledgeGraph) -> None:
    """Taking in very many records would cost more."""
    overlays = Overlays(graph)
    with overlays.take() as first:
        pass
    nodes = [{"id": f"team:o/{number}", "type": "Team"} for number in range(300)]
    graph.ingest([Batch(records(nodes))])
    with overlays.take() as second:
        assert second is not first
        assert _derived_and_said(second.store) == _derived_and_said(graph.store)


def test_what_a_killed_process_left_is_removed(tmp_path: Path) -> None:
    """Its copy goes when the next one is made; the graph is as it was."""
    data = tmp_path / "data"
    with KnowledgeGraph.create(data) as graph:
        before = content(fill(graph))
    killed = subprocess.Popen(
        [sys.executable, Path(__file__).with_name("killed_asker.py"), data],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(Path(kg.__file__).parent.parent)},
    )
    assert killed.stdout is not None
    assert killed.stdout.readline() == b"supposed\n"
    left = set(DataDirectory(data).overlays.iterdir())
    assert len(left) == 2
    killed.send_signal(signal.SIGKILL)
    killed.wait(10)
    with KnowledgeGraph.open(data) as graph:
        assert content(graph) == before
        with Overlays(graph).take() as overlay:
            assert set(overlay.store.graphs()) == set(graph.store.graphs())
            assert not left & set(DataDirectory(data).overlays.iterdir())


def test_a_question_waits_for_no_commit_and_no_full_run(on_disk: KnowledgeGraph) -> None:
    """It is answered of the newest revision, whoever keeps the graph as it is meanwhile."""
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with on_disk.committer.exclusive():
            held.set()
            done.wait(60)

    asked = question("dataset:w/orders", "removal")
    with Gate(on_disk, RULES) as gate, ThreadPoolExecutor(2) as pool:
        gate.ask(asked)
        on_disk.withdraw([on_disk.resolve("evaluation:a/2")], source="curated", agent="test")
        holding = pool.submit(hold)
        try:
            assert held.wait(30)
            verdict = pool.submit(gate.ask, asked).result(30)
        finally:
            done.set()
        holding.result()
        assert verdict.content["revision"] == on_disk.revision
        assert verdict.digest == gate.ask(asked).digest


def test_a_question_is_answered_while_others_commit(on_disk: KnowledgeGraph) -> None:
    """Of one revision or another, and both sides of a comparison of the same."""
    asked = question("dataset:w/orders", "removal")
    with Gate(on_disk, RULES) as gate:
        before = gate.ask(asked).content
        with ThreadPoolExecutor(3) as pool:
            answers = [pool.submit(gate.ask, asked) for _ in range(8)]
            for number in range(12):
                team = {"id": f"team:o/new{number}", "type": "Team", "title": "New"}
                on_disk.ingest([Batch(records([team]))])
        for answer in answers:
            same = {**answer.result().content, "revision": before["revision"]}
            assert same == before


def test_a_gate_that_was_prepared_has_copies_of_the_newest_revision(
    on_disk: KnowledgeGraph,
) -> None:
    """And answers as one that was not."""
    asked = question("model-version:r/basket/2", "production")
    with Gate(on_disk, RULES) as gate:
        first = gate.ask(asked).digest
    with Gate(on_disk, RULES) as gate:
        gate.prepare()
        folder = DataDirectory(on_disk.data.root).overlays if on_disk.data else Path()
        kept = set(folder.iterdir())
        assert len(kept) == 4
        assert gate.ask(asked).digest == first
        on_disk.withdraw([on_disk.resolve("evaluation:a/2")], source="curated", agent="test")
        gate.prepare()
        assert gate.ask(asked).content["revision"] == on_disk.revision
        assert set(folder.iterdir()) == kept


def test_any_number_may_ask_at_a_time(on_disk: KnowledgeGraph) -> None:
    """Each gets the answer to its own question, and the graph stays as it was."""
    asked = [
        question("dataset:w/orders", "removal"),
        question("dataset:w/notes", "removal"),
        question("model-version:r/basket/3", "production"),
    ]
    before = content(on_disk)
    with Gate(on_disk, RULES) as gate:
        alone = [gate.ask(one).digest for one in asked]
        with ThreadPoolExecutor(4) as pool:
            together = list(pool.map(lambda one: gate.ask(one).digest, asked * 3))
    assert together == alone * 3
    assert content(on_disk) == before

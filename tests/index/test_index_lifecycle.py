"""The index as its files come and go, as its ontology changes, and as it is read while written."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from admitting import Anything
from index_changes import Put, commit, thing
from index_oracle import assert_index_is_journal

import kg.index.lineage
from kg.app import KnowledgeGraph
from kg.errors import InputError, StorageError
from kg.index import open_snapshot
from kg.model import Batch, Description
from kg.namespaces import DCAT, MLG, PROV
from kg.terms import NamedNode


def _put(number: int, *targets: int, source: str = "curated") -> Put:
    return Put(source, number, frozenset((number, PROV.used, target) for target in targets))


def _make(folder: Path) -> None:
    """Three revisions: a dependency comes, another beside it, the first goes."""
    KnowledgeGraph.create(folder).close()
    with KnowledgeGraph.open(folder, admission=Anything()) as graph:
        commit(graph, [_put(1, 0), Put("other", 2, frozenset({(2, DCAT.isVersionOf, 0)}))])
        commit(graph, [_put(1, 0, 3)])
        commit(graph, [_put(1, 3)])


def _written(folder: Path) -> list[Path]:
    return sorted(path for path in (folder / "lineage").rglob("*") if path.is_file())


def _remove_all(folder: Path) -> None:
    for path in _written(folder):
        path.unlink()


def _cut(name: str) -> Callable[[Path], None]:
    def damage(folder: Path) -> None:
        (path,) = (path for path in _written(folder) if path.name == name)
        path.write_bytes(path.read_bytes()[:-8])

    return damage


def _remove(name: str) -> Callable[[Path], None]:
    def damage(folder: Path) -> None:
        (path,) = (path for path in _written(folder) if path.name == name)
        path.unlink()

    return damage


@pytest.mark.parametrize(
    "damage",
    [
        _remove_all,
        _remove("manifest.json"),
        _cut("manifest.json"),
        _remove("dependency.source.npy"),
        _cut("dependency.end.npy"),
        _cut("term.text.npy"),
        _cut("recent.npz"),
        _remove("recent.npz"),
    ],
)
def test_missing_or_damaged_files_are_made_again(
    tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    """From the journal alone, with all past revisions."""
    folder = tmp_path / "graph"
    _make(folder)
    with KnowledgeGraph.open(folder, admission=Anything()) as graph:
        graph.rebuild()
        commit(graph, [_put(4, 1)])
    assert "recent.npz" in {path.name for path in _written(folder)}
    damage(folder)
    with KnowledgeGraph.open(folder, admission=Anything()) as graph:
        assert_index_is_journal(graph)


def test_another_ontology_makes_the_index_anew(tmp_path: Path) -> None:
    """What the owner declares lineage later is lineage at all revisions."""
    folder = tmp_path / "graph"
    relation = NamedNode("https://graph.example/terms#labelledBy")
    KnowledgeGraph.create(folder).close()
    with KnowledgeGraph.open(folder, admission=Anything()) as graph:
        one, two = thing(graph, 1), thing(graph, 2)
        graph.ingest([Batch([Description("curated", one).add(relation, two).record()])])
        commit(graph, [_put(3, 1)])
        assert list(graph.index.at().closure(one, "up")) == []
    (folder / "ontology").mkdir()
    (folder / "ontology" / "ours.ttl").write_text(
        "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
        f"{relation} rdfs:subPropertyOf {MLG.directlyDependsOn} .\n",
        encoding="utf-8",
    )
    with KnowledgeGraph.open(folder, admission=Anything()) as graph:
        assert list(graph.index.at(1).closure(one, "up")) == [two]
        assert [edge.relation for edge in graph.index.at(1).edges(one, "up")] == [relation]
        assert_index_is_journal(graph)


def test_a_journal_put_back_takes_the_index_back(tmp_path: Path) -> None:
    """An index ahead of the journal knows what never was."""
    folder = tmp_path / "graph"
    _make(folder)
    kept = (folder / "journal.db").read_bytes()
    with KnowledgeGraph.open(folder, admission=Anything()) as graph:
        commit(graph, [_put(5, 1)])
    for path in folder.glob("journal.db*"):
        path.unlink()
    (folder / "journal.db").write_bytes(kept)
    with KnowledgeGraph.open(folder, admission=Anything()) as graph:
        assert graph.index.revision == 3
        assert_index_is_journal(graph)


def test_a_disk_that_is_full_costs_no_commit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The index goes on in memory, and is caught up at the next start."""

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    folder = tmp_path / "graph"
    _make(folder)
    with KnowledgeGraph.open(folder, admission=Anything()) as graph, monkeypatch.context() as patch:
        patch.setattr(kg.index.lineage, "_FEWEST", 0)
        patch.setattr(kg.index.lineage, "write_base", full)
        patch.setattr(kg.index.lineage, "write_recent", full)
        commit(graph, [_put(4, 1)])
        assert_index_is_journal(graph)
        graph.index.close()
    with KnowledgeGraph.open(folder, admission=Anything()) as graph:
        assert_index_is_journal(graph)


def test_a_revision_that_is_not_there_is_refused(graph: KnowledgeGraph) -> None:
    """Neither the future nor what is before the beginning."""
    commit(graph, [_put(1, 0)])
    assert list(graph.index.at(0).closure(thing(graph, 1), "up")) == []
    for revision in (2, -1):
        with pytest.raises(InputError, match=f"there is no revision {revision}"):
            graph.index.at(revision)


def test_another_process_reads_a_snapshot_while_the_graph_goes_on(tmp_path: Path) -> None:
    """Of the revision at which it was taken, or of one before."""
    folder, snapshot, past = (tmp_path / name for name in ("graph", "snapshot", "past"))
    _make(folder)
    with KnowledgeGraph.open(folder, admission=Anything()) as graph:
        graph.index.export(snapshot)
        graph.index.export(past, 1)
        commit(graph, [_put(3, 6)])
        graph.rebuild()
        program = (
            "import json, sys\n"
            "from pathlib import Path\n"
            "from kg.index import open_snapshot\n"
            "from kg.terms import NamedNode\n"
            "view = open_snapshot(Path(sys.argv[1]))\n"
            "found = [node.value for node in view.closure(NamedNode(sys.argv[2]), 'up')]\n"
            "print(json.dumps([view.revision, found]))\n"
        )
        told = []
        for place in (snapshot, past):
            command = [sys.executable, "-c", program, str(place), thing(graph, 1).value]
            told.append(json.loads(subprocess.run(command, capture_output=True, check=True).stdout))
        assert told == [[3, [thing(graph, 3).value]], [1, [thing(graph, 0).value]]]
    with pytest.raises(StorageError, match="cannot read the lineage index"):
        open_snapshot(tmp_path / "nothing")


def test_readers_see_whole_revisions_during_commits_and_compaction(
    graph: KnowledgeGraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A chain that each revision replaces is found whole; a view held for long does not change."""
    monkeypatch.setattr(kg.index.lineage, "_FEWEST", 50)
    done, start, length = threading.Event(), thing(graph, 0), 12

    def write(number: int) -> None:
        names = [graph.names.mint("dataset", "t", f"{number}-{n}") for n in range(length)]
        chain = [
            Description("curated", made).add(PROV.wasDerivedFrom, given).record()
            for made, given in itertools.pairwise([start, *names])
        ]
        graph.ingest([Batch(chain)], atomic=True)

    def expected(revision: int) -> set[str]:
        return {f"{revision}-{n}" for n in range(length)}

    def found(view: kg.index.IndexView) -> set[str]:
        return {node.value.rpartition("/")[2] for node in view.closure(start, "up")}

    def read() -> int:
        held, count = graph.index.at(1), 0
        while not done.is_set() or not count:
            view = graph.index.at()
            assert found(view) == expected(view.revision)
            assert found(held) == expected(1)
            count += 1
        return count

    write(1)
    with ThreadPoolExecutor(3) as pool:
        readers = [pool.submit(read) for _ in range(3)]
        try:
            for number in range(2, 40):
                write(number)
        finally:
            done.set()
        assert all(reader.result() for reader in readers)
    assert all(found(graph.index.at(revision)) == expected(revision) for revision in range(1, 40))

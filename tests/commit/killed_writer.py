"""Commits without end until it is killed, telling each acknowledged revision; then checks.

Run as a program: forks a writer on the graph in the folder, kills it with SIGKILL after a random
time, forks a checker, and so on. Forking a process that has imported everything makes a round
cost tens of milliseconds. Prints one JSON object a round.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from pathlib import Path

from kg.app import KnowledgeGraph
from kg.commit import Change, ontology_in
from kg.commit.entailment import entailed_quads
from kg.iri import Names, asserting_graph
from kg.journal import to_quads
from kg.model import Description, Record
from kg.namespaces import DCT, MLG, ONTOLOGY_IRI, PROV
from kg.propagation import derived_triples
from kg.shacl.admission import structure_gate
from kg.store.embedded import DERIVED_GRAPH, SYSTEM_GRAPH
from kg.terms import NamedNode, Quad, Triple

SUBJECTS = 40


def change(names: Names, number: int) -> Change:
    """The change that makes revision ``number``: always the same for the same number."""
    chosen = random.Random(number)
    subjects = [names.mint("run", "test", str(i)) for i in chosen.sample(range(SUBJECTS), 12)]
    records = [_record(names, s, number, chosen) for s in subjects[:9]]
    return Change(records, [("curated", s) for s in subjects[9:]])


def _record(names: Names, subject: NamedNode, number: int, chosen: random.Random) -> Record:
    description = Description("curated", subject).a(MLG.Run).add(DCT.title, f"revision {number}")
    for _ in range(5):
        description.add(PROV.used, names.mint("dataset", "test", str(chosen.randrange(30))))
    return description.record()


def write(folder: Path, told: int) -> None:
    """Commit until killed; write each revision to the pipe once it is acknowledged."""
    with KnowledgeGraph.open(folder) as graph:
        while True:
            info, _ = graph.committer.commit(change(graph.names, graph.revision + 1), agent="t")
            assert info is not None
            os.write(told, info.revision.to_bytes(4, "big"))


def expected(graph: KnowledgeGraph) -> set[Quad]:
    """What the store must hold beside the ontology: what the journal says, what follows from it."""
    quads: set[Quad] = set()
    for record in graph.journal.all_records():
        asserted = to_quads(record.triples, record.graph)
        quads |= {*asserted, *entailed_quads(asserted, record.graph, graph.ontology)}
    return quads


def check(folder: Path, acknowledged: int) -> dict[str, int | bool]:
    """Open the graph as a user would and compare all that there is."""
    behind = _store_behind(folder)
    with KnowledgeGraph.open(folder) as graph:
        ours = (SYSTEM_GRAPH, DERIVED_GRAPH, NamedNode(ONTOLOGY_IRI))
        quads = graph.store.quads(None, None, None, None)
        store = {quad for quad in quads if quad.graph_name not in ours}
        ontology = ontology_in(graph.store)
        present = list(graph.journal.all_records())
        replayed = [r for r in graph.journal.replayed() if r.triples]
        titles = {title for record in present for title in _titles(record.triples)}
        return {
            "acknowledged": acknowledged,
            "revision": graph.revision,
            "behind": behind,
            "kept": graph.revision >= acknowledged,
            "store": graph.store.revision() == graph.revision,
            "agree": store == expected(graph),
            "facts": _derived(graph) == set(derived_triples(graph.store)),
            "ontology": ontology is not None and ontology.digest == graph.ontology.digest,
            "replay": present == replayed,
            "index": graph.index.revision == graph.revision and _edges(graph) == _quads(graph),
            "whole": f"revision {graph.revision}" in titles or graph.revision == 0,
            "count": sum(
                f"revision {graph.revision}" in t for r in present for t in _titles(r.triples)
            )
            in (0, 9),
        }


def _derived(graph: KnowledgeGraph) -> set[Triple]:
    """What flows where, as it stands in the store."""
    return {quad.triple for quad in graph.store.quads(None, None, None, DERIVED_GRAPH)}


def _edges(graph: KnowledgeGraph) -> set[tuple[str, str, str]]:
    """Every dependency by the index: what depends, on what, and the record graph."""
    view = graph.index.at()
    nodes = [graph.names.mint("run", "test", str(number)) for number in range(SUBJECTS)]
    edges = (edge for node in nodes for edge in view.edges(node, "up"))
    return {(edge.source.value, edge.target.value, edge.graph.value) for edge in edges}


def _quads(graph: KnowledgeGraph) -> set[tuple[str, str, str]]:
    """The same by the store."""
    return {
        (quad.subject.value, quad.object.value, asserting_graph(quad.graph_name).value)
        for quad in graph.store.quads(None, MLG.directlyDependsOn, None, None)
    }


def _titles(triples: tuple[str, ...]) -> list[str]:
    return [t.split('"')[1] for t in triples if DCT.title.value in t and '"' in t]


def _store_behind(folder: Path) -> int:
    from kg.journal import Journal
    from kg.store import EmbeddedStore

    store, journal = EmbeddedStore.open(folder / "store"), Journal.on_disk(folder / "journal.db")
    behind = journal.revision() - store.revision()
    store.close()
    journal.close()
    return behind


def _forked(work: object) -> int:
    pid = os.fork()
    if pid == 0:
        try:
            work()  # type: ignore[operator]
        except BaseException as error:
            os.write(2, f"{error!r}\n".encode())
        os._exit(1)
    return pid


def round_(folder: Path, chosen: random.Random) -> None:
    """Write, kill, check."""
    reading, writing = os.pipe()
    pid = _forked(lambda: write(folder, writing))
    os.close(writing)
    first = os.read(reading, 4)
    time.sleep(chosen.uniform(0, 0.03))
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    told = first
    while chunk := os.read(reading, 1 << 16):
        told += chunk
    os.close(reading)
    acknowledged = int.from_bytes(told[-4:], "big")
    checker = _forked(
        lambda: (print(json.dumps(check(folder, acknowledged)), flush=True), os._exit(0))
    )
    _, status = os.waitpid(checker, 0)
    if status != 0:
        print(json.dumps({"failed": status}), flush=True)


if __name__ == "__main__":
    target, rounds, seed = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    structure_gate()  # once for all forks
    moments = random.Random(seed)
    for _ in range(rounds):
        round_(target, moments)

"""Ingests events without end until it is killed, some of them of runs that may not enter.

Run as a program, see ``tests/commit/killed_writer.py``: forks a writer, kills it, forks a checker.
Prints one JSON object a round.
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
from kg.model import Batch, Description, Record
from kg.namespaces import DCAT, DCT, MLG
from kg.shacl.admission import structure_gate
from kg.terms import Literal, NamedNode

SIZE = 6


def batch(graph: KnowledgeGraph, number: int) -> Batch:
    """The batch of a number, always the same; of two records in three one may not enter."""
    records = [_record(graph, number, place) for place in range(SIZE)]
    return Batch(records, states={"done": str(number)})


def _record(graph: KnowledgeGraph, number: int, place: int) -> Record:
    thing = graph.names.mint("model-version", "t", f"{place}")
    described = Description("events", thing).a(MLG.ModelVersion).add(DCT.title, f"batch {number}")
    described.add(DCAT.version, Literal(str(place)))
    if not _is_bad(number, place):
        described.add(DCAT.isVersionOf, graph.names.mint("model", "t", "m"))
    return described.record()


def _is_bad(number: int, place: int) -> bool:
    return (number + place) % 3 == 0


def write(folder: Path, told: int) -> None:
    """Ingest batch after batch; write each number to the pipe once it is acknowledged."""
    with KnowledgeGraph.open(folder) as graph:
        known = graph.journal.states("events", ["done"])
        number = int(known.get("done", "0"))
        while True:
            number += 1
            report = graph.ingest([batch(graph, number)], source="events")
            assert len(report.quarantined) == SIZE // 3
            os.write(told, number.to_bytes(4, "big"))


def check(folder: Path, acknowledged: int) -> dict[str, int | bool]:
    """Every record of the last batch is in the graph or in the quarantine, as it was sent."""
    with KnowledgeGraph.open(folder) as graph:
        number = int(graph.journal.states("events", ["done"]).get("done", "0"))
        held = {e.refused.record.graph.value: e for e in graph.journal.quarantine.entries()}
        return {
            "acknowledged": acknowledged,
            "number": number,
            "kept": number >= acknowledged,
            "whole": number == 0
            or all(_is_kept(graph, held, number, place) for place in range(SIZE)),
        }


def _is_kept(graph: KnowledgeGraph, held: dict, number: int, place: int) -> bool:
    sent = _record(graph, number, place)
    name = graph.names.graph("events", sent.subject)
    triples = tuple(sorted(str(triple) for triple in sent.triples))
    if _is_bad(number, place):
        return name.value in held and held[name.value].refused.record.triples == triples
    return name.value not in held and _present(graph, name) == triples


def _present(graph: KnowledgeGraph, name: NamedNode) -> tuple[str, ...]:
    return graph.journal.records([name])[name.value].triples


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
    told = os.read(reading, 4)
    time.sleep(chosen.uniform(0, 0.03))
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
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

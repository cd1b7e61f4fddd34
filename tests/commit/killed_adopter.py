"""Goes from one ontology to another and back without end, until it is killed; then checks.

Run as a program on a folder that holds a graph. Prints one JSON object a round.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from pathlib import Path

from killed_writer import check

from kg.app import KnowledgeGraph
from kg.commit import Change
from kg.model import Description
from kg.namespaces import MLG
from kg.terms import NamedNode

RECORDS = 1_500
TERM = NamedNode("https://example.org/distilledFrom")
AXIOM = f"{TERM} <http://www.w3.org/2000/01/rdf-schema#subPropertyOf> {MLG.directlyDependsOn} ."


def fill(folder: Path) -> None:
    """Records that use a term of which the ontology says nothing yet."""
    (folder / "ontology").mkdir()
    with KnowledgeGraph.open(folder) as graph:
        runs = [graph.names.mint("run", "t", str(number)) for number in range(RECORDS)]
        records = [
            Description("curated", run).a(MLG.Run).add(TERM, runs[0]).record() for run in runs
        ]
        graph.writer.commit(Change(records), agent="t")


def alternate(folder: Path) -> None:
    """Put the axiom into force and out of it again; told to standard output after opening."""
    file = folder / "ontology" / "ours.ttl"
    with KnowledgeGraph.open(folder) as graph:
        os.write(1, b".")
        while True:
            file.write_text("" if file.exists() and file.read_text() else AXIOM)
            graph.follow_ontology()


def round_(folder: Path, chosen: random.Random) -> None:
    """Alternate, kill, check that all is as the files say."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.dup2(writing, 1)
        try:
            alternate(folder)
        finally:
            os._exit(1)
    os.close(writing)
    os.read(reading, 1)
    os.close(reading)
    time.sleep(chosen.uniform(0, 0.4))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    print(json.dumps(check(folder, 1)), flush=True)


if __name__ == "__main__":
    target, rounds, seed = Path(sys.argv[1]), *map(int, sys.argv[2:])
    moments = random.Random(seed)
    fill(target)
    for _ in range(rounds):
        round_(target, moments)

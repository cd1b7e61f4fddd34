"""The estate of one size, loaded once for all measurements: ours, Oxigraph's, and as files.

``python -m bench.prepared [--triples N] [--folder .bench]`` makes what is not there yet, and
measures it: ``kg apply`` of native JSON Lines against Oxigraph's own loader given the same quads,
entailments included, as N-Quads: no journal, no difference, no checks. ``--without again`` leaves
out applying the same file a second time.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bench import estate
from bench.arguments import Arguments, arguments
from bench.results import Row, record
from kg.app import KnowledgeGraph


@dataclass(frozen=True)
class Prepared:
    """The folder of one size."""

    root: Path

    @property
    def records(self) -> Path:
        """The estate in the native format, as JSON Lines."""
        return self.root / "estate.jsonl"

    @property
    def graph(self) -> Path:
        """Our data directory, for whoever opens it in his own process."""
        return self.root / "graph"

    @property
    def served(self) -> Path:
        """A copy of it for ``kg serve``, since one process holds a directory."""
        return self.root / "served"

    @property
    def bare(self) -> Path:
        """A copy of our store, by hard links."""
        return self.root / "bare"

    @property
    def quads(self) -> Path:
        """All quads of our store, as N-Quads."""
        return self.root / "estate.nq"

    @property
    def triples(self) -> Path:
        """The same without graphs, as N-Triples."""
        return self.root / "estate.nt"

    @property
    def oxigraph(self) -> Path:
        """The database of ``oxigraph serve``."""
        return self.root / "oxigraph"


def kg(data: Path, *words: object) -> list[str]:
    """The command line of one of our commands."""
    program = [sys.executable, "-c", "from kg.cli import main; main()", "--data", str(data)]
    return [*program, *map(str, words)]


def oxigraph(*words: object) -> list[str]:
    """The command line of a command of the package ``oxigraph``."""
    return [str(Path(sys.executable).with_name("oxigraph")), *map(str, words)]


def prepared(given: Arguments) -> Prepared:
    """The folder of a size, made and measured where it is not there."""
    made = Prepared(given.folder / str(given.triples))
    if not made.oxigraph.exists():
        shutil.rmtree(made.root, ignore_errors=True)
        made.root.mkdir(parents=True)
        record("loading", given.triples, _make(made, given))
    return made


def graph_of(given: Arguments) -> Path:
    """Our data directory of a size alone: one that is there is taken as it is."""
    made = Prepared(given.folder / str(given.triples))
    return made.graph if made.graph.exists() else prepared(given).graph


def loaded(root: Path, write: Callable[[Path], None]) -> Path:
    """A data directory in a folder, made of the native file that ``write`` writes, or kept."""
    if not (root / "done").exists():
        shutil.rmtree(root, ignore_errors=True)
        root.mkdir(parents=True)
        file = root / "estate.jsonl"
        write(file)
        for words in (("init",), ("apply", file)):
            subprocess.run(kg(root / "graph", *words), check=True, stdout=subprocess.DEVNULL)
        (root / "done").touch()
    return root / "graph"


def _make(made: Prepared, given: Arguments) -> list[Row]:
    count = estate.records(given.triples)
    estate.write(made.records, count)
    _run(kg(made.graph, "init"))
    native = kg(made.graph, "apply", made.records)
    rows: list[Row] = [{"what": "kg apply", **_run(native), "records": count}]
    if "again" not in given.without:
        rows.append({"what": "kg apply again: no change", **_run(native), "records": count})
    shutil.copytree(made.graph, made.served)
    quads = _export(made)
    load = _run(oxigraph("load", "--location", made.oxigraph, "--file", made.quads))
    _run(oxigraph("optimize", "--location", made.oxigraph))
    rows.append({"what": "oxigraph load, the same quads", **load})
    return [{**row, "quads": quads} for row in rows]


def _run(command: list[str]) -> dict[str, float]:
    """Seconds that a command takes, processor time among them, and its peak memory."""
    started = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return {
        "seconds": time.perf_counter() - started,
        "work": used.ru_utime + used.ru_stime,
        "peak MB": used.ru_maxrss / 1024,
    }


def _export(made: Prepared) -> int:
    """Write what the store holds, with graphs and without; returns the number of quads."""
    with (
        KnowledgeGraph.open(made.graph) as graph,
        made.quads.open("w", encoding="utf-8") as quads,
        made.triples.open("w", encoding="utf-8") as triples,
    ):
        graph.store.checkpoint(made.bare)
        for quad in graph.store.quads(None, None, None, None):
            quads.write(f"{quad} .\n")
            triples.write(f"{quad.triple} .\n")
        return len(graph.store)


if __name__ == "__main__":
    prepared(arguments(__doc__, parts=("again",)))

"""How long a full validation takes, and how much memory: ours and other engines.

``python -m bench.shacl [--triples N] [--folder .bench] [--without ENGINE]``, ``--without files``
for all engines that read the triples from a file, which is then not written. The estate is that of
bench/company.py, of which about one thing in a hundred has a fault. Each engine runs in a process
of its own, on the same triples and the same shapes: ``core``, all structure shapes, which are SHACL
Core, and ``local``, the rules of :data:`LOCAL`, SHACL-SPARQL that looks at the surroundings of a
node. Ours runs the whole library besides, rules over lineage included. What is prepared is kept
and used again.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench import company, estate
from bench.arguments import Arguments, arguments
from bench.measured import Measured, measured
from bench.peers import jena
from bench.peers.shacl_worker import AS_OF, ENGINES
from bench.prepared import kg
from bench.results import Row, record
from kg.app import KnowledgeGraph
from kg.assets import asset
from kg.shacl import Shapes, load_shapes
from kg.shacl.context import context_triples
from kg.shacl.rdflib_bridge import triples_of

LOCAL: Final = ("R02", "R03", "R04", "R32", "R35")
SETS: Final = ("core", "local", "all")
LIMIT: Final = 300.0
"""Seconds that an engine may take, loading included, for up to 1.5 million triples."""

STORES: Final = ("store", "library")
"""Engines that read no file."""

_RULES: Final = "https://w3id.org/mlg/rules/"


@dataclass(frozen=True)
class Prepared:
    """The folder of one size."""

    root: Path

    @property
    def graph(self) -> Path:
        """Our data directory."""
        return self.root / "graph"

    @property
    def triples(self) -> Path:
        """What the store holds, and what constraints see beside it, as N-Triples."""
        return self.root / "data.nt"

    def shapes(self, name: str) -> Path:
        """A set of shapes that all engines are given, as N-Triples."""
        return self.root / f"{name}.nt"


def prepared(given: Arguments) -> Prepared:
    """The folder of a size, made where it is not there; the shapes are those of now."""
    made = Prepared(given.folder / f"validation-{given.triples}")
    sets = _sets()
    if not made.graph.exists():
        shutil.rmtree(made.root, ignore_errors=True)
        made.root.mkdir(parents=True)
        record("validation-loading", given.triples, [_make(made, given.triples)])
    for name, shapes in sets.items():
        _write(made.shapes(name), triples_of(shapes.graph))
    with KnowledgeGraph.open(made.graph) as graph:  # what is of another release is made anew here
        if "files" not in given.without and not made.triples.exists():
            written = made.triples.with_suffix(".part")
            _write(written, _data(graph, sets["local"]))
            written.rename(made.triples)
    return made


def _make(made: Prepared, triples: int) -> Row:
    file, count = made.root / "estate.jsonl", company.records(triples)
    estate.write_nodes(file, company.nodes(count))
    part = made.graph.with_suffix(".part")
    subprocess.run(kg(part, "init"), check=True, stdout=subprocess.DEVNULL)
    applied = measured(kg(part, "apply", file), None)
    with KnowledgeGraph.open(part) as graph:
        quads = len(graph.store)
    part.rename(made.graph)
    return {"what": "kg apply", **_row(applied), "records": count, "quads": quads}


def _sets() -> Mapping[str, Shapes]:
    """The shapes that all engines are given."""
    rules = load_shapes(asset("shapes", "governance")).only({f"{_RULES}{name}" for name in LOCAL})
    return {"core": load_shapes(asset("shapes", "structure")), "local": rules}


def _data(graph: KnowledgeGraph, rules: Shapes) -> Iterator[object]:
    """Every triple; one that several graphs hold comes as often, which readers of a file take."""
    yield from (quad.triple for quad in graph.store.quads(None, None, None, None))
    yield from context_triples(rules, AS_OF)


def _write(path: Path, triples: Iterable[object]) -> None:
    with path.open("w", encoding="utf-8") as stream:
        stream.writelines(f"{triple} .\n" for triple in triples)


def commands(data: Prepared, shapes: str, without: Collection[str]) -> Mapping[str, list[str]]:
    """How each engine is run on a set of shapes; ``all`` is for ours over a store alone."""
    if shapes == "all":
        asked = {"library": data.graph}
    else:
        files = {name: data.triples for name in (*ENGINES, "jena") if name not in STORES}
        asked = {"store": data.graph} | ({} if "files" in without else files)
    return {
        name: _command(name, place, data.shapes(shapes), data.root)
        for name, place in asked.items()
        if name not in without
    }


def _command(engine: str, data: Path, shapes: Path, root: Path) -> list[str]:
    if engine == "jena":
        return jena.validation(data, shapes, root / "jena")
    return [sys.executable, "-m", "bench.peers.shacl_worker", engine, str(data), str(shapes)]


def _row(found: Measured) -> Row:
    return {"seconds": found.seconds, "work": found.work, "peak MB": found.peak}


def _told(found: Measured) -> Row:
    """What an engine said: its times, and its results by number and digest."""
    if found.failure:
        return {**_row(found), "why": found.failure}
    first, *lines = found.output.splitlines()
    loading, validating = map(float, first.split("\t"))
    lines = sorted(line for line in lines if line)
    digest = hashlib.sha256("\n".join(lines).encode()).hexdigest()[:12]
    told: Row = {"loading": loading, "validating": validating}
    return {**_row(found), **told, "results": len(lines), "digest": digest}


def main() -> None:
    """Run each engine that is not left out, one after the other, and keep the result."""
    given = arguments(__doc__, peers=True)
    data = prepared(given)
    limit = LIMIT * max(1.0, given.triples / 1_500_000)
    rows: list[Row] = []
    for shapes in SETS:
        for name, command in commands(data, shapes, given.without).items():
            found = _told(measured(command, limit))
            rows.append({"shapes": shapes, "engine": name, **found})
            print(rows[-1], flush=True)
            record("validation", given.triples, rows)


if __name__ == "__main__":
    main()

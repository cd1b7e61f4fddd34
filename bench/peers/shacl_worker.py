"""One validation by one engine, in a process of its own: ``shacl_worker ENGINE DATA SHAPES``.

It prints the seconds that loading the data took and those that validating took, then a line for
each result: focus node and constraint component. ``store`` is ours over a data directory, as
``kg validate`` runs it, and ``library`` the same by all shipped shapes, whatever shapes are given.
All others read N-Triples.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import rdflib
from rdflib import SH

from kg.shacl import Report

AS_OF: Final = datetime(2026, 11, 1, tzinfo=UTC)

Lines = Iterable[str]
Engine = Callable[[Path, Path], tuple[float, Callable[[], Lines]]]
"""Loads data, and gives the seconds of that and what validates it."""


def _store(data: Path, shapes: Path) -> tuple[float, Callable[[], Lines]]:
    from kg.app import KnowledgeGraph
    from kg.app.compliance import judge
    from kg.shacl import load_shapes

    started = time.perf_counter()
    graph = KnowledgeGraph.open(data)
    return _since(started), lambda: _told(judge(graph, load_shapes(shapes), AS_OF))


def _library(data: Path, _shapes: Path) -> tuple[float, Callable[[], Lines]]:
    from kg.app import KnowledgeGraph
    from kg.app.compliance import all_shapes, judge

    started = time.perf_counter()
    graph = KnowledgeGraph.open(data)
    return _since(started), lambda: _told(judge(graph, all_shapes(None), AS_OF))


def _file(data: Path, shapes: Path) -> tuple[float, Callable[[], Lines]]:
    from kg.rdfio import read_quads
    from kg.shacl import load_shapes
    from kg.shacl.compiled.sources import ScratchSource
    from kg.shacl.compiled.validate import validate_source
    from kg.shacl.rdflib_bridge import triples_of

    started = time.perf_counter()
    known = load_shapes(shapes)
    source = ScratchSource((q.triple for q in read_quads(data)), triples_of(known.graph))
    return _since(started), lambda: _told(validate_source(source, known, AS_OF))


def _told(report: Report) -> Iterator[str]:
    assert not report.not_compiled
    for result in (*report.results, *report.upcoming):
        yield f"{result.focus} {result.component}"


def _pyshacl(data: Path, shapes: Path) -> tuple[float, Callable[[], Lines]]:
    import pyshacl

    started = time.perf_counter()
    graph = rdflib.Graph().parse(data, format="nt")
    asked = rdflib.Graph().parse(shapes, format="nt")

    def validate() -> Lines:
        report = pyshacl.validate(graph, shacl_graph=asked, inplace=True, advanced=False)[1]
        return _of_graph(report)

    return _since(started), validate


def _pyshifty(data: Path, shapes: Path) -> tuple[float, Callable[[], Lines]]:
    """Its own loading is part of its validation."""
    import shifty

    def validate() -> Lines:
        found = shifty.validate(str(data), str(shapes), infer=False, sort_results=False)
        return _of_graph(found[1])

    return 0.0, validate


def _of_graph(report: rdflib.Graph) -> Iterator[str]:
    for node in report.objects(None, SH.result):
        focus, component = report.value(node, SH.focusNode), SH.sourceConstraintComponent
        yield f"<{focus}> <{report.value(node, component)}>"


def _pyrudof(data: Path, shapes: Path) -> tuple[float, Callable[[], Lines]]:
    import pyrudof

    started = time.perf_counter()
    rudof = pyrudof.Rudof(pyrudof.RudofConfig())
    rudof.read_data(str(data), pyrudof.RDFFormat.NTriples)
    rudof.read_shacl(str(shapes), pyrudof.ShaclFormat.NTriples)
    return _since(started), lambda: (
        f"<{entry.focus_node.strip('<>')}> <{entry.constraint_component.strip('<>')}>"
        for entry in rudof.validate_shacl()
    )


ENGINES: Final[Mapping[str, Engine]] = {
    "store": _store,
    "library": _library,
    "file": _file,
    "pyshacl": _pyshacl,
    "pyshifty": _pyshifty,
    "pyrudof": _pyrudof,
}


def _since(started: float) -> float:
    return time.perf_counter() - started


def main(engine: str, data: str, shapes: str) -> None:
    """Load, validate, and tell."""
    loading, validate = ENGINES[engine](Path(data), Path(shapes))
    started = time.perf_counter()
    found = list(validate())
    print(f"{loading}\t{_since(started)}")
    print("\n".join(found), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])

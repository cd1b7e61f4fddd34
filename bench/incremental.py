"""How soon after a change the report is current again, and what a full run would have taken.

``python -m bench.incremental [--triples N] [--folder .bench] [--without full] [--without day]``

The estate is that of bench/company.py. Each change is of one record, through a commit: ``seconds``
is from its beginning until the report is of its revision, ``following`` the part of it that the
report took, and ``first following`` that of the first change of a kind, for which texts are read
and made. In the end the report is compared with a full run; ``--without full`` leaves that out,
which takes long where there is much, and ``--without day`` what a day that passes takes.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path
from statistics import median

from bench import company, estate
from bench.arguments import Arguments, arguments
from bench.estate import Node
from bench.prepared import loaded
from bench.results import Row, record
from kg.app import KnowledgeGraph
from kg.app.live import bring_up, now
from kg.app.verify import report_differences
from kg.commit import Change, GraphChange, Replay
from kg.findings import LiveReport
from kg.model import Record
from kg.namespaces import ADMS, DCAT, DCT, MLG, PROV, RDF, STATUS_BASE, XSD
from kg.shacl import Report
from kg.terms import Literal, NamedNode, Triple

CHANGES = 40
"""Changes of each kind."""

DAYS = 7
"""Days that pass after the first."""


def prepared(given: Arguments) -> Path:
    """The data directory of a size, made where it is not there."""

    def write(file: Path) -> None:
        described = company.nodes(company.records(given.triples))
        estate.write_nodes(file, filter(_enters, described))

    return loaded(given.folder / f"incremental-{given.triples}", write)


def _enters(node: Node) -> bool:
    """Whether structure shapes let a node in: a run that ends before it begins is a fault."""
    return str(node.get("startedAt", "")) <= str(node.get("endedAt", "9"))


def changes(graph: KnowledgeGraph) -> dict[str, Callable[[NamedNode], tuple[Triple, ...]]]:
    """What a second source says of a thing, by the kind of change."""
    (origin,) = _some(graph, DCAT.Dataset, 1)
    return {
        "title of a dataset": lambda node: (Triple(node, DCT.title, Literal("Another title")),),
        "status of a version in use": lambda node: (
            Triple(node, ADMS.status, NamedNode(f"{STATUS_BASE}retired")),
        ),
        "end of a deployment": lambda node: (
            Triple(node, PROV.endedAtTime, Literal("2026-11-20T00:00:00Z", datatype=XSD.dateTime)),
        ),
        "dependency of a dataset": lambda node: (Triple(node, PROV.wasDerivedFrom, origin),),
    }


CLASSES = {
    "title of a dataset": DCAT.Dataset,
    "status of a version in use": MLG.ModelVersion,
    "end of a deployment": MLG.Deployment,
    "dependency of a dataset": DCAT.Dataset,
}


def _some(graph: KnowledgeGraph, cls: NamedNode, number: int) -> list[NamedNode]:
    found = {quad.subject for quad in graph.store.quads(None, RDF.type, cls, None)}
    named = sorted((node for node in found if isinstance(node, NamedNode)), key=str)
    return named[:: max(1, len(named) // number)][:number]


Took = tuple[float, float]
"""Seconds that passed, and those that processors worked in them."""


def _took(do: Callable[[], object]) -> Took:
    passed, worked = time.perf_counter(), time.process_time()
    do()
    return time.perf_counter() - passed, time.process_time() - worked


class Timed:
    """The report as a view, with the time that it took to follow."""

    def __init__(self, live: LiveReport) -> None:
        self._follow = live.follow
        self.took: list[Took] = []
        live.follow = self.follow  # type: ignore[method-assign]

    def follow(self, revision: int, changes: Sequence[GraphChange]) -> None:
        """Follow, and note how long it takes."""
        self.took.append(_took(lambda: self._follow(revision, changes)))


def measure(graph: KnowledgeGraph, without: Collection[str] = ()) -> Iterator[Row]:
    """The first report, changes of each kind, a day that passes, and a full run."""
    first = _took(lambda: bring_up(graph))
    live = bring_up(graph)
    assert live is not None
    yield {"what": "first report", **_row("seconds", [first])}
    timed = Timed(live)
    for what, said in changes(graph).items():
        timed.took.clear()
        whole = []
        for node in _some(graph, CLASSES[what], CHANGES):
            change = Change([Record("bench", node, frozenset(said(node)))])
            whole.append(_took(partial(graph.writer.commit, change, agent="bench")))
            assert live.revision == graph.revision
        first, later = timed.took[0], timed.took[1:]
        rows = {**_row("seconds", whole), **_row("following", later)}
        yield {"what": what, **rows, **_row("first following", [first])}
    yield _left_out("a day that passes") if "day" in without else _day(graph, live)
    yield _left_out("full run") if "full" in without else _full(graph, live)


def _day(graph: KnowledgeGraph, live: LiveReport) -> Row:
    begin = live.as_of or now()
    replay = Replay(graph.journal, graph.ontology)
    moments = [begin + timedelta(days=day) for day in range(1, DAYS + 2)]
    first, *later = [_took(partial(live.bring_up, replay, moment)) for moment in moments]
    rows = {**_row("seconds", later), **_row("following", later)}
    return {"what": "a day that passes", **rows, **_row("first following", [first])}


def _full(graph: KnowledgeGraph, live: LiveReport) -> Row:
    compared: list[tuple[Report, list[str]]] = []
    full = _took(lambda: compared.append(report_differences(graph, live)))
    report, differences = compared[0]
    found: Row = {"results": len(report.results), "differences": len(differences)}
    return {"what": "full run", **_row("seconds", [full]), **found}


def _left_out(what: str) -> Row:
    return {"what": what, "left out": True}


def _row(name: str, took: Sequence[Took]) -> Row:
    """The median of what passed and of the work, and the most work."""
    work = "work" if name == "seconds" else f"{name} work"
    return {
        name: median(passed for passed, _ in took),
        work: median(worked for _, worked in took),
        f"{work} worst": max(worked for _, worked in took),
    }


def main() -> None:
    """Measure at one size, and keep the result."""
    given = arguments(__doc__, parts=("day", "full"))
    with KnowledgeGraph.open(prepared(given)) as graph:
        rows = list(measure(graph, given.without))
    for row in rows:
        sys.stdout.write(f"{row}\n")
    record("incremental", given.triples, rows)


if __name__ == "__main__":
    main()

"""A graph in memory whose report is kept by some rules, for tests."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from admitting import Anything
from kept_results import Key, counted

from kg.app import KnowledgeGraph
from kg.assets import asset
from kg.commit import Change, Replay
from kg.connectors import native
from kg.findings import Finding, LiveReport, Wanted
from kg.findings.ahead import Ahead
from kg.findings.changes import MANY
from kg.model import Record
from kg.shacl import Report, load_shapes
from kg.shacl.affected import AskedShapes
from kg.shacl.engines import validate_store
from kg.store import EmbeddedStore
from kg.terms import NamedNode, Triple

START = datetime(2026, 6, 1, tzinfo=UTC)
STORY = Path(__file__).parents[1] / "compliance" / "story.yaml"
RULES = [
    f"https://w3id.org/mlg/rules/R{n}" for n in ("01", "03", "11", "16", "23", "26", "27", "32")
]

Said = dict[NamedNode, frozenset[Triple]]


@cache
def shapes(*left_out: str) -> AskedShapes:
    """Some rules that read lineage, time, derived facts and settings, and the structure shapes."""
    folders = (asset("shapes", "structure"), asset("shapes", "governance"))
    everything = load_shapes(*folders)
    structure = load_shapes(folders[0]).rules.keys()
    return AskedShapes(everything.only({*RULES, *structure} - set(left_out)))


@cache
def story() -> Said:
    """What the records of an estate say, by what they are about."""
    said: defaultdict[NamedNode, frozenset[Triple]] = defaultdict(frozenset)
    with KnowledgeGraph.in_memory(admission=Anything()) as graph:
        for batch in native.batches([STORY], names=graph.names):
            for record in batch.records:
                said[record.subject] |= record.triples
    return dict(said)


class Kept:
    """A graph in memory with the report that is kept of it."""

    def __init__(self) -> None:
        self.graph = KnowledgeGraph.in_memory(admission=Anything())
        self.shapes = shapes()
        self.as_of = START
        self.reopen()

    def reopen(self, many: int = MANY) -> None:
        """Let another process go on."""
        if self.graph.findings.made is not None:
            self.graph.findings.made.close()
        graph = self.graph
        self.live = LiveReport(
            graph.journal, graph.store, graph.index.at, lambda: self.shapes, graph.drain, many=many
        )
        graph.findings.made = self.live

    def put(self, said: Said, agent: str = "somebody") -> None:
        change = Change([Record("test", node, triples) for node, triples in said.items()])
        self.graph.writer.commit(change, agent=agent)

    def withdraw(self, node: NamedNode) -> None:
        self.graph.withdraw([node], source="test", agent="somebody")

    def bring_up(self) -> None:
        self.live.bring_up(Replay(self.graph.journal, self.graph.ontology), self.as_of)

    def bring_up_beside(self, meanwhile: Callable[[], object]) -> bool:
        """Bring it up by way of a copy, while something is done to the graph."""
        graph = self.graph
        situation = self.live.situation(Replay(graph.journal, graph.ontology))
        copy = EmbeddedStore.in_memory()
        copy.load(graph.store.quads(None, None, None, None), graph.revision)
        assert graph.listen is not None
        ahead = Ahead(self.live, situation, copy, graph.index.at(), graph.listen())
        meanwhile()
        ahead.ask(self.as_of)
        replay = Replay(graph.journal, graph.ontology)
        return ahead.finish(replay, self.as_of, graph.store, graph.index.at)

    def check(self) -> Report:
        """The report, which is the same as a full run."""
        report = self.live.report()
        graph = self.graph
        full = validate_store(graph.store, self.shapes.shapes, self.as_of, index=graph.index.at())
        assert found(report) == found(full)
        assert (report.revision, report.as_of) == (self.graph.revision, self.as_of)
        return report

    def open(self) -> list[Finding]:
        return list(self.live.ledger.findings(Wanted()))


def found(report: Report) -> Counter[Key]:
    return counted(report.results)

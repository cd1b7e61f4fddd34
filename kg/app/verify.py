"""Does everything that was worked out agree with what it was worked out from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from kg.app.graph import KnowledgeGraph
from kg.app.live import bring_up
from kg.commit import Replay
from kg.commit.entailment import entailed_quads
from kg.errors import Unsupported
from kg.findings import LiveReport
from kg.findings.encoding import encode
from kg.index import LineageIndex
from kg.iri import ENTAILED_SUFFIX, entailed_graph
from kg.journal import StoredRecord, to_quads
from kg.namespaces import ONTOLOGY_IRI
from kg.shacl import Report
from kg.shacl.engines import validate_store
from kg.store.scratch import normal_forms
from kg.terms import NamedNode, Quad, Triple

_RECORDS = 500


@dataclass(frozen=True)
class Verified:
    """What was compared, how much of it, and each thing that differs, in words."""

    results: int
    records: int
    differences: tuple[str, ...]


def verify(graph: KnowledgeGraph, as_of: datetime | None = None) -> Verified:
    """Compare the live report with a full run, and store and index with the journal.

    Linear in the graph. Raises :class:`kg.errors.Unsupported` beside a server.
    """
    with graph.committer.exclusive():
        live = bring_up(graph, as_of) or bring_up(graph)
        if live is None:
            raise Unsupported("the report that is kept is of an instant still to come")
        report, differences = report_differences(graph, live)
        records, found = _store_differences(graph)
        differences += found
        differences += _index_differences(graph)
    return Verified(len(report.results), records, tuple(differences))


def report_differences(graph: KnowledgeGraph, live: LiveReport) -> tuple[Report, list[str]]:
    """The report as it is kept, and where a full run of its shapes at its instant differs."""
    as_of = live.as_of
    if as_of is None:
        raise Unsupported("there is no report yet")
    kept = live.report()
    index = graph.index.at()
    full = validate_store(graph.store, live.shapes, as_of, graph.revision, index=index)
    missing, extra = _counted(full) - _counted(kept), _counted(kept) - _counted(full)
    told = {encode(result): result for result in (*full.results, *kept.results)}
    return kept, [
        f"the report {word}: {told[text].focus}: {told[text].message}"
        for word, texts in (("lacks", missing), ("has too much", extra))
        for text in sorted(texts.elements())
    ]


def _counted(report: Report) -> Counter[str]:
    return Counter(encode(result) for result in report.results)


def _store_differences(graph: KnowledgeGraph) -> tuple[int, list[str]]:
    """Whether each graph of the store is its record, and what the ontology entails from it."""
    store, journal = graph.store, graph.journal
    differences = []
    if store.revision() != journal.revision():
        at = f"{store.revision()}, the journal at {journal.revision()}"
        differences.append(f"the store is at revision {at}")
    known: set[NamedNode] = {NamedNode(ONTOLOGY_IRI)}
    records = 0
    left = journal.all_records()
    while chunk := list(islice(left, _RECORDS)):
        records += len(chunk)
        known |= {record.graph for record in chunk}
        known |= {entailed_graph(record.graph) for record in chunk}
        differences += _record_differences(graph, chunk)
    differences += [f"no record: {name.value}" for name in store.graphs() if name not in known]
    return records, differences


def _record_differences(graph: KnowledgeGraph, records: list[StoredRecord]) -> Iterator[str]:
    wanted: set[Quad] = set()
    for record in records:
        asserted = to_quads(record.triples, record.graph)
        wanted |= {*asserted, *entailed_quads(asserted, record.graph, graph.ontology)}
    ordered = list(wanted)
    normal = normal_forms([quad.triple for quad in ordered])
    stored: dict[object, set[Triple]] = {}
    for quad, triple in zip(ordered, normal, strict=True):
        stored.setdefault(quad.graph_name, set()).add(triple)
    for record in records:
        for name in (record.graph, entailed_graph(record.graph)):
            held = {quad.triple for quad in graph.store.quads(None, None, None, name)}
            if held != stored.get(name, set()):
                what = "what follows from" if name.value.endswith(ENTAILED_SUFFIX) else "the record"
                yield f"{what} {record.graph.value} is another in the store"


def _index_differences(graph: KnowledgeGraph) -> list[str]:
    """Whether the lineage index holds what one made anew from the patches does."""
    kept = graph.index.at()
    if kept is None:
        return []
    anew = LineageIndex(graph.ontology)
    anew.rebuild(Replay(graph.journal, graph.ontology))
    made = anew.at()
    if (kept.revision, kept.digest) != (made.revision, made.digest):
        return [f"the lineage index is at revision {kept.revision}, the journal at {made.revision}"]
    return [
        f"the lineage index tells otherwise what {subject.value} depends on"
        for subject in graph.journal.subjects()
        if set(kept.edges(subject, "up")) != set(made.edges(subject, "up"))
        or kept.assets(subject) != made.assets(subject)
        or Counter(kept.described(subject)) != Counter(made.described(subject))
    ]

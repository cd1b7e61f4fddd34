"""What is let in conforms by pySHACL, what is held does not, and there is nothing else."""

from __future__ import annotations

from collections import defaultdict
from functools import cache

from described import node
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.app import KnowledgeGraph
from kg.assets import asset
from kg.model import Batch, Description, Record
from kg.namespaces import ADMS, DCAT, DCT, DQV, MLG, PROV, RDF, STATUS_BASE
from kg.shacl import Shapes, load_shapes
from kg.shacl.rdflib_bridge import to_graph, to_rdflib
from kg.shacl.reference import validate
from kg.terms import Literal, NamedNode, RdfFormat, Triple, parse

_XSD = "http://www.w3.org/2001/XMLSchema#"
_THINGS = ("model:t/a", "model-version:t/a/1", "run:t/r", "deployment:t/d", "measurement:t/m")
_CLASSES = (
    MLG.Model,
    MLG.ModelVersion,
    MLG.Run,
    MLG.Deployment,
    MLG.Evaluation,
    MLG.Cell,
    DQV.QualityMeasurement,
)
_LINKS = (
    DCAT.isVersionOf,
    MLG.deploys,
    MLG.servedBy,
    MLG.evaluates,
    MLG.executes,
    MLG.ownedBy,
    MLG.cellOf,
    PROV.used,
    PROV.wasGeneratedBy,
    PROV.qualifiedUsage,
    PROV.entity,
    DQV.isMeasurementOf,
)
_TEXTS = (DCAT.version, DCT.title, MLG.contentId, DQV.value, PROV.used)
_TIMES = (PROV.startedAtTime, PROV.endedAtTime, PROV.atTime, MLG.sunsetDate)
_LITERALS = (
    Literal(""),
    Literal("1"),
    Literal(2),
    Literal("2026-01-01T00:00:00Z", datatype=NamedNode(_XSD + "dateTime")),
    Literal("2026-01-02T00:00:00Z", datatype=NamedNode(_XSD + "dateTime")),
    Literal("2026-01-02", datatype=NamedNode(_XSD + "date")),
)
_STATUS = (NamedNode(STATUS_BASE + "active"), NamedNode(STATUS_BASE + "odd"))

_statements = st.one_of(
    st.tuples(st.just(RDF.type), st.sampled_from(_CLASSES)),
    st.tuples(st.sampled_from(_LINKS), st.sampled_from(_THINGS)),
    st.tuples(st.sampled_from(_TEXTS + _TIMES), st.sampled_from(_LITERALS)),
    st.tuples(st.just(ADMS.status), st.sampled_from(_STATUS)),
)
_about = st.tuples(st.sampled_from(_THINGS), _statements)
_records = st.tuples(
    st.sampled_from(_THINGS),
    st.lists(_statements, min_size=1, max_size=6),
    st.lists(_about, max_size=3),  # what it says of other things
)


@cache
def structure() -> Shapes:
    return load_shapes(asset("shapes", "structure"))


def record(graph: KnowledgeGraph, drawn: tuple) -> Record:
    """A record of random statements."""
    thing, own, others = drawn
    described = Description("curated", node(graph, thing))
    for about, (predicate, value) in [(thing, statement) for statement in own] + others:
        object_ = node(graph, value) if isinstance(value, str) else value
        described.extend([Triple(node(graph, about), predicate, object_)])
    return described.record()


class Oracle:
    """Judges records by pySHACL, one by one, from nothing but what is said."""

    def __init__(self, graph: KnowledgeGraph, before: dict, batch: dict) -> None:
        """``before`` and ``batch`` are the statements of each record by its graph."""
        self._ontology = graph.ontology
        self._batch = batch
        self._before = {name: said for name, said in before.items() if name not in batch}

    def violates(self, said: frozenset[Triple]) -> bool:
        """Whether pySHACL finds a violation in a node that a record states something of."""
        described = {triple.subject for triple in said}
        known = {*said, *self._ontology.entail(said)}
        known |= {t for o in {t.object for t in said} - described for t in self._types(o)}
        mine = {
            t
            for t in known
            if t.subject in described or t.predicate == RDF.type or t.object in described
        }
        found = validate(to_graph(mine), structure()).results
        focus = {to_rdflib(term) for term in described}
        return any(to_rdflib(r.focus) in focus and r.level == "Violation" for r in found)

    def _types(self, thing: object) -> set[Triple]:
        for graphs in (self._batch, self._before):
            describing = [s for s in graphs.values() if any(t.subject == thing for t in s)]
            if describing:
                whole = {t for said in describing for t in (*said, *self._ontology.entail(said))}
                return {t for t in whole if t.subject == thing and t.predicate == RDF.type}
        return set()


@settings(max_examples=40, deadline=None)
@given(st.lists(_records, max_size=4), st.lists(_records, min_size=1, max_size=6))
def test_what_is_let_in_conforms_and_what_is_held_does_not(first: list, second: list) -> None:
    """Records of two batches; the second is judged with what the first left in the graph."""
    with KnowledgeGraph.in_memory() as graph:
        graph.ingest([Batch([record(graph, drawn) for drawn in first])])
        before = _present(graph)
        sent: defaultdict[str, frozenset[Triple]] = defaultdict(frozenset)
        for drawn in second:
            one = record(graph, drawn)
            sent[graph.names.graph("curated", one.subject).value] |= one.triples
        report = graph.ingest([Batch([record(graph, drawn) for drawn in second])])
        entries = graph.journal.quarantine.find([one.id for one in report.quarantined])
        held = {entry.refused.record.graph.value for entry in entries.values()}
        after = _present(graph)

        changed = {name for name, said in sent.items() if before.get(name) != said}
        assert held <= changed
        for name, said in sent.items():
            assert after.get(name) == (before.get(name) if name in held else said)
        oracle = Oracle(graph, before, {name: sent[name] for name in changed})
        wrong = {name for name in changed if oracle.violates(sent[name])}
        assert wrong == held


def _present(graph: KnowledgeGraph) -> dict[str, frozenset[Triple]]:
    found = {}
    for stored in graph.journal.all_records():
        text = "".join(f"{triple} .\n" for triple in stored.triples)
        found[stored.graph.value] = frozenset(_parsed(text))
    return found


def _parsed(text: str) -> list[Triple]:
    return [quad.triple for quad in parse(text, format=RdfFormat.N_TRIPLES)]

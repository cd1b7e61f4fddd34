"""Evidence of a deployment: everything it rests on and was decided by, with what was found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from kg import __version__
from kg.app.compliance import chosen_shapes
from kg.app.graph import KnowledgeGraph
from kg.app.reports import report
from kg.assets import asset
from kg.compliance import Overview, render
from kg.compliance.as_turtle import report_triples
from kg.compliance.findings import instant_text
from kg.compliance.selection import Selection
from kg.errors import InputError
from kg.evidence import Manifest, SigningKey, canonical_nquads, sign
from kg.journal import to_quads
from kg.lineage import Direction
from kg.namespaces import MLG, RDF
from kg.shacl import Shapes
from kg.shacl.rdflib_bridge import triples_of
from kg.sparql.catalog import read_query
from kg.terms import DefaultGraph, NamedNode, Quad, Triple

_RELATED = ("queries", "evidence", "related.rq")


def package(
    graph: KnowledgeGraph, deployment: NamedNode, key: SigningKey, as_of: datetime | None = None
) -> dict[str, bytes]:
    """The files of the signed package; the same for the same revision, instant and key.

    ``closure.nq`` holds the records to the letter, each in its graph; ``report.*`` what was found
    of them at the instant; ``shapes.nq`` the rules. Costs a validation of the graph, and a query
    for each thing in the closure. Raises :class:`InputError` for what is no deployment.
    """
    if not any(graph.store.quads(deployment, RDF.type, MLG.Deployment, None)):
        raise InputError(f"{graph.names.short(deployment)} is not a deployment")
    moment = as_of or datetime.now(UTC).replace(microsecond=0)
    with graph.committer.exclusive():
        things, reasons = _closure(graph, deployment)
        shapes = chosen_shapes(graph.data)
        found = report(graph, Selection(things=frozenset(things)), as_of=moment)
        records = {thing: list(_records(graph, thing)) for thing in things}
    files = {
        "closure.nq": canonical_nquads(quad for quads in records.values() for quad in quads),
        "report.nq": canonical_nquads(_in_default_graph(report_triples(found.report))),
        "report.json": render(found, "json", graph.names).encode(),
        "report.html": render(found, "html", graph.names).encode(),
        "shapes.nq": canonical_nquads(_in_default_graph(triples_of(shapes.graph))),
    }
    silent = tuple(thing.value for thing, quads in records.items() if not quads)
    manifest = _manifest(graph, deployment, found, (*reasons, *found.reasons), silent, shapes)
    return sign(manifest, files, key)


def _manifest(
    graph: KnowledgeGraph,
    deployment: NamedNode,
    found: Overview,
    reasons: tuple[str, ...],
    undescribed: tuple[str, ...],
    shapes: Shapes,
) -> Manifest:
    return Manifest(
        deployment=deployment.value,
        base=graph.names.base,
        revision=found.report.revision or 0,
        as_of=instant_text(found.report.as_of) or "",
        complete=not reasons,
        reasons=reasons,
        undescribed=undescribed,
        rules=tuple(sorted(shapes.rules)),
        ontology=graph.ontology.digest,
        product=__version__,
    )


def _closure(
    graph: KnowledgeGraph, deployment: NamedNode
) -> tuple[list[NamedNode], tuple[str, ...]]:
    """Everything that belongs to the evidence, in order; with why the walk ended early, if so."""
    lineage = graph.lineage.lineage(deployment, Direction.UP)
    related = read_query(asset(*_RELATED), "evidence/related")
    seen = {deployment, *(node.iri for node in lineage.nodes)}
    todo = list(seen)
    while todo:
        text = related.bind({"thing": todo.pop()})
        found = [row[0] for row in graph.store.query(text)]  # type: ignore[union-attr]
        fresh = [node for node in found if isinstance(node, NamedNode) and node not in seen]
        seen.update(fresh)
        todo.extend(fresh)
    reasons = () if lineage.complete else (lineage.reason or "the lineage was cut",)
    return sorted(seen, key=lambda node: node.value), reasons


def _records(graph: KnowledgeGraph, thing: NamedNode) -> Iterator[Quad]:
    for record in graph.journal.records_of(thing):
        yield from to_quads(record.triples, record.graph)


def _in_default_graph(triples: Iterable[Triple]) -> Iterator[Quad]:
    for triple in triples:
        yield Quad(triple.subject, triple.predicate, triple.object, DefaultGraph())

"""Records of the tests, sane and not."""

from __future__ import annotations

from kg.app import KnowledgeGraph
from kg.model import Batch, Description, Record
from kg.namespaces import DCAT, DCT, MLG
from kg.terms import Literal, NamedNode

ASSET = "model:t/m"


def node(graph: KnowledgeGraph, short: str) -> NamedNode:
    """The IRI of a short form."""
    return graph.names.parse(short)


def version(
    graph: KnowledgeGraph,
    label: str = "1",
    *,
    of: tuple[str, ...] = (ASSET,),
    source: str = "curated",
    title: str = "",
) -> Record:
    """A model version; sane when it is of one asset."""
    described = Description(source, node(graph, f"model-version:t/m/{label}")).a(MLG.ModelVersion)
    described.add(DCAT.isVersionOf, *(node(graph, asset) for asset in of))
    return described.add(DCAT.version, Literal(label)).add(DCT.title, title).record()


def deployment(graph: KnowledgeGraph, deploys: str, source: str = "curated") -> Record:
    """A deployment of something by one service."""
    described = Description(source, node(graph, "deployment:t/d")).a(MLG.Deployment)
    described.add(MLG.deploys, node(graph, deploys))
    return described.add(MLG.servedBy, node(graph, "service:t/s")).record()


def typed(graph: KnowledgeGraph, short: str, cls: NamedNode, source: str = "curated") -> Record:
    """A record that states a class and nothing else."""
    return Description(source, node(graph, short)).a(cls).record()


def put(graph: KnowledgeGraph, *records: Record, source: str = "curated", **options: bool) -> set:
    """Ingest records in one batch; the short forms of those that are quarantined."""
    report = graph.ingest([Batch(list(records))], source=source, **options)
    assert report.rejections == []
    return {one.record for one in report.quarantined}


def present(graph: KnowledgeGraph) -> set[str]:
    """The short forms of everything that is described in the graph."""
    return {graph.names.short(subject) for subject in graph.journal.subjects()}

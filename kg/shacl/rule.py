"""A rule: a root node shape together with what it says about itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import rdflib
from rdflib import DCTERMS, OWL, RDF, RDFS, SH, SKOS

from kg.namespaces import PREFIXES
from kg.shacl.rdflib_bridge import Node

_MLG = rdflib.Namespace(PREFIXES["mlg"])
_TARGETS = (SH.targetClass, SH.targetNode, SH.targetSubjectsOf, SH.targetObjectsOf)
_NESTING = (SH.property, SH.node, SH["not"], SH.qualifiedValueShape)
_LISTS = (SH["and"], SH["or"], SH.xone)


@dataclass(frozen=True)
class Source:
    """A text that a rule rests on; ``replaced_by`` names the one that has taken its place."""

    iri: str
    title: str
    replaced_by: str | None = None


@dataclass(frozen=True)
class Rule:
    """The metadata of a shape; empty where the shape states none.

    ``effective_from`` is the date (ISO 8601) from which its sources bind; ``severity`` is that
    of the root shape, and single results may be milder. ``evidence`` is the text of a SELECT
    that shows why a result holds, for a given ``$this`` and ``$value``. ``label`` is the kind of
    label (IRI) that it reads, if it reads any.
    """

    iri: str
    name: str
    title: str
    definition: str = ""
    severity: str = "Violation"
    remedy: str = ""
    sources: tuple[Source, ...] = ()
    effective_from: str | None = None
    risk_levels: tuple[str, ...] = ()
    version: str = ""
    evidence: str = ""
    label: str = ""
    waivable: bool = True

    def applies_at(self, moment: datetime) -> bool:
        """Whether its sources bind on the day (UTC) of an instant; they do where none is told."""
        day = moment.astimezone(UTC).date().isoformat()
        return self.effective_from is None or self.effective_from <= day


def read_rule(graph: rdflib.Graph, shape: rdflib.URIRef) -> Rule:
    """The rule that a root shape states."""
    name = re.split(r"[/#]", str(shape).rstrip("/#"))[-1]
    severity = graph.value(shape, SH.severity) or SH.Violation
    return Rule(
        iri=str(shape),
        name=name,
        title=_text(graph, shape, RDFS.label) or name,
        definition=_text(graph, shape, SKOS.definition),
        severity=str(severity).removeprefix(PREFIXES["sh"]),
        remedy=_text(graph, shape, _MLG.remedy),
        sources=tuple(
            _source(graph, s) for s in sorted(graph.objects(shape, DCTERMS.source), key=str)
        ),
        effective_from=_text(graph, shape, _MLG.effectiveFrom) or None,
        risk_levels=tuple(sorted(map(str, graph.objects(shape, _MLG.appliesToRiskLevel)))),
        version=_text(graph, shape, OWL.versionInfo),
        evidence=_text(graph, shape, _MLG.evidenceQuery).strip(),
        label=_text(graph, shape, _MLG.readsLabel),
        waivable=_text(graph, shape, _MLG.nonWaivable) not in ("true", "1"),
    )


def _source(graph: rdflib.Graph, node: Node) -> Source:
    successor = graph.value(node, DCTERMS.isReplacedBy)
    title = _text(graph, node, DCTERMS.bibliographicCitation) or str(node)
    replaced_by = None
    if successor is not None:
        replaced_by = _text(graph, successor, DCTERMS.bibliographicCitation) or str(successor)
    return Source(str(node), title, replaced_by)


def _text(graph: rdflib.Graph, node: Node, predicate: rdflib.URIRef) -> str:
    """The first value in English or without a language, else any; empty when there is none."""
    values = sorted(graph.objects(node, predicate), key=str)
    best = [v for v in values if getattr(v, "language", None) in (None, "en")]
    return next((str(value) for value in (*best, *values)), "")


def root_shapes(graph: rdflib.Graph) -> list[rdflib.URIRef]:
    """Named shapes that stand for themselves: with a target or a type, part of no other."""
    shapes = set(graph.subjects(RDF.type, SH.NodeShape))
    for predicate in _TARGETS:
        shapes.update(graph.subjects(predicate, None))
    nested = {part for shape in shapes for part in parts(graph, shape) if part != shape}
    return sorted(s for s in shapes - nested if isinstance(s, rdflib.URIRef))


def parts(graph: rdflib.Graph, shape: Node) -> set[Node]:
    """A shape and everything that belongs to it: nested shapes and those ``dct:isPartOf`` it."""
    seen: set[Node] = set()
    todo: list[Node] = [shape]
    while todo:
        node = todo.pop()
        if node not in seen:
            seen.add(node)
            todo.extend(_direct_parts(graph, node))
    return seen


def _direct_parts(graph: rdflib.Graph, shape: Node) -> Iterator[Node]:
    yield from graph.subjects(DCTERMS.isPartOf, shape)
    for predicate in _NESTING:
        for part in graph.objects(shape, predicate):
            if predicate != SH.node or isinstance(part, rdflib.BNode):
                yield part
    for predicate in _LISTS:
        for head in graph.objects(shape, predicate):
            yield from graph.items(head)

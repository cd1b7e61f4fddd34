"""Why a result holds: the way by which a thing depends on what the result is about."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from kg.compliance.findings import printable, show
from kg.index import Edge
from kg.iri import Names
from kg.lineage import LineageService, PathAnswer
from kg.namespaces import DCAT, compact
from kg.shacl import Result
from kg.terms import NamedNode


@dataclass(frozen=True)
class Step:
    """A thing on the way; ``relation`` is how it depends on the next, as ``source`` says.

    Both are empty for the last; between a version and its asset nobody needs to say so.
    """

    node: str
    iri: str
    title: str
    relation: str = ""
    source: str = ""


def evidence_path(result: Result, lineage: LineageService, names: Names) -> tuple[Step, ...]:
    """A shortest way from the one up to the other of focus node and value; empty for none.

    It begins at that which depends on the other. Costs as much as the closure between them.
    """
    focus, value = result.focus, result.value
    if not isinstance(focus, NamedNode) or not isinstance(value, NamedNode) or focus == value:
        return ()
    for start, end in ((value, focus), (focus, value)):
        answer = lineage.path(start, end)
        if answer.direction == "down":
            return _steps(answer, names)
    return ()


def _steps(answer: PathAnswer, names: Names) -> tuple[Step, ...]:
    nodes = list(reversed(answer.nodes))
    edges = {(edge.source, edge.target): edge for edge in answer.edges}
    ways = [_way(edges.get((node.iri, after.iri)), names) for node, after in pairwise(nodes)]
    return tuple(
        Step(show(node.iri, names), node.iri.value, printable(node.title or ""), *way)
        for node, way in zip(nodes, [*ways, ("", "")], strict=True)
    )


def _way(edge: Edge | None, names: Names) -> tuple[str, str]:
    """The relation and who says so; lineage passes between a version and its asset without one."""
    if edge is None:
        return compact(DCAT.isVersionOf.value), ""
    return compact(edge.relation.value), names.source(edge.graph) or edge.graph.value

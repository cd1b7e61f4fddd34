"""One step of lineage, with the relation and the record graph that says so."""

from __future__ import annotations

from dataclasses import dataclass

from kg.iri import Names
from kg.namespaces import compact
from kg.terms import NamedNode


@dataclass(frozen=True)
class Edge:
    """``source`` depends on ``target`` by ``relation``, as ``graph`` asserts."""

    source: NamedNode
    target: NamedNode
    relation: NamedNode
    graph: NamedNode

    def to_json(self, names: Names) -> dict[str, str]:
        """The edge with ids in short form."""
        return {
            "from": names.short(self.source),
            "to": names.short(self.target),
            "relation": compact(self.relation.value),
            "graph": self.graph.value,
        }

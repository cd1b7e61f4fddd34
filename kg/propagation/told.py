"""What one thing carries, as people ask: each label with its origin and the way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from kg.iri import Names
from kg.namespaces import MLG, compact
from kg.propagation.derived import DerivedGraph
from kg.propagation.facts import Fact, Key
from kg.propagation.steps import Node
from kg.store import DERIVED_GRAPH, EmbeddedStore
from kg.terms import NamedNode


@dataclass(frozen=True)
class Carried:
    """A fact about a thing: the kind of label by its concept, the label, and how it comes there.

    ``way`` leads from the thing to the origin, both included; ``unpinned`` and ``weakened`` are
    numbers of steps on it.
    """

    kind: NamedNode
    label: Node
    origin: Node
    unpinned: int
    weakened: int
    way: tuple[Node, ...]

    @property
    def kind_name(self) -> str:
        """The kind in short, such as ``personal-data``."""
        return self.kind.value.rpartition("/")[2]

    def to_json(self, names: Names) -> dict[str, Any]:
        """The fact as the command line and HTTP give it."""
        return {
            "kind": self.kind_name,
            "label": compact(self.label.value),
            "origin": names.short(self.origin),
            "distance": len(self.way) - 1,
            "unpinned": self.unpinned,
            "weakened": self.weakened,
            "way": [names.short(thing) for thing in self.way],
        }


def carried_by(store: EmbeddedStore, thing: NamedNode) -> list[Carried]:
    """All that a thing carries, by kind and label, the nearest origin first.

    Costs some look-ups for each step of each way. The facts are those that stand in the store.
    """
    graph = DerivedGraph(store)
    found = [_told(store, thing, key, fact) for key, fact in graph.facts(thing).items()]
    return sorted(
        found, key=lambda c: (c.kind.value, str(c.label), c.weakened, len(c.way), str(c.origin))
    )


def _told(store: EmbeddedStore, thing: NamedNode, key: Key, fact: Fact) -> Carried:
    way = (thing, *_way(store, fact.via))
    return Carried(key.kind.concept, key.label, fact.origin, fact.unpinned, fact.weakened, way)


def _way(store: EmbeddedStore, via: str) -> list[Node]:
    """The things on the way from the one whose evidence has a name."""
    found: list[Node] = []
    evidence = NamedNode(via) if via else None
    while evidence is not None:
        carriers = store.quads(None, MLG.qualifiedCarriage, evidence, DERIVED_GRAPH)
        found += [quad.subject for quad in carriers if isinstance(quad.subject, Node)]
        after = store.quads(evidence, MLG.carriedVia, None, DERIVED_GRAPH)
        evidence = next((q.object for q in after if isinstance(q.object, NamedNode)), None)
    return found

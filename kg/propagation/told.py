"""What one thing carries, as people ask: each label with its origin and the way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from kg.iri import Names
from kg.namespaces import compact
from kg.propagation.derived import DerivedGraph
from kg.propagation.facts import Fact, Key, carriage
from kg.propagation.kinds import MAY_MEAN, Kind, kinds
from kg.propagation.steps import UNPINNED, WEAKENED, Node, cost
from kg.store import EmbeddedStore
from kg.terms import NamedNode

_Found = tuple[Key, Fact]


@dataclass(frozen=True)
class Carried:
    """A fact about a thing: the kind of label by its concept, the label, and how it comes there.

    ``way`` leads from the thing to the origin, both included; ``unpinned`` and ``weakened`` are
    numbers of steps on it, and ``costs`` what is left of its cost at each thing.
    """

    kind: NamedNode
    label: Node
    origin: Node
    unpinned: int
    weakened: int
    way: tuple[Node, ...]
    costs: tuple[int, ...]

    @property
    def flow(self) -> NamedNode:
        """The relation of those of its steps that are not unpinned."""
        return next(flow for flow in kinds()[self.kind].flows if flow != MAY_MEAN)

    @property
    def marks(self) -> tuple[str, ...]:
        """How each step of the way is marked: ``unpinned``, ``weakened``, or not (empty)."""
        return tuple(_mark(before - after) for before, after in pairwise(self.costs))

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
    found = [_told(graph, thing, key, fact) for key, fact in graph.facts(thing).items()]
    return sorted(
        found, key=lambda c: (c.kind.value, str(c.label), c.weakened, len(c.way), str(c.origin))
    )


def carried_about(
    graph: DerivedGraph, thing: NamedNode, kind: NamedNode, about: Node, *, of_itself: bool = True
) -> Carried | None:
    """The best of the facts of a kind that a thing carries whose label or origin is a node.

    With ``of_itself`` false, what the thing states does not count, only what comes to it from
    the things that it was made of. Costs some look-ups for each of these and each step of the way,
    and for each fact of the kind where the node is the origin of a label that is another term; what
    the graph has looked up already costs nothing.
    """
    known = kinds().get(kind)
    if known is None:
        return None
    search = _facts if of_itself else _incoming
    found = min(search(graph, thing, known, about), key=_best, default=None)
    return None if found is None else _told(graph, thing, *found)


def _facts(graph: DerivedGraph, thing: Node, kind: Kind, about: Node) -> Iterable[_Found]:
    """The facts of a kind whose label or origin is a node; most are found by their key."""
    keys = (Key(kind, about, None), Key(kind, kind.concept, about))
    named = [(key, fact) for key in keys if (fact := graph.fact(thing, key)) is not None]
    found = named or graph.facts(thing, kind).items()
    return ((key, fact) for key, fact in found if about in (key.label, fact.origin))


def _incoming(graph: DerivedGraph, thing: Node, kind: Kind, about: Node) -> Iterator[_Found]:
    """The facts that a thing would have by each of its steps alone."""
    for (flow, source), effect in graph.steps(thing).items():
        paid = cost(kind, flow, effect) if flow in kind.flows else None
        if paid is not None:
            for key, fact in _facts(graph, source, kind, about):
                yield key, Fact(fact.cost + paid, carriage(source, key), fact.origin)


def _best(found: _Found) -> tuple[int, str]:
    _, fact = found
    return fact.cost, fact.via


def _told(graph: DerivedGraph, thing: Node, key: Key, fact: Fact) -> Carried:
    way, costs = [thing], [fact.cost]
    for passed, left in graph.onward(key, fact):
        way.append(passed)
        costs.append(left.cost)
    told = (key.kind.concept, key.label, fact.origin, fact.unpinned, fact.weakened)
    return Carried(*told, tuple(way), tuple(costs))


def _mark(step: int) -> str:
    if step >= WEAKENED:
        return "weakened"
    return "unpinned" if step >= UNPINNED else ""

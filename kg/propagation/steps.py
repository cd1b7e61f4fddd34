"""One step by which labels flow, and how steps stand in the derived graph.

``x mlg:carriesFrom y`` (and likewise along the other flows) says that ``x`` may carry what ``y``
carries. Few steps keep something back; those have a node of their own that says what.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from hashlib import blake2b
from typing import Final, NamedTuple

from kg.namespaces import MLG, ONTOLOGY_IRI
from kg.propagation.kinds import CARRIES_FROM, MAY_MEAN, Kind
from kg.terms import BlankNode, NamedNode, Triple

Node = NamedNode | BlankNode

LENGTH: Final = 1
UNPINNED: Final = 1 << 20
WEAKENED: Final = 1 << 40
"""What a step costs: one, and more where it is unpinned or weakens. Sums keep the three apart."""

Step = tuple[NamedNode, Node]
"""The flow, and the thing that a label may come from."""


class Effect(NamedTuple):
    """The concepts of the kinds of labels that a step stops, and of those that it weakens."""

    stops: frozenset[NamedNode] = frozenset()
    weakens: frozenset[NamedNode] = frozenset()


NO_EFFECT: Final = Effect()

Steps = dict[Step, Effect]
"""The steps that lead up from one thing."""


class Amendment(NamedTuple):
    """What becomes of a step; ``None`` where it was not there, or is not there any more."""

    before: Effect | None
    after: Effect | None


Amendments = Mapping[Step, Amendment]
"""What becomes of some of the steps that lead up from one thing."""


class Measures(NamedTuple):
    """What each technical measure stops and weakens."""

    stops: Mapping[Node, frozenset[NamedNode]]
    weakens: Mapping[Node, frozenset[NamedNode]]


def effect_of(ways: Iterable[Iterable[Node]], measures: Measures) -> Effect:
    """The effect of a step that was taken by several ways, each with the measures taken on it.

    A kind is stopped where every way stops it, and weakened where each that does not stop it
    weakens it.
    """
    each = [_on_one_way(taken, measures) for taken in ways]
    stops = frozenset.intersection(*(way.stops for way in each))
    held = frozenset.intersection(*(way.stops | way.weakens for way in each))
    return Effect(stops, held - stops)


def _on_one_way(taken: Iterable[Node], measures: Measures) -> Effect:
    none: frozenset[NamedNode] = frozenset()
    found = list(taken)
    stops = none.union(*(measures.stops.get(measure, none) for measure in found))
    return Effect(stops, none.union(*(measures.weakens.get(m, none) for m in found)))


def cost(kind: Kind, flow: NamedNode, effect: Effect) -> int | None:
    """What the step costs a label of a kind; ``None`` where it is stopped."""
    if kind.concept in effect.stops:
        return None
    found = LENGTH + (UNPINNED if flow == MAY_MEAN else 0)
    return found + (WEAKENED if kind.concept in effect.weakens else 0)


def step_triples(thing: Node, steps: Steps) -> Iterator[Triple]:
    """The steps that lead up from a thing, as they stand in the derived graph."""
    for (flow, source), effect in steps.items():
        yield Triple(thing, flow, source)
        if flow == CARRIES_FROM and effect != NO_EFFECT:
            node = altered_step(thing, source)
            yield Triple(thing, MLG.alteredStep, node)
            yield Triple(node, MLG.alteredFrom, source)
            yield from (Triple(node, MLG.stops, kind) for kind in effect.stops)
            yield from (Triple(node, MLG.weakens, kind) for kind in effect.weakens)


def altered_step(thing: Node, source: Node) -> NamedNode:
    """The node of a step that keeps something back."""
    digest = blake2b(f"{thing} {source}".encode(), digest_size=12).hexdigest()
    return NamedNode(f"{ONTOLOGY_IRI}/altered-step/{digest}")

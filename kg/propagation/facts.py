"""A fact: that a thing carries a label, from where and how surely; and how it stands in the graph.

Where a label is a term of another vocabulary there is one fact for it, of its nearest origin.
Where it is the concept of its kind itself, there is one for each origin. The evidence of a fact
has a name made of what it is about, so it is found without a search, and names that of the next
thing on the way: a fact costs five to eight triples however long the way is.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b
from typing import Final, NamedTuple

from kg.namespaces import MLG, ONTOLOGY_IRI
from kg.propagation.kinds import Kind, kinds_by_name
from kg.propagation.steps import UNPINNED, WEAKENED, Node
from kg.terms import Literal, NamedNode, Triple

_PREFIX: Final = f"{ONTOLOGY_IRI}/carriage/"
_MASK: Final = UNPINNED - 1

# A term is made anew each time that a namespace is asked for it.
_CARRIES: Final = MLG.carries
_QUALIFIED: Final = MLG.qualifiedCarriage
_LABEL: Final = MLG.carriedLabel
_ORIGIN: Final = MLG.carriedFrom
_DISTANCE: Final = MLG.distance
_VIA: Final = MLG.carriedVia
_UNPINNED_STEPS: Final = MLG.unpinnedSteps
_WEAKENED_STEPS: Final = MLG.weakenedSteps


class Key(NamedTuple):
    """What spreads by itself: a label of a kind, from any origin or from one alone."""

    kind: Kind
    label: Node
    origin: Node | None


class Fact(NamedTuple):
    """How a thing carries what a key names.

    ``cost`` is the sum of what the steps cost (see :mod:`kg.propagation.steps`), 0 for an
    origin; ``via`` the IRI of the evidence of the next thing on the way.
    """

    cost: int
    via: str
    origin: Node

    @property
    def distance(self) -> int:
        """The number of steps."""
        return self.cost & _MASK

    @property
    def unpinned(self) -> int:
        """The number of steps that are unpinned."""
        return (self.cost // UNPINNED) & _MASK

    @property
    def weakened(self) -> int:
        """The number of steps that weaken the label."""
        return self.cost // WEAKENED


def key_of(kind: Kind, label: Node, origin: Node) -> Key:
    """The key by which a label that an origin has spreads."""
    return Key(kind, label, origin if label == kind.concept else None)


def carriage(thing: Node, key: Key) -> str:
    """The IRI of the evidence that a thing carries what a key names."""
    text = f"{thing} {key.label} {key.origin or ''}"
    return f"{_PREFIX}{key.kind.name}/{blake2b(text.encode(), digest_size=12).hexdigest()}"


def kind_of(evidence: NamedNode) -> Kind:
    """The kind of label that evidence is about."""
    return kinds_by_name()[evidence.value.removeprefix(_PREFIX).partition("/")[0]]


def fact_triples(thing: Node, key: Key, fact: Fact) -> Iterator[Triple]:
    """A fact as it stands in the derived graph."""
    evidence = NamedNode(carriage(thing, key))
    yield Triple(thing, _CARRIES, key.label)
    yield Triple(thing, _QUALIFIED, evidence)
    yield Triple(evidence, _LABEL, key.label)
    yield Triple(evidence, _ORIGIN, fact.origin)
    yield Triple(evidence, _DISTANCE, Literal(fact.distance))
    if fact.via:
        yield Triple(evidence, _VIA, NamedNode(fact.via))
    if fact.unpinned:
        yield Triple(evidence, _UNPINNED_STEPS, Literal(fact.unpinned))
    if fact.weakened:
        yield Triple(evidence, _WEAKENED_STEPS, Literal(fact.weakened))

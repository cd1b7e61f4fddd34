"""Records of a batch side by side in one store, none seeing what another says of its things.

A record is judged by its own words. Records that describe different things can be judged in one
store; two that say different things of one thing cannot, and go to different layers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from kg.commit import GraphChange
from kg.namespaces import RDF
from kg.shacl.admission.questions import Questions
from kg.terms import Quad, Term, Triple

Node = Term | Triple

_TYPE = RDF.type


@dataclass(frozen=True)
class Words:
    """What a record says that a structure shape can depend on, what follows from it included.

    ``told`` are the statements of each node that it says something of, ``described`` those of
    the nodes that it answers for: whose statements it asserts.
    """

    change: GraphChange
    told: dict[Node, frozenset[Quad]]
    described: frozenset[Node]


@dataclass
class Layer:
    """Records that can be judged together: of no node do two say different things."""

    words: list[Words] = field(default_factory=list)
    told: dict[Node, frozenset[Quad]] = field(default_factory=dict)
    answering: defaultdict[Node, list[Words]] = field(default_factory=lambda: defaultdict(list))

    def takes(self, words: Words) -> bool:
        """Whether a record contradicts or adds to nothing here."""
        told = self.told
        return all(node not in told or _same(told[node], said) for node, said in words.told.items())

    def add(self, words: Words) -> None:
        """Take a record in."""
        self.words.append(words)
        self.told.update(words.told)
        for node in words.described:
            self.answering[node].append(words)

    def quads(self) -> Iterator[Quad]:
        """All that is said."""
        for said in self.told.values():
            yield from said


def words_of(change: GraphChange, questions: Questions) -> Words:
    """What a record would say after a change; linear in its statements."""
    asserted = change.after.asserted
    described = frozenset(quad.subject for quad in asserted)
    told: defaultdict[Node, set[Quad]] = defaultdict(set)
    properties, pointing, classes = questions.properties, questions.pointing, questions.classes
    for quad in (*asserted, *change.after.entailed):
        predicate = quad.predicate
        if predicate not in properties:
            continue
        subject, object_ = quad.subject, quad.object
        if predicate == _TYPE:
            if object_ in classes and subject in described:
                told[subject].add(quad)
        elif subject in described:
            told[subject].add(quad)
        if predicate in pointing and (subject in described or object_ in described):
            told[object_].add(quad)
    return Words(change, {node: frozenset(said) for node, said in told.items()}, described)


def layered(words: Iterable[Words]) -> Sequence[Layer]:
    """As few layers as the first that takes a record gives; one where no two speak of one thing."""
    layers: list[Layer] = []
    for record in words:
        layer = next((layer for layer in layers if layer.takes(record)), None)
        if layer is None:
            layer = Layer()
            layers.append(layer)
        layer.add(record)
    return layers


def _same(one: frozenset[Quad], other: frozenset[Quad]) -> bool:
    """Whether statements are the same, in whatever graphs."""
    return {quad.triple for quad in one} == {quad.triple for quad in other}

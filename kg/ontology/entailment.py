"""What a record entails: super-classes, super-properties, inverses and chains of two properties.

These are the rules cax-sco, prp-spo1, prp-inv1, prp-inv2 and prp-spo2 of OWL 2 Profiles, section
4.3, within one record. Domains and ranges entail nothing here, for what must hold is demanded by
shapes; nor do transitive properties, for part of a closure would pass for the whole of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, TypeVar

from kg.namespaces import DCAT, DCT, OWL, PROV, RDF, RDFS
from kg.ontology.declarations import Chain, Declarations, Node
from kg.terms import BlankNode, NamedNode, Triple

Reading = tuple[NamedNode, bool]
"""A property, and whether it is read backwards, from object to subject."""

_T = TypeVar("_T")
_TYPE: Final = RDF.type

# PROV-O holds a revision to be derived from what it revises; succession is no lineage here,
# whatever files are loaded (see ontology/lineage.ttl).
_SUCCESSION: Final = frozenset({DCAT.previousVersion, DCT.replaces, PROV.wasRevisionOf})


@dataclass(frozen=True)
class Difference:
    """The terms from whose use one ontology draws other conclusions than another."""

    properties: frozenset[NamedNode]
    classes: frozenset[NamedNode]


class Entailment:
    """The declarations, worked out so that a triple's consequences are one look-up away."""

    def __init__(self, declarations: Declarations) -> None:
        broader = declarations.relation(RDFS.subPropertyOf)
        broader = {prop: above for prop, above in broader.items() if prop not in _SUCCESSION}
        kinds = declarations.statements(_TYPE)
        transitive = {prop for prop, cls in kinds if cls == OWL.TransitiveProperty}
        self.superclasses = _closure(declarations.relation(RDFS.subClassOf))
        self.superproperties = _closure(broader)
        self.inverses = _both_ways(declarations.relation(OWL.inverseOf))
        self.readings = _readings(broader, self.inverses, leave_out=transitive)
        self._after = _after(declarations.chains)
        self._links = {prop for first in self._after for prop in (first, *self._seconds(first))}

    def entail(self, triples: Iterable[Triple]) -> set[Triple]:
        """What follows from the triples and is not among them."""
        asserted = frozenset(triples)
        known: set[Triple] = set(asserted)
        fresh: set[Triple] = known
        while fresh:
            implied = {new for triple in fresh for new in self._implied(triple)}
            fresh = (implied | self._chained(known)) - known
            known = known | fresh
        return known - asserted

    def difference(self, other: Entailment) -> Difference:
        """The terms that a record has to use for the two to entail other things from it.

        What the one entails holds none of them: then each triple of it implies the same by the
        other, so it is closed under the other too, and derived step by step all the same.
        """
        chains = ({first: frozenset(c) for first, c in e._after.items()} for e in (self, other))
        return Difference(
            _differing(self.readings, other.readings) | _differing(*chains),
            _differing(self.superclasses, other.superclasses),
        )

    def _implied(self, triple: Triple) -> Iterator[Triple]:
        """What follows from one triple by itself."""
        subject, prop, value = triple
        if prop == _TYPE:
            for cls in self.superclasses.get(value, ()):
                yield Triple(subject, _TYPE, cls)
            return
        for other, backwards in self.readings.get(prop, ()):
            if not backwards:
                yield Triple(subject, other, value)
            elif isinstance(value, NamedNode | BlankNode):
                yield Triple(value, other, subject)

    def _chained(self, triples: Iterable[Triple]) -> set[Triple]:
        """What follows from two triples, the object of one being the subject of the other."""
        links = [triple for triple in triples if triple.predicate in self._links]
        ends: defaultdict[tuple[NamedNode, Node], list[Node]] = defaultdict(list)
        for link in links:
            ends[link.predicate, link.subject].append(link.object)
        return {
            Triple(link.subject, prop, end)
            for link in links
            for second, prop in self._after.get(link.predicate, ())
            for end in ends.get((second, link.object), ())
        }

    def _seconds(self, first: NamedNode) -> list[NamedNode]:
        return [second for second, _ in self._after[first]]


def _closure(relation: Mapping[_T, Iterable[_T]]) -> dict[_T, frozenset[_T]]:
    """Everything that a relation leads to from each node, without the node itself."""
    return {start: _reached(start, relation) for start in relation}


def _reached(start: _T, relation: Mapping[_T, Iterable[_T]]) -> frozenset[_T]:
    found: set[_T] = set()
    waiting = [start]
    while waiting:
        new = set(relation.get(waiting.pop(), ())) - found
        found |= new
        waiting += new
    return frozenset(found - {start})


def _differing(
    one: Mapping[NamedNode, frozenset[_T]], other: Mapping[NamedNode, frozenset[_T]]
) -> frozenset[NamedNode]:
    """The terms that lead elsewhere in one than in the other."""
    nothing: frozenset[_T] = frozenset()
    terms = one.keys() | other.keys()
    return frozenset(t for t in terms if one.get(t, nothing) != other.get(t, nothing))


def _both_ways(relation: Mapping[_T, Iterable[_T]]) -> dict[_T, frozenset[_T]]:
    found: defaultdict[_T, set[_T]] = defaultdict(set)
    for one, others in relation.items():
        for other in others:
            found[one].add(other)
            found[other].add(one)
    return {one: frozenset(others) for one, others in found.items()}


def _readings(
    broader: Mapping[NamedNode, Iterable[NamedNode]],
    inverses: Mapping[NamedNode, Iterable[NamedNode]],
    *,
    leave_out: set[NamedNode],
) -> dict[NamedNode, frozenset[Reading]]:
    """The properties that hold wherever one holds, between the same nodes in either order."""
    steps: defaultdict[Reading, set[Reading]] = defaultdict(set)
    for relation, turns in ((broader, False), (inverses, True)):
        for prop, others in relation.items():
            kept = set(others) - leave_out
            for backwards in (False, True):
                steps[prop, backwards] |= {(other, backwards != turns) for other in kept}
    return {prop: _reached((prop, False), steps) for prop, backwards in steps if not backwards}


def _after(chains: Mapping[NamedNode, Iterable[Chain]]) -> dict[NamedNode, list[Chain]]:
    """For the first property of a chain: the second, and the property that both amount to."""
    found: defaultdict[NamedNode, list[Chain]] = defaultdict(list)
    for prop, pairs in chains.items():
        for first, second in pairs:
            found[first].append((second, prop))
    return dict(found)

"""Triple patterns that the lineage index can answer: closures, and what it knows of nodes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kg.index import Facts
from kg.namespaces import PROV, RDF
from kg.sparql.lineage import Snapshot
from kg.sparql.planner.indexable import Walk, walk
from kg.sparql.planner.triples import TriplePattern, triples_of
from kg.sparql.reader.nodes import Node
from kg.sparql.reader.paths import Inverse, Path, Step
from kg.sparql.reader.patterns import Exists, Triples
from kg.sparql.reader.queries import Query
from kg.store import DERIVED_GRAPH
from kg.terms import NamedNode

TYPE = RDF.type.value
ENDED = PROV.endedAtTime.value

End = NamedNode | str
"""An IRI, or the name of a variable."""


@dataclass(frozen=True)
class Atom:
    """A pattern between two ends: a property's, or with ``walk`` a closure's."""

    triple: TriplePattern
    subject: End
    object: End
    prop: str = ""
    walk: Walk | None = None

    @property
    def variables(self) -> frozenset[str]:
        """The variables at its ends."""
        return frozenset(end for end in (self.subject, self.object) if isinstance(end, str))


class Atoms:
    """Finds the patterns of a query that the facts of a snapshot answer."""

    def __init__(self, snapshot: Snapshot, facts: Facts) -> None:
        self._snapshot = snapshot
        self._facts = facts
        self._known: dict[str, bool] = {}

    def of(self, query: Query, triple: TriplePattern) -> Atom | None:
        """The pattern as one that is answered, if it is."""
        subject, target = _end(query, triple.subject), _end(query, triple.object)
        verb = triple.property.verb
        if subject is None or target is None or subject == target or isinstance(verb, Node):
            return None
        step = walk(query, verb)
        if step is not None:
            return Atom(triple, subject, target, walk=step)
        prop, inverted = _property(query, verb)
        if inverted:
            subject, target = target, subject
        if not prop or prop == ENDED or not self._is_known(prop, subject, target):
            return None
        return Atom(triple, subject, target, prop)

    def inside(self, query: Query, exists: Exists) -> list[Atom] | None:
        """All patterns of an EXISTS, if they are of the kind; that something has ended too."""
        match exists.group.elements:
            case (Triples() as block,) if block.is_plain:
                found = [self.of(query, t) or self._ended(query, t) for t in triples_of(block)]
                return [atom for atom in found if atom] if all(found) else None
        return None

    def _ended(self, query: Query, triple: TriplePattern) -> Atom | None:
        """``?x prov:endedAtTime ?end``, of which no more is asked than whether there is one."""
        subject, target = _end(query, triple.subject), _end(query, triple.object)
        if isinstance(triple.property.verb, Node) or not isinstance(subject, str):
            return None
        prop, inverted = _property(query, triple.property.verb)
        if prop != ENDED or inverted or not isinstance(target, str) or subject == target:
            return None
        return (
            Atom(triple, subject, target, prop) if self._is_known(prop, subject, target) else None
        )

    def _is_known(self, prop: str, subject: End, target: End) -> bool:
        if prop == TYPE and any(
            isinstance(end, NamedNode) and end.value in elsewhere
            for end, elsewhere in ((subject, self._facts.typed), (target, self._facts.types))
        ):
            return False
        if prop not in self._known:
            derived = self._snapshot.store.quads(None, NamedNode(prop), None, DERIVED_GRAPH)
            self._known[prop] = self._facts.are_known(prop) and not any(True for _ in derived)
        return self._known[prop]


def atoms_in(atoms: Atoms, query: Query, block: Triples) -> Iterator[Atom]:
    """The patterns of a run of triples that are answered."""
    for triple in triples_of(block):
        found = atoms.of(query, triple)
        if found is not None:
            yield found


def _end(query: Query, node: Node) -> End | None:
    if node.is_variable:
        return node.text
    return query.named_node(node.text) if node.is_plain and node.text else None


def _property(query: Query, verb: Path) -> tuple[str, bool]:
    """The property in full, empty for any other path, and whether it is read backwards."""
    inverted = False
    while isinstance(verb, Inverse):
        verb, inverted = verb.path, not inverted
    if not isinstance(verb, Step):
        return "", False
    if verb.text == "a":
        return TYPE, inverted
    named = query.named_node(verb.text)
    return (named.value if named else ""), inverted

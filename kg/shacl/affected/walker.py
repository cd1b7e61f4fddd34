"""Walking paths through a store by look-ups, within bounds."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import Final, NamedTuple

from kg.shacl.affected.reads import backwards
from kg.shacl.model.paths import (
    Alternative,
    AnyProperty,
    Inverse,
    OneOrMore,
    Path,
    Predicate,
    Sequence,
    ZeroOrMore,
    ZeroOrOne,
)
from kg.store import Lookups
from kg.terms import BlankNode, NamedNode, Term, Triple

MAX_STEPS: Final = 100_000
"""Triples that one walker follows at most: a full run of a shape costs less then."""

Nodes = frozenset[Term]


class TooMany(Exception):
    """A walk that has become longer than asking every focus node."""


class Walked(NamedTuple):
    """Where a walk leads; where it is not ``whole`` there may be more, triple terms among it."""

    nodes: Nodes
    whole: bool


_NOWHERE: Final = Walked(frozenset(), True)


class Walker:
    """Finds where walks lead, and where they come from, in the index of a store as it stands.

    It follows ``most`` triples in all. Where they are given, no more than ``each`` of a property of
    a node are followed, and a repetition is walked until it has led to ``far`` nodes. Costs what is
    walked through, whatever the size of the store; the same walk, and the same look-up, is done
    once.
    """

    def __init__(
        self,
        store: Lookups,
        most: int = MAX_STEPS,
        each: int | None = None,
        far: int | None = None,
    ) -> None:
        self._store = store
        self._left = most
        self._each = each
        self._far = far
        self._done: dict[tuple[Path, Nodes], Walked] = {}
        self._looked_up: dict[tuple[NamedNode | None, Term, bool], Walked] = {}

    def starts(self, way: Path, ends: Nodes) -> Nodes:
        """The nodes from which a walk leads to one of the ends.

        Raises :class:`TooMany` for walks that are too long.
        """
        return self.ends(backwards(way), ends)

    def ends(self, way: Path, starts: Nodes) -> Nodes:
        """The nodes to which a walk leads from one of the starts.

        Raises :class:`TooMany` for walks that are too long.
        """
        found, whole = self._walk(way, starts)
        if not whole:
            raise TooMany
        return found

    def walk(self, path: Path, node: Term) -> Walked:
        """Where a walk along a path leads from a node, as far as the bounds let it."""
        if isinstance(path, Predicate):
            return self._step(path.iri, node, False)
        if isinstance(path, Inverse) and isinstance(path.path, Predicate):
            return self._step(path.path.iri, node, True)
        return self._walk(path, frozenset({node}))

    def _walk(self, path: Path, nodes: Nodes) -> Walked:
        if isinstance(path, Predicate):
            return self._steps(path.iri, nodes, back=False)
        if isinstance(path, Inverse) and isinstance(path.path, Predicate):
            return self._steps(path.path.iri, nodes, back=True)
        key = (path, nodes)
        found = self._done.get(key)
        if found is None:
            found = self._done[key] = self._walked(path, nodes)
        return found

    def _walked(self, path: Path, nodes: Nodes) -> Walked:
        match path:
            case Predicate() | Inverse(Predicate()):
                return self._walk(path, nodes)
            case AnyProperty():
                return self._steps(None, nodes, back=False)
            case Inverse(AnyProperty()):
                return self._steps(None, nodes, back=True)
            case Inverse(inner):
                return self._walk(backwards(inner), nodes)
            case Sequence(parts):
                whole = True
                for part in parts:
                    nodes, all_ = self._walk(part, nodes)
                    whole &= all_
                return Walked(nodes, whole)
            case Alternative(parts):
                return _together(self._walk(part, nodes) for part in parts)
            case ZeroOrOne(inner):
                return _together([Walked(nodes, True), self._walk(inner, nodes)])
            case ZeroOrMore(inner):
                return _together([Walked(nodes, True), self._rounds(inner, nodes)])
            case OneOrMore(inner):
                return self._rounds(inner, nodes)

    def _rounds(self, path: Path, nodes: Nodes) -> Walked:
        """Where one round or more leads."""
        found: set[Term] = set()
        level, whole = nodes, True
        while level:
            if self._far is not None and len(found) + len(level) > self._far:
                return Walked(frozenset(found), False)
            reached, all_ = self._walked(path, level)
            whole &= all_
            level = reached - found
            found |= level
        return Walked(frozenset(found), whole)

    def _steps(self, iri: NamedNode | None, nodes: Nodes, *, back: bool) -> Walked:
        if len(nodes) == 1:
            (node,) = nodes
            return self._step(iri, node, back)
        return _together(self._step(iri, node, back) for node in nodes)

    def _step(self, iri: NamedNode | None, node: Term, back: bool) -> Walked:
        key = (iri, node, back)
        found = self._looked_up.get(key)
        if found is None:
            found = self._looked_up[key] = self._look_up(iri, node, back)
        return found

    def _look_up(self, iri: NamedNode | None, node: Term, back: bool) -> Walked:
        if not back and not isinstance(node, NamedNode | BlankNode):
            return _NOWHERE
        most = self._left if self._each is None else min(self._each, self._left)
        pattern = (None, iri, node, None) if back else (node, iri, None, None)
        quads = list(islice(self._store.quads(*pattern), most + 1))
        whole = len(quads) <= most
        self._left -= min(len(quads), most)
        ends = [quad.subject if back else quad.object for quad in quads[:most]]
        nodes = frozenset(end for end in ends if not isinstance(end, Triple))
        return Walked(nodes, whole and not any(isinstance(end, Triple) for end in ends))


def _together(found: Iterable[Walked]) -> Walked:
    """What several walks lead to."""
    every = list(found)
    if len(every) == 1:
        return every[0]
    nodes = frozenset[Term]().union(*(nodes for nodes, _ in every))
    return Walked(nodes, all(whole for _, whole in every))

"""Telling by look-ups that a text has no solutions, so that the engine need not be asked.

Every solution matches each triple pattern of the outermost group, and of an EXISTS that it has to
meet. From the focus nodes these are followed as far as they hang together: which values each
variable may have, too many perhaps, never too few. Where one can have none, there is no solution.
Reading a text takes the engine far longer than such look-ups take, and most rules are about things
that few nodes have.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Final, TypeAlias

from kg.shacl.affected.reads import backwards
from kg.shacl.affected.texts import read_once
from kg.shacl.affected.triples import NotFollowed, Pattern, Place, Variable, patterns_of
from kg.shacl.compiled.beside import Context
from kg.shacl.model.paths import (
    Alternative,
    AnyProperty,
    Inverse,
    Path,
    Predicate,
    Sequence,
    ZeroOrOne,
    predicates,
)
from kg.sparql.reader.patterns import Filter, Group, Triples
from kg.sparql.reader.queries import Query
from kg.store import GraphStore
from kg.terms import BlankNode, NamedNode, Term, Triple

MOST: Final = 16
"""Nodes that are followed, and triples of each: with more a look-up seldom tells anything."""

_TEXTS: Final = 1_000
_Values: TypeAlias = frozenset[Term | Triple]
_Step: TypeAlias = tuple[NamedNode, Term | Triple, bool]


@dataclass(frozen=True)
class Demands:
    """The patterns that every solution of a group matches, each with its path walked backwards.

    ``exists`` are those of the EXISTS that it has to meet, each by itself.
    """

    patterns: tuple[tuple[Pattern, Path], ...]
    exists: tuple[Demands, ...]


class _Stop(Exception):
    """A walk that is too long, or of a kind that is left to the engine."""


class Finder:
    """Look-ups in a store as it stands; what has been looked up is remembered."""

    def __init__(self, store: GraphStore, context: Context) -> None:
        """``context`` is what stands beside the data: its properties may be answered from there."""
        self._store = store
        self._context = context
        self._settings: dict[tuple[Path, Place], _Values | None] = {}
        self._found: dict[_Step, Collection[Term | Triple] | None] = {}

    def lacks(self, text: str, nodes: Iterable[Term]) -> bool:
        """Whether a text surely has no solution for any of the nodes as ``$this``."""
        return self._lacks(_demands(text), {"this": frozenset(nodes)})

    def _lacks(self, demands: Demands, known: Mapping[str, _Values]) -> bool:
        values, left = dict(known), demands.patterns
        more = True
        while left and more:
            later = []
            for pattern, back in left:
                if not _is_ready(pattern, values):
                    later.append((pattern, back))
                elif not self._match(pattern, back, values):
                    return True
            more, left = len(later) < len(left), tuple(later)
        return any(self._lacks(inner, values) for inner in demands.exists)

    def _match(self, pattern: Pattern, back: Path, values: dict[str, _Values]) -> bool:
        """Take in a pattern of which an end is known; whether it can be matched at all."""
        subject = _known(pattern.subject, values)
        try:
            if self._is_beside(pattern.path):
                ends, place = self._beside(pattern), pattern.object
            elif subject is None:
                near = _known(pattern.object, values) or frozenset()
                ends, place = self._walk(back, near), pattern.subject
            else:
                ends, place = self._walk(pattern.path, subject), pattern.object
        except _Stop:
            return True
        if isinstance(place, NamedNode):
            return place in ends
        if isinstance(place, Variable):
            ends = values[place.name] = ends & values.get(place.name, ends)
        return bool(ends)

    def _is_beside(self, path: Path) -> bool:
        return any(iri.value in self._context for iri in predicates(path))

    def _beside(self, pattern: Pattern) -> _Values:
        """The values of a setting that stands beside the data and not in it."""
        key = (pattern.path, pattern.subject)
        if key not in self._settings:
            self._settings[key] = self._setting(*key)
        found = self._settings[key]
        if found is None:
            raise _Stop
        return found

    def _setting(self, path: Path, subject: Place) -> _Values | None:
        if not isinstance(path, Predicate) or not isinstance(subject, NamedNode):
            return None
        pairs = self._context.pairs(path.iri.value)
        found = frozenset[Term | Triple](value for node, value in pairs if node == subject)
        named = all(isinstance(value, NamedNode) for value in found)
        held = any(self._store.quads(None, path.iri, None, None))
        return found if named and not held else None

    def _walk(self, path: Path, nodes: _Values) -> _Values:
        match path:
            case Predicate(iri):
                return self._steps(iri, nodes, back=False)
            case Inverse(Predicate(iri)):
                return self._steps(iri, nodes, back=True)
            case Inverse(inner) if not isinstance(inner, AnyProperty):
                return self._walk(backwards(inner), nodes)
            case Sequence(parts):
                for part in parts:
                    nodes = self._walk(part, nodes)
                return nodes
            case Alternative(parts):
                return frozenset().union(*(self._walk(part, nodes) for part in parts))
            case ZeroOrOne(inner):
                return nodes | self._walk(inner, nodes)
        raise _Stop

    def _steps(self, iri: NamedNode, nodes: _Values, *, back: bool) -> _Values:
        if len(nodes) > MOST:
            raise _Stop
        return frozenset(end for node in nodes for end in self._step(iri, node, back))

    def _step(self, iri: NamedNode, node: Term | Triple, back: bool) -> Collection[Term | Triple]:
        key = (iri, node, back)
        if key not in self._found:
            self._found[key] = self._look_up(iri, node, back)
        found = self._found[key]
        if found is None:
            raise _Stop
        return found

    def _look_up(
        self, iri: NamedNode, node: Term | Triple, back: bool
    ) -> Collection[Term | Triple] | None:
        if isinstance(node, Triple):
            return None
        if not back and not isinstance(node, NamedNode | BlankNode):
            return ()
        pattern = (None, iri, node, None) if back else (node, iri, None, None)
        quads = list(islice(self._store.quads(*pattern), MOST + 1))
        if len(quads) > MOST:
            return None
        return {quad.subject if back else quad.object for quad in quads}


def _known(place: object, values: Mapping[str, _Values]) -> _Values | None:
    if isinstance(place, NamedNode):
        return frozenset({place})
    return values.get(place.name) if isinstance(place, Variable) else None


def _is_ready(pattern: Pattern, values: Mapping[str, _Values]) -> bool:
    return any(_known(end, values) is not None for end in pattern.ends)


@lru_cache(_TEXTS)
def _demands(text: str) -> Demands:
    """What a text demands that has been read before, and is in order."""
    query = read_once(text)
    return Demands((), ()) if query.where is None else _of_group(query, query.where)


def _of_group(query: Query, group: Group) -> Demands:
    patterns: list[Pattern] = []
    exists: list[Demands] = []
    for element in group.elements:
        if isinstance(element, Triples):
            patterns += _followed(query, element)
        elif isinstance(element, Filter) and element.expression.alone:
            inner = [found.group for found in element.expression.exists if not found.negated]
            exists += [_of_group(query, found) for found in inner]
    return Demands(tuple((found, backwards(found.path)) for found in patterns), tuple(exists))


def _followed(query: Query, block: Triples) -> Iterator[Pattern]:
    for statement in block.statements:
        try:
            yield from patterns_of(query, statement)
        except NotFollowed:
            continue

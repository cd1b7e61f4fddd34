"""Which places of a pattern can be walked to from what is known, by triples that must be there."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Set

from kg.shacl.affected.reads import any_way, backwards, length, then
from kg.shacl.affected.triples import Pattern, Place, Variable, patterns_of
from kg.shacl.model.paths import Path, predicates
from kg.sparql.reader.patterns import Bind, Element, GraphPattern, Group, Select, Triples, Union
from kg.sparql.reader.queries import Query
from kg.sparql.tokens import Kind

Ways = Mapping[str, Path]
"""The shortest way known to each variable, by name."""


class Surveyor:
    """Finds ways through the groups of a query.

    ``beside`` are the properties that are answered from beside the data: patterns of these bind
    variables, but no triple of the data need be there.
    """

    def __init__(self, query: Query, beside: Collection[str]) -> None:
        self._query = query
        self._beside = beside

    def patterns(self, element: Triples) -> Iterator[Pattern]:
        """The triple patterns of an element; raises :class:`NotFollowed`."""
        for statement in element.statements:
            yield from patterns_of(self._query, statement)

    def ways(self, group: Group, known: Ways, bound: Set[str]) -> dict[str, Path]:
        """The ways to variables, given some, along what every solution of a group matches.

        ``bound`` are those whose values stand in the group, whatever is around it. Ways get
        shorter until none can; so each is longer than the ways that it is made of.
        """
        found = dict(known)
        if group.select:
            inner = only(found, projected(group.select, bound))
            return found | self._selected(group.select, inner, bound)
        while self._shorten(group, found, bound):
            pass
        return found

    def _shorten(self, group: Group, found: dict[str, Path], bound: Set[str]) -> bool:
        ways = [way for element in group.elements for way in self._offers(element, found, bound)]
        shorter = False
        for name, way in ways:
            if name not in found or length(way) < length(found[name]):
                found[name] = way
                shorter = True
        return shorter

    def _offers(self, element: Element, found: Ways, bound: Set[str]) -> Iterator[tuple[str, Path]]:
        match element:
            case Triples():
                for pattern in self.patterns(element):
                    if not self.is_beside(pattern):
                        yield from _across(pattern, found)
            case Union(groups=groups):
                branches = [self.ways(inner, found, bound) for inner in groups]
                for name in self.certain_of(element):
                    if all(name in branch for branch in branches):
                        yield name, any_way([branch[name] for branch in branches])
            case GraphPattern(group=inner):
                branch = self.ways(inner, found, bound)
                yield from ((name, branch[name]) for name in self.certain(inner) & branch.keys())
            case Bind():
                source = self._renamed(element)
                if source is not None and source in found:
                    yield element.variable, found[source]

    def _selected(self, select: Select, known: Ways, bound: Set[str]) -> dict[str, Path]:
        inside = self.ways(select.where, known, projected(select, bound))
        return only(inside, projected(select, self.certain(select.where)))

    def certain(self, group: Group) -> frozenset[str]:
        """The variables that every solution of a group binds."""
        if group.select:
            return projected(group.select, self.certain(group.select.where))
        return frozenset().union(*map(self.certain_of, group.elements))

    def certain_of(self, element: Element, before: Set[str] = frozenset()) -> frozenset[str]:
        """The variables that an element of a group binds in any case, after some others."""
        match element:
            case Triples():
                patterns = self.patterns(element)
                return frozenset(name for pattern in patterns for name in pattern.variables)
            case Union(groups=groups):
                return frozenset.intersection(*map(self.certain, groups))
            case GraphPattern(group=inner):
                return self.certain(inner)
            case Bind() if self._renamed(element) in before:
                return frozenset({element.variable})
        return frozenset()

    def _renamed(self, bind: Bind) -> str | None:
        """The variable that a BIND gives another name to."""
        tokens = self._query.tokens_in(bind.expression.start, bind.expression.end)
        named = len(tokens) == 1 and tokens[0].kind is Kind.VAR
        return tokens[0].text[1:] if named else None

    def is_beside(self, pattern: Pattern) -> bool:
        """Whether a pattern may be answered from beside the data."""
        return bool(self._beside) and any(iri in self._beside for iri in _named(pattern.path))


def _named(path: Path) -> Iterator[str]:
    return (predicate.value for predicate in predicates(path))


def _across(pattern: Pattern, found: Ways) -> Iterator[tuple[str, Path]]:
    """From either end of a pattern to the other."""
    start, end = _way(pattern.subject, found), _way(pattern.object, found)
    if start is not None and isinstance(pattern.object, Variable):
        yield pattern.object.name, then(start, pattern.path)
    if end is not None and isinstance(pattern.subject, Variable):
        yield pattern.subject.name, then(end, backwards(pattern.path))


def _way(place: Place, found: Ways) -> Path | None:
    return found.get(place.name) if isinstance(place, Variable) else None


def only(ways: Ways, names: Collection[str]) -> dict[str, Path]:
    """The ways to some variables alone."""
    return {name: way for name, way in ways.items() if name in names}


def projected(select: Select, names: Set[str]) -> frozenset[str]:
    """Those of the names that a sub-select projects as they are."""
    chosen = names if select.variables is None else names & set(select.variables)
    return frozenset(chosen)

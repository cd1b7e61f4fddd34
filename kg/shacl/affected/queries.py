"""What the SPARQL of a shape reads.

A pattern matters to a focus node only by a solution that binds it together with everything that
this solution must match besides. So from the focus node a walk leads to it, along patterns that
are required where it stands. docs/shacl.md tells why each triple of such a walk is found too.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Set

from kg.errors import QuerySyntaxError
from kg.shacl.affected.reads import EVERYTHING, HERE, Read, backwards, length, reads_along
from kg.shacl.affected.triples import NotFollowed, Pattern, Variable
from kg.shacl.affected.ways import Surveyor, Ways, only, projected
from kg.shacl.compiled.texts import read_once
from kg.shacl.model.paths import Path, Predicate, walks
from kg.sparql.reader import NotUnderstood
from kg.sparql.reader.patterns import (
    Bind,
    Exists,
    Filter,
    GraphPattern,
    Group,
    Minus,
    Optional,
    Select,
    Triples,
    Union,
)
from kg.sparql.reader.queries import Query
from kg.terms import NamedNode


def reads_of_query(
    text: str, starts: Mapping[str, Path], beside: Collection[str]
) -> tuple[Read, ...]:
    """What a query reads, given the ways to its pre-bound variables.

    ``beside`` are the properties that are answered from beside the data too. A text that is not
    understood may read everything.
    """
    try:
        query = read_once(text)
        if query.where is None:
            return (EVERYTHING,)
        return tuple(dict.fromkeys(_Analysis(query, beside).whole(query.where, starts)))
    except (NotUnderstood, NotFollowed, QuerySyntaxError):
        return (EVERYTHING,)


class _Analysis:
    """Goes through the groups of a query with what is known where each stands.

    ``known`` are the ways that lead into a group, ``bound`` the variables that have their values
    in it whatever is around it, and ``seen`` those that its filters see besides its own.
    """

    def __init__(self, query: Query, beside: Collection[str]) -> None:
        self._query = query
        self._surveyor = Surveyor(query, beside)

    def whole(self, where: Group, starts: Ways) -> Iterator[Read]:
        names = frozenset(starts)
        yield from self._group(where, starts, names, names)
        for expression in self._query.expressions:
            yield from self._exists(expression.exists, starts, names)

    def _group(self, group: Group, known: Ways, bound: Set[str], seen: Set[str]) -> Iterator[Read]:
        if group.select:
            yield from self._select(group.select, known, bound)
            return
        ways = self._surveyor.ways(group, known, bound)
        certain = seen | self._surveyor.certain(group)
        left = frozenset(bound)
        for element in group.elements:
            match element:
                case Triples():
                    for pattern in self._surveyor.patterns(element):
                        yield from _reads(pattern, ways)
                case Union(groups=groups):
                    for inner in groups:
                        yield from self._group(inner, ways, bound, bound)
                case GraphPattern(group=inner):
                    yield from self._group(inner, ways, bound, bound)
                case Optional(group=inner):
                    # Its solutions join with what stands before it, and with nothing after.
                    yield from self._group(inner, only(ways, left), bound, left)
                case Minus():
                    yield EVERYTHING
                case Filter(expression=expression):
                    yield from self._exists(expression.exists, ways, certain)
                case Bind(expression=expression):
                    yield from self._exists(expression.exists, ways, left)
            left |= self._surveyor.certain_of(element, left)

    def _select(self, select: Select, known: Ways, bound: Set[str]) -> Iterator[Read]:
        """Evaluated by itself: it sees no more than what is bound in it."""
        names = projected(select, bound)
        ways = only(known, names)
        yield from self._group(select.where, ways, names, names)
        for expression in select.expressions:
            yield from self._exists(expression.exists, ways, names)

    def _exists(self, found: Collection[Exists], ways: Ways, visible: Set[str]) -> Iterator[Read]:
        for exists in found:
            yield from self._group(exists.group, only(ways, visible), visible, visible)


def _reads(pattern: Pattern, ways: Ways) -> Iterator[Read]:
    """What a pattern reads, from the end that is nearer to the focus node."""
    subject, object_ = pattern.subject, pattern.object
    start = ways.get(subject.name) if isinstance(subject, Variable) else None
    end = ways.get(object_.name) if isinstance(object_, Variable) else None
    if start is not None and (end is None or length(start) <= length(end)):
        far = object_ if isinstance(object_, NamedNode) else None
        yield from reads_along(start, pattern.path, far)
    elif end is not None:
        far = subject if isinstance(subject, NamedNode) else None
        yield from reads_along(end, backwards(pattern.path), far)
    else:
        yield from _from_nowhere(pattern)


def _from_nowhere(pattern: Pattern) -> Iterator[Read]:
    """What a pattern reads that no way leads to.

    Where it may take no step, SPARQL lets it begin at every node that any triple has.
    """
    if walks(pattern.path).stays:
        yield EVERYTHING
    ends = [place if isinstance(place, NamedNode) else None for place in pattern.ends]
    if isinstance(pattern.path, Predicate):
        yield Read(pattern.path.iri, None, HERE, *ends)
        return
    for found in reads_along(HERE, pattern.path):
        yield Read(found.predicate)

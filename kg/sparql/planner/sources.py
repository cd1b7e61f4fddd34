"""The part of a query that says which values a variable may have, as a query of its own.

Every solution of a group has for a variable one of the values that the required patterns around
it give. So a closure may be restricted to these. What is copied out here is those patterns that
hang together with the variable, without the recursive ones; it may give too many values, never
too few.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from kg.sparql.planner.scopes import Scope, certain, properties, scopes
from kg.sparql.planner.triples import TriplePattern
from kg.sparql.reader.nodes import Node, Statement
from kg.sparql.reader.paths import is_recursive
from kg.sparql.reader.patterns import (
    Bind,
    Element,
    Filter,
    GraphPattern,
    Minus,
    Optional,
    Triples,
    Union,
    Values,
)
from kg.sparql.reader.queries import Query
from kg.sparql.reader.span import Span

_UNSTEADY: Final = ("RAND", "UUID", "STRUUID", "BNODE", "NOW")
_AGGREGATING: Final = (
    *("GROUP", "HAVING", "COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT"),
)


@dataclass(frozen=True)
class _Part:
    """A piece of a group: its text and place, the variables in it and those it surely binds.

    ``computed`` is the variable of a BIND, which has no value where its expression fails.
    """

    place: int
    text: str
    variables: frozenset[str]
    certain: frozenset[str] = frozenset()
    condition: bool = False
    computed: str | None = None


class Sources:
    """The sources of the variables of one query, what was answered already apart."""

    def __init__(self, query: Query, answered: Collection[TriplePattern] = ()) -> None:
        self._query = query
        self._answered = answered

    def of(self, scope: Scope, variable: str, without: str | None) -> Iterator[str]:
        """Texts of the form ``{ … }``, each of which gives all values that the variable may have
        in the solutions of a group; inner groups first. None of them mentions ``without``, nor has
        a triple pattern that was answered.
        """
        for elements in self._levels(scope):
            text = self._pattern(elements, variable, without)
            if text is not None:
                yield text

    def single(self, scope: Scope, variable: str) -> Iterator[str]:
        """The triple patterns of a group that give the variable its values, each by itself."""
        for part in self._parts(scope.group.elements):
            if variable in part.certain and not part.condition:
                yield f"{{ {part.text} }}"

    def select(self, variable: str, pattern: str, limit: int) -> str:
        """A query for the values of a variable under a pattern."""
        return f"{self._prologue}SELECT ?{variable} {pattern} LIMIT {limit}"

    def count(self, variable: str, pattern: str, limit: int) -> str:
        """A query for the number of solutions of a pattern, counted up to a limit."""
        inner = f"{{ SELECT ?{variable} {pattern} LIMIT {limit} }}"
        return f"{self._prologue}SELECT (COUNT(*) AS ?number) {{ {inner} }}"

    @cached_property
    def _prologue(self) -> str:
        form = next(token for token in self._query.tokens if token.is_word(self._query.form))
        return self._query.text[: form.start]

    @cached_property
    def _recursive(self) -> list[Span]:
        return [
            prop.verb
            for scope in scopes(self._query)
            for prop in properties(scope.group)
            if not isinstance(prop.verb, Node) and is_recursive(prop.verb)
        ]

    def _levels(self, scope: Scope) -> Iterator[Sequence[Element]]:
        """The elements that are joined with a group, first its own, then those further out.

        Past OPTIONAL and MINUS that is what stands before them, and nothing further out: there
        a solution less on the right may be one more in all.
        """
        yield self._joined(scope)
        while scope.outer is not None and scope.exists is scope.outer.exists:
            inner, scope = scope.element, scope.outer
            if isinstance(inner, Union):
                yield [element for element in self._joined(scope) if element is not inner]
            elif isinstance(inner, Optional | Minus):
                yield [e for e in scope.group.elements if e.end <= inner.start]
                return
            else:
                return

    def _joined(self, scope: Scope) -> Sequence[Element]:
        last = self._query.values
        if last is None or scope.group is not self._query.where or self._aggregates:
            return scope.group.elements
        return (*scope.group.elements, last)

    @cached_property
    def _aggregates(self) -> bool:
        return any(token.is_word(*_AGGREGATING) for token in self._query.tokens)

    def _pattern(
        self, elements: Sequence[Element], variable: str, without: str | None
    ) -> str | None:
        """The parts that hang together with a variable; ``None`` where none gives it a value."""
        parts = [part for part in self._parts(elements) if without not in part.variables]
        conditions = [part for part in parts if part.condition]
        patterns = [part for part in parts if not part.condition]
        chosen: list[_Part] = []
        known = {variable}
        while near := [part for part in patterns if part.variables & known]:
            chosen += near
            known = known.union(*(part.variables for part in near))
            patterns = [part for part in patterns if part not in near]
        bound = frozenset[str]().union(*(part.certain for part in chosen))
        if variable not in bound and all(part.computed != variable for part in chosen):
            return None
        chosen += [part for part in conditions if part.variables and part.variables <= bound]
        chosen.sort(key=lambda part: (part.condition, part.place))
        return "{ " + " ".join(part.text for part in chosen) + " }"

    def _parts(self, elements: Sequence[Element]) -> Iterator[_Part]:
        for element in elements:
            match element:
                case Triples(statements=statements):
                    for statement in statements:
                        yield from self._triples(statement)
                case Filter() | Bind() | Values() | Union() | GraphPattern():
                    if self._steady(element):
                        yield self._whole(element)

    def _triples(self, statement: Statement) -> Iterator[_Part]:
        """The triple patterns of a statement, each by itself; blank nodes may come apart."""
        text = self._query.text
        for prop in statement.properties:
            for target in prop.objects:
                nodes = (statement.subject, prop.verb, target)
                answered = TriplePattern(statement.subject, prop, target) in self._answered
                if not answered and not any(self._recurs(node) for node in nodes):
                    variables = frozenset[str]().union(
                        *(self._query.mentioned(node.start, node.end) for node in nodes)
                    )
                    written = " ".join(text[node.start : node.end] for node in nodes)
                    yield _Part(prop.start, f"{written} .", variables, variables)

    def _whole(self, element: Element) -> _Part:
        return _Part(
            element.start,
            self._query.text[element.start : element.end],
            self._query.mentioned(element.start, element.end),
            certain(self._query, [element]),
            isinstance(element, Filter),
            element.variable if isinstance(element, Bind) else None,
        )

    def _recurs(self, span: Span) -> bool:
        return any(span.start <= path.start < span.end for path in self._recursive)

    def _steady(self, span: Span) -> bool:
        """Whether evaluated twice it is the same, and not long to evaluate."""
        tokens = self._query.tokens_in(span.start, span.end)
        unsteady = any(token.is_word("SELECT", "EXISTS", *_UNSTEADY) for token in tokens)
        return not unsteady and not self._recurs(span)

"""How what SPARQL finds hangs on the instant: which dates it compares with it, if that is all.

As time passes the truth of ``?date <= ?asOf`` changes when the instant passes the date, and of
``?date < ?asOf - ?duration`` when it passes the date and the duration. So a text that does no
more with the instant than compare it is asked again where a date is passed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final, TypeAlias

from kg.errors import QuerySyntaxError
from kg.namespaces import MLG
from kg.shacl.affected.reads import HERE, reads_along
from kg.shacl.affected.triples import NotFollowed, Pattern, Variable, patterns_of
from kg.shacl.compiled.groups import all_groups
from kg.shacl.compiled.texts import read_once
from kg.shacl.model.paths import Predicate, predicates
from kg.sparql.reader import NotUnderstood
from kg.sparql.reader.patterns import Bind, Triples
from kg.sparql.reader.queries import Query
from kg.sparql.tokens import Kind, Token
from kg.terms import NamedNode

_COMPARISONS: Final = ("<", "<=", ">", ">=", "=", "!=")
_BEFORE: Final = ("(", "&&", "||", "!", ",")
_AFTER: Final = (")", "&&", "||", ",")
_VOLATILE: Final = ("NOW", "RAND", "UUID", "STRUUID")
_DAY: Final = ("SUBSTR", "(", "STR", "(", None, ")", ",", "1", ",", "10", ")")
_TEXT: Final = ("STR", "(", None, ")")


Span: TypeAlias = tuple[NamedNode | None, NamedNode]


@dataclass(frozen=True)
class Times:
    """The properties whose values are compared with the instant; ``None`` where more is done.

    ``spans`` are the settings, by subject (``None`` for any) and property, that durations between
    the two come from; the data may state them too.
    """

    properties: frozenset[NamedNode] | None = frozenset()
    spans: frozenset[Span] = frozenset()

    def __or__(self, other: Times) -> Times:
        if self.properties is None or other.properties is None:
            return ANYTHING
        return Times(self.properties | other.properties, self.spans | other.spans)


ANYTHING: Final = Times(None)
"""That what is found may change at any time."""


class _More(Exception):
    """That a text does more with the instant than compare it."""


class _Source(Enum):
    """Where the duration is from that is added to an instant."""

    NONE = "none"
    SETTING = "a setting of a rule"
    DATA = "the data"


@dataclass(frozen=True)
class _Operand:
    """A side of a comparison: its variable, the duration, and its place among the tokens.

    ``lengths`` are the variables of patterns that the duration comes from.
    """

    variable: str
    duration: _Source
    start: int
    end: int
    lengths: frozenset[str] = frozenset()


def times_of_query(text: str, beside: Collection[str], *, fixed: bool) -> Times:
    """How a text hangs on the instant, which it knows as ``mlg:asOf``.

    ``beside`` are the properties that are answered from beside the data; ``fixed`` tells that no
    duration there is in months or years, whose length hangs on the day.
    """
    try:
        query = read_once(text)
        if any(token.is_word(*_VOLATILE) for token in query.tokens):
            return ANYTHING
        return _Clock(query, beside, fixed=fixed).times()
    except (NotUnderstood, NotFollowed, QuerySyntaxError, _More):
        return ANYTHING


class _Clock:
    """Accounts for every mention of the instant in a query."""

    def __init__(self, query: Query, beside: Collection[str], *, fixed: bool) -> None:
        self._query = query
        self._fixed = fixed
        self._beside = beside
        self._tokens = query.tokens
        groups = list(all_groups(query.where)) if query.where else []
        elements = [element for group in groups for element in group.elements]
        self._patterns: list[Pattern] = [
            pattern
            for element in elements
            if isinstance(element, Triples)
            for statement in element.statements
            for pattern in patterns_of(query, statement)
        ]
        self._binds = [element for element in elements if isinstance(element, Bind)]
        self._made = {
            after.text[1:]
            for token, after in zip(self._tokens, self._tokens[1:], strict=False)
            if token.is_word("AS") and after.kind is Kind.VAR
        }
        self._spans: set[Span] = set()
        self._settled: set[int] = set()
        """The tokens that are accounted for, by their number."""

    def times(self) -> Times:
        instants = self._instants()
        if not instants:
            return Times()
        compared: set[str] = set()
        for number, token in enumerate(self._tokens):
            named = token.kind is Kind.VAR and token.text[1:] in instants
            if named and number not in self._settled:
                compared |= self._compared(number, instants)
        properties = frozenset(p for name in compared for p in self._properties(name))
        return Times(properties, frozenset(self._spans))

    def _instants(self) -> set[str]:
        """The variables that are, or may be, the instant."""
        found = set()
        for pattern in self._patterns:
            if MLG.asOf in predicates(pattern.path):
                if not isinstance(pattern.subject, NamedNode):
                    raise _More
                if pattern.path != Predicate(MLG.asOf) or not isinstance(pattern.object, Variable):
                    raise _More
                found.add(pattern.object.name)
        while more := {name for bind in self._binds for name in self._passed_on(bind, found)}:
            found |= more
        self._settle_patterns(found)
        return found

    def _passed_on(self, bind: Bind, instants: set[str]) -> Iterator[str]:
        """The variable that a BIND makes the instant, or the instant if there is nothing else."""
        if bind.variable in instants:
            return
        names = self._query.mentioned(bind.expression.start, bind.expression.end)
        if not names & instants:
            return
        tokens = self._query.tokens_in(bind.expression.start, bind.expression.end)
        if not self._passes_on(bind):
            raise _More
        if (names - instants) & self._made:
            raise _More
        first = self._tokens.index(tokens[0])
        self._settled |= set(range(first, first + len(tokens) + 2))
        yield bind.variable

    def _settle_patterns(self, instants: set[str]) -> None:
        """The mentions in ``<report> mlg:asOf ?asOf``; no other pattern may have an instant."""
        for pattern in self._patterns:
            for place in (pattern.subject, pattern.object, pattern.verb):
                named = isinstance(place, Variable) and place.name in instants
                if named and pattern.path != Predicate(MLG.asOf):
                    raise _More
        for number, token in enumerate(self._tokens):
            named = token.kind in (Kind.PNAME, Kind.IRI)
            if named and self._query.iri(token.text) == MLG.asOf.value:
                self._settled.add(number + 1)

    def _compared(self, number: int, instants: set[str]) -> set[str]:
        """The variables that the instant mentioned by a token is compared with."""
        side = self._operand_at(number)
        before, after = self._token(side.start - 1), self._token(side.end)
        if before.is_op(*_COMPARISONS) and after.is_op(*_AFTER):
            other = self._operand_before(side.start - 1)
            beyond = self._token(other.start - 1).is_op(*_BEFORE)
        elif after.is_op(*_COMPARISONS) and before.is_op(*_BEFORE):
            other = self._operand_from(side.end + 1)
            beyond = self._token(other.end).is_op(*_AFTER)
        else:
            raise _More
        if not beyond:
            raise _More
        return self._against(side, other, instants)

    def _against(self, side: _Operand, other: _Operand, instants: set[str]) -> set[str]:
        if other.variable in instants:
            # The same instant on both sides: what is compared are two durations.
            if other.variable != side.variable:
                raise _More
            return set(side.lengths | other.lengths) & self._data()
        if side.duration is _Source.DATA or other.duration is not _Source.NONE:
            raise _More
        if other.variable in self._made:
            raise _More
        return {other.variable}

    def _data(self) -> set[str]:
        """The variables that have their values from the data."""
        return {
            name
            for pattern in self._patterns
            if not self._is_setting(pattern)
            for name in pattern.variables
        }

    def _is_setting(self, pattern: Pattern) -> bool:
        return self._span(pattern) is not None

    def _span(self, pattern: Pattern) -> Span | None:
        """The setting that a pattern asks for."""
        path, subject = pattern.path, pattern.subject
        if not isinstance(path, Predicate) or path.iri.value not in self._beside:
            return None
        return (subject if isinstance(subject, NamedNode) else None, path.iri)

    def _operand_at(self, number: int) -> _Operand:
        """The operand around a variable."""
        for form in (_DAY, _TEXT):
            start = number - form.index(None)
            if self._is(form, start):
                return _Operand(self._name(number), _Source.NONE, start, start + len(form))
        return self._plain(number)

    def _operand_from(self, start: int) -> _Operand:
        """The operand that begins at a token."""
        for form in (_DAY, _TEXT):
            if self._is(form, start):
                name = self._name(start + form.index(None))
                return _Operand(name, _Source.NONE, start, start + len(form))
        return self._plain(start)

    def _operand_before(self, end: int) -> _Operand:
        """The operand that ends before a token."""
        for form in (_DAY, _TEXT):
            start = end - len(form)
            if self._is(form, start):
                name = self._name(start + form.index(None))
                return _Operand(name, _Source.NONE, start, end)
        minus = self._token(end - 2).is_op("-", "+") and self._token(end - 3).kind is Kind.VAR
        return self._plain(end - 3 if minus else end - 1)

    def _plain(self, number: int) -> _Operand:
        """A variable, and the duration that is added to it or taken away."""
        if self._token(number).kind is not Kind.VAR:
            raise _More
        if not self._token(number + 1).is_op("-", "+"):
            return _Operand(self._name(number), _Source.NONE, number, number + 1)
        if self._token(number + 2).kind is not Kind.VAR or not self._fixed:
            raise _More
        names = self._chosen_from(self._name(number + 2))
        spans = {self._span(p) for name in names for p in self._patterns_with(name)}
        source = _Source.DATA if None in spans else _Source.SETTING
        self._spans |= {span for span in spans if span is not None}
        return _Operand(self._name(number), source, number, number + 3, frozenset(names))

    def _chosen_from(self, name: str) -> set[str]:
        """The variables of patterns that a variable, or the first of several, stands for."""
        if name not in self._made:
            return {name}
        binds = [bind for bind in self._binds if bind.variable == name]
        if len(binds) != 1 or not self._passes_on(binds[0]):
            raise _More
        span = binds[0].expression
        chosen = self._query.mentioned(span.start, span.end)
        if chosen & self._made:
            raise _More
        return set(chosen)

    def _patterns_with(self, name: str) -> list[Pattern]:
        found = [pattern for pattern in self._patterns if name in pattern.variables]
        if not found:
            raise _More
        return found

    def _passes_on(self, bind: Bind) -> bool:
        """Whether a BIND is a variable, or the first of two that has a value."""
        tokens = self._query.tokens_in(bind.expression.start, bind.expression.end)
        plain = [token.text.upper() for token in tokens if token.kind is not Kind.VAR]
        return not plain or plain == ["COALESCE", "(", ",", ")"]

    def _is(self, form: Sequence[str | None], start: int) -> bool:
        if start < 0 or start + len(form) > len(self._tokens):
            return False
        tokens = self._tokens[start : start + len(form)]
        return all(
            token.kind is Kind.VAR if text is None else token.text.upper() == text
            for token, text in zip(tokens, form, strict=True)
        )

    def _token(self, number: int) -> Token:
        inside = 0 <= number < len(self._tokens)
        return self._tokens[number] if inside else Token(Kind.OP, "", 0, 0)

    def _name(self, number: int) -> str:
        return self._tokens[number].text[1:]

    def _properties(self, name: str) -> Iterator[NamedNode]:
        """The properties that a variable has its values by."""
        for pattern in self._patterns:
            if name in pattern.variables:
                for read_ in reads_along(HERE, pattern.path):
                    if read_.predicate is None:
                        raise _More
                    yield read_.predicate

"""Expressions of a query, read so far that look-ups can tell what they come to."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol, TypeAlias

from kg.shacl.affected.values import (
    COMPARISONS,
    Open,
    Value,
    among,
    both,
    compared,
    earlier,
    either,
    on_strings,
    opposite,
    substring,
    text_of,
    truth,
)
from kg.sparql.reader.patterns import Exists, Expression, Group
from kg.sparql.reader.queries import Query
from kg.sparql.tokens import Kind, Token
from kg.sparql.values import parse_term
from kg.terms import Term

if TYPE_CHECKING:
    from kg.shacl.affected.plans import Plan


class State(NamedTuple):
    """Solutions of a part of a group: one that ``bound`` tells, or any number.

    A variable that is ``vague`` may have any value or none. Unless the state is ``sure`` there
    may be no such solution.
    """

    bound: Mapping[str, Term]
    vague: frozenset[str] = frozenset()
    sure: bool = True


class Asked(Protocol):
    """What tells whether a group has solutions."""

    def exists(self, plan: Plan, state: State) -> bool | Open:
        """Whether it has any that agree with a state."""
        ...


Test: TypeAlias = Callable[[State, Asked], Value]
"""What an expression comes to in a state."""


def unknown(_state: State, _asked: Asked) -> Value:
    """An expression that is not read."""
    return Open.UNKNOWN


def read_expression(query: Query, written: Expression, plan_of: Callable[[Group], Plan]) -> Test:
    """What an expression comes to; ``plan_of`` reads the groups of the EXISTS in it."""
    tokens = query.tokens_in(written.start, written.end)
    try:
        return _Reader(query, tokens, written.exists, plan_of).whole()
    except _NotRead:
        return unknown


class _NotRead(Exception):
    """An operator or function that is left to the engine."""


class _Reader:
    """Goes through the tokens of an expression (SPARQL 1.1 grammar, rules 110 to 121)."""

    def __init__(
        self,
        query: Query,
        tokens: Sequence[Token],
        exists: Sequence[Exists],
        plan_of: Callable[[Group], Plan],
    ) -> None:
        self._query = query
        self._tokens = tokens
        self._place = 0
        self._exists = {found.start: found for found in exists}
        self._plan_of = plan_of

    def whole(self) -> Test:
        found = self._or()
        if self._place < len(self._tokens):
            raise _NotRead
        return found

    def _or(self) -> Test:
        parts = [self._and()]
        while self._take("||"):
            parts.append(self._and())
        return parts[0] if len(parts) == 1 else partial(_either, parts)

    def _and(self) -> Test:
        parts = [self._relation()]
        while self._take("&&"):
            parts.append(self._relation())
        return parts[0] if len(parts) == 1 else partial(_both, parts)

    def _relation(self) -> Test:
        left = self._sum()
        token = self._peek()
        if token is not None and token.is_op(*COMPARISONS):
            self._place += 1
            return partial(_compared, token.text, left, self._sum())
        if token is not None and token.is_word("IN"):
            self._place += 1
            return partial(_among, left, self._arguments())
        return left

    def _sum(self) -> Test:
        found = self._unary()
        while self._take("-"):
            found = partial(_earlier, found, self._unary())
        return found

    def _unary(self) -> Test:
        if self._take("!"):
            return partial(_opposite, self._unary())
        return self._primary()

    def _primary(self) -> Test:
        token = self._next()
        if token.is_op("("):
            found = self._or()
            self._need(")")
            return found
        if token.is_word("EXISTS", "NOT"):
            return self._existence(token)
        if token.kind is Kind.VAR:
            return partial(_variable, token.text[1:])
        if token.kind is Kind.WORD and token.text.upper() in _CALLS:
            return self._call(token.text.upper())
        if token.is_word("BOUND"):
            return self._bound()
        return partial(_constant, self._term(token))

    def _existence(self, token: Token) -> Test:
        found = self._exists.get(token.start)
        if found is None:
            raise _NotRead
        while (following := self._peek()) is not None and following.start < found.end:
            self._place += 1
        return partial(_existence, self._plan_of(found.group), found.negated)

    def _call(self, name: str) -> Test:
        arguments = self._arguments()
        if len(arguments) != _ARITY.get(name, len(arguments)):
            raise _NotRead
        return partial(_CALLS[name], arguments)

    def _bound(self) -> Test:
        self._need("(")
        name = self._next().text[1:]
        self._need(")")
        return partial(_is_bound, name)

    def _term(self, token: Token) -> Term:
        if token.kind in (Kind.IRI, Kind.PNAME):
            found = self._query.named_node(token.text)
            following = self._peek()
            if found is None or (following is not None and following.is_op("(")):
                raise _NotRead
            return found
        following = self._peek()
        if following is not None and (following.is_op("^^") or following.kind is Kind.LANGTAG):
            raise _NotRead
        if token.is_word("TRUE", "FALSE"):
            return parse_term(token.text.lower())
        if _PLAIN.fullmatch(token.text):
            return parse_term(token.text)
        raise _NotRead

    def _arguments(self) -> tuple[Test, ...]:
        self._need("(")
        if self._take(")"):
            return ()
        found = [self._or()]
        while self._take(","):
            found.append(self._or())
        self._need(")")
        return tuple(found)

    def _peek(self) -> Token | None:
        return self._tokens[self._place] if self._place < len(self._tokens) else None

    def _next(self) -> Token:
        token = self._peek()
        if token is None:
            raise _NotRead
        self._place += 1
        return token

    def _take(self, mark: str) -> bool:
        token = self._peek()
        taken = token is not None and token.is_op(mark)
        self._place += taken
        return taken

    def _need(self, mark: str) -> None:
        if not self._take(mark):
            raise _NotRead


_ARITY: Final = MappingProxyType({"STR": 1, "SUBSTR": 3, "STRSTARTS": 2})
_PLAIN: Final = re.compile(r"0|[1-9][0-9]{0,11}|\"[^\"\\]*\"|'[^'\\]*'", re.ASCII)
"""Numbers and strings that are written as the engine holds them."""


def _either(parts: Sequence[Test], state: State, asked: Asked) -> Value:
    return either(truth(part(state, asked)) for part in parts)


def _both(parts: Sequence[Test], state: State, asked: Asked) -> Value:
    return both(truth(part(state, asked)) for part in parts)


def _opposite(part: Test, state: State, asked: Asked) -> Value:
    return opposite(truth(part(state, asked)))


def _compared(mark: str, left: Test, right: Test, state: State, asked: Asked) -> Value:
    return compared(mark, left(state, asked), right(state, asked))


def _among(left: Test, members: Sequence[Test], state: State, asked: Asked) -> Value:
    return among(left(state, asked), [member(state, asked) for member in members])


def _earlier(left: Test, right: Test, state: State, asked: Asked) -> Value:
    return earlier(left(state, asked), right(state, asked))


def _variable(name: str, state: State, _asked: Asked) -> Value:
    if name in state.bound:
        return state.bound[name]
    return Open.UNKNOWN if name in state.vague else Open.ERROR


def _is_bound(name: str, state: State, _asked: Asked) -> Value:
    return name in state.bound or (Open.UNKNOWN if name in state.vague else False)


def _constant(term: Term, _state: State, _asked: Asked) -> Value:
    return term


def _existence(plan: Plan, negated: bool, state: State, asked: Asked) -> Value:
    found = asked.exists(plan, state)
    return opposite(found) if negated else found


def _str(parts: Sequence[Test], state: State, asked: Asked) -> Value:
    return text_of(parts[0](state, asked))


def _substr(parts: Sequence[Test], state: State, asked: Asked) -> Value:
    return on_strings(substring, *(part(state, asked) for part in parts))


def _strstarts(parts: Sequence[Test], state: State, asked: Asked) -> Value:
    return on_strings(str.startswith, *(part(state, asked) for part in parts))


def _coalesce(parts: Sequence[Test], state: State, asked: Asked) -> Value:
    values = (part(state, asked) for part in parts)
    return next((value for value in values if value is not Open.ERROR), Open.ERROR)


_CALLS: Final[Mapping[str, Callable[[Sequence[Test], State, Asked], Value]]] = MappingProxyType(
    {"STR": _str, "SUBSTR": _substr, "STRSTARTS": _strstarts, "COALESCE": _coalesce}
)

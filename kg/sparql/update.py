"""Reading an update: its operations, which graphs they may change, and what policy says of them.

Works on tokens, as the guard does. The engine is the judge of syntax; what is decided here is
only where an operation begins and ends, and whether it may run at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from kg.errors import InputError, QueryRefused
from kg.literals import is_well_typed
from kg.sparql.guard import Limits, check
from kg.sparql.tokens import Kind, Token, position, syntax_error, tokenize
from kg.store.scratch import Step
from kg.terms import Literal, RdfFormat, parse

UPDATE_LIMITS: Final = Limits(length=1 << 20)
"""An update holds data as well as patterns, so its text may be longer than a query's."""

_DECLARATIONS: Final = {"PREFIX": 3, "BASE": 2, "VERSION": 2}  # how many tokens each takes
_MANAGEMENT: Final = ("CLEAR", "DROP", "COPY", "MOVE", "ADD")
_WHOLE: Final = ("ALL", "NAMED", "DEFAULT")
_BEFORE_GRAPH: Final = ("GRAPH", "WITH", "TO", "SILENT", "COPY", "MOVE", "ADD")
# The engine reads GRAPHex:g as GRAPH ex:g, where the standard sees one name.
_GLUED: Final = re.compile(r"(?:GRAPH|WITH|TO|SILENT|COPY|MOVE|ADD)", re.IGNORECASE)


def read_update(text: str, limits: Limits = UPDATE_LIMITS) -> list[Step]:
    """The operations of an update request, in order.

    Raises :class:`QueryRefused` for what is against policy (SERVICE, LOAD, an operation on the
    default graph or on all graphs), :class:`QuerySyntaxError` for an ill-typed literal.
    """
    check(text, limits)
    tokens = tokenize(text)
    _check_literals(text, tokens)
    steps = [
        _Operation(text, prologue, part).step() for prologue, part in _operations(text, tokens)
    ]
    if not steps:
        raise InputError("this is no update: it has no operation")
    return steps


def _operations(text: str, tokens: Sequence[Token]) -> Iterator[tuple[str, list[Token]]]:
    """The tokens of each operation and the declarations that hold for it."""
    prologue, current, depth, index = "", list[Token](), 0, 0
    while index < len(tokens):
        token = tokens[index]
        length = _DECLARATIONS.get(token.text.upper(), 0) if token.kind is Kind.WORD else 0
        if length and not current:
            last = tokens[min(index + length, len(tokens)) - 1]
            prologue += " ".join(text[token.start : last.end].split()) + " "
            index += length
            continue
        if token.is_op(";") and depth == 0:
            if current:
                yield prologue, current
            current = []
        else:
            current.append(token)
            depth += token.opens - token.closes
        index += 1
    if current:
        yield prologue, current


@dataclass(frozen=True)
class _Operation:
    """One operation of a request."""

    text: str
    prologue: str
    tokens: list[Token]

    def step(self) -> Step:
        """What to do for it."""
        words = [token.text.upper() for token in self._top() if token.kind is Kind.WORD]
        first, dataset = words[:1], {"WITH", "USING"} & set(words)
        if first and first[0] in _MANAGEMENT:
            self._check_management()
        elif first and first[0] in ("INSERT", "DELETE"):
            self._check_templates()
        where = self._where() if "WHERE" in words else None
        if dataset:
            where = None
        return Step(
            prologue=self.prologue,
            text=self._span(0, len(self.tokens)),
            place=position(self.text, self.tokens[0].start),
            template=self._template(where) if where is not None else None,
            pattern=self._span(where, len(self.tokens)) if where is not None else None,
            own_dataset=bool(dataset),
            names=self._graphs(),
            any_graph=self._any_graph(),
        )

    def _top(self) -> list[Token]:
        """The tokens outside all brackets."""
        found, depth = [], 0
        for token in self.tokens:
            depth -= token.closes
            if depth == 0 and not token.opens and not token.closes:
                found.append(token)
            depth += token.opens
        return found

    def _span(self, start: int, end: int) -> str:
        return self.text[self.tokens[start].start : self.tokens[end - 1].end]

    def _where(self) -> int | None:
        """Where the group after WHERE begins, if there is one."""
        depth = 0
        for index, token in enumerate(self.tokens[:-1]):
            if depth == 0 and token.is_word("WHERE") and self.tokens[index + 1].is_op("{"):
                return index + 1
            depth += token.opens - token.closes
        return None

    def _template(self, where: int) -> str:
        """The DELETE and INSERT clauses; the pattern of DELETE WHERE is its own template."""
        if where == 2:
            return f"DELETE {self._span(where, len(self.tokens))}"
        return self._span(0, where - 1)

    def _check_management(self) -> None:
        for token in self._top():
            if token.is_word(*_WHOLE):
                self._refuse(f"{token.text.upper()} takes in graphs that others own", token)

    def _check_templates(self) -> None:
        """Refuse triples of a template or data block that stand in no graph."""
        depth = 0
        for before, token in pairwise(self._templates()):
            named = token.is_word("GRAPH") or before.is_word("GRAPH") or _glued(token)
            if depth == 1 and not named and not token.is_op("{", "}", "."):
                self._refuse("the default graph is not written", token)
            depth += token.opens - token.closes

    def _templates(self) -> list[Token]:
        """The tokens of what is written: all but a pattern that is only read."""
        where = self._where()
        return self.tokens if where is None or where == 2 else self.tokens[: where - 1]

    def _graphs(self) -> tuple[str, ...]:
        """The graph names in the operation, as written."""
        named = {
            self.text[token.start : token.end]
            for before, token in pairwise(self.tokens)
            if token.kind in (Kind.IRI, Kind.PNAME) and before.is_word(*_BEFORE_GRAPH)
        }
        return tuple(sorted(named))

    def _any_graph(self) -> bool:
        """Whether it may change graphs that its text does not name."""
        written = self._templates()
        variable = any(
            token.kind is Kind.VAR and before.is_word("GRAPH")
            for before, token in pairwise(written)
        )
        return variable or any(map(_glued, written))

    def _refuse(self, message: str, token: Token) -> None:
        line, column = position(self.text, token.start)
        where = f"line {line}, column {column}"
        raise QueryRefused(message, where=where, hint="name a graph: GRAPH <iri> { … } or WITH")


def _glued(token: Token) -> bool:
    """Whether the engine may read a keyword and a graph's name in one token."""
    return token.kind is Kind.PNAME and _GLUED.match(token.text) is not None


def _check_literals(text: str, tokens: Sequence[Token]) -> None:
    """Refuse ill-typed literals, which the engine would turn into others."""
    prefixes = {
        name.text.removesuffix(":"): iri.text[1:-1]
        for word, name, iri in zip(tokens, tokens[1:], tokens[2:], strict=False)
        if word.is_word("PREFIX") and name.kind is Kind.PNAME and iri.kind is Kind.IRI
    }
    for string, mark, datatype in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if string.kind is Kind.STRING and mark.is_op("^^"):
            iri = _iri(datatype, prefixes)
            if iri is not None and not _well_typed(string.text, iri):
                name = re.split(r"[#/]", iri)[-1]
                message = f"{string.text[:40]} is not a valid xsd:{name}"
                raise syntax_error(message, text, string.start)


def _iri(token: Token, prefixes: dict[str, str]) -> str | None:
    if token.kind is Kind.IRI:
        return token.text[1:-1]
    prefix, _, local = token.text.partition(":")
    return prefixes[prefix] + local if prefix in prefixes else None


def _well_typed(string: str, datatype: str) -> bool:
    try:
        (quad,) = parse(f"<urn:s> <urn:p> {string}^^<{datatype}> .", format=RdfFormat.TURTLE)
    except SyntaxError:
        return True  # the engine says what is wrong with it
    return not isinstance(quad.object, Literal) or is_well_typed(quad.object)

"""What stands in a group graph pattern, each with its place in the source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from kg.sparql.reader.nodes import Node, Statement
from kg.sparql.reader.span import Span


@dataclass(frozen=True)
class Exists(Span):
    """``EXISTS`` or ``NOT EXISTS`` with its group."""

    negated: bool
    group: Group


@dataclass(frozen=True)
class Expression(Span):
    """An expression, closed but for the EXISTS in it; ``alone`` when it is just that one."""

    exists: tuple[Exists, ...]
    alone: bool = False


@dataclass(frozen=True)
class Triples(Span):
    """A run of statements; ``stop`` is the end of the dot after the last, or its own."""

    statements: tuple[Statement, ...]
    stop: int

    @property
    def is_plain(self) -> bool:
        """Whether no blank node, collection or nested list is in it."""
        return all(statement.is_plain for statement in self.statements)


@dataclass(frozen=True)
class Filter(Span):
    """``FILTER``."""

    expression: Expression


@dataclass(frozen=True)
class Bind(Span):
    """``BIND``; ``constant`` is the IRI as written where the expression is just that."""

    expression: Expression
    variable: str
    constant: str | None


@dataclass(frozen=True)
class Values(Span):
    """``VALUES``: its variables and rows, a cell that is no IRI as ``None``, UNDEF as empty."""

    variables: tuple[str, ...]
    rows: tuple[tuple[str | None, ...], ...]


@dataclass(frozen=True)
class Optional(Span):
    """``OPTIONAL``."""

    group: Group


@dataclass(frozen=True)
class Minus(Span):
    """``MINUS``."""

    group: Group


@dataclass(frozen=True)
class GraphPattern(Span):
    """``GRAPH``."""

    name: Node
    group: Group


@dataclass(frozen=True)
class Union(Span):
    """Groups with ``UNION`` between them, or one by itself."""

    groups: tuple[Group, ...]


@dataclass(frozen=True)
class Select(Span):
    """A SELECT; ``variables`` are those it projects as they are, ``None`` for all of them."""

    variables: tuple[str, ...] | None
    where: Group
    expressions: tuple[Expression, ...]
    values: Values | None


@dataclass(frozen=True)
class Group(Span):
    """What stands between braces: elements, or a sub-select alone."""

    elements: tuple[Element, ...]
    select: Select | None = None


Element: TypeAlias = Triples | Filter | Bind | Values | Optional | Minus | GraphPattern | Union

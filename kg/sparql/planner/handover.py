"""How a set that was found beforehand is put into a query: as data, or as a function.

VALUES stand in a sub-select: beside two other patterns the engine looks at all rows again for
every solution (2,000 rows: 4.8 s, in a sub-select 0.1 s).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Final

from kg.namespaces import MLG
from kg.terms import Literal, NamedNode, Term

_TRUE: Final = Literal(True)
_FALSE: Final = Literal(False)

Rows = Collection[tuple[Term | str, ...]]
"""Rows of terms, or of terms as SPARQL writes them."""


@dataclass(frozen=True)
class Note:
    """What the index gave: the closures of what, how many things, and how they are handed over."""

    of: str
    size: int
    unit: str
    done: str
    looked_up: str = ""
    """What is looked up, if anything."""

    def __str__(self) -> str:
        done = f"{self.looked_up} {self.done}" if self.looked_up else self.done
        return f"{self.of} from the lineage index: {self._counted}, {done}"

    @property
    def short(self) -> str:
        """The same without what a user named, in letters that fit a header."""
        return f"{self._counted} {self.done}"

    @property
    def _counted(self) -> str:
        return f"{self.size} {self.unit}{'' if self.size == 1 else 's'}"


class Member:
    """Whether a term is in a set, as a function for the engine.

    The engine takes no notice of what a function raises, so that is kept.
    """

    def __init__(self, members: Collection[NamedNode]) -> None:
        self._members = members
        self._failure: BaseException | None = None

    def __call__(self, term: Term) -> Term | None:
        """True or false as a literal; an error where it cannot be told."""
        try:
            return _TRUE if term in self._members else _FALSE
        except BaseException as failure:
            self._failure = failure
            return None

    def raise_failure(self) -> None:
        """Raise what a call has raised: an answer that hangs on it is wrong."""
        if self._failure is not None:
            raise self._failure


@dataclass
class Handover:
    """The sets of one query. What stands for data in the text until all else is planned is short.

    ``notes`` say what was found and how it is given.
    """

    text: str
    notes: list[Note] = field(default_factory=list)
    functions: dict[NamedNode, Member] = field(default_factory=dict)
    _rows: dict[str, Rows] = field(default_factory=dict)
    _given: dict[str, tuple[tuple[str, ...], Rows]] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def values(self, variables: tuple[str, ...], rows: Rows) -> str:
        """A pattern that has these rows as its solutions."""
        if not variables:
            return f"{{ VALUES () {{ {'() ' * len(rows)}}} }}"
        name = self._name()
        self._rows[name] = rows
        names = " ".join(f"?{variable}" for variable in variables)
        cells = " ".join(f'"{name}"' for _ in variables)
        text = f"{{ SELECT {names} {{ VALUES ({names}) {{ ({cells}) }} }} }}"
        self._given[text] = (variables, rows)
        return text

    def given(self, pattern: str) -> tuple[tuple[str, ...], Rows] | None:
        """The variables and rows of a pattern that :meth:`values` made."""
        return self._given.get(pattern)

    def member(self, variable: str, members: Collection[NamedNode]) -> str:
        """An expression that is true where a variable has one of these values."""
        name = self._name()
        self.functions[NamedNode(name)] = Member(members)
        return f"<{name}>(?{variable})"

    def written_out(self, text: str) -> str:
        """The text with data in place of what stands for it."""
        for name, rows in self._rows.items():
            data = " ".join(f"({' '.join(map(str, row))})" for row in rows)
            head, *tail = re.split(rf'\((?:"{re.escape(name)}" ?)+\)', text)
            text = data.join((head, *tail))
        return text

    def _name(self) -> str:
        names = (f"{MLG.closure.value}-{number}" for number in self._numbers)
        return next(name for name in names if name not in self.text)

"""What stands beside the data, as look-ups see it."""

from __future__ import annotations

from typing import Final

from kg.shacl.affected.focus import stored
from kg.shacl.compiled.beside import Context
from kg.shacl.compiled.templates import INSTANT
from kg.terms import Literal, NamedNode, Term

_Pair = tuple[Term, Term]


class Settings:
    """The settings of rules and the instant of the report, literals as the engine holds them."""

    def __init__(self, context: Context, instant: Literal | None = None) -> None:
        """``instant`` is put where the context has what stands for it."""
        self._context = context
        self._instant = instant
        self.properties: Final = context.properties
        self._pairs: dict[NamedNode, list[_Pair]] = {}

    def __contains__(self, predicate: NamedNode) -> bool:
        return predicate in self.properties

    def pairs(self, predicate: NamedNode) -> list[_Pair]:
        """The subjects and objects of a property."""
        found = self._pairs.get(predicate)
        if found is None:
            pairs = self._context.pairs(predicate.value)
            found = [(self._held(one), self._held(other)) for one, other in pairs]
            self._pairs[predicate] = found
        return found

    def _held(self, term: Term) -> Term:
        known = self._instant if term == INSTANT and self._instant is not None else term
        return stored(known)

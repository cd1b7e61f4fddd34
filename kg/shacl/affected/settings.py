"""What stands beside the data, as look-ups see it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
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
        self._pairs: dict[NamedNode, Mapping[Term | None, Sequence[_Pair]]] = {}

    def __contains__(self, predicate: NamedNode) -> bool:
        return predicate in self.properties

    def pairs(self, predicate: NamedNode, subject: Term | None = None) -> Sequence[_Pair]:
        """The subjects and objects of a property, or those of a subject."""
        by_subject = self._pairs.get(predicate)
        if by_subject is None:
            by_subject = self._pairs[predicate] = self._read(predicate)
        return by_subject.get(subject, ())

    def _read(self, predicate: NamedNode) -> Mapping[Term | None, Sequence[_Pair]]:
        found: defaultdict[Term | None, list[_Pair]] = defaultdict(list)
        for pair in self._context.pairs(predicate.value):
            subject, object_ = map(self._held, pair)
            found[subject].append((subject, object_))
            found[None].append((subject, object_))
        return found

    def _held(self, term: Term) -> Term:
        known = self._instant if term == INSTANT and self._instant is not None else term
        return stored(known)

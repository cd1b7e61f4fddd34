"""Literals to the letter in an engine that normalises them.

Oxigraph keeps the value of a literal, not its letters: ``"01"`` becomes ``1``, ``xsd:byte``
becomes ``xsd:integer``, and the ill-typed ``"300"^^xsd:byte`` a valid integer. SHACL is about
terms, so a literal that would be changed is loaded in disguise: the same letters, under a
datatype of ours that holds the real one. Conditions look through the disguise (template
``typed``) where they need the value; results are given without it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from kg.literals import is_well_typed
from kg.namespaces import PREFIXES
from kg.store.scratch import normal_forms
from kg.terms import Literal, NamedNode, Term, Triple

WELL_TYPED: Final = "urn:kg:literal:"
ILL_TYPED: Final = "urn:kg:ill-typed:"

_XSD: Final = PREFIXES["xsd"]
_NEVER_CHANGED: Final = frozenset({f"{_XSD}string", f"{_XSD}anyURI", f"{_XSD}language"})
_SURE: Final = {
    f"{_XSD}integer": re.compile(r"(?:0|-?[1-9][0-9]{0,17})"),
    f"{_XSD}boolean": re.compile(r"true|false"),
    f"{_XSD}dateTime": re.compile(r"[12]\d{3}-[01]\d-[0-3]\dT[0-2]\d:[0-5]\d:[0-5]\dZ"),
    f"{_XSD}date": re.compile(r"[12]\d{3}-[01]\d-[0-3]\d"),
}


class Lexical:
    """The disguises that literals need; given those of the data and of the shapes graph."""

    def __init__(self, terms: Iterable[Term | Triple]) -> None:
        doubtful = {t for t in terms if isinstance(t, Literal) and _may_change(t)}
        self._disguise: dict[Term, Literal] = {t: _disguised(t) for t in _changed(doubtful)}

    @property
    def altered(self) -> bool:
        """Whether any literal is in disguise."""
        return bool(self._disguise)

    def encode_triple(self, triple: Triple) -> Triple:
        """The triple as it is loaded."""
        disguise = self._disguise.get(triple.object)  # type: ignore[arg-type]
        return Triple(triple.subject, triple.predicate, disguise) if disguise else triple

    def encode(self, term: Term) -> Term:
        """A term of the shapes graph as one of the data would be."""
        return self._disguise.get(term, term)

    def decode_row(self, row: tuple[Term | None, ...]) -> tuple[Term | None, ...]:
        """The terms of an answer as they were written."""
        return tuple(_bare(term) for term in row) if self._disguise else row


def _may_change(literal: Literal) -> bool:
    datatype = literal.datatype.value
    if not datatype.startswith(_XSD) or datatype in _NEVER_CHANGED:
        return False
    sure = _SURE.get(datatype)
    if sure is None or not sure.fullmatch(literal.value):
        return True
    return not is_well_typed(literal)


def _changed(literals: set[Literal]) -> Iterable[Literal]:
    """Those that the engine would change, and those whose letters their datatype forbids."""
    about = NamedNode("urn:kg:about")
    ordered = list(literals)
    kept = normal_forms([Triple(about, about, literal) for literal in ordered])
    return [
        literal
        for literal, triple in zip(ordered, kept, strict=True)
        if triple.object != literal or not is_well_typed(literal)
    ]


def _disguised(literal: Literal) -> Literal:
    prefix = WELL_TYPED if is_well_typed(literal) else ILL_TYPED
    return Literal(literal.value, datatype=NamedNode(prefix + literal.datatype.value))


def _bare(term: Term | None) -> Term | None:
    if isinstance(term, Literal):
        datatype = term.datatype.value
        for prefix in (WELL_TYPED, ILL_TYPED):
            if datatype.startswith(prefix):
                return Literal(term.value, datatype=NamedNode(datatype[len(prefix) :]))
    return term

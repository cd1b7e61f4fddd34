"""RDF terms as they stand on a page: short, and linked to where more is said of them."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, urlencode

from kg.iri import Names
from kg.namespaces import XSD, compact
from kg.terms import Literal, NamedNode


@dataclass(frozen=True)
class Cell:
    """A term on a page: its text, what it links to if anything, and a note such as a language."""

    text: str
    href: str | None = None
    note: str | None = None
    title: str | None = None


def cell(term: object, names: Names) -> Cell:
    """The cell of a term; one that is no IRI and no literal is shown as RDF writes it."""
    if isinstance(term, NamedNode):
        return _node(term, names)
    if isinstance(term, Literal):
        return Cell(term.value, note=_note(term))
    return Cell("" if term is None else str(term))


def address(iri: str, names: Names) -> str:
    """The path of the page about an IRI."""
    if iri.startswith(names.instances):
        return "/id/" + quote(iri.removeprefix(names.instances), safe="/%-._~!$&'()*+,;=:@")
    return "/describe?" + urlencode({"iri": iri})


def shorten(iri: str, names: Names) -> str:
    """What people read for an IRI: ``kind:system/key``, a prefixed name, or the IRI itself."""
    short = names.short(iri)
    return compact(iri) if short == iri else short


def _node(node: NamedNode, names: Names) -> Cell:
    return Cell(shorten(node.value, names), address(node.value, names), title=node.value)


def _note(literal: Literal) -> str | None:
    if literal.language:
        return f"@{literal.language}"
    return None if literal.datatype == XSD.string else compact(literal.datatype.value)

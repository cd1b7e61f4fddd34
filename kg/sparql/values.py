"""What a person types for a parameter, read as an RDF term."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Final, cast

from kg.errors import InputError, QuerySyntaxError
from kg.iri import Names, is_iri
from kg.namespaces import PREFIXES, XSD
from kg.sparql.prologue import prefix_declarations
from kg.sparql.tokens import Kind, tokenize
from kg.terms import Literal, NamedNode, RdfFormat, Term, parse

_NUMBER = re.compile(
    r"[+-]?(?:(?P<integer>\d+)|(?P<decimal>\d*\.\d+)|(?P<double>(?:\d+\.?\d*|\.\d+)[eE][+-]?\d+))",
    re.ASCII,
)
_LITERALS = (
    [Kind.STRING],
    [Kind.STRING, Kind.LANGTAG],
    [Kind.STRING, "^^", Kind.IRI],
    [Kind.STRING, "^^", Kind.PNAME],
)


def parse_term(text: str, names: Names | None = None) -> Term:
    """The term that a text stands for.

    In this order: ``<iri>``; a quoted literal, with ``@language`` or ``^^datatype``; ``true`` or
    ``false``; a number; a prefixed name of :data:`kg.namespaces.PREFIXES`; an IRI with ``://`` or
    a ``urn:``; with ``names``, the short form ``kind:system/key``. Anything else is a string.
    Raises :class:`InputError` for a text that begins as one of these and is broken.
    """
    text = text.strip()
    if text.startswith("<"):
        return _iri(text[1:-1] if text.endswith(">") else text)
    if text.startswith(('"', "'")):
        return _quoted(text)
    if text in ("true", "false"):
        return Literal(text, datatype=XSD.boolean)
    number = _NUMBER.fullmatch(text)
    if number and number.lastgroup:
        return Literal(text, datatype=XSD[number.lastgroup])
    return _named(text, names) or Literal(text)


def _named(text: str, names: Names | None) -> NamedNode | None:
    head, colon, rest = text.partition(":")
    if not colon or re.search(r"\s", text):
        return None
    if head in PREFIXES and not rest.startswith("//"):
        return _iri(PREFIXES[head] + rest)
    if rest.startswith("//") or head in ("urn", "mailto"):
        return _iri(text)
    if names is not None and "/" in rest and re.fullmatch(r"[a-z][a-z0-9-]*", head):
        return names.parse(text)
    return None


def _iri(text: str) -> NamedNode:
    if not is_iri(text):
        raise InputError(f"{text!r} is not an IRI", hint="percent-encode such characters")
    return NamedNode(text)


def _quoted(text: str) -> Literal:
    try:
        shape = [token.text if token.is_op("^^") else token.kind for token in tokenize(text)]
        if shape not in _LITERALS:
            raise SyntaxError
        document = f"{prefix_declarations(text)}<urn:s> <urn:p> {text} ."
        (quad,) = parse(document, format=RdfFormat.TURTLE)
    except (QuerySyntaxError, SyntaxError) as error:
        hint = 'write "text", "text"@en or "text"^^xsd:date'
        raise InputError(f"{text!r} is not a literal", hint=hint) from error
    return cast(Literal, quad.object)


def _integer(text: str) -> Literal:
    return Literal(str(int(text)), datatype=XSD.integer)


def _decimal(text: str) -> Literal:
    if not re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)", text, re.ASCII):
        raise ValueError(text)
    return Literal(text, datatype=XSD.decimal)


def _boolean(text: str) -> Literal:
    if text not in ("true", "false"):
        raise ValueError(text)
    return Literal(text, datatype=XSD.boolean)


def _date(text: str) -> Literal:
    return Literal(date.fromisoformat(text).isoformat(), datatype=XSD.date)


def _date_time(text: str) -> Literal:
    moment = datetime.fromisoformat(text)
    return Literal(moment.isoformat().replace("+00:00", "Z"), datatype=XSD.dateTime)


_READERS: Final[Mapping[str, Callable[[str], Literal]]] = MappingProxyType(
    {
        "string": Literal,
        "integer": _integer,
        "decimal": _decimal,
        "boolean": _boolean,
        "date": _date,
        "dateTime": _date_time,
    }
)
KINDS: Final = ("iri", "term", *_READERS)
"""What a parameter may be declared as: an IRI, any term, or a literal of an XSD datatype."""


def parse_value(text: str, kind: str, names: Names | None = None) -> Term:
    """The term of the given kind (one of :data:`KINDS`) that a text stands for.

    Raises :class:`InputError` when it stands for none.
    """
    if kind == "term":
        return parse_term(text, names)
    if kind == "iri":
        term = parse_term(text, names)
        if not isinstance(term, NamedNode):
            raise InputError(f"{text!r} is not an IRI", hint="write kind:system/key or an IRI")
        return term
    try:
        return _READERS[kind](text)
    except ValueError as error:
        raise InputError(f"{text!r} is not of type {kind}") from error

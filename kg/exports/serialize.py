"""Writing an export: the engine's serialisers, with nothing left to chance.

The serialisers declare prefixes in the order of a hash table, which differs from run to run;
here the declarations are sorted, so the same triples in the same order give the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Final

from kg.namespaces import PREFIXES, RDF, XSD
from kg.terms import Literal, NamedNode, RdfFormat, Triple, serialize

_TYPE: Final = RDF.type
_IMPLICIT: Final = (XSD.string, RDF.langString)
_XML_FORBIDDEN: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def to_bytes(triples: Sequence[Triple], format_: RdfFormat = RdfFormat.TURTLE) -> bytes:
    """Triples in an RDF format, in the order given, with the project's prefixes."""
    if format_ == RdfFormat.RDF_XML:
        triples = [_in_xml(triple) for triple in triples]
    data = serialize(triples, format=format_, prefixes=_used_prefixes(triples)) or b""
    if format_ == RdfFormat.TURTLE:
        return _ordered_turtle(data.decode()).encode()
    if format_ == RdfFormat.RDF_XML:
        return re.sub(rb"<rdf:RDF ([^>]*)>", _ordered_root, data, count=1)
    return data


def _used_prefixes(triples: Sequence[Triple]) -> dict[str, str]:
    iris = set(chain.from_iterable(map(_iris, triples)))
    return {
        prefix: namespace
        for prefix, namespace in PREFIXES.items()
        if any(iri.startswith(namespace) for iri in iris)
    }


def _iris(triple: Triple) -> Iterator[str]:
    """The IRIs that are written out: not ``a``, not the datatype of a plain text."""
    for term in (triple.subject, triple.object):
        if isinstance(term, NamedNode):
            yield term.value
    if triple.predicate != _TYPE:
        yield triple.predicate.value
    if isinstance(triple.object, Literal) and triple.object.datatype not in _IMPLICIT:
        yield triple.object.datatype.value


def _ordered_turtle(text: str) -> str:
    """Sorted prefixes and an empty line between subjects (the engine escapes line ends)."""
    lines = text.split("\n")
    prefixes = sorted(line for line in lines if line.startswith("@prefix "))
    body = "\n".join(lines[len(prefixes) :]).replace(" .\n", " .\n\n").rstrip("\n")
    return "\n".join([*prefixes, "", body, ""])


def _ordered_root(match: re.Match[bytes]) -> bytes:
    return b"<rdf:RDF " + b" ".join(sorted(match[1].split())) + b">"


def _in_xml(triple: Triple) -> Triple:
    """The triple without the control characters that XML 1.0 (section 2.2) cannot hold."""
    term = triple.object
    if not isinstance(term, Literal) or not _XML_FORBIDDEN.search(term.value):
        return triple
    text = _XML_FORBIDDEN.sub("", term.value)
    kept = Literal(text, language=term.language) if term.language else Literal(text)
    return Triple(triple.subject, triple.predicate, kept)

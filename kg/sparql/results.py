"""Result formats: their names, their media types, and choosing one.

CSV and TSV have no form for the answer of ASK (SPARQL 1.1 Query Results CSV and TSV, 2). When
asked for, they hold the bare word ``true`` or ``false``, as the engine writes them; negotiation
takes them last.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from kg.errors import InputError
from kg.sparql.prologue import QueryForm


@dataclass(frozen=True)
class Format:
    """A result format: its name on the command line, and its media types, the proper one first."""

    name: str
    media_type: str
    extension: str
    aliases: tuple[str, ...] = ()

    @property
    def content_type(self) -> str:
        """The value of a Content-Type header."""
        text = self.media_type.startswith("text/")
        return f"{self.media_type}; charset=utf-8" if text else self.media_type


SOLUTIONS: Final = (
    Format("json", "application/sparql-results+json", "srj", ("application/json", "text/json")),
    Format("xml", "application/sparql-results+xml", "srx", ("application/xml", "text/xml")),
    Format("csv", "text/csv", "csv"),
    Format("tsv", "text/tab-separated-values", "tsv"),
)
"""The formats of SELECT and ASK, in order of preference."""

GRAPHS: Final = (
    Format("turtle", "text/turtle", "ttl", ("application/x-turtle",)),
    Format("n-triples", "application/n-triples", "nt", ("text/plain",)),
    Format("rdf-xml", "application/rdf+xml", "rdf", ("application/xml", "text/xml")),
    Format("json-ld", "application/ld+json", "jsonld", ("application/json",)),
    Format("trig", "application/trig", "trig"),
    Format("n-quads", "application/n-quads", "nq"),
)
"""The formats of CONSTRUCT and DESCRIBE, in order of preference."""


def formats(form: QueryForm) -> tuple[Format, ...]:
    """The formats that a query of the form can be answered in, the default first."""
    return SOLUTIONS if form in ("SELECT", "ASK") else GRAPHS


def format_named(name: str, form: QueryForm) -> Format:
    """The format of a name, a file extension or a media type.

    Raises :class:`InputError` when the form has none such.
    """
    for candidate in formats(form):
        if name in (candidate.name, candidate.extension, *_media_types(candidate)):
            return candidate
    known = ", ".join(candidate.name for candidate in formats(form))
    raise InputError(f"{form} has no result format {name!r}", hint=f"one of {known}")


def negotiate(accept: str | None, form: QueryForm) -> Format | None:
    """The format that an Accept header asks for (RFC 9110, 12.5.1), or ``None`` for none (406).

    Without a header, or with an empty one, any format will do. Of equals our first is taken.
    """
    ranges = _ranges(accept) if accept and accept.strip() else [("*/*", 1.0)]
    best: Format | None = None
    best_quality = 0.0
    for candidate in formats(form):
        named = [weight for pattern, weight in ranges if pattern in candidate.aliases]
        quality = max(_quality(candidate.media_type, ranges), *named, 0.0)
        if quality > best_quality:
            best, best_quality = candidate, quality
    return best


def _media_types(candidate: Format) -> tuple[str, ...]:
    return (candidate.media_type, *candidate.aliases)


def _ranges(accept: str) -> list[tuple[str, float]]:
    ranges = []
    for part in accept.split(","):
        media_range, *parameters = (piece.strip() for piece in part.split(";"))
        quality = 1.0
        for parameter in parameters:
            weight = re.fullmatch(r"[qQ]\s*=\s*([01](?:\.\d{0,3})?)", parameter)
            quality = min(float(weight[1]), 1.0) if weight else quality
        ranges.append((media_range.lower(), quality))
    return ranges


def _quality(media_type: str, ranges: list[tuple[str, float]]) -> float:
    """The weight of the most specific range that the media type is in."""
    main = media_type.partition("/")[0]
    for pattern in (media_type, f"{main}/*", "*/*"):
        weights = [quality for media_range, quality in ranges if media_range == pattern]
        if weights:
            return max(weights)
    return 0.0

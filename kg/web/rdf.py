"""Small RDF documents as answers: what a resource or the service says of itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from flask import Response, request
from werkzeug.exceptions import NotAcceptable

from kg.terms import RdfFormat, Triple, serialize

HTML: Final = "text/html"

_FORMATS: Final = {
    "text/turtle": RdfFormat.TURTLE,
    "application/ld+json": RdfFormat.JSON_LD,
    "application/n-triples": RdfFormat.N_TRIPLES,
    "application/rdf+xml": RdfFormat.RDF_XML,
}


def preferred() -> str:
    """What the client would best have, a page or RDF: Turtle where it does not care.

    Raises :class:`NotAcceptable` when it takes neither.
    """
    if not request.accept_mimetypes:
        return "text/turtle"
    chosen = request.accept_mimetypes.best_match([*_FORMATS, HTML])
    if chosen is None:
        raise NotAcceptable(f"send Accept with one of {', '.join([*_FORMATS, HTML])}")
    return chosen


def document(triples: Iterable[Triple], media_type: str, prefixes: Mapping[str, str]) -> Response:
    """The answer that holds the triples."""
    format_ = _FORMATS[media_type]
    declared = None if format_ == RdfFormat.N_TRIPLES else dict(prefixes)
    body = serialize(triples, format=format_, prefixes=declared)
    response = Response(body, mimetype=media_type)
    response.vary.add("Accept")
    return response

"""Revisions of answers: as validators (RFC 9110, 8.8), and as what a reader asks for at least.

The same question at the same revision has the same answer; validators are weak, since rows may
come in another order.
"""

from __future__ import annotations

import re
from typing import Final

from flask import Flask, Request, request
from werkzeug.exceptions import PreconditionFailed
from werkzeug.http import quote_etag

from kg.app import KnowledgeGraph
from kg.errors import InputError
from kg.sparql.tokens import Kind, tokenize

REVISION: Final = "X-KG-Revision"
"""The revision of an answer; in a request, the revision that the answer has to show at least."""

_NUMBER: Final = re.compile(r"\d{1,18}\Z", re.ASCII)
_UNSTABLE: Final = re.compile(r"NOW|RAND|S?T?R?UUID|BNODE", re.IGNORECASE)


def entity_tag(revision: int, ontology: str, format_name: str) -> str:
    """The tag of an answer in a format; what is entailed depends on the ontology too."""
    return f"{revision}-{ontology[:8]}-{format_name}"


def is_stable(text: str) -> bool:
    """Whether a query asks neither for the time nor for chance, so that its answer stays."""
    return not any(
        token.kind is Kind.WORD and _UNSTABLE.search(token.text) for token in tokenize(text)
    )


def is_known(asked: Request, tag: str) -> bool:
    """Whether the client says that it has this answer already."""
    return asked.method in ("GET", "HEAD") and asked.if_none_match.contains_weak(tag)


def header(tag: str) -> str:
    """The value of the ETag header."""
    return quote_etag(tag, weak=True)


def require_revisions(app: Flask, graph: KnowledgeGraph) -> None:
    """Refuse, before anything else is done, what asks for a revision that is not there yet.

    All answers are of a revision at least as new as the graph's when they were asked for.
    """

    def check() -> None:
        wanted = request.headers.get(REVISION)
        if wanted is None:
            return
        if not _NUMBER.match(wanted):
            raise InputError(f"{REVISION} {wanted!r} is no revision", hint="send a number")
        if int(wanted) > graph.revision:
            raise PreconditionFailed(f"The newest revision is {graph.revision}.")

    app.before_request(check)

"""Validators of answers (RFC 9110, 8.8): the same question at the same revision, the same answer.

They are weak, since rows may come in another order.
"""

from __future__ import annotations

import re
from typing import Final

from flask import Request
from werkzeug.http import quote_etag

from kg.sparql.tokens import Kind, tokenize

_UNSTABLE: Final = re.compile(r"NOW|RAND|S?T?R?UUID|BNODE", re.IGNORECASE)


def entity_tag(revision: int, ontology: str, format_name: str) -> str:
    """The tag of an answer in a format; what is entailed depends on the ontology too."""
    return f"{revision}-{ontology[:8]}-{format_name}"


def is_stable(text: str) -> bool:
    """Whether a query asks neither for the time nor for chance, so that its answer stays."""
    return not any(
        token.kind is Kind.WORD and _UNSTABLE.search(token.text) for token in tokenize(text)
    )


def is_known(request: Request, tag: str) -> bool:
    """Whether the client says that it has this answer already."""
    return request.method in ("GET", "HEAD") and request.if_none_match.contains_weak(tag)


def header(tag: str) -> str:
    """The value of the ETag header."""
    return quote_etag(tag, weak=True)

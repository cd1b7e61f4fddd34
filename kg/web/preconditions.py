"""Preconditions on graphs (RFC 9110, 13): two who edit a graph do not overwrite each other.

The tag of a graph names the revision that changed this graph last, so it stays while others
change. It is strong, for only such tags may guard a write, hence another for each format and for
gzip; a write takes the tag of any form that the graph can be read in.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from flask import Request, Response
from werkzeug.exceptions import PreconditionFailed

from kg.app import KnowledgeGraph
from kg.iri import asserting_graph
from kg.sparql.results import GRAPHS, Format
from kg.terms import NamedNode

_PACKED: Final = "-gzip"


def graph_tag(graph: KnowledgeGraph, name: NamedNode | None, format_: Format, revision: int) -> str:
    """The tag of a graph, or of the union of all, in a format as it was at a revision."""
    asserting = name and asserting_graph(name)
    changed = asserting and graph.journal.last_change(asserting, revision)
    if changed is not None and asserting == name:
        return _tag(changed, format_)
    # What is entailed, the union with it, and what is ours depend on the ontology too.
    return _tag(revision if changed is None else changed, format_, graph.ontology.digest)


def known_tag(request: Request, tag: str) -> str | None:
    """The tag by which the client says that it has this form of the graph, packed or not."""
    known = request.if_none_match
    return next((form for form in (tag, packed(tag)) if known.contains_weak(form)), None)


def packed(tag: str) -> str:
    """The tag of the gzip form: other bytes, so another strong tag (RFC 9110, 8.8.3.3)."""
    return tag + _PACKED


def pack_tag(response: Response) -> None:
    """Name the gzip form of a response in its tag, where that is a strong one."""
    tag, weak = response.get_etag()
    if tag is not None and not weak:
        response.set_etag(packed(tag))


def require(request: Request, changed: int | None) -> None:
    """Raise :class:`PreconditionFailed` where a write is meant for another state of a graph.

    ``changed`` is the revision that changed the graph last, ``None`` where there is no graph.
    """
    tags = list(_tags(changed)) if changed is not None else []
    if "If-Match" in request.headers and not any(map(request.if_match.contains, tags)):
        raise PreconditionFailed("the graph is not as If-Match has it: read it again")
    if any(map(request.if_none_match.contains_weak, tags)):
        raise PreconditionFailed("the graph is as If-None-Match would not have it")


def _tag(revision: int, format_: Format, ontology: str = "") -> str:
    return "-".join(filter(None, (str(revision), ontology[:8], format_.name)))


def _tags(changed: int) -> Iterator[str]:
    """The tags of every form of a graph that people write."""
    for format_ in GRAPHS:
        tag = _tag(changed, format_)
        yield from (tag, packed(tag))

"""Long lists in pages: opaque cursors, and answers kept for who asks for the next page.

A cursor names the request, the revision and what else the first page is of, so that all pages
are of one answer, whatever is committed meanwhile.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import threading
from collections import OrderedDict
from collections.abc import Callable, Collection
from dataclasses import asdict, dataclass
from typing import Any, Final

from flask import Response, request
from werkzeug.exceptions import Conflict

DEFAULT_LIMIT: Final = 1_000
MOST: Final = 10_000
PAGING: Final = ("limit", "cursor")
_KEPT: Final = 4

Answer = dict[str, Any]


def digest(value: object) -> str:
    """A short name for a JSON value, the same for the same value."""
    text = json.dumps(value, sort_keys=True)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def request_name(ontology: str) -> str:
    """What is asked for, whatever page of it; an ontology of another digest answers otherwise."""
    given = sorted((k, v) for k, v in request.args.items(multi=True) if k not in PAGING)
    return digest([request.path, given, ontology])


def tagged(answer: Answer, varying: Collection[str] = ("next",)) -> Response:
    """The answer, or 304 where the client has it; the tag leaves out members that vary."""
    content = digest({key: value for key, value in answer.items() if key not in varying})
    response = Response(json.dumps(answer, ensure_ascii=False), mimetype="application/json")
    return validated(response, answer["revision"], content)


def validated(response: Response, revision: int, content: str) -> Response:
    """A response with its revision and a weak tag, or 304 where the client has it."""
    response.set_etag(f"{revision}-{content}", weak=True)
    response.headers["Cache-Control"] = "no-cache"
    response.headers["X-KG-Revision"] = str(revision)
    response.make_conditional(request)
    return response


@dataclass(frozen=True)
class Cursor:
    """Where the next page begins, and of which answer.

    ``of`` tells answers of one revision apart: the instant asked about, or a digest of content.
    """

    request: str
    revision: int
    of: str
    offset: int

    def to_text(self) -> str:
        """The cursor as a client passes it on."""
        text = json.dumps(list(asdict(self).values()), separators=(",", ":"))
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")

    def is_sound(self) -> bool:
        """Whether the values are of their types, which a client may have tampered with."""
        return (
            isinstance(self.revision, int)
            and isinstance(self.of, str)
            and isinstance(self.offset, int)
            and self.offset > 0
        )

    @classmethod
    def read(cls, text: str, request: str) -> Cursor:
        """Read back :meth:`to_text`; raises :class:`Conflict` where it is not of this request."""
        try:
            padded = text.encode("ascii") + b"=" * (-len(text) % 4)
            values = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
            cursor = cls(*values)
            known = cursor.request == request and cursor.is_sound()
        except (ValueError, TypeError, binascii.Error, RecursionError):
            known = False
        if not known:
            raise Conflict(
                "The cursor is not of this request, or of another ontology: start again without it."
            )
        return cursor


class Pager:
    """Cuts answers into pages and keeps the last few that were longer than one page."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, int, str], Answer] = OrderedDict()
        self._lock = threading.Lock()

    def answer(self, first: Cursor, ask: Callable[[], Answer]) -> Answer:
        """The whole answer that a cursor goes on with, asked for again if it is not kept."""
        with self._lock:
            kept = self._kept.get((first.request, first.revision, first.of))
        return ask() if kept is None else kept

    def page(self, answer: Answer, key: str, at: Cursor, limit: int) -> Answer:
        """The part of an answer that a cursor begins, with the cursor of the ``next`` if any."""
        items = answer[key]
        end = at.offset + limit
        page = {**answer, key: items[at.offset : end]}
        if "edges" in answer:
            page["edges"] = _edges(answer, key, at.offset, end)
        if end < len(items):
            self._keep(answer, at)
            page["next"] = Cursor(at.request, at.revision, at.of, end).to_text()
        return page

    def _keep(self, answer: Answer, at: Cursor) -> None:
        with self._lock:
            self._kept[at.request, at.revision, at.of] = answer
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)


def _edges(answer: Answer, key: str, start: int, end: int) -> list[Any]:
    """The edges whose later end is on the page, so that each is on one page."""
    place = {item["id"]: number for number, item in enumerate(answer[key])}
    return [
        edge
        for edge in answer["edges"]
        if start <= max(0, place.get(edge["from"], 0), place.get(edge["to"], 0)) < max(end, 1)
    ]

"""Events of an HTTP endpoint, page by page."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx

from kg.connectors.openlineage.reading import Item, events_of, parse_json
from kg.connectors.scrub import scrub_text
from kg.errors import InputError, SourceError

_TIMEOUT_SECONDS = 30.0


def read_url(url: str) -> Iterator[Item]:
    """The events of an endpoint such as Marquez' ``/api/v1/events/lineage``, page by page."""
    where = scrub_text(url)
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https"):
        raise InputError("only http and https URLs are read", where=where)
    with httpx.Client(timeout=_TIMEOUT_SECONDS) as client:
        answer = _get(client, url, where)
        events = events_of(answer)
        if events is None:
            yield Item(where, answer)
            return
        received = 0
        while events:
            yield from (Item(f"{where}[{received + at}]", e) for at, e in enumerate(events))
            received += len(events)
            if not _has_more(answer, received, parts.query):
                return
            answer = _get(client, f"{url}{'&' if parts.query else '?'}offset={received}", where)
            events = events_of(answer)


def _has_more(answer: object, received: int, query: str) -> bool:
    total = answer.get("totalCount") if isinstance(answer, dict) else None
    asked_for_page = "offset=" in query or "limit=" in query
    return isinstance(total, int) and received < total and not asked_for_page


def _get(client: httpx.Client, url: str, where: str) -> object:
    try:
        response = client.get(url, headers={"Accept": "application/json"})
        response.raise_for_status()
    except httpx.HTTPStatusError as error:
        status = error.response.status_code
        raise SourceError(f"answered with status {status}", where=where) from error
    except httpx.HTTPError as error:
        reason = scrub_text(str(error)) or type(error).__name__
        raise SourceError(f"does not answer: {reason}", where=where) from error
    try:
        return parse_json(response.content)
    except ValueError as error:
        raise SourceError(f"the answer is not JSON: {error}", where=where) from error

"""Cross-origin requests (Fetch standard, 3.3): who else's pages may use the endpoints."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from flask import Response, request

_BLUEPRINTS: Final = ("sparql", "update", "graph_store", "dataset")
_REQUEST_HEADERS: Final = (
    "Accept, Authorization, Content-Type, If-Match, If-None-Match, X-KG-Revision"
)
_RESPONSE_HEADERS: Final = "ETag, Location, WWW-Authenticate, X-KG-Plan, X-KG-Revision"
_SECONDS: Final = "86400"


def allowing(origin: str | None) -> Callable[[Response], Response]:
    """For ``after_request``: lets pages of the origin, ``*`` for any, use the endpoints.

    Credentials that a browser sends by itself are never allowed; a token is sent by the page.
    """

    def allow(response: Response) -> Response:
        if origin is None or request.blueprint not in _BLUEPRINTS:
            return response
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Access-Control-Expose-Headers"] = _RESPONSE_HEADERS
        if origin != "*":
            response.vary.add("Origin")
        if request.method == "OPTIONS":
            response.headers["Access-Control-Allow-Methods"] = response.headers.get("Allow", "")
            response.headers["Access-Control-Allow-Headers"] = _REQUEST_HEADERS
            response.headers["Access-Control-Max-Age"] = _SECONDS
        return response

    return allow

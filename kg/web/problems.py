"""Errors as HTTP answers: one shape for all of them, Problem Details for HTTP APIs (RFC 9457).

Only this module knows which status code an error of :mod:`kg.errors` becomes. What is not
foreseen is logged, and the client learns no more than that it happened.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from http import HTTPStatus
from typing import Any, Final

from flask import Flask, Response, current_app, json, render_template, request
from werkzeug.exceptions import HTTPException

from kg.commit import NotAdmitted
from kg.errors import (
    AnswerTooLarge,
    InputError,
    KGError,
    NotFound,
    NotPermitted,
    NotReady,
    QueryAborted,
    QueryRefused,
    QuerySyntaxError,
    QueryTimeout,
    SourceError,
    StorageError,
    Unsupported,
)

MEDIA_TYPE: Final = "application/problem+json"
_TYPES: Final = "https://w3id.org/mlg/problem/"


@dataclass(frozen=True)
class Problem:
    """The members of RFC 9457, section 3.1, and the extension members of ours."""

    status: int
    title: str
    detail: str
    type: str = "about:blank"
    extra: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """The problem as JSON values."""
        members = {"type": self.type, "title": self.title, "status": self.status}
        return {**members, "detail": self.detail, **self.extra}


@dataclass(frozen=True)
class _Kind:
    """What all problems of one class of error have in common."""

    status: HTTPStatus
    name: str
    title: str
    retry_after: int | None = None


_KINDS: Final[dict[type[KGError], _Kind]] = {
    QuerySyntaxError: _Kind(HTTPStatus.BAD_REQUEST, "query-syntax", "The query does not parse"),
    QueryRefused: _Kind(HTTPStatus.FORBIDDEN, "query-refused", "The query is against policy"),
    NotPermitted: _Kind(HTTPStatus.FORBIDDEN, "not-permitted", "Not yours to write"),
    NotAdmitted: _Kind(
        HTTPStatus.UNPROCESSABLE_ENTITY, "not-admitted", "What was sent breaks a structure shape"
    ),
    NotFound: _Kind(HTTPStatus.NOT_FOUND, "not-found", "Not found"),
    InputError: _Kind(HTTPStatus.BAD_REQUEST, "input", "The request cannot be used"),
    QueryTimeout: _Kind(
        HTTPStatus.SERVICE_UNAVAILABLE, "query-timeout", "The query took too long", 30
    ),
    QueryAborted: _Kind(HTTPStatus.SERVICE_UNAVAILABLE, "query-aborted", "The query was ended", 30),
    AnswerTooLarge: _Kind(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "answer-too-large", "The answer is too large"
    ),
    NotReady: _Kind(HTTPStatus.SERVICE_UNAVAILABLE, "not-ready", "Not worked out yet", 5),
    Unsupported: _Kind(HTTPStatus.NOT_IMPLEMENTED, "unsupported", "Not supported"),
    SourceError: _Kind(HTTPStatus.BAD_GATEWAY, "source", "Another system failed"),
    StorageError: _Kind(HTTPStatus.SERVICE_UNAVAILABLE, "storage", "The store is not available"),
    KGError: _Kind(HTTPStatus.INTERNAL_SERVER_ERROR, "error", "The request failed"),
}


def of_error(error: KGError) -> Problem:
    """The problem that an error raised on purpose becomes."""
    kind = next(_KINDS[cls] for cls in type(error).__mro__ if cls in _KINDS)
    extra: dict[str, Any] = {}
    if isinstance(error, QuerySyntaxError) and error.line is not None:
        extra = {"line": error.line, "column": error.column}
        if error.excerpt:
            extra["excerpt"] = error.excerpt
    if isinstance(error, NotFound) and error.suggestions:
        extra = {"suggestions": list(error.suggestions)}
    if isinstance(error, NotAdmitted):
        extra = {"findings": [asdict(f) for record in error.refused for f in record.findings]}
    headers = {"Retry-After": str(kind.retry_after)} if kind.retry_after else {}
    return Problem(kind.status, kind.title, str(error), _TYPES + kind.name, extra, headers)


def of_http(error: HTTPException) -> Problem:
    """The problem that an error of the protocol becomes: no such path, wrong method, ..."""
    status = HTTPStatus(error.code or HTTPStatus.INTERNAL_SERVER_ERROR)
    headers = dict(error.get_headers())
    headers.pop("Content-Type", None)
    return Problem(status, status.phrase, error.description or status.phrase, headers=headers)


def register(app: Flask) -> None:
    """Make every error that leaves a view a problem."""
    app.register_error_handler(KGError, lambda error: respond(of_error(error)))
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _unforeseen)


def respond(problem: Problem) -> Response:
    """The answer: a page for who asks for pages, problem details for all others."""
    if prefers_html():
        body = render_template("problem.html", problem=problem)
        response = Response(body, problem.status, mimetype="text/html")
    else:
        response = Response(json.dumps(problem.to_json()), problem.status, mimetype=MEDIA_TYPE)
    response.headers.update(problem.headers)
    response.vary.add("Accept")
    return response


def prefers_html() -> bool:
    """Whether the client would rather have a page than JSON."""
    offered = [MEDIA_TYPE, "application/json", "text/html"]
    return request.accept_mimetypes.best_match(offered) == "text/html"


def _http_error(error: HTTPException) -> Response | HTTPException:
    if error.code is not None and error.code < HTTPStatus.BAD_REQUEST:
        return error
    return respond(of_http(error))


def _unforeseen(error: Exception) -> Response:
    current_app.logger.error("%s %s failed", request.method, request.path, exc_info=error)
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    return respond(Problem(status, status.phrase, "The server failed; its log says why."))

"""The operations of the SPARQL 1.1 Protocol, section 2: from an HTTP request to its text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl

from flask import Request
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from kg.errors import InputError, QuerySyntaxError
from kg.iri import is_iri
from kg.terms import NamedNode

FORM: Final = "application/x-www-form-urlencoded"

_ELSEWHERE: Final = {
    "application/sparql-query": "queries",
    "application/sparql-update": "updates",
}
_MAX_PARAMETERS: Final = 1_000
_SECONDS: Final = re.compile(r"\d{1,6}(\.\d{1,3})?\Z", re.ASCII)


@dataclass(frozen=True)
class OperationRequest:
    """A query or update and the dataset that it is to read; ``None`` leaves that to the service.

    ``format`` is a short name or media type that takes the place of the Accept header;
    ``timeout`` is in seconds.
    """

    text: str
    default_graphs: tuple[NamedNode, ...] | None = None
    named_graphs: tuple[NamedNode, ...] | None = None
    format: str | None = None
    timeout: float | None = None


@contextmanager
def pointing_at(text: str) -> Iterator[None]:
    """Show in the text of the client where it does not parse."""
    try:
        yield
    except QuerySyntaxError as error:
        error.point_at(text)
        raise


Parameters = dict[str, list[str]]


def read_query(request: Request) -> OperationRequest | None:
    """The query in a request, or ``None`` for a GET that has none.

    Raises :class:`InputError` or an HTTP error for what the protocol does not allow.
    """
    parameters = read_parameters(request.query_string)
    if request.method == "POST":
        parameters = _with_body(request, parameters, "query")
    elif "query" not in parameters and "update" not in parameters:
        return None
    if "update" in parameters:
        raise InputError("updates are not accepted here", hint="POST them to /update")
    return _operation(parameters, "query", "default-graph-uri", "named-graph-uri")


def read_update(request: Request) -> OperationRequest:
    """The update in a POST request; see :func:`read_query`."""
    parameters = _with_body(request, read_parameters(request.query_string), "update")
    if "query" in parameters:
        raise InputError("queries are not answered here", hint="send them to /sparql")
    return _operation(parameters, "update", "using-graph-uri", "using-named-graph-uri")


def _operation(parameters: Parameters, name: str, default: str, named: str) -> OperationRequest:
    default_graphs, named_graphs = _graphs(parameters, default), _graphs(parameters, named)
    if default_graphs or named_graphs:
        default_graphs, named_graphs = default_graphs or (), named_graphs or ()
    text = _single(parameters, name)
    if text is None:
        raise InputError(f"there is no {name}", hint=f"give it in the parameter '{name}'")
    format_, timeout = _single(parameters, "format"), _timeout(parameters)
    return OperationRequest(text, default_graphs, named_graphs, format_, timeout)


def _timeout(parameters: Parameters) -> float | None:
    text = _single(parameters, "timeout")
    if text is None:
        return None
    if not _SECONDS.match(text) or float(text) == 0:
        raise InputError(f"timeout {text!r} is no number of seconds", hint="timeout=10")
    return float(text)


def _with_body(request: Request, parameters: Parameters, name: str) -> Parameters:
    """The parameters with those of a POST body, or with the body itself as the one of the name."""
    check_charset(request)
    if request.mimetype == FORM:
        for name, values in read_parameters(request.get_data()).items():
            parameters.setdefault(name, []).extend(values)
        return parameters
    direct = f"application/sparql-{name}"
    if request.mimetype == direct:
        parameters.setdefault(name, []).append(_text(request.get_data()))
        return parameters
    given = request.mimetype or "no Content-Type"
    other = _ELSEWHERE.get(given)
    reason = f"{other} are not accepted here" if other else f"{given} is not understood"
    raise UnsupportedMediaType(f"{reason}: send {FORM} or {direct}")


def check_charset(request: Request) -> None:
    """Raise :class:`UnsupportedMediaType` for a body that says it is not UTF-8."""
    charset = request.mimetype_params.get("charset", "utf-8")
    if charset.lower() not in ("utf-8", "us-ascii"):
        raise UnsupportedMediaType(f"charset {charset} is not understood: send UTF-8")


def read_parameters(data: bytes) -> Parameters:
    """The parameters of a query string or form, each with all its values.

    Raises :class:`InputError` for what is not UTF-8, :class:`BadRequest` for too many.
    """
    found: Parameters = {}
    try:
        pairs = parse_qsl(
            _text(data), keep_blank_values=True, errors="strict", max_num_fields=_MAX_PARAMETERS
        )
    except UnicodeDecodeError:
        raise InputError("the parameters are not UTF-8") from None
    except ValueError as error:
        raise BadRequest(f"more than {_MAX_PARAMETERS} parameters") from error
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(f"byte {error.start} is not UTF-8", hint="send UTF-8") from None


def _single(parameters: Parameters, name: str) -> str | None:
    values = parameters.get(name, [])
    if len(values) > 1:
        raise InputError(f"the parameter {name!r} is given {len(values)} times", hint="give one")
    return values[0] if values else None


def _graphs(parameters: Parameters, name: str) -> tuple[NamedNode, ...] | None:
    values = parameters.get(name)
    for value in values or ():
        if not is_iri(value):
            raise InputError(f"{name} {value!r} is not an absolute IRI")
    return tuple(NamedNode(value) for value in values) if values else None

"""The REST API of an MLflow tracking server, page by page; the only file here that speaks HTTP."""

from __future__ import annotations

import os
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Final
from urllib.parse import unquote, urlsplit, urlunsplit

import httpx
from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt

from kg.connectors.mlflow.listings import API, Listing
from kg.connectors.naming import scrub
from kg.errors import InputError, SourceError

_TRIES: Final = 4
_LONGEST_WAIT: Final = 20.0
_HINTS: Final = {
    401: "set MLFLOW_TRACKING_TOKEN, or MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD",
    403: "the user may not read this; ask for the READ permission",
    404: "is this the address of an MLflow tracking server?",
}
_AGAIN: Final = "run the command again once it answers: it goes on where it stopped"


class _Passing(Exception):
    """A failure that may have passed at the next try."""

    def __init__(self, reason: str, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.retry_after = retry_after


@dataclass(frozen=True)
class Page:
    """A page of a list and the token of the next one, empty after the last."""

    items: list[dict[str, Any]]
    next_token: str


class MlflowClient:
    """Reads the lists of one server; close it after use, or use it as a context manager.

    Credentials are taken from the URL, or from ``environ`` as MLflow's own client does
    (``MLFLOW_TRACKING_USERNAME`` and ``_PASSWORD``, else ``MLFLOW_TRACKING_TOKEN``); they appear
    in no message. ``pause`` is the wait before the first retry, in seconds; it doubles.

    Raises :class:`InputError` when the URL is not one of HTTP.
    """

    def __init__(
        self,
        url: str,
        *,
        timeout: float = 30.0,
        pause: float = 0.5,
        environ: Mapping[str, str] = os.environ,
    ) -> None:
        self.url, auth = _without_credentials(url)
        self._pause = pause
        self._http = httpx.Client(auth=auth or _credentials(environ), timeout=timeout)

    def __enter__(self) -> MlflowClient:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._http.close()

    def page(self, listing: Listing, token: str = "", size: int | None = None) -> Page:
        """One page of a list; the first for an empty token.

        Raises :class:`SourceError` when the server does not answer, fails after a few tries, or
        answers what is not such a page.
        """
        parameters = {**listing.parameters, "max_results": size or listing.page_size}
        if token:
            parameters["page_token"] = token
        response = self._ask(listing, parameters)
        if response.status_code == 404 and listing.optional:
            return Page([], "")
        if response.status_code != 200:
            hint = _HINTS.get(response.status_code, "see the log of the server")
            raise self._error(listing, f"answered {_status(response)}", hint)
        page = self._read(listing, response)
        if token and page.next_token == token:
            raise self._error(listing, "answers the same page for ever", _HINTS[404])
        return page

    def _ask(self, listing: Listing, parameters: dict[str, object]) -> httpx.Response:
        retrying = Retrying(
            stop=stop_after_attempt(_TRIES),
            retry=retry_if_exception_type(_Passing),
            wait=self._wait,
            reraise=True,
        )
        try:
            return retrying(self._try, listing, parameters)
        except _Passing as failure:
            raise self._error(listing, f"{failure}, {_TRIES} times", _AGAIN) from None

    def _try(self, listing: Listing, parameters: dict[str, object]) -> httpx.Response:
        url = self.url + API + listing.path
        try:
            if listing.post:
                response = self._http.post(url, json=parameters)
            else:
                response = self._http.get(url, params=_query(parameters))
        except httpx.TimeoutException:
            raise _Passing("did not answer in time") from None
        except (httpx.TransportError, httpx.DecodingError) as error:
            raise _Passing(f"could not be read: {error}") from None
        if response.status_code == 429 or response.status_code >= 500:
            raise _Passing(f"answered {_status(response)}", _retry_after(response))
        return response

    def _wait(self, state: RetryCallState) -> float:
        failure = state.outcome.exception() if state.outcome else None
        asked = failure.retry_after if isinstance(failure, _Passing) else None
        doubled: float = self._pause * 2 ** (state.attempt_number - 1)
        return min(doubled if asked is None else asked, _LONGEST_WAIT)

    def _read(self, listing: Listing, response: httpx.Response) -> Page:
        """Take an answer apart; an empty object is a list without items."""
        try:
            answer = response.json()
        except (ValueError, RecursionError):
            raise self._error(listing, "answered what is not JSON", _HINTS[404]) from None
        page = answer if isinstance(answer, dict) else {"": answer}
        items, token = page.get(listing.items, []), page.get("next_page_token") or ""
        listed = isinstance(items, list) and all(isinstance(item, dict) for item in items)
        if not listed or not isinstance(token, str) or (page and not items and not token):
            reason = f"answered JSON that is no page of {listing.items}"
            raise self._error(listing, reason, _HINTS[404])
        return Page(items, token)

    def _error(self, listing: Listing, reason: str, hint: str) -> SourceError:
        return SourceError(
            f"MLflow {scrub(reason)}", where=self.url + API + listing.path, hint=hint
        )


def _without_credentials(url: str) -> tuple[str, httpx.Auth | None]:
    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname or "", parts.port
    except ValueError:
        parts, host, port = urlsplit(""), "", None
    if parts.scheme not in ("http", "https") or not host:
        # The text is not repeated: without a scheme one cannot tell a password in it.
        raise InputError("that is not the address of a server", hint="such as http://host:5000")
    netloc = f"[{host}]" if ":" in host else host
    netloc += f":{port}" if port else ""
    auth = httpx.BasicAuth(unquote(parts.username or ""), unquote(parts.password or ""))
    path = parts.path.rstrip("/")
    return urlunsplit((parts.scheme, netloc, path, "", "")), auth if parts.username else None


def _credentials(environ: Mapping[str, str]) -> httpx.Auth | None:
    username = environ.get("MLFLOW_TRACKING_USERNAME")
    password = environ.get("MLFLOW_TRACKING_PASSWORD")
    token = environ.get("MLFLOW_TRACKING_TOKEN")
    if username and password:
        return httpx.BasicAuth(username, password)
    return _Bearer(token) if token else None


class _Bearer(httpx.Auth):
    """Sends a token as RFC 6750 says."""

    def __init__(self, token: str) -> None:
        self._token = token

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers["Authorization"] = f"Bearer {self._token}"
        yield request


def _query(parameters: dict[str, object]) -> httpx.QueryParams:
    """Parameters of a GET; those with several values are repeated."""
    pairs = ((k, v if isinstance(v, list) else [v]) for k, v in parameters.items())
    return httpx.QueryParams([(key, str(value)) for key, values in pairs for value in values])


def _status(response: httpx.Response) -> str:
    """The status and, where the server gives one, its reason, cut to be read in a line."""
    try:
        answer = response.json()
    except (ValueError, RecursionError):
        answer = None
    reason = answer.get("message") if isinstance(answer, dict) else None
    text = f"{response.status_code} {response.reason_phrase}"
    return f"{text}: {str(reason)[:200]}" if reason else text


def _retry_after(response: httpx.Response) -> float | None:
    seconds = response.headers.get("Retry-After", "")
    return float(seconds) if seconds.isdecimal() else None

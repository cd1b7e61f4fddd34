"""A SPARQL endpoint of others, asked by the SPARQL 1.1 Protocol."""

from __future__ import annotations

from io import BytesIO

import httpx

from kg.errors import SourceError
from kg.store.solutions import Solutions, read_solutions

_TIMEOUT = httpx.Timeout(10.0, read=600.0)


class Endpoint:
    """A query endpoint; a context manager that closes its connections.

    ``default_graphs`` are sent with each query (``default-graph-uri``).
    """

    def __init__(self, url: str, default_graphs: tuple[str, ...] = ()) -> None:
        self._url = url
        self._graphs = default_graphs
        self._client = httpx.Client(timeout=_TIMEOUT)

    def select(self, text: str) -> Solutions:
        """The answer of a SELECT (SPARQL 1.1 Protocol, 2.1.2: query via POST, URL-encoded).

        Raises :class:`SourceError` for an endpoint that does not answer, or not with results.
        """
        form: dict[str, str | list[str]] = {"query": text, "default-graph-uri": [*self._graphs]}
        accept = {"Accept": "application/sparql-results+json"}
        try:
            answer = self._client.post(self._url, data=form, headers=accept)
            answer.raise_for_status()
            found = read_solutions(BytesIO(answer.content))
        except httpx.HTTPStatusError as error:
            said = f"{error.response.status_code} {error.response.text[:200]}"
            raise SourceError(f"the endpoint refuses a query: {said}", where=self._url) from error
        except httpx.HTTPError as error:
            raise SourceError(f"the endpoint fails: {error}", where=self._url) from error
        except (SyntaxError, ValueError) as error:
            raise SourceError(f"no SPARQL results in JSON: {error}", where=self._url) from error
        if isinstance(found, bool):
            raise SourceError("the endpoint answers a SELECT with a boolean", where=self._url)
        return found

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()

    def __enter__(self) -> Endpoint:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

"""Queries meant to take the server down: each fails alone, and the next client is answered."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from hostile_cases import Hostile, hostile_queries
from raw import Received, connect, receive, request
from served import Serve, Served

_STATUSES = {200: "answered", 400: "wrong", 403: "refused", 413: "long", 503: "ended"}
_ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
_LONG = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
_DOUBLED = "".join(f" BIND(CONCAT(?x{n}, ?x{n}) AS ?x{n + 1})" for n in range(40))
_DOUBLING = f"SELECT (STRLEN(?x40) AS ?n) {{ BIND('0123456789' AS ?x0){_DOUBLED} }}"
_PLAIN = "ASK { ?s ?p ?o }"
_READERS = 2
_MIB = 1 << 20


@pytest.fixture(scope="module")
def small(serve: Serve) -> Served:
    """A server with small limits."""
    return serve(2, readers=_READERS, memory=600, size=20)


def _outcome(served: Served, query: str) -> str:
    """What becomes of a query, as a client sees it."""
    with (
        served.client() as client,
        client.stream("POST", "/sparql", data={"query": query}) as response,
    ):
        try:
            for _ in response.iter_raw():
                pass
        except httpx.TransportError:
            return "broken"
        return _STATUSES[response.status_code]


def _assert_well(served: Served) -> None:
    """The server answers, has all its readers, and nothing unforeseen has happened."""
    with served.client() as client:
        assert client.get("/sparql", params={"query": _PLAIN}).json()["boolean"] is True
    assert len(served.children) == _READERS
    assert "Traceback" not in served.log.read_text()


@pytest.mark.parametrize("case", hostile_queries(), ids=lambda case: case.name)
def test_a_hostile_query_fails_alone(small: Served, case: Hostile) -> None:
    """It is refused, ended or broken off as expected, and afterwards all is well."""
    before = small.memory
    assert _outcome(small, case.query) == case.outcome
    _assert_well(small)
    assert small.memory - before < 100 * _MIB


@pytest.mark.parametrize(
    ("query", "seconds", "said"), [(_ENDLESS, 1, "1 seconds"), (_DOUBLING, 60, "memory")]
)
def test_an_ended_query_says_why_and_when_to_come_back(
    serve: Serve, query: str, seconds: float, said: str
) -> None:
    """503 with Retry-After, whether time or memory was short."""
    with serve(seconds, readers=1, memory=600).client() as client:
        response = client.get("/sparql", params={"query": query})
    assert response.status_code == 503
    assert int(response.headers["Retry-After"]) > 0
    assert said in response.json()["detail"]


def test_more_rows_than_the_server_gives_are_none(serve: Serve) -> None:
    """413 where the answer has not begun, and no part of it."""
    served = serve(readers=1, rows=10)
    query = "SELECT * { ?s ?p ?o } LIMIT "
    with served.client() as client:
        assert client.get("/sparql", params={"query": f"{query}10"}).status_code == 200
        response = client.get("/sparql", params={"query": f"{query}11"})
    assert response.status_code == 413
    assert response.json()["type"].endswith("answer-too-large")
    assert "10 rows" in response.json()["detail"]


@pytest.mark.parametrize("version", ["1.0", "1.1"])
def test_an_answer_cut_short_is_never_whole(small: Served, version: str) -> None:
    """A client of HTTP/1.0, such as a proxy, knows the end by that of the connection alone."""
    with connect(small) as connection:
        connection.sendall(request(_LONG, version))
        received = receive(connection)
    assert received.status == 200
    assert received.body
    assert not received.complete


def _trickle(served: Served, version: str, stop: threading.Event) -> Received:
    """Ask for a long answer, take a byte now and then until told, then all there is."""
    with connect(served, receive_buffer=4096) as connection:
        connection.sendall(request(_LONG, version))
        first = connection.recv(1)
        while not stop.wait(0.05):
            first += connection.recv(1)
        rest = receive(connection)
    return Received(first + rest.data, rest.reset)


@pytest.mark.parametrize("version", ["1.0", "1.1"])
def test_slow_readers_lose_their_answer(small: Served, version: str) -> None:
    """At the limit, however few bytes they have taken; no reader or thread is kept."""
    stop = threading.Event()
    with ThreadPoolExecutor(4) as pool:
        slow = [pool.submit(_trickle, small, version, stop) for _ in range(4)]
        for _ in range(4):  # two limits, since two of one caller wait for the others
            assert _from_elsewhere(small, _PLAIN).status_code == 200
            stop.wait(1.5)
        _assert_well(small)
        stop.set()
        for received in slow:
            assert received.result().status in (200, 503)
            if received.result().status == 200:
                assert not received.result().complete


def _from_elsewhere(served: Served, query: str) -> httpx.Response:
    """Ask as another caller, from another address."""
    transport = httpx.HTTPTransport(local_address="127.0.0.2", verify=False)
    with httpx.Client(transport=transport, timeout=30) as client:
        return client.get(f"{served.url}sparql", params={"query": query})


def test_a_caller_with_many_slow_queries_does_not_starve_another(small: Served) -> None:
    """The rest of one's is told to come back; another's is answered all the while."""

    def ask() -> int:
        with small.client() as client:
            response = client.get("/sparql", params={"query": _ENDLESS})
            assert response.headers["Retry-After"]
            return response.status_code

    with ThreadPoolExecutor(20) as pool:
        asked = [pool.submit(ask) for _ in range(20)]
        answered = 0
        while not all(one.done() for one in asked):
            assert _from_elsewhere(small, _PLAIN).json()["boolean"] is True
            assert httpx.get(f"{small.url}health").status_code == 200
            answered += 1
        assert {one.result() for one in asked} == {503}
    assert answered > 1
    _assert_well(small)

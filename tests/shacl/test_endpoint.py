"""The same shapes over a SPARQL endpoint: Oxigraph's server, another process."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from socket import socket

import httpx
import pytest
from compiled_checks import AS_OF, PREFIXES, check, shapes
from results_compared import found

from kg.errors import SourceError
from kg.shacl.engines import validate_endpoint
from kg.store.endpoint import Endpoint

DATA = """
ex:a a ex:T ; ex:p 1 , 2 , ex:b ; ex:q "x"@en , "y"@en ; ex:r [ ex:p 3 ] .
ex:b a ex:U ; ex:p "text" . ex:U rdfs:subClassOf ex:T .
"""
SHAPES = """
ex:S sh:targetClass ex:T ; sh:nodeKind sh:IRI ; sh:not [ sh:class ex:U ] ;
    sh:property [ sh:path ex:p ; sh:maxCount 2 ; sh:datatype xsd:integer ; sh:minInclusive 2 ] ,
        [ sh:path ex:q ; sh:uniqueLang true ; sh:minCount 1 ] ,
        [ sh:path ex:r ; sh:nodeKind sh:IRI ; sh:property [ sh:path ex:p ; sh:in ( 1 ) ] ] ,
        [ sh:path ( ex:p [ sh:zeroOrMorePath ex:p ] ) ; sh:qualifiedMinCount 2 ;
          sh:qualifiedValueShape [ sh:nodeKind sh:Literal ] ] ;
    sh:sparql [ sh:message "{?value}" ; sh:select
        "SELECT $this ?value { $this ?p ?value FILTER (isIRI(?value)) }" ] .
"""


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    binary = Path(sys.executable).with_name("oxigraph")
    if not binary.exists():
        pytest.skip("the oxigraph server is not installed")
    with closing(socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    place = str(tmp_path_factory.mktemp("server"))
    command = [str(binary), "serve", "--location", place, "--bind", f"127.0.0.1:{port}"]
    server = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        yield _loaded(f"http://127.0.0.1:{port}")
    finally:
        server.terminate()
        server.wait()


def _loaded(address: str) -> str:
    """Put the data into the default graph as soon as the server listens; its query endpoint."""
    for _ in range(100):
        try:
            httpx.post(
                f"{address}/store?default",
                content=(PREFIXES + DATA).encode(),
                headers={"Content-Type": "text/turtle"},
            ).raise_for_status()
        except httpx.ConnectError:
            time.sleep(0.1)
        else:
            return f"{address}/query"
    raise AssertionError("the server does not come up")


def test_an_endpoint_gives_the_same_results_as_the_data_in_memory(endpoint: str) -> None:
    """Blank nodes included, which are compared as such; nothing is left to pySHACL."""
    with Endpoint(endpoint) as remote:
        report = validate_endpoint(remote, shapes(SHAPES), AS_OF)

    there, here = (_unlabelled(found(r, messages=True)) for r in (report, check(DATA, SHAPES)))
    assert there == here
    assert len(report.results) > 10
    assert report.not_compiled == ()


def _unlabelled(results: dict[tuple[str, ...], int]) -> list[tuple[str, ...]]:
    return sorted(
        tuple("_:" if part.startswith("_:") else part for part in key)
        for key, count in results.items()
        for _ in range(count)
    )


def test_what_is_not_compiled_is_validated_on_a_copy_of_what_the_endpoint_holds(
    endpoint: str,
) -> None:
    """The copy is asked for over the protocol too."""
    ahead = 'ex:S sh:targetNode ex:b ; sh:property [ sh:path ex:p ; sh:pattern "(?=x)t" ] .'

    with Endpoint(endpoint) as remote:
        report = validate_endpoint(remote, shapes(ahead), AS_OF)

    assert len(report.results) == 1
    assert len(report.not_compiled) == 1


@pytest.mark.parametrize("path", ["/nothing", "/"])
def test_an_address_that_is_no_endpoint_is_an_error_of_one_line(endpoint: str, path: str) -> None:
    """It says which address, and what came back."""
    with (
        Endpoint(endpoint.replace("/query", path)) as remote,
        pytest.raises(SourceError, match="127") as caught,
    ):
        validate_endpoint(remote, shapes(SHAPES), AS_OF)

    assert "\n" not in str(caught.value)

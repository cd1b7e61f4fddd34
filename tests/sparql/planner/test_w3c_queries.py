"""The W3C tests of SPARQL queries: what Oxigraph accepts and answers is untouched by us.

They are read from the folder ``w3c-rdf-tests`` among the conformance suites.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from closures_oracle import GraphClosures
from planner_answers import answer

from kg.errors import QueryRefused, QuerySyntaxError
from kg.sparql.guard import Limits, check
from kg.sparql.lineage import Snapshot
from kg.sparql.planner import plan
from kg.store import EmbeddedStore
from kg.terms import NamedNode, Quad, RdfFormat, parse

_MANIFESTS = ("sparql10", "sparql11", "sparql12")
_MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
_QT = "http://www.w3.org/2001/sw/DataAccess/tests/test-query#"
_FORMATS = {".ttl": RdfFormat.TURTLE, ".rdf": RdfFormat.RDF_XML, ".nt": RdfFormat.N_TRIPLES,
            ".trig": RdfFormat.TRIG, ".nq": RdfFormat.N_QUADS}  # fmt: skip
_CALLING = ("SERVICE", "LOAD")


@dataclass(frozen=True)
class _Case:
    query: Path
    data: tuple[Path, ...]
    named: tuple[Path, ...]


def _cases(folder: Path) -> Iterator[_Case]:
    """Every test with a query, from every manifest."""
    for manifest in sorted(folder.rglob("manifest*.ttl")):
        base = manifest.as_uri()
        text = manifest.read_bytes()
        triples = [q.triple for q in parse(text, format=RdfFormat.TURTLE, base_iri=base)]
        actions = [o for _, p, o in triples if p.value == _MF + "action"]
        for action in actions:
            found: dict[str, list[Path]] = {}
            for s, p, o in triples:
                if s == action and isinstance(o, NamedNode):
                    found.setdefault(p.value, []).append(_path(o))
            for query in [*found.get(_QT + "query", []), *([_path(action)] if not found else [])]:
                data, named = found.get(_QT + "data", []), found.get(_QT + "graphData", [])
                yield _Case(query, tuple(data), tuple(named))


def _path(node: NamedNode) -> Path:
    return Path(node.value.removeprefix("file://"))


def _store(case: _Case) -> EmbeddedStore:
    """The data in graphs of their own, as every record is."""
    store = EmbeddedStore.in_memory()
    for path in (*case.data, *case.named):
        graph = NamedNode(path.as_uri())
        quads = parse(path.read_bytes(), format=_FORMATS[path.suffix], base_iri=path.as_uri())
        store.extend(Quad(*quad.triple, graph) for quad in quads)
    return store


@pytest.fixture(scope="module")
def cases(conformance: Path) -> list[_Case]:
    """The tests, or a skip where they are not there."""
    folder = conformance / "w3c-rdf-tests" / "sparql"
    if not folder.is_dir():
        pytest.skip("the W3C tests of SPARQL are not there")
    found = [case for name in _MANIFESTS for case in _cases(folder / name)]
    readable = [c for c in found if c.query.suffix == ".rq" and c.query.is_file()]
    assert len(readable) > 500
    return readable


def test_what_the_engine_accepts_the_guard_lets_pass(cases: list[_Case]) -> None:
    """No query is refused, but those that call other hosts."""
    texts = {case.query: _text(case) for case in cases}
    accepted = {query: text for query, text in texts.items() if text and _accepted(text)}
    refusals = {query: refused for query, text in accepted.items() if (refused := _refused(text))}
    assert len(accepted) > 400
    assert [r for r in refusals.values() if not any(word in r for word in _CALLING)] == []


def _refused(text: str) -> str:
    try:
        check(text, Limits())
    except (QueryRefused, QuerySyntaxError) as refusal:
        return str(refusal)
    return ""


def test_planned_queries_answer_as_the_engine_does(cases: list[_Case]) -> None:
    """With an index and without, on the data of the test."""
    answered = 0
    for case in cases:
        text = _text(case)
        if text is None or not _accepted(text) or "SERVICE" in text.upper() or not case.data:
            continue
        store = _store(case)
        expected = answer(store, text)
        if answer(store, text) != expected:
            continue  # new blank nodes, random numbers, the time
        assert answer(store, plan(text)) == expected, case.query
        snapshot = Snapshot(store, GraphClosures(store))
        assert answer(store, plan(text, snapshot)) == expected, case.query
        answered += 1
    assert answered > 150


def _text(case: _Case) -> str | None:
    try:
        return case.query.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None


def _accepted(text: str) -> bool:
    try:
        EmbeddedStore.in_memory().query(text)
    except (QuerySyntaxError, RuntimeError):
        return False
    return True

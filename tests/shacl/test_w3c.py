"""The W3C SHACL test suite (data-shapes-test-suite) run through our validation.

A case is a manifest. The results must be the expected ones in every mandated property, blank
nodes being compared as such and paths by their spelling; where a failure is expected, ours is
an error of our own.
"""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest
import rdflib
from rdflib import RDF, SH

from kg.errors import KGError
from kg.shacl import Report, Result, Shapes
from kg.shacl.compiled.sources import ScratchSource
from kg.shacl.compiled.validate import validate_source
from kg.shacl.engines import ENGINES
from kg.shacl.paths import path_text
from kg.shacl.rdflib_bridge import Node, from_rdflib, to_graph, triples_of
from kg.shacl.reference import validate
from kg.terms import BlankNode, RdfFormat, Term, parse

MF: Final = rdflib.Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
SHT: Final = rdflib.Namespace("http://www.w3.org/ns/shacl-test#")
SHARED: Final = Path(__file__).resolve().parents[3] / "shared" / "conformance"
SUITE: Final = Path(os.environ.get("KG_CONFORMANCE", SHARED)) / "w3c-shacl" / "tests"

KNOWN_FAILURES: Final = {
    "pyshacl": {
        "core/property/uniqueLang-002": "pySHACL takes sh:uniqueLang 1 for sh:uniqueLang true",
        "sparql/pre-binding/shapesGraph-001": "pySHACL does not bind the optional $shapesGraph",
    },
    "compiled": {},
}


@dataclass(frozen=True)
class Case:
    """What to validate with what, and the expected results; ``None`` for a failure."""

    data: rdflib.Graph
    shapes: rdflib.Graph
    expected: Counter[tuple[str, ...]] | None


def names() -> list[str]:
    files = [f for f in sorted(SUITE.glob("*/*/*.ttl")) if b"sht:Validate" in f.read_bytes()]
    return [str(file.relative_to(SUITE).with_suffix("")) for file in files]


def cases() -> list[Any]:
    return [
        pytest.param(engine, name, marks=_marks(engine, name))
        for engine in ENGINES
        for name in names()
    ]


def _marks(engine: str, name: str) -> list[pytest.MarkDecorator]:
    reason = KNOWN_FAILURES[engine].get(name)
    return [pytest.mark.xfail(reason=reason, strict=True)] if reason else []


def report_on(case: Case, engine: str) -> Report:
    shapes = Shapes(rdflib.Graph() + case.shapes)
    if engine == "pyshacl":
        return validate(rdflib.Graph() + case.data, shapes)
    return validate_source(ScratchSource(triples_of(case.data), triples_of(case.shapes)), shapes)


def load(path: Path) -> Case:
    manifest = _read(path)
    entry = manifest.value(None, RDF.type, SHT.Validate)
    action, answer = manifest.value(entry, MF.action), manifest.value(entry, MF.result)
    # Data and shapes in one file share blank nodes, so a file is read once.
    graphs = {path.as_uri(): manifest}
    for iri in map(str, manifest.objects(action)):
        if iri not in graphs:
            graphs[iri] = _read(Path(iri.removeprefix("file://")))
    return Case(
        data=graphs[str(manifest.value(action, SHT.dataGraph))],
        shapes=graphs[str(manifest.value(action, SHT.shapesGraph))],
        expected=None if answer == SHT.Failure else _expected(manifest, answer),
    )


def _read(path: Path) -> rdflib.Graph:
    quads = parse(path.read_bytes(), format=RdfFormat.TURTLE, base_iri=path.as_uri())
    return to_graph(quad.triple for quad in quads)


def _expected(manifest: rdflib.Graph, answer: Node) -> Counter[tuple[str, ...]]:
    found: Counter[tuple[str, ...]] = Counter()
    for node in manifest.objects(answer, SH.result):
        said = dict(manifest.predicate_objects(node))
        plain = (
            SH.focusNode,
            SH.value,
            SH.sourceShape,
            SH.sourceConstraint,
            SH.sourceConstraintComponent,
            SH.resultSeverity,
        )
        terms = [_spelling(from_rdflib(said[p])) if p in said else "" for p in plain]
        found[path_text(manifest, said.get(SH.resultPath)), *terms] += 1
    return found


def _key(result: Result) -> tuple[str, ...]:
    terms = (
        result.focus,
        result.value,
        result.shape,
        result.constraint,
        result.component,
        result.severity,
    )
    return (result.path_text, *("" if term is None else _spelling(term) for term in terms))


def _spelling(term: Term) -> str:
    return "blank" if isinstance(term, BlankNode) else str(term)


@pytest.mark.skipif(not SUITE.is_dir(), reason="the W3C SHACL suite is not on this machine")
@pytest.mark.parametrize(("engine", "name"), cases())
def test_w3c(engine: str, name: str) -> None:
    """The report of each engine on a case has the results that the suite expects."""
    case = load(SUITE / f"{name}.ttl")
    if case.expected is None:
        with pytest.raises(KGError):
            report_on(case, engine)
        return

    report = report_on(case, engine)

    assert case.expected == Counter(map(_key, report.results))
    assert report.not_compiled == ()


@pytest.mark.skipif(not SUITE.is_dir(), reason="the W3C SHACL suite is not on this machine")
def test_the_whole_suite_is_run() -> None:
    """No case is lost by the way the suite is read: it has 121."""
    assert len(names()) == 121

"""The queries of the rules mean the same to any SPARQL engine.

pySHACL asks them of one node at a time, by rdflib; here the same text is asked by Oxigraph of
all targets at once. A query that depends on how one engine binds ``$this`` would differ.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
import rdflib
from rdflib import SH
from shape_cases import cases, described, shapes_for

from kg.model import literal
from kg.namespaces import MLG, XSD
from kg.shacl import Shapes, validate
from kg.shacl.rdflib_bridge import Node, to_graph, triples_of
from kg.store import EmbeddedStore
from kg.terms import Literal, NamedNode, Quad, Term, Triple

AS_OF = datetime(2026, 11, 1, tzinfo=UTC)
REPORT = NamedNode("https://w3id.org/mlg/report")
GRAPH = NamedNode("https://example.org/graph")

_FLOATING = (XSD.double.value, XSD.float.value)

Found = set[tuple[str, str, str, str]]


def by_oxigraph(triples: set[Triple], shapes: Shapes) -> Found:
    store = EmbeddedStore.in_memory()
    context = {*triples_of(shapes.settings), Triple(REPORT, MLG.asOf, literal(AS_OF))}
    store.load((Quad(*triple, GRAPH) for triple in triples | context), revision=1)
    found: Found = set()
    for shape, constraint in shapes.graph.subject_objects(SH.sparql):
        for target in targets(shapes.graph, shape):
            rows = store.query(query_text(shapes.graph, constraint, target))
            names = {variable.value for variable in rows.variables}
            for row in rows:
                value = row["value"] if "value" in names else row["this"]
                path = row["path"] if "path" in names else None
                found.add((str(constraint), text(row["this"]), text(value), text(path)))
    return found


def targets(graph: rdflib.Graph, shape: Node) -> list[str]:
    classes = [f"$this a <{cls}> ." for cls in graph.objects(shape, SH.targetClass)]
    objects = [f"?targeting <{p}> $this ." for p in graph.objects(shape, SH.targetObjectsOf)]
    return classes + objects


def query_text(graph: rdflib.Graph, constraint: Node, target: str) -> str:
    prefixes = "".join(
        f"PREFIX {graph.value(d, SH.prefix)}: <{graph.value(d, SH.namespace)}>\n"
        for d in graph.objects(graph.value(constraint, SH.prefixes), SH.declare)
    )
    select = str(graph.value(constraint, SH.select))
    return prefixes + select.replace("WHERE {", f"WHERE {{ {target}", 1)


def by_pyshacl(triples: set[Triple], shapes: Shapes) -> Found:
    report = validate(to_graph(triples), shapes, AS_OF)
    return {
        (r.constraint.value, text(r.focus), text(r.value), text(r.path)) for r in report.results
    }


def text(term: Term | None) -> str:
    """A term as text; numbers by value, for engines write one number in several forms."""
    if isinstance(term, Literal) and term.datatype.value in _FLOATING:
        return str(float(term.value))
    return "" if term is None else term.value


@pytest.mark.parametrize("file", cases("R[0-9]*"))
def test_oxigraph_and_pyshacl_find_the_same(file: Path) -> None:
    """Constraint, focus node, value and path agree on every file of test data."""
    triples = described(file)
    shapes = shapes_for(file.parent.name)

    assert by_oxigraph(triples, shapes) == by_pyshacl(triples, shapes)


def test_oxigraph_and_pyshacl_find_the_same_when_everything_is_in_one_graph() -> None:
    """The files of a rule put together, so that their nodes mix, still give equal answers."""
    for name in sorted({case.values[0].parent.name for case in cases("R[0-9]*")}):
        files = [case.values[0] for case in cases(name)]
        triples = {triple for file in files for triple in described(file)}
        shapes = shapes_for(name)

        assert by_oxigraph(triples, shapes) == by_pyshacl(triples, shapes), name

"""After any change, asking again what it concerns leaves the results that a full run gives."""

from __future__ import annotations

import rdflib
from hypothesis import HealthCheck, assume, given, note, settings
from hypothesis import strategies as st
from kept_results import KeptResults
from test_random_shapes import (
    CLASSES,
    EX,
    LITERALS,
    NODES,
    PROPERTIES,
    RDF,
    RDFS,
    SH,
    data_graphs,
    shapes_graphs,
)

from kg.shacl import Shapes
from kg.shacl.affected.asking import AskedShapes
from kg.shacl.rdflib_bridge import from_rdflib, triples_of
from kg.terms import Triple

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]


def plain(graph: rdflib.Graph) -> set[Triple]:
    return set(triples_of(graph))


@st.composite
def triples(draw: st.DrawFn) -> Triple:
    kind = draw(st.integers(0, 9))
    subject = draw(st.sampled_from(NODES))
    if kind == 0:
        found = (EX.C, RDFS.subClassOf, draw(st.sampled_from(CLASSES)))
    elif kind < 3:
        found = (subject, RDF.type, draw(st.sampled_from(CLASSES)))
    elif kind == 3:
        found = (subject, EX.number, draw(st.sampled_from(LITERALS[:4])))
    else:
        values = st.sampled_from(NODES + LITERALS)
        found = (subject, draw(st.sampled_from(PROPERTIES)), draw(values))
    return Triple(*map(from_rdflib, found))  # type: ignore[arg-type]


changes = st.lists(st.lists(triples(), min_size=1, max_size=2), min_size=1, max_size=5)


@settings(max_examples=30, deadline=None, suppress_health_check=SLOW)
@given(data_graphs(), shapes_graphs(), changes)
def test_random_shapes(
    data: rdflib.Graph, shapes: rdflib.Graph, changes: list[list[Triple]]
) -> None:
    """Of SHACL Core, with nested shapes and paths of every form."""
    live = KeptResults(AskedShapes(Shapes(shapes)), plain(data))
    for toggled in changes:
        live.change(toggled)
        note(f"after {toggled}")
        assert live.kept() == live.full()


class QueryWriter:
    """Writes random SELECT constraints: groups of every kind in each other, few variables."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw

    def one_of(self, *choices: str) -> str:
        return self.draw(st.sampled_from(choices))

    def path(self) -> str:
        return self.one_of(
            "ex:p", "ex:q", "^ex:r", "ex:p/ex:q", "ex:p|^ex:q", "ex:r*", "(ex:q/^ex:p)+",
            "ex:q?", "!ex:r", "?verb", "a",
        )  # fmt: skip

    def triple(self) -> str:
        ends = ("$this", "$this", "?a", "?b", "?c", "ex:a")
        path = self.path()
        ends_at = self.one_of("ex:A", "ex:B") if path == "a" else self.one_of(*ends[1:], "[]", "1")
        return f"{self.one_of(*ends)} {path} {ends_at} ."

    def group(self, depth: int) -> str:
        parts = [self.triple() for _ in range(self.draw(st.integers(1, 2)))]
        for _ in range(self.draw(st.integers(0, 2)) if depth else 0):
            parts.insert(self.draw(st.integers(0, len(parts))), self.nested(depth - 1))
        return " ".join(parts)

    def nested(self, depth: int) -> str:
        match self.draw(st.integers(0, 6)):
            case 0:
                return f"OPTIONAL {{ {self.group(depth)} }}"
            case 1:
                return f"{{ {self.group(depth)} }} UNION {{ {self.group(depth)} }}"
            case 2:
                return f"{{ SELECT $this ?a WHERE {{ $this ex:q ?x . {self.group(depth)} }} }}"
            case 3:
                return f"BIND ({self.one_of('?a', '?b', '$this')} AS ?{self.fresh()})"
            case 4:
                name = self.fresh()
                return f"BIND (?a AS ?{name}) ?{name} {self.path()} ?b ."
            case _:
                word = self.one_of(
                    "EXISTS", "NOT EXISTS", "1 = 1 && NOT EXISTS", "BOUND(?b) || EXISTS"
                )
                return f"FILTER ({word} {{ {self.group(depth)} }})"

    def fresh(self) -> str:
        return f"n{self.draw(st.integers(0, 10**6))}"

    def select(self) -> str:
        return f"SELECT DISTINCT $this ?a WHERE {{ {self.group(2)} }}"


@st.composite
def sparql_shapes(draw: st.DrawFn) -> Shapes:
    graph = rdflib.Graph()
    target, value = draw(
        st.sampled_from(
            [(SH.targetClass, EX.A), (SH.targetSubjectsOf, EX.p), (SH.targetObjectsOf, EX.q)]
        )
    )
    graph.add((EX.Shape, target, value))
    constraint = rdflib.BNode()
    graph.add((EX.Shape, SH.sparql, constraint))
    graph.add((constraint, SH.select, rdflib.Literal(QueryWriter(draw).select())))
    graph.add((constraint, SH.prefixes, EX.prefixes))
    declaration = rdflib.BNode()
    graph.add((EX.prefixes, SH.declare, declaration))
    graph.add((declaration, SH.prefix, rdflib.Literal("ex")))
    graph.add((declaration, SH.namespace, rdflib.Literal(str(EX))))
    return Shapes(graph)


@settings(max_examples=60, deadline=None, suppress_health_check=SLOW)
@given(data_graphs(), sparql_shapes(), changes)
def test_random_queries(data: rdflib.Graph, shapes: Shapes, changes: list[list[Triple]]) -> None:
    """Of SPARQL constraints: EXISTS, OPTIONAL, UNION, sub-selects, BIND and paths in each other."""
    note(shapes.graph.serialize())
    note(data.serialize())
    asked = AskedShapes(shapes)
    assume(not asked.plan.rest)
    live = KeptResults(asked, plain(data))
    for toggled in changes:
        live.change(toggled)
        note(f"after {toggled}")
        assert live.kept() == live.full()

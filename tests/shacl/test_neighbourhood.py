"""What is not compiled is validated on what it reads from its focus nodes, as on all the data."""

from __future__ import annotations

import re

import pytest
import rdflib
from compiled_checks import AS_OF, EX, foci, shapes, store_of
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from results_compared import found
from test_affected_random import sparql_shapes
from test_random_shapes import data_graphs, shapes_graphs

from kg.errors import InputError
from kg.shacl import Report, Shapes
from kg.shacl.affected import AskedShapes, Inquirer
from kg.shacl.affected.by_reference import by_reference
from kg.shacl.compiled.plan import make_plan
from kg.shacl.compiled.sources import ScratchSource, Source, StoreSource
from kg.shacl.engines import validate_store
from kg.shacl.extract import extract
from kg.shacl.rdflib_bridge import to_graph, triples_of
from kg.shacl.reference import validate
from kg.store import EmbeddedStore
from kg.terms import NamedNode, Quad

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]
AHEAD = 'sh:pattern "^(?!x)"'
"""That a value does not begin with x, by an expression that the engine does not have."""

FEW = """
    ex:a a ex:Thing ; ex:name "fine" ; ex:of ex:b .
    ex:b a ex:Kind ; ex:name "x" ; ex:size 2 ; ex:of ex:n1 .
    ex:Kind rdfs:subClassOf ex:Thing .
"""
MANY = "".join(f'ex:n{i} a ex:Other ; ex:name "n{i}" ; ex:of ex:m{i % 7} .\n' for i in range(500))
"""What has nothing to do with these, but that it has the same properties."""


def by_pyshacl(source: Source, known: Shapes) -> Report:
    """On all that a source holds."""
    try:
        return validate(to_graph(source.triples()), known)
    except InputError as error:
        # pySHACL refuses to compare blank nodes at all; for SHACL they are wrong values.
        assume("to compare a BlankNode" not in str(error))
        raise


def stored(data: rdflib.Graph) -> StoreSource:
    """The data in a store of two graphs, every third triple in both."""
    store = EmbeddedStore.in_memory()
    names = (NamedNode(EX + "g"), NamedNode(EX + "h"))
    for number, triple in enumerate(triples_of(data)):
        graphs = names if number % 3 == 0 else names[number % 2 : number % 2 + 1]
        store.extend(Quad(*triple, graph) for graph in graphs)
    return StoreSource(store)


def compare(source: Source, known: Shapes) -> Report:
    """Compare what is found on neighbourhoods with what is on everything, owners too."""
    whole = by_pyshacl(source, known)
    roots = {shape.node: "" for shape in make_plan(known.graph).compiled}
    near = by_reference(source, known, None, roots)
    assert found(near) == found(whole)
    assert {(r.focus, r.owners) for r in near.results} == {
        (r.focus, r.owners) for r in whole.results
    }
    return near


def compare_on(data: rdflib.Graph, known: Shapes, *, in_store: bool) -> Report:
    return compare(stored(data) if in_store else ScratchSource(triples_of(data)), known)


@settings(max_examples=8, deadline=None, suppress_health_check=SLOW)
@given(data_graphs(), shapes_graphs(), st.booleans())
def test_random_shapes(data: rdflib.Graph, graph: rdflib.Graph, in_store: bool) -> None:
    """Of SHACL Core, of files and of a store; no shape needs all the data."""
    near = compare_on(data, Shapes(graph), in_store=in_store)
    assert not any(shape.whole for shape in near.not_compiled)


@settings(max_examples=12, deadline=None, suppress_health_check=SLOW)
@given(data_graphs(), sparql_shapes(), st.booleans())
def test_random_queries(data: rdflib.Graph, known: Shapes, in_store: bool) -> None:
    """Of SPARQL constraints, whether or not all the data is needed."""
    assume(not make_plan(known.graph).rest)
    compare_on(data, known, in_store=in_store)


@pytest.mark.slow
@settings(max_examples=200, deadline=None, suppress_health_check=SLOW)
@given(data_graphs(), shapes_graphs() | sparql_shapes(), st.booleans())
def test_more_of_both(data: rdflib.Graph, known: rdflib.Graph | Shapes, in_store: bool) -> None:
    """The same, of many."""
    shapes_ = known if isinstance(known, Shapes) else Shapes(known)
    assume(not make_plan(shapes_.graph).rest)
    compare_on(data, shapes_, in_store=in_store)


@pytest.fixture(scope="module")
def store() -> EmbeddedStore:
    """A few things among many."""
    return store_of(FEW + MANY)


def in_full(text: str) -> str:
    return re.sub(r"ex:(\w+)", rf"<{EX}\1>", text)


def select(pattern: str) -> str:
    return f'sh:sparql [ sh:select "SELECT $this {{ {in_full(pattern)} }} LIMIT 1" ]'


@pytest.mark.parametrize(
    ("shape", "read", "wrong"),
    [
        # The names of both things.
        (f"sh:targetClass ex:Thing ; sh:property [ sh:path ex:name ; {AHEAD} ]", 2, ["b"]),
        # What they are of, and the names of that.
        (
            f"sh:targetClass ex:Thing ; sh:property [ sh:path ( ex:of ex:name ) ; {AHEAD} ]",
            4,
            ["a"],
        ),
        # What it is of, and all that this has.
        (
            "sh:targetNode ex:a ; sh:property [ sh:path ex:of ; sh:node [ sh:closed true ; "
            f"sh:property [ sh:path ex:name ] ; {AHEAD} ] ]",
            5,
            ["a"],
        ),
        # What it is of, the type of this, and which classes are below which.
        (
            f"sh:targetNode ex:a ; sh:property [ sh:path ex:of ; sh:class ex:Other ; {AHEAD} ]",
            3,
            ["a"],
        ),
        # A blank node that no data has is not read.
        ("sh:targetClass ex:Kind ; sh:property [ sh:path ex:name ; sh:in ( [ ] ) ]", 1, ["b"]),
        # The solutions about one node, and every triple of what does not hang together with it.
        (f"sh:targetNode ex:a ; {select('$this ex:of/ex:size ?value')}", 2, ["a"]),
        (f"sh:targetNode ex:n1 ; {select('$this ex:of ?x . ?any ex:size ?value')}", 2, ["n1"]),
    ],
)
def test_few_triples_are_read_of_many(
    store: EmbeddedStore, shape: str, read: int, wrong: list[str]
) -> None:
    """Those that the shape asks for, whatever else there is; and it is told how many."""
    report = validate_store(store, shapes(f"ex:S {shape} ."), AS_OF)

    (told,) = report.not_compiled
    assert told.told == f"validated by pySHACL on {read} triples around its focus nodes"
    assert foci(report) == wrong


@pytest.mark.parametrize(
    "shape",
    [
        f"sh:targetNode ex:a ; {select('?any ?property ?value')}",
        f"sh:targetNode ex:a ; {select('$this ex:of ?x { SELECT $this ?x { ?x a ?c } LIMIT 9 }')}",
        f"sh:targetNode [ ] ; {AHEAD}",
        f"sh:targetNode ex:a ; sh:property [ {AHEAD} ; "
        "sh:path [ sh:inversePath ( ex:of ex:of ) ] ]",
    ],
)
def test_where_no_way_is_known_all_is_read(store: EmbeddedStore, shape: str) -> None:
    """And told so, by the number of all triples, each counted once."""
    report = validate_store(store, shapes(f"ex:S {shape} ."), AS_OF)

    (told,) = report.not_compiled
    assert told.told == f"validated by pySHACL on all {len(extract(store))} triples"


def test_a_target_is_judged_by_all_the_data() -> None:
    """What is copied may look like a focus node for want of what is not."""
    data = 'ex:leaf ex:name "leaf" ; ex:of ex:up . ex:up ex:name "x" ; ex:size 2 .'
    target = "SELECT ?this { ?this ex:name ?n FILTER NOT EXISTS { ?this ex:size ?s } }"
    known = shapes(f"""
        ex:S sh:target [ sh:select "{in_full(target)}" ] ;
            sh:property [ sh:path ( ex:of ex:name ) ; {AHEAD} ] ,
                [ sh:path ex:of ; sh:minCount 1 ] .
    """)

    report = validate_store(store_of(data), known, AS_OF)

    assert foci(report) == ["leaf"]
    assert [told.triples for told in report.not_compiled] == [2]


def test_of_given_focus_nodes_alone_is_read(store: EmbeddedStore) -> None:
    """What is found of the values that they lead to is found of them."""
    known = shapes(f"""ex:S sh:targetClass ex:Thing ; sh:property [ sh:path ex:of ;
        sh:property [ sh:path ex:name ; {AHEAD} ] ] .""")

    report = validate_store(store, known, AS_OF, focus_nodes=[NamedNode(EX + "a")])

    assert foci(report) == ["b"]
    assert [told.triples for told in report.not_compiled] == [2]


@pytest.mark.parametrize("constraint", [f"sh:minLength 5 ; {AHEAD}", "sh:in ( [ ] )"])
def test_asked_about_some_nodes_it_tells_nothing_of_others(
    store: EmbeddedStore, constraint: str
) -> None:
    """Whether it turns out not to be compiled when it is read, or when it is asked."""
    known = shapes(
        f"ex:S sh:targetClass ex:Thing ; sh:property [ sh:path ex:name ; {constraint} ] ."
    )
    inquirer = Inquirer(store, AskedShapes(known), AS_OF)

    (answer,) = answers = inquirer.answers(frozenset({NamedNode(EX + "a")}))

    assert answer.not_compiled is not None
    assert answer.not_compiled.triples == 1
    assert foci(inquirer.inquiry(answers).report) == ["a"]
    assert foci(inquirer.again(answers).report) == ["a"]


def test_the_owners_are_those_of_all_the_data() -> None:
    """Though the shape reads nothing of them."""
    data = """ex:v ex:name "x1" ; <http://www.w3.org/ns/dcat#isVersionOf> ex:m .
        ex:m mlg:ownedBy ex:team ."""
    known = shapes(f"ex:S sh:targetNode ex:v ; sh:property [ sh:path ex:name ; {AHEAD} ] .")

    report = validate_store(store_of(data), known, AS_OF)

    assert [owner.value for r in report.results for owner in r.owners] == [f"{EX}team"]
    assert [told.triples for told in report.not_compiled] == [1]

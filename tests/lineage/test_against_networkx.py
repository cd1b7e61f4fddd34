"""Lineage against an independent oracle: networkx over the statements themselves."""

from __future__ import annotations

import itertools
from collections import defaultdict

import networkx as nx
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.app import KnowledgeGraph
from kg.lineage import Direction
from kg.model import Batch, Description
from kg.namespaces import MLG, PROV

NODES = st.integers(0, 11)
# (property, whether the subject is the one that depends)
RELATIONS = st.sampled_from(
    [
        (PROV.used, True),
        (PROV.wasDerivedFrom, True),
        (MLG.trainedOn, True),
        (MLG.deploys, True),
        (PROV.generated, False),
        (MLG.servedBy, False),
        (MLG.cellOf, False),
    ]
)
STATEMENTS = st.lists(st.tuples(NODES, RELATIONS, NODES), max_size=30)


def _put(
    graph: KnowledgeGraph, statements: list[tuple[int, tuple[object, bool], int]]
) -> nx.DiGraph:
    """Commit the statements and return the dependencies as the oracle sees them."""
    oracle = nx.DiGraph()
    oracle.add_nodes_from(range(12))
    said: dict[int, Description] = {}
    for subject, (relation, forward), target in statements:
        iri = graph.names.mint("thing", "t", str(subject))
        other = graph.names.mint("thing", "t", str(target))
        said.setdefault(subject, Description("curated", iri)).add(relation, other)  # type: ignore[arg-type]
        oracle.add_edge(*((subject, target) if forward else (target, subject)))
    graph.ingest([Batch([d.record() for d in said.values()])])
    return oracle


def _number(iri: str) -> int:
    return int(iri.rpartition("/")[2])


@settings(max_examples=120, deadline=None)
@given(statements=STATEMENTS, start=NODES, direction=st.sampled_from(["up", "down"]))
def test_nodes_distances_and_edges_are_those_of_networkx(
    statements: list[tuple[int, tuple[object, bool], int]], start: int, direction: str
) -> None:
    """Same nodes at the same distances, and every edge among them in the direction asked."""
    with KnowledgeGraph.in_memory() as graph:
        oracle = _put(graph, statements)
        asset = graph.names.mint("thing", "t", str(start))
        answer = graph.lineage.lineage(asset, Direction(direction))
    walked = oracle if direction == "up" else oracle.reverse()
    distances = nx.single_source_shortest_path_length(walked, start)
    expected = {node: d for node, d in distances.items() if node != start}
    assert {_number(n.iri.value): n.distance for n in answer.nodes} == expected
    edges = {(_number(e.source.value), _number(e.target.value)) for e in answer.edges}
    reached = set(distances)
    assert edges == {(a, b) for a, b in oracle.edges if {a, b} <= reached}


@settings(max_examples=80, deadline=None)
@given(statements=STATEMENTS, start=NODES)
def test_impact_paths_are_shortest_and_real(
    statements: list[tuple[int, tuple[object, bool], int]], start: int
) -> None:
    """Each path is a chain of real dependencies of the length that networkx gives."""
    with KnowledgeGraph.in_memory() as graph:
        oracle = _put(graph, statements)
        answer = graph.lineage.impact(graph.names.mint("thing", "t", str(start)))
    lengths = nx.single_source_shortest_path_length(oracle.reverse(), start)
    by_node = defaultdict(list)
    for item in answer.impacted:
        by_node[_number(item.node.iri.value)].append([_number(s.value) for s in item.path])
    assert set(by_node) == set(lengths) - {start}
    for node, (path,) in by_node.items():
        assert (path[0], path[-1], len(path) - 1) == (start, node, lengths[node])
        assert all(oracle.has_edge(b, a) for a, b in itertools.pairwise(path))

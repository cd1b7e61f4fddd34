"""The shortest way between two nodes against networkx, and the same whatever the numbers are."""

from __future__ import annotations

import itertools

import networkx as nx
from admitting import Anything
from hypothesis import given, settings
from index_changes import THINGS, Put, commit, commits, thing
from store_walk import EdgeReader, Place

from kg.app import KnowledgeGraph
from kg.commit import Change
from kg.lineage.edges import Edges
from kg.model import Description
from kg.namespaces import PROV
from kg.terms import NamedNode

_FAR = 1_000  # more than there are places


def _places(reader: Edges, nodes: list[NamedNode], way: str) -> nx.DiGraph:
    """All steps of walks (docs/lineage.md), where fewer steps go before fewer places."""
    found = nx.DiGraph()
    found.add_nodes_from(map(Place, nodes))
    for node in nodes:
        onward = reader.neighbours(node, way)
        for other, unpinned in itertools.product(onward, (False, True)):
            found.add_edge(Place(node, unpinned), Place(other), weight=_FAR + 1)
    for node in nodes:
        for version in reader.versions(node):
            found.add_edge(Place(node), Place(version), weight=1)
        for asset in reader.assets(node):
            if reader.neighbours(asset, way):
                found.add_edge(Place(node), Place(asset, unpinned=True), weight=1)
    return found


def _expected(places: nx.DiGraph, start: NamedNode, end: NamedNode) -> list[tuple[NamedNode, bool]]:
    """Of the ways that cost least the one whose identifiers come first; empty for none."""
    ways = []
    for goal in (Place(end), Place(end, unpinned=True)):
        if goal in places and nx.has_path(places, Place(start), goal):
            cost = nx.shortest_path_length(places, Place(start), goal, "weight")
            every = nx.all_shortest_paths(places, Place(start), goal, "weight")
            ways += [(cost, [(p.node.value, p.unpinned) for p in way]) for way in every]
    return [(NamedNode(iri), unpinned) for iri, unpinned in min(ways)[1]] if ways else []


@settings(max_examples=25, deadline=None)
@given(changes=commits)
def test_the_way_is_the_first_of_the_shortest(changes: list[list[Put]]) -> None:
    """Between any two things; and the same in an index made anew, with other numbers."""
    with KnowledgeGraph.in_memory(admission=Anything()) as graph:
        for puts in changes:
            commit(graph, puts)
        nodes = [thing(graph, number) for number in range(THINGS)]
        reader, found = EdgeReader(graph.store, graph.ontology), {}
        for way in ("up", "down"):
            places = _places(reader, nodes, way)
            for start, end in itertools.product(nodes, nodes):
                found[start, end, way] = graph.index.at().way(start, end, way)
                assert found[start, end, way] == _expected(places, start, end)
        graph.rebuild()
        assert found == {key: graph.index.at().way(*key) for key in found}


def test_the_first_of_many_equally_short_ways_is_told_with_its_edges() -> None:
    """In a chain of diamonds; a table that very many read is not opened from its side."""
    with KnowledgeGraph.in_memory(admission=Anything()) as graph:
        said: dict[str, Description] = {}

        def derive(made: str, *sources: str) -> None:
            node = graph.names.mint("dataset", "t", made)
            others = [graph.names.mint("dataset", "t", source) for source in sources]
            said[made] = Description("curated", node).add(PROV.wasDerivedFrom, *others)

        for number in range(30, 0, -1):
            derive(f"{number}", f"{number}a", f"{number}b")
            for side in "ba":
                derive(f"{number}{side}", f"{number - 1}")
        for number in range(500):
            derive(f"reader{number}", "0")
        graph.committer.commit(Change([d.record() for d in said.values()]), agent="test")
        start, end = (graph.names.mint("dataset", "t", name) for name in ("0", "30"))
        answer = graph.lineage.path(start, end)
    keys = [node.iri.value.rpartition("/")[2] for node in answer.nodes]
    expected = [[str(n), f"{n + 1}a"] for n in range(30)]
    assert keys == [*itertools.chain(*expected), "30"]
    assert [node.distance for node in answer.nodes] == list(range(61))
    told = {(edge.source, edge.target) for edge in answer.edges}
    assert told == {(b.iri, a.iri) for a, b in itertools.pairwise(answer.nodes)}

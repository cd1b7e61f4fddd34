"""All simple paths: against networkx, through versions, and up to stated bounds."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import networkx as nx
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.app import IngestReport, KnowledgeGraph
from kg.lineage.paths import WayFinder
from kg.model import Batch, Description
from kg.namespaces import PROV

Load = Callable[[KnowledgeGraph, str], IngestReport]
NODES = st.integers(0, 7)


def _graph(pairs: set[tuple[int, int]]) -> KnowledgeGraph:
    graph = KnowledgeGraph.in_memory()
    said: dict[int, Description] = {}
    for made, given_ in pairs:
        node = graph.names.mint("dataset", "t", str(made))
        other = graph.names.mint("dataset", "t", str(given_))
        said.setdefault(made, Description("curated", node)).add(PROV.wasDerivedFrom, other)
    graph.ingest([Batch([d.record() for d in said.values()])])
    return graph


def _key(number: int) -> str:
    return f"dataset:t/{number}"


@settings(max_examples=80, deadline=None)
@given(pairs=st.sets(st.tuples(NODES, NODES), max_size=22), start=NODES, end=NODES)
def test_all_paths_are_those_of_networkx(pairs: set[tuple[int, int]], start: int, end: int) -> None:
    """Each simple path once, the shortest first; fewer where a bound is given, and said so."""
    oracle = nx.DiGraph((b, a) for a, b in pairs)
    oracle.add_nodes_from((start, end))
    if start == end:
        return
    down = list(nx.all_simple_paths(oracle, start, end))
    expected = down or [p[::-1] for p in nx.all_simple_paths(oracle, end, start)]
    with _graph(pairs) as graph:
        ends = [graph.names.parse(_key(n)) for n in (start, end)]
        answer = graph.lineage.paths(*ends, 10_000)
        found = [[int(n.value.rpartition("/")[2]) for n in way.nodes] for way in answer.paths]
        assert sorted(found) == sorted(expected)
        assert [way.length for way in answer.paths] == sorted(len(p) - 1 for p in expected)
        assert answer.complete
        assert answer.direction == ("down" if down else "up" if expected else None)
        few = graph.lineage.paths(*ends, 2)
        assert [way.length for way in few.paths] == sorted(len(p) - 1 for p in expected)[:2]
        assert few.complete == (len(expected) <= 2)


def test_paths_go_through_versions_as_walks_do(graph: KnowledgeGraph, load: Load) -> None:
    """A pinned reference never leads to another version; an unpinned one may mean any."""
    load(
        graph,
        """
        - {id: 'dataset-version:t/d/1', type: DatasetVersion, versionOf: 'dataset:t/d'}
        - {id: 'dataset-version:t/d/2', type: DatasetVersion, versionOf: 'dataset:t/d'}
        - {id: 'run:t/both', uses: ['dataset:t/d', 'dataset-version:t/d/1']}
        - {id: 'run:t/two', uses: 'dataset-version:t/d/2'}
        """,
    )
    one, both, two = map(graph.resolve, ("dataset-version:t/d/1", "run:t/both", "run:t/two"))
    told = graph.lineage.paths(one, both).to_json(graph.names)
    assert [(path["steps"], path["nodes"]) for path in told["paths"]] == [
        (1, ["dataset-version:t/d/1", "run:t/both"]),
        (1, ["dataset-version:t/d/1", "dataset:t/d", "run:t/both"]),
    ]
    assert {e["relation"] for e in told["edges"]} == {"prov:used", "dcat:hasVersion"}
    assert graph.lineage.paths(one, two).paths == []


def test_a_bound_is_told_with_its_reason() -> None:
    """The number of paths, or the work of finding them, is said where it ended the search."""
    layers = [(10 * n + i, 10 * (n - 1) + j) for n in range(1, 8) for i in (0, 1) for j in (0, 1)]
    with _graph(set(layers)) as graph:
        first, last = (graph.names.parse(_key(n)) for n in (0, 70))
        told = graph.lineage.paths(first, last, 5).to_json(graph.names)
        assert (told["total"], told["complete"]) == (5, False)
        assert told["reason"] == "stopped after 5 paths; there are more"
        assert graph.lineage.paths(first, last, 64).complete
        finder = WayFinder(graph.index.at(), "down", work=50)
        assert (
            finder.ways(first, last, 64).reason == "stopped after looking at 50 places on the way"
        )


def test_a_chain_of_2000_steps_is_one_path() -> None:
    """No limit of recursion."""
    with _graph(set(itertools.pairwise(range(2000, -1, -1)))) as graph:
        answer = graph.lineage.paths(graph.resolve(_key(0)), graph.resolve(_key(2000)))
    assert [(way.length, len(way.nodes)) for way in answer.paths] == [(2000, 2001)]
    assert answer.complete

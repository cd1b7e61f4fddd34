"""Walks over the index against the plain walk over a store, whatever gait they take."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Mapping

import pytest
from admitting import Anything
from hypothesis import HealthCheck, given, settings
from index_changes import THINGS, Put, commit, commits, thing
from index_oracle import store_at
from store_walk import EdgeReader, Walk, Walker

import kg.index.walk
from kg.app import KnowledgeGraph
from kg.index import Edge
from kg.index.view import Contents
from kg.lineage.edges import ChosenEdges
from kg.lineage.walk import Reach
from kg.model import Batch, Description
from kg.namespaces import DCAT, PROV
from kg.terms import NamedNode

STEPS = {DCAT.isVersionOf, DCAT.hasVersion}


@pytest.fixture(params=["row by row", "by arrays", "searched"], autouse=True)
def _gait(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param != "row by row":
        monkeypatch.setattr(kg.index.walk, "LONG", 0)
        monkeypatch.setattr(kg.index.walk, "FEW", 0)
        monkeypatch.setattr(kg.index.walk, "WIDE", 1)
    if request.param == "by arrays":
        monkeypatch.setattr(Contents, "places", lambda *_, **__: None)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(changes=commits)
def test_walks_are_those_over_a_store(changes: list[list[Put]]) -> None:
    """The same things at the same distances by the same edges, now and at a past revision."""
    with KnowledgeGraph.in_memory(admission=Anything()) as graph:
        for puts in changes:
            commit(graph, puts)
        for revision in {graph.revision, graph.revision // 2}:
            reader = EdgeReader(store_at(graph.journal, graph.ontology, revision), graph.ontology)
            used = ChosenEdges(reader, {PROV.used, PROV.wasDerivedFrom})
            view = graph.index.at(revision)
            for number, way in itertools.product(range(THINGS), ("up", "down")):
                start = thing(graph, number)
                for depth in (None, 1, 2):
                    _same(Reach(view, start, way, depth=depth), Walker(reader, way), depth)
                reach = Reach(view, start, way, relations={PROV.used, PROV.wasDerivedFrom})
                _same(reach, Walker(used, way), None)


def _same(reach: Reach, walker: Walker, depth: int | None) -> None:
    walk = walker.walk(reach.start, depth)
    assert reach.distance == walk.distance
    assert reach.cut == walk.cut
    met = set(walk.distance)
    told = list(reach.edges_among(met))
    expected = {e for e in walk.edges if {e.source, e.target} <= met}
    way = walker._direction
    assert {e for e in told if not _to_asset(e, way)} == {
        e for e in expected if not _to_asset(e, way)
    }
    _same_steps_to_assets(told, expected, walk, way)
    steps: defaultdict[tuple[NamedNode, NamedNode], set[NamedNode]] = defaultdict(set)
    for edge in (*expected, *told):
        steps[edge.source, edge.target].add(edge.relation)
    for node in list(met)[:50]:
        _is_shortest(reach.path_to(node), steps, walk, way)


def _to_asset(edge: Edge, way: str) -> bool:
    """Whether an edge is a step from a version to the asset that stands for unpinned references."""
    return edge.relation == (DCAT.isVersionOf if way == "up" else DCAT.hasVersion)


def _same_steps_to_assets(told: list[Edge], expected: set[Edge], walk: Walk, way: str) -> None:
    """Which of several versions an asset is first entered from hangs on the order of a level."""

    def entered(edges: object) -> set[NamedNode]:
        steps = [e for e in edges if _to_asset(e, way)]  # type: ignore[attr-defined]
        ends = [(e.source, e.target) if way == "up" else (e.target, e.source) for e in steps]
        # A version that is an asset too may have been met before it was entered as a version.
        assert all(walk.distance[version] <= walk.distance[asset] for version, asset in ends)
        return {asset for _, asset in ends}

    missing = entered(expected) - entered(told)
    assert entered(told) <= entered(expected)
    pinned = {place.node for place in walk.came_from if not place.unpinned}
    assert missing <= pinned


def _is_shortest(
    path: tuple[NamedNode, ...],
    steps: Mapping[tuple[NamedNode, NamedNode], set[NamedNode]],
    walk: Walk,
    way: str,
) -> None:
    """A way from the start by real steps, of which as many can cost as the distance is."""
    assert path[0] == walk.start
    least = most = 0
    for one, other in itertools.pairwise(path):
        ends = (one, other) if way == "up" else (other, one)
        forward = steps[ends] - STEPS
        free = (steps[ends] | steps[ends[::-1]]) & STEPS
        assert forward or free
        least += not free
        most += bool(forward)
    assert least <= walk.distance[path[-1]] <= most


def test_a_wide_walk_with_versions_changes_its_gait_half_way() -> None:
    """Thousands of readers of versions of one table, then what hangs on the last of them."""
    with KnowledgeGraph.in_memory(admission=Anything()) as graph:
        table = graph.names.mint("dataset", "t", "hub")
        said = []
        for number in range(1500):
            version = graph.names.mint("dataset-version", "t", "hub", str(number))
            run = graph.names.mint("run", "t", str(number))
            said.append(Description("curated", version).add(DCAT.isVersionOf, table))
            said.append(Description("curated", run).add(PROV.used, version))
        end = graph.names.mint("dataset", "t", "end")
        said.append(Description("curated", end).add(PROV.wasGeneratedBy, run))
        graph.ingest([Batch([d.record() for d in said])])
        reader = EdgeReader(graph.store, graph.ontology)
        _same(Reach(graph.index.at(), table, "down"), Walker(reader, "down"), None)
        _same(Reach(graph.index.at(), end, "up"), Walker(reader, "up"), None)

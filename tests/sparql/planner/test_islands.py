"""What the lineage index solves beside closures leaves every answer as it was."""

from __future__ import annotations

from random import Random

from admitting import Anything
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from island_queries import estate, question
from planner_answers import answer

from kg.app import KnowledgeGraph
from kg.errors import QuerySyntaxError
from kg.sparql.lineage import Snapshot
from kg.sparql.planner import plan
from kg.store import EmbeddedStore

_QUESTIONS = 40
_WALK = "(mlg:directlyDependsOn+)"
_SETTINGS = settings(
    max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), database=None
)


@_SETTINGS
@given(st.randoms(use_true_random=False))
def test_answers_stay(random: Random) -> None:
    """The same solutions, each as many times."""
    with KnowledgeGraph.in_memory(admission=Anything()) as graph:
        estate(graph, random)
        snapshot = Snapshot(graph.store, graph.index.at())
        assert isinstance(graph.store, EmbeddedStore)
        for _ in range(_QUESTIONS):
            text = question(random)
            try:
                expected = answer(graph.store, text.replace("mlg:dependsOn", _WALK))
            except QuerySyntaxError:
                continue
            planned = plan(text, snapshot)
            assert answer(graph.store, planned) == expected, f"{text}\n{planned.text}"

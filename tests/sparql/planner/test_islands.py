"""What the lineage index solves beside closures leaves every answer as it was."""

from __future__ import annotations

from random import Random

import pytest
from admitting import Anything
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from island_queries import PROLOGUE, estate, question
from planner_answers import answer

from kg.app import KnowledgeGraph
from kg.errors import QuerySyntaxError
from kg.sparql.lineage import Snapshot
from kg.sparql.planner import Costs, plan
from kg.store import EmbeddedStore

_QUESTIONS = 25
_WALK = "(mlg:directlyDependsOn+)"
_TITLES = f"{PROLOGUE}SELECT * {{ :1 mlg:dependsOn ?a . ?a a prov:Entity ; dct:title ?title }}"
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
            for costs in (Costs(), Costs(inlined=0)):  # rows by all patterns, and narrowed before
                planned = plan(text, snapshot, costs)
                assert answer(graph.store, planned) == expected, f"{text}\n{planned.text}"


def test_what_the_index_said_is_not_asked_of_the_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows are narrowed by the patterns that stay, without the type that is in the rows."""
    asked: list[str] = []
    values = Snapshot.values
    monkeypatch.setattr(
        Snapshot, "values", lambda self, text: asked.append(text) or values(self, text)
    )
    with KnowledgeGraph.in_memory(admission=Anything()) as graph:
        estate(graph, Random(0))
        plan(_TITLES, Snapshot(graph.store, graph.index.at()), Costs(inlined=0))
    assert asked
    assert [text for text in asked if "dct:title" not in text or "prov:Entity" in text] == []

"""The lineage index answers closures wherever they stand, and the answer stays what it was."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from closures_oracle import snapshot
from planner_answers import answer
from query_grammar import PROLOGUE

from kg.sparql.planner import Costs, plan
from kg.store import EmbeddedStore
from kg.terms import RdfFormat, parse

_CASES = yaml.safe_load(Path(__file__).with_name("indexed.yaml").read_text(encoding="utf-8"))

# Two tables, jobs that read them, models of the jobs, services of the models; :c1 and :c2 are a
# cycle beside them. Some triples are in two graphs: the union has them twice, a path once.
_ESTATE = """
@prefix : <http://e/> .
@prefix mlg: <https://w3id.org/mlg#> .
:g1 {
  :t1 a :Table ; :title "One" ; :owner :ann .
  :t2 a :Table ; :title "Two" ; :owner :bob .
  :j1 mlg:directlyDependsOn :t1 .
  :j2 mlg:directlyDependsOn :t1 , :t2 .
  :c1 mlg:directlyDependsOn :c2 . :c2 mlg:directlyDependsOn :c1 .
}
:g2 {
  :j1 mlg:directlyDependsOn :t1 .
  :m1 a :Model ; mlg:directlyDependsOn :j1 ; :owner :ann .
  :m2 a :Model ; mlg:directlyDependsOn :j2 ; :keeper :bob .
  :s1 a :Service ; mlg:directlyDependsOn :m1 ; :owner :ann , :bob .
  :s2 a :Service ; mlg:directlyDependsOn :m2 ; :owner :bob .
  :s3 a :Service ; :owner :bob ; :shows :s2 .
  :cell a :Cell ; :shows :s1 , :s2 .
}
:g3 { :s1 a :Service ; mlg:directlyDependsOn :t9 . :t9 a :Table . }
"""


@pytest.fixture(scope="module")
def store() -> EmbeddedStore:
    """The estate."""
    store = EmbeddedStore.in_memory()
    store.extend(parse(_ESTATE, format=RdfFormat.TRIG))
    return store


def _unplanned(text: str) -> str:
    if "CONSTRUCT WHERE" in text:
        pattern = text[text.index("{") :]
        text = text.replace("CONSTRUCT WHERE", f"CONSTRUCT {pattern} WHERE")
        head, _, where = text.partition(" WHERE ")
        return f"{head} WHERE {where.replace('mlg:dependsOn', 'mlg:directlyDependsOn+')}"
    return text.replace("mlg:dependsOn", "(mlg:directlyDependsOn+)")


@pytest.mark.parametrize("case", _CASES, ids=lambda case: case["place"])
def test_the_index_answers_here(store: EmbeddedStore, case: dict[str, Any]) -> None:
    """The plan says what was found, and the answer is that of the query as it was written."""
    text = PROLOGUE + case["query"]
    planned = plan(text, snapshot(store))
    assert [note.short for note in planned.found] == case.get("found", [])
    assert answer(store, planned) == answer(store, _unplanned(text))


@pytest.mark.parametrize("case", _CASES, ids=lambda case: case["place"])
@pytest.mark.parametrize(
    "costs",
    [
        Costs(inlined=0, calls_per_row=100),
        Costs(inlined=0, rows=4),
        Costs(inlined=0, rows=2, starts=1, looked_at=3),
    ],
    ids=["called", "restricted", "refused"],
)
def test_however_sets_are_handed_over_the_answer_stays(
    store: EmbeddedStore, case: dict[str, Any], costs: Costs
) -> None:
    """As functions, as the part that can matter, or not at all."""
    text = PROLOGUE + case["query"]
    assert answer(store, plan(text, snapshot(store), costs)) == answer(store, _unplanned(text))

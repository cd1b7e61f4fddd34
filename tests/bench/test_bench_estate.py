"""The estate that is measured, and the questions that are asked of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest

from bench import estate, phrasings, report
from bench.peers.answers import rows
from kg.app import KnowledgeGraph
from kg.app.queries import write
from kg.connectors import native
from kg.lineage import Direction
from kg.store.results import write_result

NODES = 6000
"""Enough for each question to have an answer."""

QUERIES = [
    pytest.param(text, id=f"{name}/{query}")
    for name in phrasings.SETS
    for query, text in phrasings.queries(name)
]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeGraph]:
    """A graph of a small estate."""
    file = tmp_path_factory.mktemp("estate") / "estate.jsonl"
    estate.write(file, NODES)
    with KnowledgeGraph.in_memory() as graph:
        taken = graph.ingest(native.batches([file], names=graph.names), merge=True)
        assert (taken.rejections, taken.warnings) == ([], [])
        yield graph


def test_a_seed_gives_one_estate_and_a_smaller_one_is_how_a_larger_begins() -> None:
    """Line by line."""
    first, again = ([json.dumps(node) for node in estate.nodes(n)] for n in (900, 500))
    assert first[:500] == again
    assert first != [json.dumps(node) for node in estate.nodes(900, seed=2)]
    assert len({json.loads(line)["id"] for line in first}) == len(first) == 900


def test_the_estate_has_the_size_that_is_asked_for(small: KnowledgeGraph) -> None:
    """Within five in a hundred."""
    triples = NODES * estate.TRIPLES_PER_NODE
    assert estate.records(round(triples)) == NODES
    assert abs(len(small.store) - triples) < 0.05 * triples


def test_the_estate_has_a_hub_and_a_long_chain(small: KnowledgeGraph) -> None:
    """What is hard about real ones."""
    hub = small.resolve("dataset:s3://lake/t0")
    down = small.lineage.lineage(hub, Direction.DOWN)
    assert len(down.nodes) > NODES / 5
    assert max(node.distance for node in down.nodes) > 90


@pytest.mark.parametrize("text", QUERIES)
def test_each_question_has_an_answer_and_planning_does_not_change_it(
    text: str, small: KnowledgeGraph
) -> None:
    """What is compared by the measurements is worth comparing."""
    planned, plain = BytesIO(), BytesIO()
    write(small, text, "csv", planned)
    write_result(small.store.query(phrasings.for_others(text)), "csv", plain)
    assert rows(planned.getvalue()).number > 0
    assert rows(planned.getvalue()) == rows(plain.getvalue())


def test_rows_are_compared_without_their_order() -> None:
    """But with their numbers, and cell by cell."""
    assert rows(b"a,b\r\n1,2\r\n3,4\r\n") == rows(b'a,b\n3,4\n"1",2\n')
    assert rows(b"a,b\r\n1,2\r\n") != rows(b"a,b\r\n1,2\r\n1,2\r\n")
    assert rows(b"a,b\r\n12,\r\n") != rows(b"a,b\r\n1,2\r\n")


def test_the_tables_are_what_was_measured() -> None:
    """Nobody has written into them."""
    assert report.main(["--check"]) == 0


def test_a_table_that_differs_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One figure is enough."""
    text = report.PAGE.read_text(encoding="utf-8")
    page = tmp_path / "benchmarks.md"
    page.write_text(text.replace("| (loading)", "| (waiting)", 1), encoding="utf-8")
    monkeypatch.setattr(report, "PAGE", page)
    assert report.main(["--check"]) == 1
    assert report.main([]) == 0
    assert page.read_text(encoding="utf-8") == text

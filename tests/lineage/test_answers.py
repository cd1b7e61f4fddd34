"""What of an answer is told: filters, what is live, groups, owners and messages."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kg.app import IngestReport, KnowledgeGraph
from kg.errors import InputError, NotFound
from kg.lineage import Direction, ImpactAnswer

Load = Callable[[KnowledgeGraph, str], IngestReport]

ESTATE = """
- {id: 'dataset:t/raw', type: Dataset}
- {id: 'run:t/etl', type: Run, uses: 'dataset:t/raw', generates: 'dataset:t/clean'}
- {id: 'evaluation:t/e', type: Evaluation, evaluates: 'model-version:t/m/1'}
- {id: 'model-version:t/m/1', type: ModelVersion, trainedOn: 'dataset:t/clean', owner: 'team:o/ml'}
- {id: 'deployment:t/old', type: Deployment, deploys: 'model-version:t/m/1',
   servedBy: 'service:t/both', endedAt: '2026-03-01T00:00:00Z'}
- {id: 'deployment:t/new', type: Deployment, deploys: 'model-version:t/m/1',
   servedBy: 'service:t/both'}
- {id: 'deployment:t/gone', type: Deployment, deploys: 'model-version:t/m/1',
   servedBy: 'service:t/dark', endedAt: '2026-02-01T00:00:00Z'}
- {id: 'service:t/both', type: Service, owner: ['team:o/web', 'team:o/ml']}
- {id: 'service:t/dark', type: Service, owner: 'team:o/web'}
- {id: 'cell:t/on', type: Cell, exposes: 'deployment:t/new'}
- {id: 'cell:t/off', type: Cell, exposes: 'deployment:t/gone'}
"""


def impact(graph: KnowledgeGraph, asset: str = "dataset:t/raw", **words: object) -> ImpactAnswer:
    """An impact, selected by words."""
    selection = graph.lineage.selections.read(**words)  # type: ignore[arg-type]
    return graph.lineage.impact(graph.resolve(asset), selection=selection)


def ids(graph: KnowledgeGraph, answer: ImpactAnswer) -> list[str]:
    """The things told, in their order."""
    return [graph.names.short(item.node.iri) for item in answer.impacted]


def test_what_is_live_comes_first_and_what_has_ended_after(
    graph: KnowledgeGraph, load: Load
) -> None:
    """A service or cell is live by a live deployment on the way, not by another of its own."""
    load(graph, ESTATE)
    answer = impact(graph)
    assert ids(graph, answer)[:3] == ["service:t/both", "deployment:t/new", "cell:t/on"]
    live = {graph.names.short(i.node.iri): i.node.live for i in answer.impacted}
    assert [name for name, state in live.items() if state is False] == [
        "service:t/dark",
        "deployment:t/gone",
        "deployment:t/old",
        "cell:t/off",
    ]
    assert live["model-version:t/m/1"] is None
    ended = impact(graph, "deployment:t/old")
    assert [(i.node.type, i.node.live) for i in ended.impacted] == [("Service", False)]


@pytest.mark.parametrize(
    ("as_of", "live"),
    [
        ("2026-01-31T23:59:59Z", {"both", "dark", "new", "old", "gone", "on", "off"}),
        ("2026-02-01T00:00:00Z", {"both", "new", "old", "on"}),
        ("2026-03-01T01:00:00+02:00", {"both", "new", "old", "on"}),
        ("2026-03-01", {"both", "new", "on"}),
    ],
)
def test_live_is_judged_at_an_instant(
    graph: KnowledgeGraph, load: Load, as_of: str, live: set[str]
) -> None:
    """A deployment is live until its end, and no longer at it."""
    load(graph, ESTATE)
    answer = impact(graph, live=True, as_of=as_of)
    assert {name.rpartition("/")[2] for name in ids(graph, answer)} == live


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ({"types": ["Run"]}, {"run:t/etl", "evaluation:t/e"}),
        ({"types": ["evaluation"]}, {"evaluation:t/e"}),
        ({"types": ["Cell", "Dataset"]}, {"cell:t/on", "cell:t/off", "dataset:t/clean"}),
        ({"relations": ["prov:used"]}, {"run:t/etl"}),
        ({"relations": ["prov:used", "prov:generated"]}, {"run:t/etl", "dataset:t/clean"}),
        ({"owners": ["team:o/web"], "types": ["Service"]}, {"service:t/both", "service:t/dark"}),
        ({"owners": ["team:o/nobody"]}, set()),
    ],
)
def test_filters_list_a_part_of_what_was_reached(
    graph: KnowledgeGraph, load: Load, words: dict[str, list[str]], expected: set[str]
) -> None:
    """Types cover those below them, relations those below them and their inverses."""
    load(graph, ESTATE)
    answer = impact(graph, **words)
    assert set(ids(graph, answer)) == expected
    told = answer.to_json(graph.names)
    assert (told["total"], told["complete"]) == (len(expected), True)
    assert told["reached"] == (11 if "relations" not in words else len(expected))


def test_a_relation_above_others_covers_them(graph: KnowledgeGraph, load: Load) -> None:
    """``prov:used`` is what ``evaluates`` and ``deploys`` are kinds of."""
    load(graph, ESTATE)
    found = impact(graph, "model-version:t/m/1", relations=["prov:used"])
    assert {item.node.type for item in found.impacted} == {"Evaluation", "Deployment"}
    everything = impact(graph, relations=["mlg:directlyDependsOn"])
    assert ids(graph, everything) == ids(graph, impact(graph))


def test_a_filtered_lineage_keeps_edges_between_what_it_lists(
    graph: KnowledgeGraph, load: Load
) -> None:
    """Edges to things left out would lead nowhere."""
    load(graph, ESTATE)
    selection = graph.lineage.selections.read(types=["Dataset", "Run"])
    asset = graph.resolve("model-version:t/m/1")
    answer = graph.lineage.lineage(asset, Direction.UP, selection=selection)
    edges = {(e["from"], e["to"]) for e in answer.to_json(graph.names)["edges"]}
    assert edges == {
        ("model-version:t/m/1", "dataset:t/clean"),
        ("dataset:t/clean", "run:t/etl"),
        ("run:t/etl", "dataset:t/raw"),
    }
    narrow = graph.lineage.selections.read(types=["Run"])
    assert graph.lineage.lineage(asset, Direction.UP, selection=narrow).edges == []


@pytest.mark.parametrize(
    ("words", "near"),
    [
        ({"types": ["Modl"]}, "Model"),
        ({"relations": ["prov:usedd"]}, "prov:used"),
        ({"relations": ["dct:replaces"]}, "mlg:reads"),
        ({"owners": ["web"]}, "no owner"),
    ],
)
def test_unknown_words_are_refused_with_near_ones(
    graph: KnowledgeGraph, words: dict[str, list[str]], near: str
) -> None:
    """An answer to a slip would be empty, and pass for the truth."""
    with pytest.raises(NotFound, match=near):
        graph.lineage.selections.read(**words)  # type: ignore[arg-type]
    with pytest.raises(InputError, match="not a time"):
        graph.lineage.selections.read(as_of="soon")


def test_groups_count_what_is_listed(graph: KnowledgeGraph, load: Load) -> None:
    """By type, distance and owner; a thing of two owners counts for both."""
    load(graph, ESTATE)
    told = impact(graph).to_json(graph.names)
    assert told["byType"] == {
        "Cell": 2,
        "Dataset": 1,
        "Deployment": 3,
        "Evaluation": 1,
        "ModelVersion": 1,
        "Run": 1,
        "Service": 2,
    }
    assert told["byDistance"] == {"1": 1, "2": 1, "3": 1, "4": 4, "5": 4}
    assert told["byOwner"] == {"team:o/ml": 4, "team:o/web": 5, "nobody": 5}


def test_each_owner_gets_a_message_of_what_is_theirs(graph: KnowledgeGraph, load: Load) -> None:
    """What is live first, with the way there; nothing of other owners."""
    load(graph, ESTATE)
    told = impact(graph).to_json(graph.names)
    assert list(told["messages"]) == told["owners"] == ["team:o/ml", "team:o/web"]
    lines = told["messages"]["team:o/web"].splitlines()
    assert lines[0] == "To team:o/web: a change to dataset:t/raw affects 5 things of yours."
    assert lines[1] == (
        "- Service service:t/both (live), by way of run:t/etl, dataset:t/clean, "
        "model-version:t/m/1, deployment:t/new"
    )
    assert sum("(ended)" in line for line in lines) == 3
    assert lines[-1] == "Known at revision 1."


def test_a_long_message_counts_what_it_does_not_name(graph: KnowledgeGraph, load: Load) -> None:
    """Twenty things by name, the others by number and type."""
    load(
        graph,
        "\n".join(
            f"- {{id: 'run:t/{n}', type: Run, uses: 'dataset:t/d', owner: 'team:o/x'}}"
            for n in range(30)
        ),
    )
    (message,) = impact(graph, "dataset:t/d").to_json(graph.names)["messages"].values()
    assert len(message.splitlines()) == 23
    assert "- and 10 Run" in message


def test_a_long_way_is_counted_beyond_its_first_steps(graph: KnowledgeGraph, load: Load) -> None:
    """A message stays readable; the answer has the whole way."""
    chain = [f"- {{id: 'dataset:t/{n}', derivedFrom: 'dataset:t/{n - 1}'}}" for n in range(1, 10)]
    load(graph, "\n".join([*chain, "- {id: 'dataset:t/9', type: Dataset, owner: 'team:o/x'}"]))
    answer = impact(graph, "dataset:t/0").to_json(graph.names)
    assert "dataset:t/6, and 2 more\n" in answer["messages"]["team:o/x"]
    assert len(answer["impacted"][-1]["path"]) == 10

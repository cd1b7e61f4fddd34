"""Constraints over lineage answered from the index, against the engine's own walk."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest
from admitting import Anything

from bench import estate
from kg.app import KnowledgeGraph
from kg.assets import asset
from kg.commit import Change
from kg.connectors import native
from kg.model import Description, Record
from kg.namespaces import DCAT, DCT, MLG, PREFIXES, PROV, RDF
from kg.shacl import load_shapes
from kg.shacl.compiled import lineage
from kg.shacl.compiled.sources import StoreSource
from kg.shacl.engines import validate_store
from kg.terms import Literal, NamedNode, Triple

AS_OF = datetime(2026, 11, 1, tzinfo=UTC)
PROLOGUE = "".join(f"PREFIX {name}: <{iri}> " for name, iri in PREFIXES.items())
WALK = "(mlg:directlyDependsOn|^dcat:isVersionOf|(dcat:isVersionOf/mlg:directlyDependsOn))+"
LIVE = "FILTER EXISTS { ?d mlg:deploys ?this . FILTER NOT EXISTS { ?d prov:endedAtTime ?e } }"
TEXTS = [
    f"?x mlg:deploys ?this . {LIVE} ?this {WALK} ?value .",
    f"?x mlg:deploys ?this . {LIVE} ?this {WALK} ?value ; dct:title ?name . ?value a dcat:Dataset",
    "?this dct:title ?name . ?this mlg:directlyDependsOn+ ?value . ?value dct:title ?name .",
    f"?x mlg:deploys ?this . ?this {WALK} ?value ."
    " { ?value a mlg:Feature } UNION { ?value a dcat:Dataset"
    " FILTER NOT EXISTS { ?value dcat:isVersionOf?/mlg:directlyDependsOn ?more } }",
    f"?x mlg:deploys ?this . ?this {WALK} ?value . FILTER NOT EXISTS"
    " { ?value dcat:isVersionOf?/dct:title ?name FILTER (?name != 'n1') }",
    f"?x mlg:deploys ?this ; dct:title ?name . OPTIONAL {{ ?value dct:title ?other }}"
    f" ?this {WALK} ?value . FILTER (!BOUND(?other) || ?other != ?name)",
    f"?x mlg:deploys ?this . BIND ('n2' AS ?wanted) ?this {WALK} ?value ."
    " ?value dct:title ?name . FILTER (?name = ?wanted)",
    f"?x mlg:deploys ?version . ?version dcat:isVersionOf ?this . ?version {WALK} ?value .",
    "?x mlg:deploys ?this . ?value a dcat:Dataset . ?this (^mlg:directlyDependsOn)+ ?value",
    f"?x mlg:deploys ?this . {{ VALUES (?name) {{ ('n1') ('n2') }} }} ?this {WALK} ?value ."
    " FILTER EXISTS { ?value dct:title ?own . FILTER (?own != ?name) }",
]
PROPERTIES = (MLG.directlyDependsOn, MLG.directlyDependsOn, DCAT.isVersionOf, MLG.deploys)
CLASSES = (DCAT.Dataset, MLG.Feature, MLG.ModelVersion)


def fill(graph: KnowledgeGraph, random: Random) -> None:
    """Records of eight things, each by one source, about any of them."""
    things = [graph.names.mint("thing", "t", str(number)) for number in range(8)]
    for subject in things:
        said = {
            *Description("curated", subject).record().triples,
            *(Triple(subject, random.choice(PROPERTIES), random.choice(things)) for _ in range(3)),
            Triple(subject, RDF.type, random.choice(CLASSES)),
            Triple(subject, DCT.title, Literal(f"n{random.randrange(3)}")),
        }
        if random.randrange(3) == 0:
            said.add(Triple(subject, PROV.endedAtTime, Literal("over")))
        change = Change([Record("curated", subject, frozenset(said))], [])
        graph.committer.commit(change, agent="test")


@pytest.fixture(scope="module")
def graphs() -> Iterator[list[KnowledgeGraph]]:
    """Graphs made by chance."""
    with ExitStack() as stack:
        opened = [
            stack.enter_context(KnowledgeGraph.in_memory(admission=Anything())) for _ in range(8)
        ]
        for seed, graph in enumerate(opened):
            fill(graph, Random(seed))
        yield opened


def answer(text: str, source: StoreSource) -> list[tuple[str, ...]]:
    """The rows, sorted; each comes once."""
    rows = [tuple(map(str, row)) for row in lineage.select(text, source).rows]
    assert len(rows) == len(set(rows))
    return sorted(rows)


@pytest.mark.parametrize("pattern", TEXTS)
@pytest.mark.parametrize(
    ("few", "many", "block", "singly"), [(10_000, 20_000, 5_000, 8), (0, 3, 2, 0), (0, 0, 1, 8)]
)
def test_the_index_gives_the_rows_that_the_engine_gives(
    pattern: str,
    few: int,
    many: int,
    block: int,
    singly: int,
    graphs: list[KnowledgeGraph],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whichever way the ends are found, and in however many parts the pairs are handed over."""
    limits = {"FEW": few, "MANY": many, "BLOCK": block, "SINGLY": singly}
    for name, value in limits.items():
        monkeypatch.setattr(lineage, name, value)
    walks: list[NamedNode] = []
    monkeypatch.setattr(lineage, "render", _counting(walks))
    found = 0
    for graph in graphs:
        text = f"{PROLOGUE}SELECT DISTINCT ?this ?value WHERE {{ {pattern} }}"
        bare = StoreSource(graph.store)
        indexed = StoreSource(graph.store, graph.index.at())
        assert indexed.index is not None
        assert answer(text, indexed) == answer(text, bare)
        found += len(answer(text, bare))
    assert found
    assert walks


def _counting(walks: list[NamedNode]) -> object:
    def render(name: str, **values: object) -> object:
        walks.append(MLG.directlyDependsOn)
        return templates(name, **values)

    templates = lineage.render
    return render


def test_an_index_of_another_revision_is_left_aside() -> None:
    """It would answer for data that is no longer there."""
    with KnowledgeGraph.in_memory(admission=Anything()) as graph:
        fill(graph, Random(1))
        before = graph.index.at()
        assert StoreSource(graph.store, before).index is not None
        fill(graph, Random(2))
        assert StoreSource(graph.store, before).index is None


def test_reports_agree_with_and_without_the_index(graph: KnowledgeGraph, tmp_path: Path) -> None:
    """The rules that walk, on an estate, result for result, whole and for a node."""
    file = tmp_path / "estate.jsonl"
    estate.write(file, 300)
    graph.ingest(native.batches([file], names=graph.names), merge=True)
    walking = ("R09", "R15", "R26", "R30", "R36")
    rules = {f"https://w3id.org/mlg/rules/{name}" for name in walking}
    shapes = load_shapes(asset("shapes", "governance")).only(rules)
    index = graph.index.at()

    with_index = validate_store(graph.store, shapes, AS_OF, index=index)
    without = validate_store(graph.store, shapes, AS_OF)

    assert with_index.results == without.results
    focus = with_index.results[0].focus
    assert isinstance(focus, NamedNode)
    one = validate_store(graph.store, shapes, AS_OF, index=index, focus_nodes=[focus])
    assert one.results == tuple(r for r in with_index.results if r.focus == focus)

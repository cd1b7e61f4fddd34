"""A record is judged by its own words, and by the classes of what it refers to."""

from __future__ import annotations

import pytest
from described import ASSET, deployment, node, present, put, typed, version

from kg.app import KnowledgeGraph
from kg.assets import asset
from kg.commit import Change, NotAdmitted
from kg.errors import Unsupported
from kg.model import Description
from kg.namespaces import DCT, MLG, PROV
from kg.shacl import Shapes, load_shapes
from kg.shacl.admission import StructureGate
from kg.shacl.rdflib_bridge import to_graph
from kg.terms import Literal, RdfFormat, parse

PREFIXES = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix ex: <http://example.org/> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix mlg: <https://w3id.org/mlg#> .
"""


def shapes(text: str) -> Shapes:
    """Shapes given in Turtle."""
    return Shapes(to_graph(q.triple for q in parse(PREFIXES + text, format=RdfFormat.TURTLE)))


def test_what_is_wrong_stays_out_and_the_rest_goes_in(judging: KnowledgeGraph) -> None:
    """One bad record of a batch takes none of the others with it."""
    refused = put(judging, version(judging), version(judging, "2", of=()))
    assert refused == {"model-version:t/m/2"}
    assert present(judging) == {"model-version:t/m/1"}


def test_two_sources_stand_apart(judging: KnowledgeGraph) -> None:
    """Each says that a version is of one asset; that they disagree is no fault of a record."""
    other = version(judging, of=("model:t/other",), source="mlflow")
    assert put(judging, version(judging)) == set()
    assert put(judging, other, source="mlflow") == set()
    twice = [version(judging, "2"), version(judging, "2", of=("model:t/other",), source="mlflow")]
    assert put(judging, *twice) == set()


def test_another_record_cannot_supply_what_one_lacks(judging: KnowledgeGraph) -> None:
    """Two sources in one batch: the one that says too little is refused, the other is not."""
    batch = [version(judging, of=()), version(judging, source="mlflow")]
    with pytest.raises(NotAdmitted) as refused:
        judging.committer.commit(Change(batch), agent="t")
    assert [one.record.source for one in refused.value.refused] == ["curated"]


def test_a_node_that_records_share_counts_for_each(judging: KnowledgeGraph) -> None:
    """A part that two records describe alike is found wrong in both."""
    part = judging.names.skolem("part")
    runs = []
    for key in ("a", "b"):
        run = Description("curated", node(judging, f"run:t/{key}")).a(MLG.Run)
        run.node(PROV.qualifiedUsage, part).a(PROV.Usage)
        runs.append(run.record())
    assert put(judging, *runs) == {"run:t/a", "run:t/b"}


def test_nobody_is_blamed_for_what_another_points_at(judging: KnowledgeGraph) -> None:
    """What is said of a thing is sane, though somebody else calls the thing a usage."""
    thing = judging.names.parse("dataset:t/d")
    plain = Description("curated", thing).add(DCT.title, "data").record()
    run = Description("mlflow", node(judging, "run:t/a")).a(MLG.Run)
    pointing = run.add(PROV.qualifiedUsage, thing).record()
    assert put(judging, plain, pointing) == set()


@pytest.mark.parametrize("together", [True, False])
def test_the_class_of_what_is_referred_to_counts(judging: KnowledgeGraph, together: bool) -> None:
    """A model in general cannot be deployed, be it described in the batch or before."""
    model = typed(judging, ASSET, MLG.Model)
    if together:
        assert put(judging, deployment(judging, ASSET), model) == {"deployment:t/d"}
    else:
        assert put(judging, model) == set()
        assert put(judging, deployment(judging, ASSET)) == {"deployment:t/d"}


def test_what_is_described_nowhere_can_be_of_any_class(judging: KnowledgeGraph) -> None:
    """References come before what they refer to; what comes later is not blamed either."""
    assert put(judging, deployment(judging, ASSET)) == set()
    assert put(judging, typed(judging, ASSET, MLG.Model)) == set()


def test_the_batch_counts_before_the_present(judging: KnowledgeGraph) -> None:
    """What was called a model and is a version now can be deployed in the same batch."""
    name = "model-version:t/m/1"
    assert put(judging, typed(judging, name, MLG.Model)) == set()
    assert put(judging, version(judging), deployment(judging, name)) == set()


def test_withdrawing_what_was_said_of_a_class_counts_too(judging: KnowledgeGraph) -> None:
    """A graph that the change takes away says nothing any more."""
    assert put(judging, typed(judging, ASSET, MLG.Model)) == set()
    change = Change([deployment(judging, ASSET)], [("curated", node(judging, ASSET))])
    judging.committer.commit(change, agent="t")
    assert present(judging) == {"deployment:t/d"}


def test_what_is_entailed_counts(judging: KnowledgeGraph) -> None:
    """A feature version is a version by the ontology alone."""
    bare = typed(judging, "feature-version:t/f/1", MLG.FeatureVersion)
    assert put(judging, bare) == {"feature-version:t/f/1"}


def test_older_records_that_break_a_shape_may_stay_and_go_but_not_change(
    graph: KnowledgeGraph,
) -> None:
    """Sent again as it is, an older record is left alone; a change has to mend it."""
    insane = version(graph, of=())
    assert put(graph, insane) == set()
    judging = KnowledgeGraph(graph.journal, graph.store, graph.ontology, graph.names)
    assert put(judging, insane) == set()
    assert put(judging, version(graph, of=(), title="worse")) == {"model-version:t/m/1"}
    assert "worse" not in str(judging.journal.records_of(insane.subject))
    assert put(judging, version(graph, title="mended")) == set()
    gone = Change(withdrawn=[("curated", insane.subject)])
    assert judging.committer.commit(gone, agent="t")[0] is not None


def test_warnings_are_told_and_keep_nothing_out(judging: KnowledgeGraph) -> None:
    """Only sh:Violation does."""
    gate = StructureGate(
        shapes(
            "ex:Titled a sh:NodeShape ; sh:targetClass mlg:Run ; sh:property ex:Titled-title . "
            "ex:Titled-title sh:path dct:title ; sh:minCount 1 ; sh:severity sh:Warning ; "
            "sh:message 'a run has a title' ."
        )
    )
    with KnowledgeGraph.in_memory(admission=gate) as graph:
        record = typed(graph, "run:t/a", MLG.Run)
        _, counts = graph.committer.commit(Change([record]), agent="t")
        assert counts.remarks == ("run:t/a: a run has a title",)
        assert present(graph) == {"run:t/a"}


def test_all_structure_shapes_can_be_met_by_a_record_alone() -> None:
    """The gate takes each of them, and every one has words for what to do."""
    known = load_shapes(asset("shapes", "structure"))
    StructureGate(known)
    assert [rule.name for rule in known.rules.values() if not rule.remedy] == []


@pytest.mark.parametrize(
    "demand",
    [
        "sh:property [ sh:path ( prov:used dct:title ) ; sh:minCount 1 ]",
        "sh:property [ sh:path prov:used ; sh:node [ sh:property [ sh:path dct:title ] ] ]",
        "sh:property [ sh:path prov:used ; sh:not [ sh:property [ sh:path dct:title ] ] ]",
        "sh:property [ sh:path [ sh:inversePath prov:used ] ; sh:minCount 1 ]",
        "sh:sparql [ sh:select 'SELECT $this { $this dct:title ?t }' ]",
    ],
)
def test_a_shape_that_looks_further_is_refused(demand: str) -> None:
    """What it says of a record would hang on what others say."""
    text = f"ex:Far a sh:NodeShape ; sh:targetClass mlg:Run ; {demand} ."
    with pytest.raises(Unsupported, match="cannot be a structure shape"):
        StructureGate(shapes(text))


def test_the_error_tells_what_where_and_how_to_mend_it(judging: KnowledgeGraph) -> None:
    """One line, with the remedy of the shape."""
    bad = [version(judging, of=()), version(judging, "2", of=())]
    with pytest.raises(NotAdmitted) as refused:
        judging.committer.commit(Change(bad), agent="t")
    assert str(refused.value) == (
        "model-version:t/m/1: a version must belong to exactly one asset (dcat:isVersionOf), named "
        "by an IRI, that is not a version itself, and 1 more is refused "
        "(State versionOf (one asset) and version (one text).)"
    )
    assert judging.revision == 0


def test_a_literal_is_judged_as_the_store_keeps_it(judging: KnowledgeGraph) -> None:
    """A label that is a number is none, however it is written."""
    record = version(judging)
    triples = {t for t in record.triples if not isinstance(t.object, Literal)}
    number = Description("curated", record.subject).extend(triples).add(MLG.contentId, 7)
    assert put(judging, number.record()) == {"model-version:t/m/1"}

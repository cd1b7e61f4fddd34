"""The live report is what a full run finds, whatever happened, and the ledger tells since when."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from kept_graph import RULES, Kept, Said, found, shapes, story

from kg.app.reports import report
from kg.compliance import render
from kg.compliance.selection import Selection
from kg.findings import Cause, LiveReport, State, Wanted
from kg.findings.drawing import STAMP
from kg.findings.graph import REPORT
from kg.namespaces import DCAT, DCT, MLG, RDF, SH
from kg.ontology import Ontology
from kg.shacl import Result
from kg.store import REPORT_GRAPH, StorePatch
from kg.terms import Literal, NamedNode, Triple


@st.composite
def changes(draw: st.DrawFn) -> Said:
    """Records that say a part of what the story does, or with what another node says."""
    nodes = st.sampled_from(sorted(story(), key=str))
    said: Said = {}
    for node in draw(st.lists(nodes, min_size=1, max_size=3)):
        triples = sorted(story()[node], key=str)
        kept = draw(st.lists(st.sampled_from(triples), min_size=1, unique=True))
        if draw(st.booleans()):
            other = sorted(story()[draw(nodes)], key=str)
            more = draw(st.lists(st.sampled_from(other), max_size=3))
            kept += [Triple(node, t.predicate, t.object) for t in more]
        said[node] = frozenset(kept)
    return said


STEPS: dict[str, Callable[[Kept, st.DataObject], None]] = {
    "put": lambda kept, data: kept.put(data.draw(changes())),
    "put back": lambda kept, data: kept.put(story()),
    "withdraw": lambda kept, data: kept.withdraw(data.draw(st.sampled_from(list(story())))),
    "reopen": lambda kept, data: kept.reopen(),
    "rebuild": lambda kept, data: kept.graph.rebuild() and None,
}


@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_whatever_happens_it_is_what_a_full_run_finds(data: st.DataObject) -> None:
    """Records come and go, time goes on, rules change, processes end: in any order."""
    kept = Kept()
    kept.put(story())
    kept.bring_up()
    kept.check()
    for _ in range(4):
        step = data.draw(st.sampled_from([*STEPS, "put", "put", "time", "rules", "beside"]))
        if step == "time":
            kept.as_of += timedelta(days=data.draw(st.sampled_from([1, 20, 90, 400])))
        elif step == "rules":
            kept.shapes = shapes(*data.draw(st.lists(st.sampled_from(RULES), max_size=2)))
        elif step == "beside":
            meanwhile = data.draw(st.sampled_from(["put", "put back", "withdraw"]))
            assert kept.bring_up_beside(lambda name=meanwhile: STEPS[name](kept, data))
            kept.check()
        else:
            STEPS[step](kept, data)
        kept.bring_up()
        report = kept.check()
        assert Counter(f.message for f in kept.open()) == Counter(r.message for r in report.results)


def test_the_ledger_tells_by_which_change(kept: Kept) -> None:
    """What is opened and closed names the revision, each by itself, though taken in together."""
    kept.put(story())
    kept.bring_up()
    before = {finding.id for finding in kept.open()}
    deployment = next(node for node in story() if "/deployment/" in node.value)
    kept.put({deployment: frozenset(t for t in story()[deployment] if t.predicate == RDF.type)})
    other = next(node for node in story() if "/team/" in node.value)
    kept.put({other: story()[other] | {Triple(other, DCT.title, Literal("Another"))}})
    kept.bring_up()

    opened = [finding for finding in kept.open() if finding.id not in before]
    assert {(f.opened_revision, f.opened_by) for f in opened} == {(2, Cause.CHANGE)}
    assert opened
    assert all(f.opened_at == kept.graph.journal.time_of(2) for f in opened)

    kept.put({deployment: story()[deployment]})
    kept.bring_up()

    closed = list(kept.live.ledger.findings(Wanted(State.CLOSED)))
    assert {f.id for f in opened} <= {f.id for f in closed}
    assert {(f.closed_revision, f.closed_by) for f in closed if f.opened_revision == 2} == {
        (4, Cause.CHANGE)
    }
    assert {finding.id for finding in kept.open()} == before


def test_time_and_rules_open_findings_too(kept: Kept) -> None:
    """A finding that no change led to says so."""
    kept.put(story())
    kept.shapes = shapes(*RULES[4:])
    kept.bring_up()
    kept.as_of += timedelta(days=900)
    kept.bring_up()
    late = [f for f in kept.open() if f.opened_by is Cause.TIME]

    kept.shapes = shapes()
    kept.bring_up()
    kept.check()
    by_rules = [f for f in kept.open() if f.opened_by is Cause.RULES]

    assert late or by_rules
    assert {f.rule.rpartition("/")[2] for f in by_rules} <= {
        r.rpartition("/")[2] for r in RULES[4:]
    }
    assert {f.opened_at for f in by_rules} == {"2028-11-17T00:00:00.000Z"}


def test_it_is_brought_up_beside_those_who_write(kept: Kept) -> None:
    """What is found in a copy is told with its change, as if the graph had been asked."""
    deployment = next(node for node in story() if "/deployment/" in node.value)
    bare = frozenset(t for t in story()[deployment] if t.predicate == RDF.type)
    kept.put(story())

    assert kept.bring_up_beside(lambda: kept.put({deployment: bare}))
    kept.check()
    before = {finding.id for finding in kept.open()}

    kept.reopen()
    assert kept.bring_up_beside(lambda: kept.put(story()))
    kept.check()
    closed = list(kept.live.ledger.findings(Wanted(State.CLOSED)))
    assert closed
    assert {f.id for f in closed} <= before
    assert {(f.closed_revision, f.closed_by) for f in closed} == {(3, Cause.CHANGE)}
    kept.put({deployment: bare})
    kept.check()
    assert {finding.id for finding in kept.open()} == before


def test_it_follows_after_it_was_brought_up_twice(kept: Kept) -> None:
    """Where nothing has happened since, a change that comes then is followed as before."""
    kept.put(story())
    kept.bring_up()
    kept.bring_up()
    assert kept.live.is_ready(1)
    kept.withdraw(next(node for node in story() if "/deployment/" in node.value))
    assert kept.live.is_ready(2)
    kept.check()


def test_what_was_found_by_other_rules_is_of_no_use(kept: Kept) -> None:
    """Then it has to be asked again, and nothing has changed."""
    kept.put(story())

    def other() -> None:
        kept.shapes = shapes(*RULES[:4])

    assert not kept.bring_up_beside(other)
    assert not kept.open()
    kept.bring_up()
    kept.check()


OWN_TERMS = """
@prefix ex: <https://example.org/own#> . @prefix mlg: <https://w3id.org/mlg#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> . @prefix prov: <http://www.w3.org/ns/prov#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
ex:Forecaster a owl:Class ; rdfs:subClassOf mlg:Model .
ex:madeFrom a owl:ObjectProperty ; rdfs:subPropertyOf prov:wasDerivedFrom .
"""


def test_own_terms_are_followed(kept: Kept, tmp_path: Path) -> None:
    """A class below one that rules aim at, and a relation that is lineage, come and go."""
    kept.put(story())
    version = next(node for node in story() if "/model-version/" in node.value)
    (model,) = {t.object for t in story()[version] if t.predicate == DCAT.isVersionOf}
    assert isinstance(model, NamedNode)
    forecaster, made_from = (
        NamedNode(f"https://example.org/own#{name}") for name in ("Forecaster", "madeFrom")
    )
    source = next(node for node in story() if "/dataset/" in node.value)
    kept.put(
        {
            model: frozenset({Triple(model, RDF.type, forecaster)}),
            version: story()[version] | {Triple(version, made_from, source)},
        }
    )
    kept.bring_up()
    before = found(kept.check())
    file = tmp_path / "own.ttl"
    file.write_text(OWN_TERMS)

    adopt(kept, Ontology.load([file]))
    assert model in {result.focus for result in kept.check().results}
    assert found(kept.check()) != before

    adopt(kept, Ontology.load())
    assert found(kept.check()) == before


def adopt(kept: Kept, ontology: Ontology) -> None:
    """Put an ontology in force, and bring the report up."""
    kept.graph.committer.adopt(ontology)
    kept.graph.ontology = ontology
    kept.bring_up()


def test_the_report_is_a_graph_in_the_store(kept: Kept) -> None:
    """What is found has a node that stays the same, and SPARQL can be asked of it."""
    kept.put(story())
    kept.bring_up()
    deployment = next(node for node in story() if "/deployment/" in node.value)
    nodes = drawn(kept)
    assert len(nodes) == len(kept.check().results)

    kept.put({deployment: frozenset(t for t in story()[deployment] if t.predicate == RDF.type)})

    assert len(drawn(kept)) == len(kept.check().results)
    assert drawn(kept) & nodes
    head = {q.object for q in kept.graph.store.quads(REPORT, MLG.revision, None, REPORT_GRAPH)}
    assert head == {Literal(2)}


def test_a_report_that_stayed_behind_is_drawn_anew(kept: Kept) -> None:
    """As when a process dies after the ledger was written and before the store was."""
    kept.put(story())
    kept.bring_up()
    nodes = drawn(kept)
    kept.graph.store.apply(StorePatch(1, dropped=[REPORT_GRAPH], notes={STAMP: "0"}))
    kept.reopen()
    kept.bring_up()

    assert drawn(kept) == nodes
    assert len(kept.open()) == len(kept.check().results)


def test_very_many_changes_are_left_for_later(kept: Kept) -> None:
    """They hold no commit up; who asks next has everything asked anew."""
    kept.reopen(many=100)
    kept.bring_up()
    kept.put(story())
    assert kept.live.revision == 0

    kept.bring_up()

    assert kept.check().results
    assert {f.opened_by for f in kept.open()} == {Cause.CHANGE}


def test_a_copy_is_asked_without_writing(kept: Kept) -> None:
    """What was missed is worked out for the process that asks, and the ledger stays."""
    kept.put(story())
    kept.bring_up()
    graph, before = kept.graph, len(kept.open())
    kept.live.close()
    graph.findings.made = None
    deployment = next(node for node in story() if "/deployment/" in node.value)
    kept.put({deployment: frozenset(t for t in story()[deployment] if t.predicate == RDF.type)})
    kept.live = LiveReport(
        graph.journal,
        graph.store,
        graph.index.at,
        lambda: kept.shapes,
        lambda: None,
        writable=False,
    )
    kept.bring_up()

    kept.check()
    assert len(kept.open()) == before


def drawn(kept: Kept) -> set[object]:
    quads = kept.graph.store.quads(None, RDF.type, SH.ValidationResult, REPORT_GRAPH)
    return {quad.subject for quad in quads}


def test_a_report_tells_how_many_were_open_before(kept: Kept) -> None:
    """The trend ends with what is open; its page draws it, and a part of the report has none."""
    kept.as_of = datetime.now(UTC).replace(microsecond=0)
    kept.put(story())
    kept.bring_up()
    kept.as_of += timedelta(days=100)
    kept.bring_up()
    made = report(kept.graph, as_of=kept.as_of)
    due = [result for result in kept.check().results if result.rule and applies(result, kept)]

    assert len(made.trend) > 1
    assert made.trend[-1].day == kept.as_of.date().isoformat()
    assert made.trend[-1].waived == 1
    assert sum(made.trend[-1].counts.values()) + 1 == len(due)
    assert "<polyline" in render(made, "html", kept.graph.names)
    assert report(kept.graph, Selection(source="2024/1689"), as_of=kept.as_of).trend == ()


def applies(result: Result, kept: Kept) -> bool:
    return result.rule is not None and result.rule.applies_at(kept.as_of)

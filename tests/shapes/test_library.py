"""The rule library as a whole: what every rule says, packs, evidence, and dates."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import rdflib
from rdflib import SH
from shape_cases import HERE, cases, described, expectations, shapes_for, shipped

from kg.assets import asset, asset_files
from kg.namespaces import PREFIXES
from kg.shacl import load_shapes, set_upcoming_apart
from kg.shacl.lint import lint
from kg.shacl.rdflib_bridge import to_graph
from kg.shacl.reference import validate
from kg.sparql.bind import bind
from kg.store import EmbeddedStore
from kg.terms import NamedNode, Quad

RULES = "https://w3id.org/mlg/rules/"
GOVERNANCE = load_shapes(asset("shapes", "governance"))
THEMES = [p for p in asset_files("shapes/governance", ".ttl") if "sh:NodeShape" in p.read_text()]
WITH_A_WAY = {"R09", "R11", "R12", "R14", "R15", "R16", "R26", "R27", "R36"}
GRAPH = NamedNode("https://example.org/graph")


def failing() -> list[Path]:
    """The files with a declared result, whose rule has an evidence query that asks for it."""
    return [
        case.values[0]
        for case in cases("R[0-9]*")
        if expectations(case.values[0].parent).get(case.values[0].name)
    ]


def test_the_library_is_whole() -> None:
    """The thirty rules and the eight in reserve are there, and nothing else."""
    assert {f"{RULES}R{number:02}" for number in range(1, 39)} == GOVERNANCE.rules.keys()


@pytest.mark.parametrize(
    "path", [*THEMES, asset("shapes", "gate", "removal.ttl")], ids=lambda path: path.stem
)
def test_every_rule_is_well_formed(path: Path) -> None:
    """Our own rules pass the lint that rules of others have to pass."""
    assert lint(path) == []


def test_packs_hold_exactly_the_rules_that_rest_on_their_texts() -> None:
    """A rule is in the pack of each text it rests on; only the house goes by no text."""
    graph = GOVERNANCE.graph
    part_of = rdflib.DCTERMS.isPartOf
    for pack in GOVERNANCE.packs.values():
        texts = set(graph.objects(rdflib.URIRef(pack.iri), rdflib.DCTERMS.source))
        resting = {
            rule.iri
            for rule in GOVERNANCE.rules.values()
            for source in rule.sources
            if graph.value(rdflib.URIRef(source.iri), part_of) in texts
        }
        assert pack.rules == resting or pack.name == "house", pack.name
        assert pack.rules <= GOVERNANCE.rules.keys()


def test_a_source_is_cited_and_known() -> None:
    """Every text that a rule rests on has a citation."""
    for rule in GOVERNANCE.rules.values():
        assert [s.iri for s in rule.sources if s.title == s.iri] == []


def declared_constraints() -> dict[str, set[str]]:
    """The constraints that the files of a rule break, for rules that declare them throughout."""
    found: dict[str, set[str]] = {}
    for folder in HERE.glob("R[0-9]*"):
        results = [
            r for told in expectations(folder).values() if isinstance(told, list) for r in told
        ]
        if all("constraint" in result for result in results):
            found[folder.name] = {result["constraint"] for result in results}
    return found


def test_every_constraint_is_broken_by_some_file() -> None:
    """A constraint that no example breaks is not tested."""
    declared = declared_constraints()
    assert len(declared) > 30
    for name, broken in declared.items():
        graph = shapes_for(name).graph
        assert broken == {str(c).removeprefix(RULES) for c in graph.objects(None, SH.sparql)}


@pytest.mark.parametrize("file", failing(), ids=lambda f: f"{f.parent.name}/{f.stem}")
def test_evidence_can_be_asked_of_every_result(file: Path) -> None:
    """It takes the focus node and value of a result; where these are apart it tells the way."""
    data = described(file)
    store = EmbeddedStore.in_memory()
    store.load((Quad(t.subject, t.predicate, t.object, GRAPH) for t in data), revision=1)
    as_of = datetime.fromisoformat(expectations(file.parent).get("asOf", "2026-11-01T00:00:00Z"))
    prologue = "".join(f"PREFIX {p}: <{iri}>\n" for p, iri in PREFIXES.items())
    for result in validate(to_graph(data), shapes_for(file.parent.name), as_of).results:
        assert result.rule
        terms = {"this": result.focus, "value": result.value}
        used = {n: t for n, t in terms.items() if t and f"${n}" in result.rule.evidence}
        rows = list(store.query(prologue + bind(result.rule.evidence, used)))
        assert rows or result.rule.name not in WITH_A_WAY


def test_a_rule_is_upcoming_until_the_day_it_applies() -> None:
    """The day before, its results are told apart; from midnight UTC on they count."""
    data = to_graph(described(HERE / "R05" / "fail-no-document.ttl"))
    midnight = datetime(2027, 12, 2, tzinfo=UTC)
    before = set_upcoming_apart(validate(data, shapes_for("R05"), midnight - timedelta(seconds=1)))
    after = set_upcoming_apart(validate(data, shapes_for("R05"), midnight))

    assert (len(before.results), len(before.upcoming)) == (0, 1)
    assert (len(after.results), len(after.upcoming)) == (1, 0)
    assert before.conforms


def test_only_the_chosen_rules_are_left() -> None:
    """Restricted shapes hold one rule with its parts, and the settings of all."""
    chosen = shipped().only({f"{RULES}R27"})
    assert chosen.rules.keys() == {f"{RULES}R27"}
    assert chosen.settings == shipped().settings
    assert (None, SH.targetClass, None) not in chosen.graph

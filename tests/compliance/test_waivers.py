"""Waivers: when one holds, what it does to a finding, and how people ask for one and approve."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from kg.app import KnowledgeGraph
from kg.compliance.waivers import apply_waivers, read_waivers
from kg.instants import read_instant
from kg.iri import Names
from kg.model import Batch, Description, literal
from kg.namespaces import MLG, SCHEMA, SH
from kg.shacl import Report, Result, Rule, Waiver
from kg.terms import NamedNode

CASES: Final = yaml.load(
    (Path(__file__).with_name("waivers.yaml")).read_text(encoding="utf-8"), yaml.BaseLoader
)
NAMES: Final = Names("http://localhost:7077")
VERSION: Final = NAMES.parse("model-version:mlflow/churn/3")
RULES: Final = "https://w3id.org/mlg/rules/"
R27: Final = Rule(f"{RULES}R27", "R27", "Deprecated upstream")
R04: Final = Rule(f"{RULES}R04", "R04", "Prohibited use", waivable=False)
NOW: Final = "2026-11-23T12:00:00Z"

Load = Callable[[KnowledgeGraph, str], Any]


def finding(rule: Rule, severity: NamedNode = SH.Violation) -> Result:
    return Result(
        focus=VERSION,
        path=None,
        path_text="",
        value=None,
        shape=NamedNode(rule.iri),
        constraint=None,
        component=SH.SPARQLConstraintComponent,
        severity=severity,
        messages=(),
        rule=rule,
    )


def document(change: dict[str, Any]) -> str:
    record = {**CASES["waiver"], **change}
    return yaml.safe_dump([{k: v for k, v in record.items() if v not in (None, "null")}])


@pytest.mark.parametrize("case", CASES["cases"], ids=lambda case: case["it"])
def test_a_waiver(case: dict[str, Any], graph: KnowledgeGraph, load: Load) -> None:
    """What a waiver in the graph does at an instant is what the case says."""
    load(graph, document(case.get("change", {})))
    as_of = read_instant(case.get("asOf", NOW))
    report = Report((finding(R27), finding(R04)))

    judged = apply_waivers(report, read_waivers(graph.store), as_of)

    assert len(judged.results) == len(report.results)
    reasons = [refused.reason for result in judged.results for refused in result.not_waived]
    held = [result for result in judged.results if result.waived]
    if case.get("unmatched"):
        assert (reasons, held) == ([], [])
    elif "because" in case:
        assert (set(reasons), held) == ({case["because"]}, [])
        assert {result.severity for result in judged.results} == {SH.Violation}
    else:
        assert (reasons, [result.rule for result in held]) == ([], [R27])
        assert held[0].severity == SH.Info
        assert held[0].waived is not None
        assert held[0].waived.severity == SH.Violation
        assert held[0].waived.waiver.iri == NAMES.parse("waiver:jira/1")


def test_what_another_source_adds_can_end_a_waiver(graph: KnowledgeGraph, load: Load) -> None:
    """Sources are read together: a second one cannot lengthen a waiver, only shorten it."""
    load(graph, document({}))
    node = NAMES.parse("waiver:jira/1")
    for end in (datetime(2029, 1, 1, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC)):
        record = Description("other", node).a(MLG.Waiver).add(SCHEMA.expires, literal(end)).record()
        graph.ingest([Batch([record])], source="other")
        judged = apply_waivers(
            Report((finding(R27),)), read_waivers(graph.store), read_instant(NOW)
        )
        assert bool(judged.waived) == (end.year == 2029)


def test_counts_keep_the_waived_apart(graph: KnowledgeGraph, load: Load) -> None:
    """A waived violation is neither a violation nor a note."""
    load(graph, document({}))
    report = Report((finding(R27), finding(R04)))

    judged = apply_waivers(report, read_waivers(graph.store), read_instant(NOW))

    assert judged.counts == {"Violation": 1, "Warning": 0, "Info": 0}
    assert judged.waived == 1
    assert not judged.conforms
    assert [result.level for result in judged.results] == ["Violation", "Info"]


def test_an_upcoming_finding_is_waived_too(graph: KnowledgeGraph, load: Load) -> None:
    """It stays upcoming, and counts for nothing either way."""
    load(graph, document({}))

    judged = apply_waivers(
        Report((), upcoming=(finding(R27),)), read_waivers(graph.store), read_instant(NOW)
    )

    assert [result.level for result in judged.upcoming] == ["Info"]
    assert (judged.conforms, judged.waived) == (True, 0)


_INSTANTS: Final = st.datetimes(
    datetime(2025, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC)
).map(lambda moment: moment.isoformat())
_PEOPLE: Final = st.frozensets(
    st.sampled_from([NamedNode(f"https://people.example/{n}") for n in "abc"])
)


@given(
    requesters=_PEOPLE,
    approvers=_PEOPLE,
    reasons=st.frozensets(st.sampled_from(["", "because"])),
    starts=st.frozensets(_INSTANTS, max_size=2),
    ends=st.frozensets(_INSTANTS, max_size=2),
    revoked=st.frozensets(_INSTANTS, max_size=1),
    as_of=_INSTANTS,
    rule=st.sampled_from([R27, R04]),
)
def test_a_result_is_never_lost_and_only_a_whole_waiver_holds(**parts: Any) -> None:
    """By the definition written out: every condition holds, or the finding keeps its severity."""
    as_of, rule = read_instant(parts.pop("as_of")), parts.pop("rule")
    waiver = Waiver(
        NamedNode("https://waivers.example/1"),
        frozenset({NamedNode(rule.iri)}),
        frozenset({VERSION}),
        **parts,
    )

    (result,) = apply_waivers(Report((finding(rule),)), [waiver], as_of).results

    starts, ends, revoked = (
        [datetime.fromisoformat(text) for text in parts[key]]
        for key in ("starts", "ends", "revoked")
    )
    holds = (
        rule is R27
        and bool(parts["requesters"])
        and bool(parts["approvers"])
        and not parts["requesters"] & parts["approvers"]
        and "because" in parts["reasons"]
        and bool(starts)
        and bool(ends)
        and max(starts) <= as_of < min(ends)
        and (min(ends) - max(starts)).total_seconds() <= 366 * 86_400
        and all(moment > as_of for moment in revoked)
    )
    assert (result.waived is not None) == holds
    assert (result.severity == SH.Info) == holds
    assert bool(result.not_waived) == (not holds)

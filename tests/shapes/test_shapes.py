"""Every shape that ships is held by data: what passes, what fails, and what nearly does.

A folder is named after a shape or rule. Its ``expected.yaml`` lists the results that each file
must give (files not listed give none) and the instant of the report (``asOf``).
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from shape_cases import HERE, cases, described, expectations, shapes_for, shipped, structure

from kg.iri import Names
from kg.shacl import Report, Result, Shapes
from kg.shacl.rdflib_bridge import to_graph
from kg.shacl.reference import validate

NAMES = Names("http://localhost:7077")


def report_on(file: Path, shapes: Shapes) -> Report:
    as_of = expectations(file.parent).get("asOf", "2026-11-01T00:00:00Z")
    return validate(to_graph(described(file)), shapes, datetime.fromisoformat(as_of))


def shown(term: object) -> str:
    return NAMES.short(term.value) if term is not None else ""


def as_expected(result: Result, keys: set[str]) -> dict[str, str]:
    full = {
        "focus": shown(result.focus),
        "path": result.path_text,
        "value": shown(result.value),
        "severity": result.level,
        "constraint": shown(result.constraint).rpartition("/")[2],
        "message": result.message,
    }
    return {key: full[key] for key in keys}


@pytest.mark.parametrize("file", cases())
def test_a_file_gives_exactly_the_results_it_declares(file: Path) -> None:
    """The rule of the folder reports the declared focus, path, value and severity, no more."""
    name = file.parent.name
    expected = expectations(file.parent).get(file.name, [])
    report = report_on(file, shapes_for(name))
    keys = set(expected[0]) if expected else {"focus", "path", "severity", "constraint"}

    found = [as_expected(r, keys) for r in report.results if r.rule and r.rule.name == name]

    assert sorted(expected, key=str) == sorted(found, key=str)


@pytest.mark.parametrize("file", cases("R[0-9]*"))
def test_what_breaks_a_governance_rule_is_still_a_sane_description(file: Path) -> None:
    """Data of governance rules passes the structure shapes, so that it could be in a graph."""
    if file.stem == "fail-two-models":
        pytest.skip("two models of one version are refused by structure too, within one record")

    assert report_on(file, structure()).conforms


@pytest.mark.parametrize("rule", sorted(rule.name for rule in shipped().rules.values()))
def test_every_shape_has_passing_failing_and_near_miss_data(rule: str) -> None:
    """A shape without data of each sort is not tested and may not ship."""
    sorts = {file.name.split(".")[0].split("-")[0] for file in (HERE / rule).glob("*.ttl")}

    assert {"pass", "fail", "near"} <= sorts


@pytest.mark.parametrize("folder", sorted(p.parent.name for p in HERE.glob("*/expected.yaml")))
def test_expectations_are_about_files_that_exist(folder: str) -> None:
    """Failing data is declared to fail, passing data is not, and no declaration is left over."""
    declared = expectations(HERE / folder).keys() - {"asOf"}
    files = {file.name for file in (HERE / folder).glob("*.ttl")}

    assert declared <= files
    assert {name for name in files if name.startswith("fail")} <= declared
    assert not {name for name in declared if name.startswith("pass")}
    assert folder in {rule.name for rule in shipped().rules.values()}

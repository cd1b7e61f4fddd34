"""kg rules as a user sees it, and the packs that kg validate asks."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command_runs import Kg

pytestmark = pytest.mark.usefixtures("estate")

LONELY = """
@prefix mlg: <https://w3id.org/mlg#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix our: <https://graph.example/rules/> .

our:A1 a sh:NodeShape ; sh:targetClass mlg:ModelVersion ; sh:sparql our:A1-approved .
our:A1-approved sh:message "{$this} was never approved" ; sh:prefixes <https://w3id.org/mlg/rules> ;
    sh:select "SELECT $this WHERE { FILTER NOT EXISTS { ?approval mlg:approves $this } }" .
"""
VERSION = """
@prefix mlg: <https://w3id.org/mlg#> .
<https://graph.example/v> a mlg:ModelVersion .
"""


@pytest.fixture
def own_rule(tmp_path: Path) -> Path:
    """A rule of the owner's own, in the data directory."""
    file = tmp_path / "graph" / "shapes" / "approved.ttl"
    file.parent.mkdir()
    file.write_text(LONELY)
    return file


def test_list_tells_packs_and_dates(kg: Kg) -> None:
    """Each rule stands in a row, and a pack narrows the list."""
    assert "R05" in kg("rules", "list").out
    gdpr = json.loads(kg("rules", "list", "--pack", "gdpr", "--format", "json").out)
    assert {"R11", "R12", "R13", "R16"} == {rule["name"] for rule in gdpr}


def test_show_tells_all_about_one_rule(kg: Kg) -> None:
    """Remedy, sources and what cannot be waived are told; an unknown rule is refused."""
    shown = kg("rules", "show", "R04").out
    assert "cannot be waived" in shown
    assert "Regulation (EU) 2024/1689, Article 5" in shown
    assert "what to do: End the deployment now" in shown
    assert kg("rules", "show", "R99").code == 2


def test_a_rule_of_ones_own_is_in_the_pack_house(kg: Kg, own_rule: Path) -> None:
    """It is listed and asked without a restart, and left out where other packs are chosen."""
    assert own_rule.is_file()
    listed = json.loads(kg("rules", "list", "--pack", "house", "--format", "json").out)
    assert "A1" in {rule["name"] for rule in listed}

    def rules(*arguments: str) -> set[str]:
        report = json.loads(kg("validate", "--format", "json", *arguments).out)
        return {result["rule"] for result in report["results"]}

    assert "A1" in rules("--pack", "house")
    assert "A1" not in rules("--pack", "gdpr")


def test_packs_are_set_in_the_data_directory(kg: Kg, own_rule: Path) -> None:
    """kg.toml chooses the packs; a pack or setting that there is not is refused."""
    settings = own_rule.parents[1] / "kg.toml"
    settings.write_text('packs = ["gdpr"]')
    assert "A1" not in kg("validate").out
    settings.write_text('packs = ["nothing"]')
    assert "there is no pack 'nothing'" in kg("validate").err
    settings.write_text("colour = 1")
    assert "there is no setting 'colour'" in kg("validate").err
    settings.write_text("packs = 1 1")
    assert "not valid TOML" in kg("validate").err


def test_lint_tells_each_fault(kg: Kg, own_rule: Path, tmp_path: Path) -> None:
    """A rule that says little of itself, or asks the clock, is not well formed."""
    told = kg("rules", "lint", own_rule)
    assert told.code == 1
    assert "A1: needs one remedy in plain words (mlg:remedy)" in told.out.splitlines()
    assert "A1: needs a source (dct:source), an IRI" in told.out.splitlines()
    clock = tmp_path / "clock.ttl"
    clock.write_text(LONELY.replace("FILTER NOT", "FILTER (NOW() > ?x) FILTER NOT"))
    assert (
        "A1-approved: NOW is not allowed in a rule; use mlg:asOf" in kg("rules", "lint", clock).out
    )


def test_a_rule_is_tried_on_its_examples(kg: Kg, own_rule: Path) -> None:
    """Examples beside the rule say by their names what they must give."""
    assert kg("rules", "test", own_rule).code == 2
    examples = own_rule.parent / "examples" / "approved"
    examples.mkdir(parents=True)
    (examples / "fail-never.ttl").write_text(VERSION)
    approved = f"{VERSION}<https://graph.example/a> mlg:approves <https://graph.example/v> ."
    (examples / "pass.ttl").write_text(approved)
    tried = kg("rules", "test", own_rule)
    assert (tried.code, tried.out.splitlines()[-1]) == (0, "2 of 2 examples as expected")

    (examples / "pass.ttl").write_text(VERSION)
    tried = kg("rules", "test", own_rule)
    assert (tried.code, tried.out.splitlines()[-1]) == (1, "1 of 2 examples as expected")


def test_coverage_tells_what_rules_reach(kg: Kg) -> None:
    """A rule about deployments is asked of the one there is, one about waivers of none."""
    told = json.loads(kg("rules", "coverage", "--format", "json").out)
    assert told["focusNodes"]["R05"] == 1
    assert told["focusNodes"]["R28"] == 0
    assert "R05" in told["sources"]["Regulation (EU) 2024/1689, Annex IV"]

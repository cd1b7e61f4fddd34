"""``kg waiver``: asked for by one, approved by another, ended by time or by hand."""

from __future__ import annotations

from pathlib import Path

import pytest
from command_runs import Kg

VERSION = "model-version:mlflow/churn/1"
REQUEST = ("waiver", "request", "R01", VERSION, "--reason", "An owner is being sought.")


@pytest.fixture
def staffed(kg: Kg, estate: Path, tmp_path: Path) -> Kg:
    """The estate with two people and a rule that cannot be waived."""
    file = tmp_path / "people.yaml"
    file.write_text(
        "- {id: person:org/lead, type: Person, name: Lead}\n"
        "- {id: person:org/validator, type: Person, name: Validator}\n"
    )
    assert kg("apply", file).code == 0
    shapes = tmp_path / "graph" / "shapes"
    shapes.mkdir()
    (shapes / "strict.ttl").write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix mlg: <https://w3id.org/mlg#> .\n"
        "<https://rules.example/STRICT> a sh:NodeShape ; mlg:nonWaivable true ;\n"
        "    sh:targetClass mlg:ModelVersion ;\n"
        "    sh:property [ sh:path mlg:ownedBy ; sh:minCount 1 ] .\n"
    )
    return kg


def states(kg: Kg, *options: str) -> dict[str, str]:
    """The state of each waiver by its id."""
    found = kg("waiver", "list", "--format", "json", *options).json
    return {row["waiver"]: row["state"] for row in found}


def test_a_waiver_from_request_to_revocation(staffed: Kg) -> None:
    """It counts from approval by another on, and no longer once it is revoked."""
    asked = staffed(*REQUEST, "--by", "person:org/lead", "--until", "30d", "--id", "waiver:jira/7")
    assert asked.code == 0, asked.err
    assert states(staffed) == {"waiver:jira/7": "nobody has approved it"}

    assert staffed("waiver", "approve", "waiver:jira/7", "--by", "person:org/validator").code == 0
    assert states(staffed) == {"waiver:jira/7": "holds"}
    assert "expired" in states(staffed, "--as-of", "2099-01-01")["waiver:jira/7"]

    assert staffed("waiver", "revoke", "waiver:jira/7", "--reason", "An owner is found.").code == 0
    assert states(staffed) == {"waiver:jira/7": "it was revoked"}
    assert staffed("waiver", "revoke", "waiver:jira/7").code == 2
    log = staffed("history", "waiver:jira/7").out
    assert "An owner is found." in log


def test_who_asked_cannot_approve(staffed: Kg) -> None:
    """The refusal is one line, and nothing is written."""
    staffed(*REQUEST, "--by", "person:org/lead", "--until", "30d", "--id", "waiver:jira/7")
    before = staffed("info", "--format", "json").json["revision"]

    refused = staffed("waiver", "approve", "waiver:jira/7", "--by", "person:org/lead")

    assert refused.code == 2
    assert "ask another" in refused.err
    assert staffed("info", "--format", "json").json["revision"] == before


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"until": "never"}, "has an end"),
        ({"until": "400d"}, "within 366 days"),
        ({"until": "2020-01-01"}, "past"),
        ({"reason": " "}, "reason"),
        ({"rule": "R99999"}, "there is no rule"),
        ({"rule": "STRICT"}, "STRICT cannot be waived"),
        ({"asset": "model-version:mlflow/chum/1"}, "did you mean"),
        ({"by": "person:org/nobody"}, "nothing is known of"),
    ],
)
def test_what_could_never_hold_is_not_written(
    staffed: Kg, change: dict[str, str], words: str
) -> None:
    """Deny by default: each is one line on standard error, exit 2, no revision."""
    asked = {"rule": "R01", "asset": VERSION, "by": "person:org/lead", "reason": "x"}
    asked |= {"until": "30d", **change}
    before = staffed("info", "--format", "json").json["revision"]

    refused = staffed(
        *("waiver", "request", asked["rule"], asked["asset"], "--by", asked["by"]),
        *("--reason", asked["reason"], "--until", asked["until"]),
    )

    assert (refused.code, refused.err.count("\n")) == (2, 1)
    assert words in refused.err
    assert staffed("info", "--format", "json").json["revision"] == before


def test_approving_twice_or_approving_something_else_is_refused(staffed: Kg) -> None:
    """A second approval could hide who approved first."""
    staffed(*REQUEST, "--by", "person:org/lead", "--until", "30d", "--id", "waiver:jira/7")
    approve = ("waiver", "approve", "waiver:jira/7", "--by", "person:org/validator")
    assert staffed(*approve).code == 0
    assert "approved already" in staffed(*approve).err
    assert "not a waiver" in staffed("waiver", "approve", VERSION, "--by", "person:org/lead").err

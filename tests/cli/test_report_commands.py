"""``kg report`` and ``kg document`` as people use them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command_runs import Kg

from kg.documents import DOCUMENTS

VERSION = "model-version:mlflow/churn/1"


def test_a_report_is_written_and_exits_0(kg: Kg, estate: Path, tmp_path: Path) -> None:
    """Whatever was found: sending a report is not a failure. A page unless asked otherwise."""
    target = tmp_path / "report.html"

    written = kg("report", "--as-of", "2026-11-23T00:00:00Z", "-o", target)

    assert (written.code, written.out) == (0, "")
    assert "Does not conform" in target.read_text(encoding="utf-8")
    assert json.loads(kg("report", "--format", "sarif").out)["version"] == "2.1.0"


def test_a_report_is_narrowed_by_what_people_type(kg: Kg, estate: Path) -> None:
    """A name that is not known is an error, with a suggestion, not an empty report."""
    narrowed = kg("report", "--format", "json", "--asset", "service:k8s/churn-api")
    document = json.loads(narrowed.out)

    assert document["narrowedTo"] == {"asset": "service:k8s/churn-api"}
    assert {r["focus"] for r in document["results"]} <= {
        "service:k8s/churn-api",
        "deployment:k8s/churn",
    }
    assert document["results"]
    wrong = kg("report", "--asset", "service:k8s/chum-api")
    assert (wrong.code, "did you mean" in wrong.err) == (2, True)


def test_a_report_is_of_the_packs_asked_for(kg: Kg, estate: Path) -> None:
    """As kg validate chooses them: one on the command line, else those of kg.toml."""
    asked = json.loads(kg("report", "--format", "json", "--pack", "gdpr").out)
    (estate.parent / "graph" / "kg.toml").write_text('packs = ["gdpr"]\n', encoding="utf-8")
    configured = json.loads(kg("report", "--format", "json").out)

    assert asked["narrowedTo"] == configured["narrowedTo"] == {"packs": "gdpr"}
    assert asked["results"] == configured["results"]
    wrong = kg("report", "--pack", "gdrp")
    assert (wrong.code, "gdpr" in wrong.err) == (2, True)


@pytest.mark.parametrize("kind", DOCUMENTS)
def test_a_document_is_written(kg: Kg, estate: Path, tmp_path: Path, kind: str) -> None:
    """To the screen or a file; how much is missing is told beside it."""
    shown = kg("document", kind, VERSION)
    assert shown.code == 0
    assert "Churn" in shown.out
    assert "missing" in shown.err
    target = tmp_path / "document.html"
    assert kg("document", kind, VERSION, "--format", "html", "-o", target).code == 0
    assert target.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert kg("document", kind, "service:k8s/churn-api").code == 2

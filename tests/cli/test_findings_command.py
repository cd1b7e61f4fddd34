"""kg findings and kg verify as a user sees them."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from command_runs import Kg

from kg.config import DataDirectory
from kg.namespaces import MLG
from kg.store import EmbeddedStore
from kg.terms import Literal, NamedNode, Quad

SERVICE = "service:k8s/churn-api"


def test_findings_are_opened_and_closed_by_changes(kg: Kg, estate: Path, tmp_path: Path) -> None:
    """By the agent and message of the revision, and full runs find the same all the way."""
    kg("validate")
    before = kg("findings", "--format", "json").json["findings"]
    text = estate.read_text()
    estate.write_text(text.replace("version: 1,", "version: 1, status: retired,"))
    assert kg("apply", estate, "-m", "Old").code == 0

    opened = kg("findings", "--asset", SERVICE, "--format", "json").json["findings"]
    new = [f for f in opened if f["opened"]["revision"] == 2]
    assert "R32" in {f["rule"].rpartition("/")[2] for f in new}
    assert {(f["opened"]["message"], f["opened"]["by"]) for f in new} == {("Old", "change")}
    assert "at revision 2, by" in kg("findings", "--rule", "R32").out

    estate.write_text(text)
    kg("apply", estate)
    after = kg("findings", "--format", "json").json["findings"]
    closed = kg("findings", "--closed", "--format", "json").json["findings"]
    assert {f["id"] for f in after} == {f["id"] for f in before}
    assert {f["id"] for f in new} <= {f["id"] for f in closed}
    assert {f["closed"]["revision"] for f in closed} == {3}
    assert "after 0 days" in kg("findings", "--closed").out

    (whole,) = {f["id"] for f in new if f["rule"].endswith("/R32")}
    shown = kg("findings", "show", whole[:8])
    assert shown.code == 0
    assert "closed" in shown.out
    assert "what to do: " in shown.out
    told = kg("findings", "show", whole, "--format", "json").json
    assert [period["closed"]["revision"] for period in told["history"]] == [3]
    assert {kg("findings", "show", other).code for other in ("f" * 32, "x", whole[:5])} == {2}
    assert kg("findings", "--closed", "--waived").code == 2
    assert kg("findings", "--since", "4", "--format", "json").json == {"findings": []}

    rows = list(csv.reader(io.StringIO(kg("findings", "--format", "csv").out)))
    assert len(rows) == 1 + len(after)
    owned = kg("findings", "--owner", "team:org/data", "--format", "json").json["findings"]
    assert {f["id"] for f in owned} < {f["id"] for f in after}
    assert kg("findings", "--rule", "R999").code == 2
    assert kg("findings", "--since", "2999-01-01", "--format", "json").json == {"findings": []}


def test_what_is_kept_is_what_a_full_run_finds(kg: Kg, estate: Path) -> None:
    """kg validate, with and without --full, of all and of a pack; the second time too."""
    for arguments in ((), ("--pack", "house")):
        full, kept = (
            kg("validate", *more, "--format", "json", *arguments).json for more in (["--full"], [])
        )
        assert {**kept, "asOf": ""} == {**full, "asOf": ""}


def test_verify_finds_what_was_changed_behind_the_journal(
    kg: Kg, estate: Path, tmp_path: Path
) -> None:
    """A quad too many in a record's graph: exit 1, and kg rebuild mends it."""
    assert kg("verify").code == 0
    store = EmbeddedStore.open(DataDirectory(tmp_path / "graph").store)
    graph = next(name for name in store.graphs() if name.value.endswith("/users"))
    node = NamedNode("https://graph.example/id/dataset/s3/secret")
    store.extend([Quad(node, MLG.external, Literal(True), graph)])
    store.close()

    outcome = kg("verify")
    assert outcome.code == 1
    assert graph.value in outcome.out

    assert kg("rebuild").code == 0
    assert kg("verify").code == 0

"""kg token: make, list, revoke."""

from __future__ import annotations

from pathlib import Path

from command_runs import Kg

from kg.app import KnowledgeGraph


def test_a_token_is_made_listed_and_revoked(kg: Kg, tmp_path: Path) -> None:
    """The secret is printed alone, for a script to take, and is not listed."""
    kg("init")
    made = kg("token", "create", "ci", "--scope", "write")
    secret = made.out.strip()
    assert made.code == 0
    assert secret.startswith("kg_")
    (listed,) = kg("token", "list", "--format", "json").json
    assert (listed["name"], listed["scope"], listed["state"]) == ("ci", "write", "active")
    shown = kg("token", "list").out
    assert listed["id"] in shown
    assert secret not in shown
    assert kg("token", "revoke", listed["id"]).code == 0
    assert kg("token", "list", "--format", "json").json[0]["state"] == "revoked"


def test_tokens_can_be_made_while_the_graph_is_in_use(kg: Kg, tmp_path: Path) -> None:
    """A server need not be stopped for it."""
    kg("init")
    with KnowledgeGraph.open(tmp_path / "graph") as graph:
        made = kg("token", "create", "ci", "--format", "json").json
        found = graph.journal.tokens.find(made["secret"])
    assert found is not None
    assert found.name == "ci"


def test_mistakes_are_explained(kg: Kg) -> None:
    """One line each, exit 2."""
    assert "kg init" in kg("token", "list").err
    kg("init")
    assert "never" in kg("token", "create", "ci", "--expires", "soon").err
    assert "no token 'x'" in kg("token", "revoke", "x").err

"""Tokens: a secret opens what its scope says, until it is over, and is kept nowhere."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kg.app.tokens import expiry
from kg.errors import InputError
from kg.journal import Journal, Scope

_NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def test_a_secret_finds_its_token_and_no_other() -> None:
    """Two tokens do not answer for each other, nor for a secret with a letter changed."""
    tokens = Journal.in_memory().tokens
    first, secret = tokens.create("first", Scope.WRITE)
    second, other = tokens.create("second", Scope.READ)
    assert tokens.find(secret) == first
    assert tokens.find(other) == second
    changed = secret[:-1] + ("A" if secret[-1] != "A" else "B")
    for wrong in (changed, other[:11] + secret[11:], "", "kg_", first.id, secret[3:], secret + " "):
        assert tokens.find(wrong) is None


def test_the_secret_is_not_in_the_database(tmp_path: Path) -> None:
    """Nor any part of it that is long enough to matter."""
    journal = Journal.on_disk(tmp_path / "journal.db")
    _, secret = journal.tokens.create("hidden", Scope.ADMIN)
    journal.close()
    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"hidden" in kept
    assert secret.rpartition("_")[2][:12].encode() not in kept


def test_what_is_over_opens_nothing() -> None:
    """An expired token and a revoked one are as good as none; revoking twice is harmless."""
    tokens = Journal.in_memory().tokens
    _, expired = tokens.create("old", Scope.READ, datetime.now(UTC) - timedelta(seconds=2))
    revoked, secret = tokens.create("ended", Scope.READ, datetime.now(UTC) + timedelta(days=1))
    assert tokens.revoke(revoked.id)
    assert tokens.revoke(revoked.id)
    assert not tokens.revoke("no-such")
    assert tokens.find(expired) is None
    assert tokens.find(secret) is None
    assert {t.state(datetime.now(UTC)) for t in tokens.all()} == {"expired", "revoked"}


@pytest.mark.parametrize("scope", list(Scope))
def test_a_scope_includes_the_ones_before_it(scope: Scope) -> None:
    """Read is least, admin most."""
    allowed = {Scope.READ: 1, Scope.WRITE: 2, Scope.ADMIN: 3}[scope]
    assert sum(scope.includes(wanted) for wanted in Scope) == allowed


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("never", None),
        ("90d", _NOW + timedelta(days=90)),
        ("2027-01-31", datetime(2027, 1, 31, tzinfo=UTC)),
        ("2027-01-31T10:00:00+02:00", datetime(2027, 1, 31, 8, tzinfo=UTC)),
    ],
)
def test_an_expiry_is_a_span_or_a_moment(text: str, end: datetime | None) -> None:
    """Days from now, a date, a time with its zone, or never."""
    assert expiry(text, _NOW) == end


@pytest.mark.parametrize("text", ["", "tomorrow", "0d", "-1d", "2020-01-01", "99999d9"])
def test_a_bad_expiry_is_refused(text: str) -> None:
    """What is past would make a token that opens nothing."""
    with pytest.raises(InputError):
        expiry(text, _NOW)

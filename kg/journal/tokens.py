"""Access tokens: who may use a served graph, for what, and until when.

A secret is 256 random bits, so a plain hash of it cannot be searched; only the hash is kept.
The part before the second underscore is the token's id, by which it is found and revoked.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Engine, insert, select, update

from kg.journal.schema import TOKEN

_PREFIX = "kg"


class Scope(StrEnum):
    """What a token allows; each includes the ones before it."""

    READ = "read"
    WRITE = "write"
    ADMIN = "admin"

    def includes(self, wanted: Scope) -> bool:
        """Whether what is wanted is allowed."""
        order = list(Scope)
        return order.index(self) >= order.index(wanted)


@dataclass(frozen=True)
class Token:
    """What is known of a token, its secret aside; times are RFC 3339, UTC."""

    id: str
    name: str
    scope: Scope
    created: str
    expires: str | None = None
    revoked: str | None = None

    def state(self, now: datetime) -> str:
        """``active``, ``expired`` or ``revoked``."""
        if self.revoked:
            return "revoked"
        if self.expires and datetime.fromisoformat(self.expires) <= now:
            return "expired"
        return "active"


class Tokens:
    """The tokens of a graph, in the journal's database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def create(self, name: str, scope: Scope, expires: datetime | None = None) -> tuple[Token, str]:
        """A new token and its secret, which cannot be had again."""
        identifier = secrets.token_hex(4)
        secret = f"{_PREFIX}_{identifier}_{secrets.token_urlsafe(32)}"
        until = _text(expires) if expires else None
        token = Token(identifier, name, scope, _text(datetime.now(UTC)), until)
        with self._engine.begin() as connection:
            connection.execute(insert(TOKEN), [{**vars(token), "digest": _digest(secret)}])
        return token, secret

    def all(self) -> list[Token]:
        """Every token ever made, the oldest first."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(TOKEN).order_by(TOKEN.c.created, TOKEN.c.id))
            return [_token(row) for row in rows]

    def revoke(self, identifier: str) -> bool:
        """End a token now; whether there is one of that id, ended before or not."""
        known = TOKEN.c.id == identifier
        with self._engine.begin() as connection:
            connection.execute(
                update(TOKEN)
                .where(known, TOKEN.c.revoked.is_(None))
                .values(revoked=_text(datetime.now(UTC)))
            )
            return connection.scalar(select(TOKEN.c.id).where(known)) is not None

    def find(self, secret: str) -> Token | None:
        """The token that a secret is of, ``None`` unless it is active; constant-time comparison."""
        identifier = secret.removeprefix(f"{_PREFIX}_").partition("_")[0]
        with self._engine.connect() as connection:
            row = connection.execute(select(TOKEN).where(TOKEN.c.id == identifier)).first()
        if row is None or not hmac.compare_digest(row.digest, _digest(secret)):
            return None
        token = _token(row)
        return token if token.state(datetime.now(UTC)) == "active" else None


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _token(row: Any) -> Token:
    return Token(row.id, row.name, Scope(row.scope), row.created, row.expires, row.revoked)

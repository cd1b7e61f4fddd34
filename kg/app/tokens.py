"""The tokens of a data directory, opened without its store: also while a server holds that."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from kg.config import DataDirectory
from kg.errors import InputError
from kg.journal import Journal, Token, Tokens

_DAYS = re.compile(r"(\d{1,5})d\Z")


@contextmanager
def open_tokens(folder: Path) -> Iterator[Tokens]:
    """The tokens of the graph in a folder; raises :class:`StorageError` where there is none."""
    journal = Journal.on_disk(DataDirectory(folder).require().journal)
    try:
        yield journal.tokens
    finally:
        journal.close()


def expiry(text: str, now: datetime) -> datetime | None:
    """When a token ends: ``90d`` from now, at an ISO 8601 date or time, or ``never``.

    Raises :class:`InputError` for anything else and for what is past.
    """
    if text == "never":
        return None
    days = _DAYS.match(text)
    try:
        end = now + timedelta(days=int(days[1])) if days else datetime.fromisoformat(text)
    except ValueError:
        hint = "write 90d, 2027-01-31 or never"
        raise InputError(f"{text!r} is no expiry", hint=hint) from None
    end = end if end.tzinfo else end.replace(tzinfo=UTC)
    if end <= now:
        raise InputError(f"{text} is past", hint="give a later end")
    return end


def token_json(known: Token) -> dict[str, Any]:
    """What is known of a token as JSON values."""
    return {
        "id": known.id,
        "name": known.name,
        "scope": known.scope.value,
        "state": known.state(datetime.now(UTC)),
        "created": known.created,
        "expires": known.expires,
    }

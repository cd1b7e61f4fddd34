"""What connectors remember from one run to the next, kept beside the revisions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, delete, insert, select

from kg.batches import in_batches
from kg.journal.rows import deflate, inflate
from kg.journal.schema import STATE

States = Mapping[tuple[str, str], str]
"""Texts by source and key."""


def read_states(connection: Connection, source: str, keys: Iterable[str]) -> dict[str, str]:
    """What was remembered of a source under the keys; absent ones are left out."""
    found: dict[str, str] = {}
    for some in in_batches(keys):
        query = select(STATE.c.key, STATE.c.value).where(
            STATE.c.source == source, STATE.c.key.in_(some)
        )
        found.update((key, inflate(value)) for key, value in connection.execute(query))
    return found


def write_states(connection: Connection, states: States) -> None:
    """Remember in place of what was remembered under the same keys."""
    for some in in_batches(states.items()):
        for source in {source for (source, _), _ in some}:
            keys = [key for (owner, key), _ in some if owner == source]
            connection.execute(delete(STATE).where(STATE.c.source == source, STATE.c.key.in_(keys)))
        rows = [{"source": s, "key": k, "value": deflate(v)} for (s, k), v in some]
        connection.execute(insert(STATE), rows)

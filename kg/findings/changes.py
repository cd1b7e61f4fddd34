"""The triples that revisions changed, as the report needs to be told of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final, TypeAlias

from kg.commit import Replay
from kg.terms import Triple

MANY: Final = 20_000
"""Changed triples from which on everything is asked anew, and no commit is held up by it."""

Changes: TypeAlias = Mapping[int, Collection[Triple]]
"""The changed triples of each revision."""


def missed(replay: Replay, since: int, many: int = MANY) -> dict[int, set[Triple]] | None:
    """The triples changed by each revision after one; ``None`` where they are very many."""
    found: dict[int, set[Triple]] = {}
    count = 0
    for revision, change in replay.changes(since) if since < replay.revision else ():
        triples = change.changed
        found.setdefault(revision, set()).update(triples)
        count += len(triples)
        if count > many:
            return None
    return found

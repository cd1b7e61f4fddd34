"""Answers that can be compared: as multisets, whatever the order."""

from __future__ import annotations

from collections import Counter
from typing import Any

from pyoxigraph import QueryBoolean, QueryTriples

from kg.sparql.planner import Planned
from kg.store import EmbeddedStore


def answer(store: EmbeddedStore, asked: str | Planned) -> bool | Counter[Any]:
    """Yes or no, or how often each solution or triple is in the answer."""
    planned = Planned(asked) if isinstance(asked, str) else asked
    result = store.query(planned.text, functions=planned.functions)
    if isinstance(result, QueryBoolean):
        return bool(result)
    if isinstance(result, QueryTriples):
        return Counter(map(str, result))
    names = [variable.value for variable in result.variables]
    return Counter(
        tuple(sorted((name, str(row[name])) for name in names if row[name])) for row in result
    )

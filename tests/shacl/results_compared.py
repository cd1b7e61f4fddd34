"""Reports compared result for result, for tests of one engine against the other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from kg.shacl import Report, Result
from kg.terms import BlankNode, Term

Found = Counter[tuple[str, ...]]


def found(report: Report, *, messages: bool = False) -> Found:
    """How often each result is there; unnamed shapes and constraints go by their path."""
    return Counter(_key(result, messages) for result in report.results)


def _key(result: Result, messages: bool) -> tuple[str, ...]:
    said = [message.value for message in result.messages] if messages else []
    return (
        *_spelt((result.focus, result.value, result.component, result.severity)),
        result.path_text,
        *("_:" if isinstance(t, BlankNode) else str(t) for t in (result.shape, result.constraint)),
        *sorted(said),
    )


def _spelt(terms: Iterable[Term | None]) -> list[str]:
    return ["" if term is None else str(term) for term in terms]

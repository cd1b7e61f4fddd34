"""The statements with dates that the instant can still pass, kept so that none is looked for."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from kg.findings.encoding import read_terms
from kg.findings.ledger import Dated, Entry, Ledger
from kg.shacl.affected import AskedShapes
from kg.shacl.affected.clock import day_of, first_day, passed_days, timed_properties
from kg.store import EmbeddedStore
from kg.terms import BlankNode, NamedNode, Quad, Triple


@dataclass(frozen=True)
class Dates:
    """Which of the dates that can still be passed are to be noted.

    All of them anew, as ``known`` tells, or as the store does where nobody told; or of what
    ``changed`` alone; and with ``known`` what changed since.
    """

    changed: Collection[Triple] | None = None
    known: Sequence[Dated] | None = None

    def note(
        self, entry: Entry, asked: AskedShapes, store: EmbeddedStore, as_of: datetime | None
    ) -> None:
        """Let the ledger take them in with an entry."""
        assert as_of is not None  # noqa: S101 - every report has an instant
        if self.known is not None:
            entry.all_dated = self.known
        elif self.changed is None:
            entry.all_dated = list(all_dated(asked, store, as_of))
        if self.changed is not None:
            entry.dated = changed_dates(asked, store, self.changed, as_of)


def dates_digest(asked: AskedShapes) -> str:
    """What tells whether other statements have to be kept: properties and durations of rules."""
    properties = sorted(prop.value for prop in timed_properties(asked))
    text = "\n".join([*properties, *sorted(asked.durations)])
    return hashlib.sha256(text.encode()).hexdigest()


def all_dated(asked: AskedShapes, store: EmbeddedStore, as_of: datetime) -> Iterator[Dated]:
    """Every statement with a date that can still be passed; linear in those with dates."""
    first = first_day(asked, store, as_of)
    for prop in timed_properties(asked):
        yield from _dated(store.quads(None, prop, None, None), first)


def changed_dates(
    asked: AskedShapes, store: EmbeddedStore, changed: Collection[Triple], as_of: datetime
) -> list[tuple[str, str, list[Dated]]]:
    """What the store says now, with dates, of what changed: by subject and property."""
    properties = timed_properties(asked)
    touched = {
        (triple.subject, triple.predicate)
        for triple in changed
        if triple.predicate in properties and day_of(triple.object) is not None
    }
    if not touched:
        return []
    first = first_day(asked, store.remembered, as_of)
    return [
        (str(s), str(p), list(_dated(store.quads(s, p, None, None), first)))
        for s, p in touched
        if isinstance(s, NamedNode | BlankNode)
    ]


def passed_triples(
    asked: AskedShapes, store: EmbeddedStore, ledger: Ledger, since: datetime, until: datetime
) -> list[Triple]:
    """The statements whose dates an instant passes, itself or a duration of a rule away."""
    rows = ledger.dated(passed_days(asked, store, since, until))
    terms = read_terms(text for row in rows for text in (row.subject, row.predicate, row.object))
    return [
        Triple(terms[row.subject], terms[row.predicate], terms[row.object])  # type: ignore[arg-type]
        for row in rows
    ]


def _dated(quads: Iterable[Quad], first: str) -> Iterator[Dated]:
    """The rows of quads; what several graphs say is one."""
    seen: set[Triple] = set()
    for quad in quads:
        day = day_of(quad.object)
        if day is not None and (not day or day >= first) and quad.triple not in seen:
            seen.add(quad.triple)
            yield Dated(str(quad.subject), str(quad.predicate), str(quad.object), day)

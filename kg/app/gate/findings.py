"""What the rules find in a situation, and how that differs from what they find in another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from kg.compliance.waivers import apply_waivers, read_waivers_for
from kg.shacl import Report, Result, Rule, set_upcoming_apart
from kg.shacl.affected import Inquiry
from kg.store import Lookups

_Key = tuple[object, ...]


@dataclass(frozen=True)
class Found:
    """A report with upcoming results apart and waivers applied, and the nodes of each rule."""

    report: Report
    rules: Mapping[Rule, int]

    @classmethod
    def of(cls, inquiry: Inquiry, store: Lookups, as_of: datetime) -> Found:
        """What was found in a store, whose waivers hold or not at the instant."""
        report = set_upcoming_apart(inquiry.report)
        about = {result.focus for result in (*report.results, *report.upcoming)}
        waivers = read_waivers_for(store, about)
        return cls(apply_waivers(report, waivers, as_of), inquiry.rules)

    def since(self, before: Found) -> Report:
        """The part of the report that was not found before; what lost its waiver counts too."""
        return _part(self.report, before.report, waived=True, shared=False)

    def kept(self, before: Found) -> Report:
        """The part of the report that was found before, just so."""
        return _part(self.report, before.report, waived=True, shared=True)

    def gone(self, after: Found) -> Report:
        """The part of the report that is not found afterwards, waived or not."""
        return _part(self.report, after.report, waived=False, shared=False)


def _part(report: Report, other: Report, *, waived: bool, shared: bool) -> Report:
    """What both reports say, or what the first alone does."""
    due, upcoming = (
        tuple(result for result in mine if (_key(result, waived) in known) is shared)
        for mine, known in (
            (report.results, {_key(result, waived) for result in other.results}),
            (report.upcoming, {_key(result, waived) for result in other.upcoming}),
        )
    )
    return replace(report, results=due, upcoming=upcoming)


def _key(result: Result, waived: bool) -> _Key:
    """By what a result is the same as one of another report (SHACL, 3.6.2)."""
    about = (result.focus, result.path, result.value, result.messages)
    source = (result.shape, result.constraint, result.component)
    return (*about, *source, waived and result.waived is None)

"""Which change, or what else, a finding was opened or closed by."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from kg.findings.ledger import Cause
from kg.findings.standing import time_text
from kg.journal import Journal
from kg.shacl.affected import AskedShapes, ByProperty, Nodes, Walker, affected
from kg.store import EmbeddedStore
from kg.terms import Term, Triple

MOST: Final = 200
"""Revisions that are looked at one by one; of more, the newest stands for all."""


@dataclass(frozen=True)
class Because:
    """Why, of which revision, and when."""

    cause: Cause
    revision: int
    at: str


class Attribution:
    """Tells why what a shape says of a focus node is not what it was.

    Of several revisions that were taken in together it is the last that concerns the node; one
    by itself is told exactly.
    """

    def __init__(
        self,
        asked: AskedShapes,
        store: EmbeddedStore,
        journal: Journal,
        changes: Mapping[int, Collection[Triple]],
        *,
        newest: int,
        as_of: datetime,
        by_rules: Collection[Term],
        otherwise: Cause,
    ) -> None:
        """``changes`` are the changed triples of each revision, as far as they are known.

        Of the shapes ``by_rules`` it is their text that changed. ``otherwise`` is the cause where
        no single revision concerns a node.
        """
        self._asked = asked
        self._walker = Walker(store)
        self._journal = journal
        self._changes = dict(changes) if len(changes) <= MOST else {}
        self._otherwise = Cause.CHANGE if len(changes) > MOST else otherwise
        self._newest = newest
        self._as_of = as_of
        self._by_rules = by_rules
        self._nodes: dict[tuple[int, Term], Nodes | None] = {}
        self._times: dict[int, str] = {}

    def of(self, root: Term, focus: Term) -> Because:
        """Why what a shape says of a focus node is another."""
        if root in self._by_rules:
            return Because(Cause.RULES, self._newest, time_text(self._as_of))
        for revision in sorted(self._changes, reverse=True):
            nodes = self._concerned(revision, root)
            if nodes is None or focus in nodes:
                return self._change(revision)
        if self._otherwise is Cause.CHANGE:
            return self._change(self._newest)
        return Because(self._otherwise, self._newest, time_text(self._as_of))

    def _change(self, revision: int) -> Because:
        if revision not in self._times:
            self._times[revision] = self._journal.time_of(revision) or time_text(self._as_of)
        return Because(Cause.CHANGE, revision, self._times[revision])

    def _concerned(self, revision: int, root: Term) -> Nodes | None:
        key = (revision, root)
        if key not in self._nodes:
            shape = self._asked.compiled.get(root)
            changed = self._changes[revision]
            if shape is None:
                return None
            self._nodes[key] = affected(self._asked.reads(shape), ByProperty(changed), self._walker)
        return self._nodes[key]

"""The live report: what all shapes find, kept in step with the graph and with time."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Final

from kg.commit import GraphChange, Replay
from kg.errors import KGError
from kg.findings.attribution import Attribution
from kg.findings.changes import MANY, Changes, changed_triples, missed
from kg.findings.dates import all_dated, changed_dates, dates_digest, passed_triples
from kg.findings.digests import shape_digests
from kg.findings.drawing import draw, is_drawn, redraw
from kg.findings.kept import Difference, KeptResults
from kg.findings.ledger import Cause, Entry, Ledger
from kg.findings.notes import closed, opened
from kg.findings.standing import Standing, read_standing
from kg.index import IndexView
from kg.journal import Journal
from kg.propagation import RULES_NOTE, Changed
from kg.shacl import Report, Shapes
from kg.shacl.affected import AskedShapes, ask_again
from kg.shacl.affected.asking import DERIVED
from kg.shacl.compiled.finished import details_of, with_owners
from kg.shacl.rdflib_bridge import to_rdflib
from kg.shacl.report import NotCompiledShape, sort_results
from kg.store import EmbeddedStore
from kg.terms import Term, Triple

_log: Final = logging.getLogger(__name__)


class LiveReport:
    """A :class:`kg.commit.View` that asks shapes again about what each change concerns.

    It does nothing until :meth:`bring_up` has been called: a command that only writes leaves it
    behind, and the next that asks for findings catches up through the journal. Where the store is
    only read, what was missed is worked out for this process alone.
    """

    def __init__(
        self,
        journal: Journal,
        store: EmbeddedStore,
        index: Callable[[], IndexView | None],
        shapes: Callable[[], AskedShapes],
        facts: Callable[[], Changed],
        *,
        writable: bool = True,
        many: int = MANY,
    ) -> None:
        """``index`` gives the lineage index of the store, ``shapes`` the shapes, as they are now.

        ``facts`` tells which derived facts changed since it was last asked, ``None`` for any. The
        same shapes are the same object. ``many`` changed triples are too many to follow.
        """
        self._journal = journal
        self._store = store
        self._index = index
        self._shapes_now = shapes
        self._facts = facts
        self._writable = writable
        self._many = many
        self.ledger = Ledger(journal.engine)
        """The findings, open and closed."""
        self._standing = read_standing(self.ledger)
        self._asked: AskedShapes | None = None
        self._kept: KeptResults | None = None
        self._digests: Mapping[Term, str] = {}
        self._not_compiled: dict[Term, NotCompiledShape] = {}
        self._unwritten = False
        self._told = False
        """Whether what changed of derived facts is known since the report was taken in."""

    @property
    def revision(self) -> int:
        """The revision that the report is of; 0 where there is none yet."""
        return self._standing.revision

    @property
    def as_of(self) -> datetime | None:
        """The instant that the report is of; ``None`` where there is none yet."""
        return self._standing.as_of

    @property
    def is_kept(self) -> bool:
        """Whether this process keeps the report, so that it follows commits."""
        return self._kept is not None

    def is_ready(self, revision: int) -> bool:
        """Whether it is kept, of a revision, by the shapes as they are now."""
        return (
            self._kept is not None
            and self._standing.revision == revision
            and self._asked is self._shapes_now()
        )

    @property
    def shapes(self) -> Shapes:
        """The shapes that the report is by."""
        return self._shapes().shapes

    def follow(self, revision: int, changes: Sequence[GraphChange]) -> None:
        """Take in the next revision, if this process keeps the report and the change is small."""
        changed = {triple for change in changes for triple in changed_triples(change)}
        facts = self._facts()
        if self._kept is not None and len(changed) <= self._many:
            with _at_ease(self):
                stands = replace(self._standing, revision=revision)
                self._take({revision: changed | (facts or set())}, stands, told=facts is not None)
        elif self._kept is not None:
            self._told = False

    def catch_up(self, replay: Replay) -> None:
        """Take in what was missed, if this process keeps the report; see :meth:`bring_up`."""
        if self._kept is not None and self._standing.as_of is not None:
            with _at_ease(self):
                self.bring_up(replay, self._standing.as_of)

    def rebuild(self, replay: Replay) -> None:  # noqa: ARG002 - nothing to replay
        """Ask everything anew when the report is asked for next; the history stays.

        That the store was made anew is known by its graph of the report, which is gone.
        """
        self.forget()

    def bring_up(self, replay: Replay, as_of: datetime) -> None:
        """Bring the report to the newest revision, to its shapes, and to an instant if later.

        The process keeps it from then on. Costs as much as the changes missed and the dates
        passed, at most as a full run. Raises what asking shapes raises; nothing has changed then.
        """
        asked = self._shapes_now()
        if self._asked is not asked:
            self._asked, self._digests = asked, shape_digests(asked)
            self._not_compiled = {n: NotCompiledShape(n, why) for n, why in asked.plan.rest}
        kept = self._kept_results()
        facts, before = self._facts(), self._standing
        told = self._told and facts is not None
        basis = f"{replay.ontology.digest} {' '.join(self._store.notes(RULES_NOTE))}"
        fresh = before.as_of is None or before.revision > replay.revision
        changes = missed(replay, 0 if fresh else before.revision, self._many)
        other = {node for node, d in self._digests.items() if before.shapes.get(str(node)) != d}
        drawn = is_drawn(self._store, before)
        anew = fresh or not drawn or changes is None or before.ontology != basis
        shapes = {str(node): digest for node, digest in self._digests.items()}
        stands = replace(
            before,
            revision=replay.revision,
            as_of=as_of if before.as_of is None else max(as_of, before.as_of),
            ontology=basis,
            shapes=shapes,
            dates=before.dates if shapes == before.shapes else dates_digest(asked),
        )
        gone = kept.roots() - self._digests.keys()
        if changes and facts:
            changes[max(changes)] |= facts
        if gone or stands != before or anew or facts:
            whole = set(self._digests) if anew else other
            by_rules = set() if fresh else other
            if fresh or changes is None:
                otherwise = Cause.CHANGE
            else:
                otherwise = Cause.TIME if before.ontology == stands.ontology else Cause.RULES
            self._take(
                changes or {},
                stands,
                whole=whole,
                gone=gone,
                by_rules=by_rules,
                anew=anew,
                otherwise=otherwise,
                told=told or not (facts or changes),
                facts=facts or frozenset(),
            )
        if self._writable and not is_drawn(self._store, self._standing):
            draw(self._store, self._kept_results(), self._standing)

    def report(self) -> Report:
        """The report as it stands, each result with its rule and the present owners."""
        asked, standing, shapes = self._shapes(), self._standing, self.shapes
        found = (
            replace(known.result, rule=shapes.rule_of(to_rdflib(known.result.shape)))
            for known in self._kept_results()
        )
        results = with_owners(found, asked.evaluation(self._store, standing.as_of))
        details = details_of(results, shapes.graph)
        rules = tuple(shapes.rules.values())
        return Report(
            sort_results(results),
            rules,
            details,
            standing.as_of,
            standing.revision,
            not_compiled=tuple(self._not_compiled.values()),
        )

    def close(self) -> None:
        """Note where the report stands, where nothing that changed has told it."""
        if self._unwritten:
            self.ledger.write(Entry(), self._standing.as_state())
            self._unwritten = False

    def forget(self) -> None:
        """Go back to what the ledger says."""
        self._kept, self._standing, self._told = None, read_standing(self.ledger), False

    def _shapes(self) -> AskedShapes:
        return self._asked or self._shapes_now()

    def _kept_results(self) -> KeptResults:
        if self._kept is None:
            self._kept = KeptResults.of(self.ledger.open_findings())
        return self._kept

    def _take(
        self,
        changes: Changes,
        stands: Standing,
        *,
        whole: Collection[Term] = (),
        gone: Collection[Term] = (),
        by_rules: Collection[Term] = (),
        anew: bool = False,
        otherwise: Cause = Cause.TIME,
        told: bool = True,
        facts: Collection[Triple] = (),
    ) -> None:
        """Ask what changes concern and what time has passed, and take in the answers."""
        asked, kept, since = self._shapes(), self._kept_results(), self._standing.as_of
        self._told = False
        as_of = stands.as_of
        assert as_of is not None  # noqa: S101 - every report has an instant
        passed = None
        if since is not None and as_of > since:
            passed = passed_triples(asked, self._store, self.ledger, since, as_of)
        changed = set(facts).union(*changes.values())
        answers = ask_again(
            self._store,
            asked,
            changed,
            as_of,
            passed=passed,
            whole=whole,
            untold=frozenset() if told else DERIVED,
            index=self._index(),
        )
        found = {a.shape: a.not_compiled for a in answers if a.not_compiled is not None}
        difference = kept.difference(answers, gone)
        because = Attribution(
            asked,
            self._store,
            self._journal,
            changes,
            newest=stands.revision,
            as_of=as_of,
            by_rules={*by_rules, *gone},
            otherwise=otherwise,
        )
        try:
            kept.apply(difference)
            self._write(kept, difference, because, stands, None if anew else changed)
        except BaseException:
            self.forget()
            raise
        self._not_compiled |= found
        self._told = True

    def _write(
        self,
        kept: KeptResults,
        difference: Difference,
        because: Attribution,
        stands: Standing,
        changed: Collection[Triple] | None,
    ) -> None:
        """Note a difference; ``changed`` is ``None`` where any statement may have changed."""
        before = self._standing
        if not self._writable:
            self._standing = stands
            return
        drawn = is_drawn(self._store, before)
        entry = self._entry(difference, because, stands, changed)
        quiet = not entry and replace(stands, revision=0) == replace(before, revision=0)
        if not quiet:
            stands = replace(stands, stamp=before.stamp + 1)
            self.ledger.write(entry, stands.as_state())
        self._unwritten = quiet
        self._standing = stands
        if drawn:
            redraw(self._store, kept, stands, difference)

    def _entry(
        self,
        difference: Difference,
        because: Attribution,
        stands: Standing,
        changed: Collection[Triple] | None,
    ) -> Entry:
        asked, before = self._shapes(), self._standing
        entry = Entry(
            opened=list(opened(asked, self._store, difference, because)),
            closed=closed(difference, because),
            rewritten={known.identity: known.payload for _, _, known in difference.rewritten},
        )
        assert stands.as_of is not None  # noqa: S101 - every report has an instant
        if changed is None or stands.dates != before.dates:
            entry.all_dated = list(all_dated(asked, self._store, stands.as_of))
        else:
            entry.dated = changed_dates(asked, self._store, changed, stands.as_of)
        return entry


@contextmanager
def _at_ease(live: LiveReport) -> Iterator[None]:
    """The commit is done and cannot fail: a report that cannot follow is brought up when asked."""
    try:
        yield
    except KGError as error:
        _log.warning("the report stays at revision %d: %s", live.revision, error)
        live.forget()

"""A report that is kept: what all shapes find, and where it stands."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from kg.commit import Replay
from kg.findings.attribution import Attribution
from kg.findings.changes import MANY, Changes, missed
from kg.findings.dates import Dates, dates_digest, passed_triples
from kg.findings.digests import shape_digests
from kg.findings.drawing import draw, is_drawn, redraw
from kg.findings.kept import Difference, KeptResults
from kg.findings.ledger import Entry, Ledger
from kg.findings.notes import entry_of
from kg.findings.situation import Agenda, Situation, agenda
from kg.findings.standing import Standing, read_standing
from kg.findings.telling import report_of
from kg.index import IndexView
from kg.journal import Journal
from kg.propagation import RULES_NOTE, Changed
from kg.shacl import Report, Shapes
from kg.shacl.affected import Answer, AskedShapes, ask_again
from kg.shacl.affected.asking import DERIVED
from kg.shacl.report import NotCompiledShape
from kg.store import EmbeddedStore
from kg.terms import Term, Triple


@dataclass(frozen=True)
class Known:
    """What shapes find in a situation, and the dates that can still be passed."""

    results: KeptResults
    not_compiled: Mapping[Term, NotCompiledShape]
    dates: Dates


class KeptReport:
    """What shapes find in a store, and of which revision and instant that is.

    It is brought to another situation by asking the shapes what that concerns. Where the store is
    only read, this is worked out for this process alone.
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
            and self._told
            and self._standing.revision == revision
            and self._asked is self._shapes_now()
        )

    @property
    def shapes(self) -> Shapes:
        """The shapes that the report is by."""
        return self.asked.shapes

    @property
    def asked(self) -> AskedShapes:
        """The same as they are asked."""
        return self._asked or self._shapes_now()

    def situation(self, replay: Replay) -> Situation:
        """What has happened since it was of its revision; to be asked for once and taken in."""
        asked = self._shapes_now()
        if self._asked is not asked:
            self._asked, self._digests = asked, shape_digests(asked)
            self._not_compiled = {n: NotCompiledShape(n, why) for n, why in asked.plan.rest}
        facts, before = self._facts(), self._standing
        basis = f"{replay.ontology.digest} {' '.join(self._store.notes(RULES_NOTE))}"
        fresh = before.as_of is None or before.revision > replay.revision
        changes = missed(replay, 0 if fresh else before.revision, self._many)
        told, self._told = self._told, False
        return Situation(replay.revision, basis, changes, facts, told)

    def is_long(self, situation: Situation) -> bool:
        """Whether it takes as long as a full run, or much of one, to be brought there."""
        return self._agenda(situation).is_long

    def bring_to(self, situation: Situation, as_of: datetime, known: Known | None = None) -> None:
        """Bring the report to a situation, and to an instant if later; it is kept from then on.

        Costs as much as the changes missed and the dates passed, at most as a full run. ``known``
        is what is found there, where that is known: nothing is asked then. Raises what asking
        shapes raises; nothing has changed then.
        """
        kept, before, asked = self._kept_results(), self._standing, self.asked
        agenda = self._agenda(situation)
        shapes = {str(node): digest for node, digest in self._digests.items()}
        stands = replace(
            before,
            revision=situation.revision,
            as_of=as_of if before.as_of is None else max(as_of, before.as_of),
            ontology=situation.ontology,
            shapes=shapes,
            dates=before.dates if shapes == before.shapes else dates_digest(asked),
        )
        changes, facts = dict(situation.changes or {}), situation.facts or frozenset()
        if changes and facts:
            changes[max(changes)] = {*changes[max(changes)], *facts}
        gone = kept.roots() - self._digests.keys()
        if gone or stands != before or agenda.anew or facts or known is not None:
            self._take(changes, stands, agenda, gone, facts, known)
        else:
            self._told = agenda.told
        if self._writable and not is_drawn(self._store, self._standing):
            draw(self._store, self._kept_results(), self._standing)

    def known(self, dates: Dates) -> Known:
        """What another may be brought to where this one stands."""
        return Known(self._kept_results(), dict(self._not_compiled), dates)

    def twin(self, store: EmbeddedStore, index: Callable[[], IndexView | None]) -> KeptReport:
        """The same report of a copy of the store, or of the store: nothing of it is written."""
        asked = self.asked
        found = KeptReport(
            self._journal,
            store,
            index,
            lambda: asked,
            lambda: None,
            writable=False,
            many=self._many,
        )
        found._standing = self._standing
        found._asked, found._digests = self._asked, self._digests
        found._not_compiled = dict(self._not_compiled)
        found._kept = self._kept_results().copy()
        return found

    def report(self) -> Report:
        """The report as it stands, each result with its rule and the present owners."""
        return report_of(
            self._kept_results(),
            self.asked,
            self._store,
            self._standing,
            tuple(self._not_compiled.values()),
        )

    def close(self) -> None:
        """Note where the report stands, where nothing that changed has told it."""
        if self._unwritten:
            self.ledger.write(Entry(), self._standing.as_state())
            self._unwritten = False

    def forget(self) -> None:
        """Go back to what the ledger says."""
        self._kept, self._standing, self._told = None, read_standing(self.ledger), False

    def _kept_results(self) -> KeptResults:
        if self._kept is None:
            self._kept = KeptResults.of(self.ledger.open_findings())
        return self._kept

    def _agenda(self, situation: Situation) -> Agenda:
        drawn = not self._writable or is_drawn(self._store, self._standing)
        return agenda(situation, self._standing, self._digests, drawn=drawn)

    def _take(
        self,
        changes: Changes,
        stands: Standing,
        agenda: Agenda,
        gone: Collection[Term] = (),
        facts: Collection[Triple] = (),
        known: Known | None = None,
    ) -> None:
        """Ask what changes concern and what time has passed, and take in the answers."""
        asked, kept, self._told = self.asked, self._kept_results(), False
        changed = set(facts).union(*changes.values())
        if known is None:
            answers = self._answers(changed, stands, agenda)
            difference = kept.difference(answers, gone)
            found = {a.shape: a.not_compiled for a in answers if a.not_compiled is not None}
        else:
            difference, found = kept.towards(known.results), dict(known.not_compiled)
        assert stands.as_of is not None  # noqa: S101 - every report has an instant
        because = Attribution(
            asked,
            self._store,
            self._journal,
            changes,
            newest=stands.revision,
            as_of=stands.as_of,
            by_rules={*agenda.by_rules, *gone},
            otherwise=agenda.otherwise,
        )
        if known is not None:
            dates = known.dates
        elif agenda.anew or stands.dates != self._standing.dates:
            dates = Dates()
        else:
            dates = Dates(changed=changed)
        try:
            kept.apply(difference)
            self._write(kept, difference, because, stands, dates)
        except BaseException:
            self.forget()
            raise
        self._not_compiled |= found
        self._told = True

    def _answers(
        self, changed: Collection[Triple], stands: Standing, agenda: Agenda
    ) -> list[Answer]:
        asked, since, as_of = self.asked, self._standing.as_of, stands.as_of
        assert as_of is not None  # noqa: S101 - every report has an instant
        passed = None
        if since is not None and as_of > since:
            passed = passed_triples(asked, self._store, self.ledger, since, as_of)
        return ask_again(
            self._store,
            asked,
            changed,
            as_of,
            passed=passed,
            whole=agenda.whole,
            untold=frozenset() if agenda.told else DERIVED,
            index=self._index(),
            lookups=self._store.remembered,
        )

    def _write(
        self,
        kept: KeptResults,
        difference: Difference,
        because: Attribution,
        stands: Standing,
        dates: Dates,
    ) -> None:
        """Note a difference."""
        before = self._standing
        if not self._writable:
            self._standing = stands
            return
        drawn = is_drawn(self._store, before)
        entry = entry_of(self.asked, self._store, difference, because)
        dates.note(entry, self.asked, self._store, stands.as_of)
        quiet = not entry and replace(stands, revision=0) == replace(before, revision=0)
        if not quiet:
            stands = replace(stands, stamp=before.stamp + 1)
            self.ledger.write(entry, stands.as_state())
        self._unwritten = quiet
        self._standing = stands
        if drawn:
            redraw(self._store, kept, stands, difference)

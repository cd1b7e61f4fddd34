"""The facts as a view of the journal: each commit is followed by what it makes flow, or no more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final
from weakref import WeakSet

from kg.propagation.concerned import concerns
from kg.propagation.standing import has_facts, propagated_revision, revision_note
from kg.propagation.update import Changed, propagate, refresh
from kg.store import EmbeddedStore
from kg.terms import NamedNode, Triple

if TYPE_CHECKING:
    from kg.commit.views import GraphChange, Replay

_MOST_KEPT: Final = 100_000  # changed triples kept for who asks; more are as good as all


class Listener:
    """What changed of derived facts since it was last asked, for one who follows them."""

    def __init__(self) -> None:
        self._changed: set[Triple] | None = set()

    def hear(self, changed: Changed) -> None:
        """Take a change in."""
        if changed is None or self._changed is None:
            self._changed = None
        else:
            self._changed |= changed
            if len(self._changed) > _MOST_KEPT:
                self._changed = None

    def drain(self) -> Changed:
        """What was added to the derived graph or removed from it since this was last asked.

        ``None`` says that it may be anything. A triple that came and went may be among them.
        """
        changed, self._changed = self._changed, set()
        return None if changed is None else frozenset(changed)


class Propagation:
    """A :class:`kg.commit.View` that keeps ``mlg:carries`` in the store in step with it.

    All that it knows is in the derived graph of the store; opening it costs nothing.
    """

    def __init__(self, store: EmbeddedStore) -> None:
        self._store = store
        self._revision = propagated_revision(store)
        self._listeners: WeakSet[Listener] = WeakSet()

    def listen(self) -> Listener:
        """What is told of each change from now on, for as long as somebody holds it."""
        listener = Listener()
        self._listeners.add(listener)
        return listener

    @property
    def revision(self) -> int:
        """The revision that the facts in the store follow from."""
        return self._revision

    def notes(self, revision: int, changes: Sequence[GraphChange]) -> Mapping[NamedNode, str]:
        """That the facts follow from the next revision too, where no rule looks at its changes."""
        stands = propagated_revision(self._store) == revision - 1
        return revision_note(revision) if stands and not concerns(_triples(changes)) else {}

    def follow(self, revision: int, changes: Sequence[GraphChange]) -> None:
        """Take in the next revision; see :func:`kg.propagation.propagate`."""
        if propagated_revision(self._store) != revision:
            self._tell(propagate(self._store, _triples(changes)))
        self._revision = revision

    def catch_up(self, replay: Replay) -> None:
        """Take in the revisions missed; made anew where rules or ontology are others by now."""
        stands_at = propagated_revision(self._store)
        if not has_facts(self._store) or stands_at > replay.revision:
            self.rebuild(replay)
            return
        if stands_at < replay.revision:
            missed = (change for _, change in replay.changes(stands_at))
            self._tell(propagate(self._store, _triples(missed)))
        self._revision = replay.revision

    def rebuild(self, replay: Replay) -> None:
        """Make all facts anew from what the store holds."""
        refresh(self._store)
        self._tell(None)
        self._revision = replay.revision

    def _tell(self, changed: Changed) -> None:
        for listener in list(self._listeners):
            listener.hear(changed)


def _triples(changes: Iterable[GraphChange]) -> Iterator[Triple]:
    """What the changes of record graphs added to them or removed from them, entailed or not."""
    for change in changes:
        yield from change.changed

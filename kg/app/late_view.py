"""A view that is made when somebody asks for it, for what takes long to load."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Generic, TypeVar

from kg.commit import GraphChange, Replay, View
from kg.terms import NamedNode

_V = TypeVar("_V", bound=View)


class LateView(Generic[_V]):
    """A :class:`kg.commit.View` that takes nothing in until it has been made.

    What it stands for finds out itself what it missed by then.
    """

    def __init__(self) -> None:
        self.made: _V | None = None
        """What has been made, if anything."""

    def get(self, make: Callable[[], _V]) -> _V:
        """What it stands for, made now unless it was before."""
        if self.made is None:
            self.made = make()
        return self.made

    @property
    def revision(self) -> int:
        """The revision of what it stands for; 0 before that is made."""
        return 0 if self.made is None else self.made.revision

    def notes(self, revision: int, changes: Sequence[GraphChange]) -> Mapping[NamedNode, str]:
        """What the store is to note, once made."""
        return {} if self.made is None else self.made.notes(revision, changes)

    def follow(self, revision: int, changes: Sequence[GraphChange]) -> None:
        """Take in the next revision, once made."""
        if self.made is not None:
            self.made.follow(revision, changes)

    def catch_up(self, replay: Replay) -> None:
        """Take in what was missed, once made."""
        if self.made is not None:
            self.made.catch_up(replay)

    def rebuild(self, replay: Replay) -> None:
        """Make it anew, once made."""
        if self.made is not None:
            self.made.rebuild(replay)

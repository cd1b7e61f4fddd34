"""What the gate is asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from kg.commit import Change
from kg.errors import InputError

MERGE: Final = "merge"
"""The purpose that is meant where a change is given and no other."""


@dataclass(frozen=True)
class Question:
    """What is asked: of which thing, for which purpose, with which change made before.

    ``asset`` is a short form or an IRI. ``change`` is what is put and withdrawn; ``packs`` are the
    rules to ask, where not those that are set. ``refuses_from`` overrules the purpose's severity.
    """

    asset: str | None = None
    purpose: str | None = None
    change: Change | None = None
    as_of: datetime | None = None
    packs: Sequence[str] = field(default_factory=tuple)
    refuses_from: str | None = None

    @property
    def purpose_name(self) -> str:
        """The purpose meant; raises :class:`InputError` where there is nothing to tell it by."""
        if self.purpose is not None:
            return self.purpose
        if self.change is None:
            raise InputError("it is not said for what", hint="give a purpose, or a change")
        return MERGE

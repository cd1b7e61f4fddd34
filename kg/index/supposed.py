"""The lineage index as it would be after changes that nobody has committed."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING

from kg.errors import NotFound
from kg.index.links import LinkReader
from kg.index.view import IndexView
from kg.ontology import Ontology

if TYPE_CHECKING:
    from kg.commit.views import GraphChange


class SupposedIndex:
    """What :class:`kg.index.LineageIndex` is to readers, with changes on top of a view of it."""

    def __init__(self, view: IndexView, changes: Iterable[GraphChange], ontology: Ontology) -> None:
        self._base = view
        self._changes = tuple(changes)
        self._ontology = ontology

    def at(self, revision: int | None = None) -> IndexView:
        """The newest state; raises :class:`NotFound` for any revision, as none has been made."""
        if revision is not None:
            raise NotFound("what is supposed is of no revision")
        return self._supposed

    @cached_property
    def _supposed(self) -> IndexView:
        if not self._changes:
            return self._base
        return self._base.supposing(self._changes, LinkReader(self._ontology))

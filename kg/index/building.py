"""Making the arrays of an index: from the journal's patches, or from what the index holds."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

import numpy as np

from kg.index.files import Base
from kg.index.links import Family, Link, LinkReader
from kg.index.terms import Int32, WrittenTerms
from kg.index.view import Contents
from kg.index.vocabulary import Vocabulary
from kg.index.written import OPEN, WrittenRows

if TYPE_CHECKING:
    from kg.commit.views import Replay, Statements


def empty(vocabulary: Vocabulary) -> Base:
    """An index that holds nothing."""
    nothing = np.empty((6, 0), np.int32)
    size = len(vocabulary.classes)
    rows = tuple(WrittenRows.of(nothing, size) for _ in Family)
    return Base(WrittenTerms.of(vocabulary.classes), rows, vocabulary)


def compacted(contents: Contents) -> Base:
    """All that an index holds, as arrays; O(n log n)."""
    terms = contents.terms.written.extended(list(contents.terms.added))
    rows = tuple(WrittenRows.of(r.columns(), len(terms)) for r in contents.rows)
    return Base(terms, rows, contents.vocabulary)


class Builder:
    """Reads the links of all records at all revisions into arrays."""

    def __init__(self, reader: LinkReader) -> None:
        self._reader = reader
        self._vocabulary = Vocabulary.of(reader.ontology)
        # Of most classes above others no record says anything, yet things are found to be of them.
        self._terms = {name: number for number, name in enumerate(self._vocabulary.classes)}
        self._columns = tuple(tuple(array("i") for _ in range(6)) for _ in Family)

    def build(self, replay: Replay) -> Base:
        """The index at the revision of a replay; linear in what the journal holds."""
        standing: dict[Link, int] = {}
        last: Statements | None = None
        for revision, change in replay.changes():
            if change.before is not last:  # another graph
                standing = {}
            last = change.after
            links = self._reader.links(change.after)
            for link in standing.keys() - links:
                self._columns[link.family][5][standing.pop(link)] = revision
            for link in links - standing.keys():
                standing[link] = self._begin(link, change.graph.value, revision)
        terms = WrittenTerms.of(list(self._terms))
        rows = tuple(WrittenRows.of(_rows(c), len(terms)) for c in self._columns)
        return Base(terms, rows, self._vocabulary)

    def _begin(self, link: Link, graph: str, revision: int) -> int:
        columns = self._columns[link.family]
        for column, iri in zip(columns, (*link[1:], graph), strict=False):
            column.append(self._terms.setdefault(iri, len(self._terms)))
        columns[4].append(revision)
        columns[5].append(OPEN)
        return len(columns[5]) - 1


def _rows(columns: tuple[array[int], ...]) -> Int32:
    return np.array([np.frombuffer(column, np.int32) for column in columns])

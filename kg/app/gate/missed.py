"""What was committed since a copy of the store was made, read from the journal.

Nobody has to wait for that: neither whoever asks for a commit under way, nor one that commits for
whoever asks.
"""

from __future__ import annotations

from typing import Final

from kg.app.graph import KnowledgeGraph
from kg.commit import Replay
from kg.iri import entailed_graph
from kg.store import EmbeddedStore, StorePatch

MOST: Final = 200
"""Records up to which taking them in is faster than another copy."""

_TRIES: Final = 3


class TooMuch(Exception):
    """More was committed than is worth taking in."""


def missed(graph: KnowledgeGraph, copy: EmbeddedStore, since: int, until: int) -> StorePatch | None:
    """What makes the record graphs of a copy those of a later revision, entailments with them.

    ``None`` where others committed whenever it was read. Costs what the records say that changed.
    Raises :class:`TooMuch`.
    """
    for _ in range(_TRIES):
        if len(graph.journal.changed_since(since)) > MOST:
            raise TooMuch
        patch = StorePatch(until)
        replay = Replay(graph.journal, graph.ontology)
        after = {
            change.graph: change.after
            for revision, change in replay.changes(since)
            if revision <= until
        }
        if graph.journal.revision() == replay.revision:
            for name, said in after.items():
                for place, new in (
                    (name, set(said.asserted)),
                    (entailed_graph(name), said.entailed),
                ):
                    old = set(copy.quads(None, None, None, place))
                    patch.added += new - old
                    patch.removed += old - new
            return patch
    return None

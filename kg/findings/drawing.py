"""Keeping the graph of the report in the store in step with what is known."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from kg.findings.graph import REPORT, head_quads, result_quads
from kg.findings.kept import Difference, KeptResults, Known
from kg.findings.standing import Standing
from kg.namespaces import MLG
from kg.store import REPORT_GRAPH, EmbeddedStore, StorePatch
from kg.terms import Quad

STAMP: Final = MLG.reportStamp
"""The note of a store that tells which change of the report its graph is of."""


def is_drawn(store: EmbeddedStore, standing: Standing) -> bool:
    """Whether the graph in a store is of where the report stands."""
    return store.notes(STAMP) == [str(standing.stamp)]


def draw(store: EmbeddedStore, kept: KeptResults, standing: Standing) -> None:
    """Write the whole graph anew; linear in the results."""
    _write(store, standing, [*_quads(kept), *_head(kept, standing)], dropped=True)


def redraw(
    store: EmbeddedStore, kept: KeptResults, standing: Standing, difference: Difference
) -> None:
    """Write what differs, after the difference was taken in."""
    gone = _quads([*(known for _, _, known in difference.closed), *difference.replaced])
    added = _quads(known for _, _, known in (*difference.opened, *difference.rewritten))
    head = set(_head(kept, standing))
    old = {
        quad
        for predicate in {quad.predicate for quad in head}
        for quad in store.quads(REPORT, predicate, None, REPORT_GRAPH)
    }
    _write(store, standing, [*added, *(head - old)], removed=[*gone, *(old - head)])


def _quads(found: Iterable[Known]) -> list[Quad]:
    return [quad for known in found for quad in result_quads(known.identity, known.result)]


def _head(kept: KeptResults, standing: Standing) -> list[Quad]:
    if standing.as_of is None:
        return []
    return head_quads(standing.revision, standing.as_of, conforms=next(iter(kept), None) is None)


def _write(
    store: EmbeddedStore,
    standing: Standing,
    added: list[Quad],
    *,
    removed: list[Quad] | None = None,
    dropped: bool = False,
) -> None:
    store.apply(
        StorePatch(
            store.revision(),
            added=added,
            removed=removed or [],
            dropped=[REPORT_GRAPH] if dropped else [],
            notes={STAMP: str(standing.stamp)},
        )
    )

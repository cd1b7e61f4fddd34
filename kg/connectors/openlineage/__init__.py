"""OpenLineage: events of any emitter become records of runs, pipelines and datasets.

Events arrive in any order, more than once, and each holds a part of what is known. So what an
entity's events have said so far is remembered as a state (:mod:`.state`), each event is merged
into the states of the entities it speaks of (:mod:`.contributions`), and the records are written
from the states alone (:mod:`.mapping`). Any order and any replay gives the same records.

What a run used and generated follows the precedence of explicit over inferred lineage
(:mod:`.lineage`). A facet without terms of its own is kept as a JSON literal under
``unmapped:openlineage.<facet>``. Credentials in URIs are removed on reading (:mod:`.scrub`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from kg.connectors.openlineage.contributions import contributions
from kg.connectors.openlineage.events import read_event
from kg.connectors.openlineage.mapping import describe
from kg.connectors.openlineage.origins import Speaking
from kg.connectors.openlineage.reading import Item, read
from kg.connectors.openlineage.state import Key, State, canonical, collect, loads
from kg.errors import InputError
from kg.iri import Names
from kg.model import Batch, Rejection

__all__ = ["SOURCE", "LoadStates", "batches"]

SOURCE = "openlineage"
LoadStates = Callable[[Collection[str]], Mapping[str, str]]


def batches(
    origin: Path | str | BinaryIO,
    *,
    names: Names,
    source: str = SOURCE,
    load_states: LoadStates,
    batch_size: int = 1000,
) -> Iterator[Batch]:
    """Read events and yield what they change, ``batch_size`` events at a time.

    Args:
        origin: A file, an ``http(s)`` URL (such as Marquez' ``/api/v1/events/lineage``) or an
            open binary stream.
        names: Mints the identifiers.
        source: The name of the source that the records are said by.
        load_states: Answers with the remembered states of the given keys, those of batches
            already yielded included.
        batch_size: How many events are merged before records are written.

    An event that breaks the specification is a rejection, and the others go on. Raises
    :class:`InputError` where the origin is not there or not JSON, :class:`SourceError` where an
    endpoint fails.
    """
    items = read(origin)
    while chunk := list(islice(items, batch_size)):
        yield _batch(chunk, names, source, load_states)


def _batch(
    items: Iterable[Item | Rejection], names: Names, source: str, load_states: LoadStates
) -> Batch:
    batch, speaking = Batch(), Speaking()
    batch.origin = speaking.of
    states = collect(_read(items, batch, speaking))
    known = load_states([canonical(key) for key in states])
    for key in sorted(states):
        text = canonical(key)
        state = loads(known[text]) if text in known else State()
        state.merge(states[key])
        record = describe(names, source, key, state)
        speaking.described(record, key)
        batch.records.append(record)
        batch.states[text] = state.dumps()
    return batch


def _read(
    items: Iterable[Item | Rejection], batch: Batch, speaking: Speaking
) -> Iterator[tuple[Key, State]]:
    """The contributions of the events; what is not an event goes to the batch's rejections."""
    notes: Counter[str] = Counter()
    first: dict[str, str] = {}
    for item in items:
        if isinstance(item, Rejection):
            batch.rejections.append(item)
            continue
        try:
            event, tolerated = read_event(item.document)
        except InputError as error:
            batch.rejections.append(Rejection(item.where, error.message))
            continue
        for note in tolerated:
            notes[note] += 1
            first.setdefault(note, item.where)
        for key, state in contributions(event):
            speaking.spoke(item, key)
            yield key, state
    batch.warnings += [
        f"{note}; events: {count}, the first at {first[note]}" for note, count in notes.items()
    ]

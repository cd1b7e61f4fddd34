"""What is known of one entity so far: a map of registers in which the last writer wins.

Metadata accumulates over events: a START may hold what a COMPLETE lacks. Each thing learnt (one
facet, one input) is a register written at the event's time; the later time wins, and at equal
times the greater content, so no order is left to chance. Merging is commutative, associative
and idempotent: any order of events, and any replay, gives the same state.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from kg.connectors.openlineage.events import Facet, Facets

Key = tuple[str, ...]
Path = tuple[str, ...]


class Register(NamedTuple):
    """A value and the sortable time it was written at."""

    time: str
    value: Any


class Span(NamedTuple):
    """The first and the last time of the events of one type."""

    first: str
    last: str


@dataclass
class State:
    """The registers of an entity by path, and the spans of its events by event type."""

    registers: dict[Path, Register] = field(default_factory=dict)
    spans: dict[str, Span] = field(default_factory=dict)

    def write(self, path: Path, time: str, value: Any = None) -> None:
        """Write a register; an older value or, at the same time, a lesser one is ignored."""
        new = Register(time, value)
        old = self.registers.get(path)
        self.registers[path] = new if old is None else _winner(old, new)

    def write_facets(self, prefix: Path, time: str, facets: Facets) -> None:
        """Write each facet to a register of its own under the prefix."""
        for name, facet in facets.items():
            self.write((*prefix, name), time, facet)

    def saw(self, event_type: str, first: str, last: str) -> None:
        """Widen the span of an event type."""
        old = self.spans.get(event_type, Span(first, last))
        self.spans[event_type] = Span(min(old.first, first), max(old.last, last))

    def merge(self, other: State) -> None:
        """Take over what another state of the same entity knows."""
        for path, register in other.registers.items():
            self.write(path, register.time, register.value)
        for event_type, span in other.spans.items():
            self.saw(event_type, span.first, span.last)

    def value(self, *path: str) -> Any:
        """The value of a register, or ``None``."""
        register = self.registers.get(path)
        return register.value if register else None

    def below(self, *prefix: str) -> Iterator[tuple[Path, Any]]:
        """The registers under a prefix in order of path: the rest of the path and the value."""
        depth = len(prefix)
        for path in sorted(self.registers):
            if path[:depth] == prefix and len(path) > depth:
                yield path[depth:], self.registers[path].value

    def facets(self, *prefix: str) -> dict[str, Facet]:
        """The facets directly under a prefix, without those that were deleted."""
        below = ((rest, facet) for rest, facet in self.below(*prefix) if len(rest) == 1)
        return {rest[0]: facet for rest, facet in below if not facet.get("_deleted")}

    def dumps(self) -> str:
        """The state as JSON text, the same text for the same state."""
        registers = [[*path, *self.registers[path]] for path in sorted(self.registers)]
        return canonical({"registers": registers, "spans": self.spans})


def loads(text: str) -> State:
    """The state that :meth:`State.dumps` wrote."""
    document = json.loads(text)
    registers = {tuple(path): Register(time, value) for *path, time, value in document["registers"]}
    return State(registers, {key: Span(*span) for key, span in document["spans"].items()})


def collect(contributions: Iterable[tuple[Key, State]]) -> dict[Key, State]:
    """The merged states of the entities that contributions speak of."""
    states: dict[Key, State] = {}
    for key, state in contributions:
        known = states.setdefault(key, state)
        if known is not state:
            known.merge(state)
    return states


def canonical(value: Any) -> str:
    """JSON text with sorted keys and no spare space."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _winner(old: Register, new: Register) -> Register:
    if old.time != new.time:
        return max(old, new, key=lambda register: register.time)
    # By text, since Python holds 1, 1.0 and True for equal.
    return max(old, new, key=lambda register: canonical(register.value))

"""The rules that the gate asks, kept while the files that they are read from stay as they are."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kg.app.compliance import chosen_from, chosen_packs, shape_folders, structure_rules
from kg.assets import asset
from kg.config import DataDirectory
from kg.errors import NotFound
from kg.gate import Purpose, read_purposes
from kg.shacl import Shapes, load_shapes, packs_by_rule
from kg.shacl.affected import AskedShapes

_State = tuple[object, ...]

_KEPT: Final = 8  # choices of packs whose rules are kept


@dataclass(frozen=True)
class Rules:
    """The rules of some packs with those that are asked always, and all purposes."""

    asked: AskedShapes
    packs: tuple[str, ...]
    packs_of: Mapping[str, tuple[str, ...]]
    purposes: Mapping[str, Purpose]

    @property
    def shapes(self) -> Shapes:
        """The shapes graph of the rules."""
        return self.asked.shapes

    def purpose(self, name: str) -> Purpose:
        """The purpose of a name; raises :class:`NotFound`."""
        found = self.purposes.get(name)
        if found is None:
            raise NotFound(f"there is no gate purpose {name!r}", suggestions=sorted(self.purposes))
        return found


class RulesInForce:
    """Reads the rules anew where a file has changed; any number of threads may ask.

    Where nothing has changed, that costs a look at each file.
    """

    def __init__(self, data: DataDirectory | None) -> None:
        self._data = data
        self._lock = threading.Lock()
        self._state: _State = ()
        self._known: dict[tuple[str, ...], Rules] = {}

    def of(self, packs: Sequence[str] = ()) -> Rules:
        """The rules of the packs given, or else of those that the data directory sets.

        Raises :class:`NotFound` for a pack that there is not, and whatever
        :func:`kg.shacl.load_shapes` raises.
        """
        folders = [*shape_folders(self._data), asset("shapes", "gate")]
        chosen = tuple(sorted(set(chosen_packs(self._data, packs))))
        state = _state(folders)
        with self._lock:
            if state != self._state:
                self._state, self._known = state, {}
            rules = self._known.pop(chosen, None) or _read(folders, chosen)
            self._known[chosen] = rules  # the one asked for last stands last
            while len(self._known) > _KEPT:
                del self._known[next(iter(self._known))]
            return rules


def _read(folders: Sequence[Path], packs: tuple[str, ...]) -> Rules:
    everything = load_shapes(*folders)
    always = structure_rules() | load_shapes(asset("shapes", "gate")).rules.keys()
    return Rules(
        AskedShapes(chosen_from(everything, packs, frozenset(always))),
        packs,
        packs_by_rule(everything.packs, everything.rules.keys() - always),
        read_purposes(everything.graph),
    )


def _state(folders: Sequence[Path]) -> _State:
    places = (place for folder in folders for place in os.walk(folder))
    files = [os.path.join(at, name) for at, _, names in places for name in names]
    stated = ((path, os.stat(path)) for path in sorted(files) if path.endswith(".ttl"))
    return tuple((path, stat.st_mtime_ns, stat.st_size) for path, stat in stated)

"""Keeping the gate of a served graph ready, so that no question pays for what others need too."""

from __future__ import annotations

import gc
import logging
from typing import Final

from kg.app.gate.asking import Gate
from kg.app.keeper import Keeper

_SECONDS: Final = 1.0
_FIRST: Final = 3.0
_YOUNG: Final = 10_000  # objects made before the young are looked through for garbage

_log: Final = logging.getLogger(__name__)


class GateKeeper(Keeper):
    """Prepares a gate; its copies take in what is committed.

    It begins after some seconds, which a server that has just started has for what it is asked,
    and looks once a second. Preparing takes a second of work, and holds nobody up meanwhile.
    """

    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        super().__init__("gate", _SECONDS, first=_FIRST)

    def look(self) -> None:
        """Prepare the gate, unless that is done."""
        if self._gate.prepare(lambda: not self._ended.is_set()):
            _settle()

    def complain(self, problem: str) -> None:
        """Log it."""
        _log.warning("the gate is not prepared: %s", problem)


def _settle() -> None:
    """Let what is there by now stay out of later collections of garbage.

    Rules, texts and arrays are some 200,000 objects, and going through them holds up whoever is
    asked just then for as long as a question takes. What is new is looked through less often than
    Python does by itself, which takes some per cent of the work of a question.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG, *gc.get_threshold()[1:])

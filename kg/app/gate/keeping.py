"""Keeping the gate of a served graph ready, so that no question pays for what others need too."""

from __future__ import annotations

import gc
import logging
import threading
from typing import Final

from kg.app.gate.asking import Gate
from kg.errors import KGError

_SECONDS: Final = 1.0
_FIRST: Final = 3.0

_log: Final = logging.getLogger(__name__)


class GateKeeper:
    """Prepares a gate, in a thread until it is closed; its copies take in what is committed.

    It begins after some seconds, which a server that has just started has for what it is asked,
    and looks once a second. Preparing takes a second of work, and holds nobody up meanwhile.
    """

    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self._ended = threading.Event()
        self._said: str | None = None
        self._thread = threading.Thread(target=self._keep, name="gate", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Keep it no more, and wait for what is under way."""
        self._ended.set()
        self._thread.join()

    def _keep(self) -> None:
        seconds = _FIRST
        while not self._ended.wait(seconds):
            seconds = _SECONDS
            try:
                if self._gate.prepare(lambda: not self._ended.is_set()):
                    _settle()
                problem = None
            except KGError as error:
                problem = str(error)
                if problem != self._said:
                    _log.warning("the gate is not prepared: %s", problem)
            self._said = problem


def _settle() -> None:
    """Let what is there by now stay out of later collections of garbage.

    Rules, texts and arrays are some 200,000 objects, and going through them holds up whoever is
    asked just then for as long as a question takes.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()

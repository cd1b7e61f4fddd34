"""What the queries that a server answers may take."""

from __future__ import annotations

from dataclasses import dataclass

_MIB = 1 << 20


@dataclass(frozen=True)
class ServiceLimits:
    """Processes to evaluate in, and the most that one query may take.

    ``seconds`` are of wall clock to the last byte taken by the client, ``memory`` is in MiB of
    address space, of which a reader needs 300 for itself. ``rows`` and ``size``, in MiB, are of an
    answer; ``None`` sets no limit.
    """

    readers: int = 4
    seconds: float = 30.0
    memory: int = 2048
    rows: int | None = None
    size: int | None = 1024

    @property
    def memory_bytes(self) -> int:
        """``memory`` in bytes."""
        return self.memory * _MIB

    @property
    def size_bytes(self) -> int | None:
        """``size`` in bytes."""
        return None if self.size is None else self.size * _MIB

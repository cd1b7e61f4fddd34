"""The door between a server and local commands: a Unix socket in the data directory.

Only its owner can open it: by the permissions of the file, and by what the system says of who is
at the other end. Nobody else is answered.
"""

from __future__ import annotations

import os
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final

_LONGEST: Final = 100  # bytes of a path that every system can bind a socket to
_ROOT: Final = 0


def listen(path: Path) -> socket.socket:
    """Begin to listen at a path, in place of what a dead server left there; raises OSError."""
    path.unlink(missing_ok=True)
    door = socket.socket(socket.AF_UNIX)
    try:
        with _reachable(path) as address:
            door.bind(address)
        path.chmod(0o600)  # before anyone can connect
        door.listen()
    except OSError:
        door.close()
        raise
    return door


def connect(path: Path) -> Connection | None:
    """A connection to who listens at a path; ``None`` where nobody does."""
    with socket.socket(socket.AF_UNIX) as door:
        try:
            with _reachable(path) as address:
                door.connect(address)
        except OSError:
            return None
        return Connection(door.detach())


def is_owner(peer: socket.socket) -> bool:
    """Whether the other end is a process of our user, or of root.

    Where the system does not tell, the permissions of the socket are the guard alone.
    """
    if not hasattr(socket, "SO_PEERCRED"):
        return True
    size = struct.calcsize("3i")
    _, user, _ = struct.unpack("3i", peer.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, size))
    return user in (os.geteuid(), _ROOT)


def shut(door: socket.socket) -> None:
    """Wake who waits at a socket, for it takes nothing more."""
    with suppress(OSError):  # gone already
        door.shutdown(socket.SHUT_RD)


@contextmanager
def _reachable(path: Path) -> Iterator[str]:
    """The address of a socket, through its folder where its path is too long for one."""
    if len(os.fsencode(path)) <= _LONGEST:
        yield str(path)
        return
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)

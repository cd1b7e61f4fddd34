"""The server's side of sharing: who comes in, and that nothing stays behind."""

from __future__ import annotations

import logging
import os
import socket
import threading
from multiprocessing.connection import Connection
from typing import Final

from kg.app.graph import KnowledgeGraph
from kg.app.sharing import door
from kg.app.sharing.messages import decode, encode
from kg.app.sharing.notice import Notice
from kg.app.sharing.visit import Visit
from kg.config import DataDirectory
from kg.errors import StorageError
from kg.sparql.checkpoints import Checkpoints

_FOLDER: Final = "commands"
_PATIENCE: Final = 5.0  # seconds that a commit under way gets to end

_log = logging.getLogger(__name__)


class Host:
    """Shares a graph on disk with local commands until it is closed; each gets a thread.

    Raises :class:`StorageError` where the data directory cannot hold a socket.
    """

    def __init__(self, graph: KnowledgeGraph, data: DataDirectory, url: str) -> None:
        """``url`` is where the graph is served, told to those who want the graph alone."""
        self._graph = graph
        self._data = data
        self._checkpoints = Checkpoints(graph.checkpointed, data.checkpoints / _FOLDER)
        self._guests: dict[threading.Thread, socket.socket] = {}
        try:
            Notice(os.getpid(), url).post(data.server)
            self._door = door.listen(data.door)
        except OSError as error:
            reason = error.strerror or str(error)
            raise StorageError(f"cannot listen at {data.door}: {reason}") from error
        threading.Thread(target=self._welcome, name="door", daemon=True).start()

    def close(self) -> None:
        """Take no more requests, let commits under way end, and leave nothing behind."""
        self._data.server.unlink(missing_ok=True)
        self._data.door.unlink(missing_ok=True)
        door.shut(self._door)
        guests = list(self._guests.items())
        for _, peer in guests:
            door.shut(peer)
        for thread, _ in guests:
            thread.join(_PATIENCE)
        self._checkpoints.close()

    def _welcome(self) -> None:
        with self._door:
            while True:
                try:
                    peer, _ = self._door.accept()
                except OSError:
                    return
                if door.is_owner(peer):
                    thread = threading.Thread(target=self._serve, args=(peer,), daemon=True)
                    self._guests[thread] = peer
                    thread.start()
                else:
                    _log.warning("turned away a process of another user at %s", self._data.door)
                    peer.close()

    def _serve(self, peer: socket.socket) -> None:
        """Answer the requests of one command until it hangs up."""
        try:
            with (
                peer,
                Connection(os.dup(peer.fileno())) as connection,
                Visit(self._graph, self._checkpoints) as visit,
            ):
                while True:
                    request = decode(connection.recv_bytes())
                    connection.send_bytes(encode(visit.answer(request)))
        except (EOFError, OSError):
            return  # the command has ended, in whatever way
        finally:
            self._guests.pop(threading.current_thread(), None)

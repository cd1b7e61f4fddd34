"""One command's stay: what it may ask of the server, and what is kept for it meanwhile."""

from __future__ import annotations

import logging
from contextlib import ExitStack, suppress
from types import TracebackType
from typing import Final, Self

from kg import __version__
from kg.app.graph import KnowledgeGraph
from kg.app.sharing.messages import (
    CLAIM,
    COMMIT,
    DROP,
    ENTER,
    RELEASE,
    RETRY,
    Message,
    failure,
    to_change,
)
from kg.errors import InputError, KGError, StorageError, Unsupported
from kg.sparql.checkpoints import Checkpoints

_log: Final = logging.getLogger(__name__)


class Visit:
    """Answers the requests of one command; a context manager that lets go of what it held."""

    def __init__(self, graph: KnowledgeGraph, checkpoints: Checkpoints) -> None:
        self._graph = graph
        self._checkpoints = checkpoints
        self._held = ExitStack()
        self._claims: dict[str, ExitStack] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._held.close()

    def answer(self, request: Message) -> Message:
        """What is asked for, or the error that it ends in."""
        requests = {
            ENTER: self._enter,
            CLAIM: self._claim,
            RELEASE: self._release,
            COMMIT: self._commit,
            RETRY: self._retry,
            DROP: self._drop,
        }
        try:
            wanted = requests.get(request["do"])
            if wanted is None:
                raise Unsupported(f"a server does not {request['do']!r}")
            return wanted(request)
        except KGError as error:
            return failure(error)
        except Exception as error:
            _log.exception("a local command asked for something that failed")
            return failure(StorageError(f"the server failed: {type(error).__name__}: {error}"))

    def _enter(self, request: Message) -> Message:
        """A checkpoint as new as the store and the owner's ontology, kept for the visit."""
        if request["version"] != __version__:
            raise Unsupported(
                f"the graph is served by version {__version__}, this is {request['version']}",
                hint="restart the server",
            )
        with suppress(InputError):  # told as what it left in force
            self._graph.follow_ontology()
        with self._graph.committer.exclusive():  # the lineage index comes right after the store
            checkpoint = self._checkpoints.take()
        self._held.callback(self._checkpoints.give_back, checkpoint)
        path = str(checkpoint.path.resolve())
        return {"checkpoint": path, "ontologyProblem": self._graph.ontology_problem}

    def _claim(self, request: Message) -> Message:
        claim = self._held.enter_context(ExitStack())
        claim.enter_context(self._graph.writer.claim(request["source"]))
        self._claims[request["source"]] = claim
        return {}

    def _release(self, request: Message) -> Message:
        self._claims.pop(request["source"]).close()
        return {}

    def _commit(self, request: Message) -> Message:
        info, counts = self._graph.writer.commit(
            to_change(request["change"], self._graph.names),
            agent=request["agent"],
            message=request["message"],
            states={(source, key): value for source, key, value in request["states"]},
        )
        return {"revision": vars(info) if info else None, "counts": vars(counts)}

    def _retry(self, request: Message) -> Message:
        done = self._graph.writer.retry(request["ids"], agent=request["agent"])
        revision = vars(done.revision) if done.revision else None
        return {"revision": revision, "admitted": done.admitted, "refused": done.refused}

    def _drop(self, request: Message) -> Message:
        return {"dropped": self._graph.writer.drop(request["ids"])}

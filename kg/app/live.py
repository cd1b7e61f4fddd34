"""The live report of a graph: brought up when asked for, by the shapes that are set."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from kg.app.compliance import chosen_shapes
from kg.app.folders import OwnFolder
from kg.app.graph import REPORT_KEPT, KnowledgeGraph
from kg.assets import asset
from kg.commit import Replay
from kg.config import DataDirectory
from kg.errors import NotReady
from kg.findings import LiveReport
from kg.findings.ahead import Ahead
from kg.shacl.affected import AskedShapes
from kg.store import EmbeddedStore

_Files = frozenset[tuple[str, int, int]]

_AHEAD = timedelta(minutes=1)

_TRIES = 3
"""Times that what was worked out beside those who write may turn out to be of no use."""


class LiveShapes:
    """The shapes that the data directory sets, read anew when their files have changed."""

    def __init__(self, data: DataDirectory | None) -> None:
        self._data = data
        self._files: _Files | None = None
        self._asked: AskedShapes | None = None

    def now(self) -> AskedShapes:
        """The shapes as the files have them; costs a look at the files where nothing changed.

        Raises what reading shapes raises.
        """
        files = self._look()
        if self._asked is None or files != self._files:
            self._asked, self._files = AskedShapes(chosen_shapes(self._data)), files
        return self._asked

    def _look(self) -> _Files:
        places = [asset("shapes")]
        if self._data is not None:
            places += [self._data.shapes, self._data.settings_file]
        return frozenset(_look(path) for place in places for path in _below(place))


def _below(place: Path) -> list[Path]:
    return list(place.rglob("*.ttl")) if place.is_dir() else [place]


def _look(path: Path) -> tuple[str, int, int]:
    try:
        found = path.stat()
    except OSError:
        return (str(path), 0, 0)
    return (str(path), found.st_mtime_ns, found.st_size)


def now() -> datetime:
    """The present instant, to the second."""
    return datetime.now(UTC).replace(microsecond=0)


def live_report(graph: KnowledgeGraph) -> LiveReport:
    """What keeps the report of a graph; it may be behind. See :func:`bring_up`."""
    return graph.findings.get(
        lambda: LiveReport(
            graph.journal,
            graph.store,
            graph.index.at,
            LiveShapes(graph.data).now,
            graph.drain,
            writable=graph.is_held,
        )
    )


def ready_report(graph: KnowledgeGraph) -> LiveReport:
    """The report for one who reads while others write: of the newest revision, of this minute.

    To be called within ``graph.committer.exclusive()``; it costs the dates that have passed, and
    never a full run. Raises :class:`NotReady` where it would: what serves the graph begins with
    that then, see :class:`kg.app.keeping.ReportKeeper`. A graph in memory is brought up.
    """
    live = live_report(graph)
    if graph.data is None:
        return bring_up(graph) or live
    fresh = live.as_of is not None and now() - live.as_of < _AHEAD
    if live.is_ready(graph.revision):
        return live if fresh else bring_up(graph) or live
    if not graph.has_report:
        graph.journal.set_setting(REPORT_KEPT, "kept")
    raise NotReady("the report is being brought up", hint="ask again in some seconds")


def bring_up(graph: KnowledgeGraph, as_of: datetime | None = None) -> LiveReport | None:
    """The report, brought to the newest revision and to an instant, now unless given.

    ``None`` where it cannot tell: it is of a later instant already, or the instant is still to
    come, or the graph is a copy that another process has gone on from. A report begins now.
    """
    live = live_report(graph)
    present = now()
    moment = as_of or present
    if moment > present + _AHEAD or moment < (live.as_of or present):
        return None
    if graph.is_held:
        if not graph.has_report:
            graph.journal.set_setting(REPORT_KEPT, "kept")
        if not any(_brought_up(graph, live, moment) for _ in range(_TRIES)):
            with graph.committer.exclusive():
                live.bring_up(Replay(graph.journal, graph.ontology), moment)
        return live
    replay = Replay(graph.journal, graph.ontology)
    if replay.revision != graph.revision:
        return None
    live.bring_up(replay, moment)
    return live


def _brought_up(graph: KnowledgeGraph, live: LiveReport, moment: datetime) -> bool:
    """Bring the report up, beside those who write if it takes long; whether it came so far."""
    with graph.committer.exclusive():
        situation = live.situation(Replay(graph.journal, graph.ontology))
        if graph.data is None or graph.listen is None or not live.is_long(situation):
            live.bring_to(situation, moment)
            return True
        folder = OwnFolder.make(graph.data.overlays)
        try:
            graph.store.checkpoint(folder.path)
        except BaseException:
            folder.remove()
            raise
        index, heard = graph.index.at(), graph.listen()
    try:
        ahead = Ahead(live, situation, EmbeddedStore.read_only(folder.path), index, heard)
        ahead.ask(moment)
    finally:
        folder.remove()
    with graph.committer.exclusive():
        replay = Replay(graph.journal, graph.ontology)
        return ahead.finish(replay, moment, graph.store, graph.index.at)

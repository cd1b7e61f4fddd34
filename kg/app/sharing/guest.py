"""The command's side of sharing: the graph read from a checkpoint, changes left to the server."""

from __future__ import annotations

from pathlib import Path

from kg import __version__
from kg.app.admission import StructureAdmission
from kg.app.graph import KnowledgeGraph, Shared, names_of
from kg.app.sharing import door
from kg.app.sharing.messages import ENTER
from kg.app.sharing.remote import RemoteWriter, Server
from kg.commit import Plan, Verdict, graph_changes, ontology_in
from kg.config import DataDirectory
from kg.errors import StorageError
from kg.index import ExportedIndex
from kg.journal import Journal
from kg.sparql.checkpoints import index_of
from kg.store import EmbeddedStore


def open_shared(folder: Path) -> KnowledgeGraph | None:
    """The graph in a folder by leave of the server that holds it; ``None`` where no server does.

    It is read as it is now, to the end; what is committed meanwhile, by this graph too, is for
    the next one to see. Raises :class:`Unsupported` for a server of another version.
    """
    data = DataDirectory(folder)
    connection = door.connect(data.door)
    if connection is None:
        return None
    server = Server(connection)
    entered = server.ask(ENTER, version=__version__)
    checkpoint = Path(entered["checkpoint"])
    store, index = EmbeddedStore.read_only(checkpoint), index_of(checkpoint)
    ontology = ontology_in(store)
    if ontology is None or index is None:
        raise StorageError(f"the copy of the store in {folder} is not whole", hint="try again")
    journal = Journal.on_disk(data.journal)
    names = names_of(journal)

    def judge(planned: Plan) -> Verdict:
        return StructureAdmission().judge(graph_changes(planned, ontology), store, names)

    writer = RemoteWriter(server, journal, names, judge)
    shared = Shared(writer, ExportedIndex(index))
    graph = KnowledgeGraph(journal, store, ontology, names, data, shared=shared)
    graph.ontology_problem = entered["ontologyProblem"]
    return graph

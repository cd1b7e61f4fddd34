"""How long a full run of the shipped shapes takes, load included, and how much memory.

Each engine runs in a process of its own: ours over a graph on disk, as ``kg validate`` does, and
over the same triples from a file; pySHACL on a copy in memory; and, where they are installed,
pyrudof and Jena (``/usr/share/java``) on the file. ``python -m bench.shacl [RECORDS]``.
"""

from __future__ import annotations

import importlib.util
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench import estate
from kg.app import KnowledgeGraph
from kg.app.compliance import validate
from kg.assets import asset
from kg.connectors import native
from kg.shacl import load_shapes, validate_files
from kg.shacl.rdflib_bridge import triples_of
from kg.terms import RdfFormat, serialize

RECORDS = 20_000
AS_OF = datetime(2026, 11, 1, tzinfo=UTC)
_SHAPES = ("structure", "governance")
_LIMIT = 900
_JAVA = ["java", "-cp", "/usr/share/java/*", "shacl.shacl_validate"]


def prepare(folder: Path, records: int) -> int:
    """Make the graph on disk, the same triples as a file, and the shapes as one; count triples."""
    file = folder / "estate.jsonl"
    estate.write(file, records)
    with KnowledgeGraph.create(folder / "graph") as graph:
        graph.ingest(native.batches([file], names=graph.names), merge=True)
        triples = {quad.triple for quad in graph.store.quads(None, None, None, None)}
    _write(folder / "data.nt", triples)
    _write(folder / "shapes.nt", triples_of(load_shapes(*_shapes()).graph))
    return len(triples)


def _write(path: Path, triples: object) -> None:
    with path.open("wb") as stream:
        serialize(triples, stream, RdfFormat.N_TRIPLES)  # type: ignore[call-overload]


def _shapes() -> list[Path]:
    return [asset("shapes", name) for name in _SHAPES]


def compiled_over_the_store(folder: Path) -> int:
    """Ours, as ``kg validate`` runs it."""
    with KnowledgeGraph.open(folder / "graph") as graph:
        return len(validate(graph, as_of=AS_OF, shapes=_shapes()).results)


def compiled_from_a_file(folder: Path) -> int:
    """Ours, as ``kg validate --data`` runs it."""
    return len(validate_files([folder / "data.nt"], _shapes(), AS_OF).results)


def pyshacl_on_a_copy(folder: Path) -> int:
    """The reference, as ``kg validate --engine pyshacl`` runs it."""
    with KnowledgeGraph.open(folder / "graph") as graph:
        return len(validate(graph, as_of=AS_OF, shapes=_shapes(), engine="pyshacl").results)


def pyrudof_from_a_file(folder: Path) -> int:
    """Rust, Core constraints; it leaves most SPARQL constraints out."""
    import pyrudof

    rudof = pyrudof.Rudof(pyrudof.RudofConfig())
    rudof.read_data(str(folder / "data.nt"), pyrudof.RDFFormat.NTriples)
    rudof.read_shacl(str(folder / "shapes.nt"), pyrudof.ShaclFormat.NTriples)
    return len(rudof.validate_shacl().results())


def jena_from_a_file(folder: Path) -> int:
    """Jena SHACL 4.5, the command line of Debian's package."""
    files = ["--data", str(folder / "data.nt"), "--shapes", str(folder / "shapes.nt")]
    command = [*_JAVA, "--text", *files]
    found = subprocess.run(command, capture_output=True, text=True, check=True)
    return found.stdout.count("Node=")


ENGINES: dict[str, Callable[[Path], int]] = {
    "ours, over the store": compiled_over_the_store,
    "ours, from a file": compiled_from_a_file,
    "pySHACL, on a copy": pyshacl_on_a_copy,
    "pyrudof, from a file": pyrudof_from_a_file,
    "Jena, from a file": jena_from_a_file,
}


def _there(name: str) -> bool:
    if name.startswith("pyrudof"):
        return importlib.util.find_spec("pyrudof") is not None
    return not name.startswith("Jena") or Path("/usr/share/java/jena-shacl.jar").exists()


def _measured(name: str, folder: Path) -> tuple[str, str, str]:
    """Seconds, megabytes at the peak, and results of an engine in a process of its own."""
    command = [sys.executable, "-m", "bench.shacl", "--engine", name, str(folder)]
    started = time.perf_counter()
    try:
        run = subprocess.run(command, capture_output=True, text=True, timeout=_LIMIT, check=False)
    except subprocess.TimeoutExpired:
        return f"over {_LIMIT}", "", ""
    seconds = time.perf_counter() - started
    if run.returncode:
        return f"{seconds:.1f}", "", run.stderr.strip().splitlines()[-1][:60]
    megabytes, results = run.stdout.split()
    return f"{seconds:.1f}", megabytes, results


def _run(name: str, folder: Path) -> None:
    results = ENGINES[name](folder)
    whose = resource.RUSAGE_CHILDREN if name.startswith("Jena") else resource.RUSAGE_SELF
    print(resource.getrusage(whose).ru_maxrss // 1024, results)


def main(records: int, only: str = "") -> None:
    """Make an estate, run each engine that is there on it, print a table."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        count = prepare(folder, records)
        table = Table(f"{count:,} triples", "seconds", "MB at the peak", "results")
        for engine in ENGINES:
            if _there(engine) and only in engine:
                table.add_row(engine, *_measured(engine, folder))
        Console(width=110).print(table)


if __name__ == "__main__":
    if len(sys.argv) > 1 and sys.argv[1] == "--engine":
        _run(sys.argv[2], Path(sys.argv[3]))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else RECORDS, *sys.argv[2:3])

"""A server in a process of its own, as the tests start it: ``python serving.py DATA TIMEOUT``."""

from __future__ import annotations

import sys
from pathlib import Path

from kg.app import KnowledgeGraph
from kg.web.server import run_server


def main(folder: str, timeout: str) -> None:
    """Serve the graph in a folder on a free port; the URL is printed when it answers."""
    with KnowledgeGraph.open(Path(folder)) as graph:
        run_server(
            graph,
            port=0,
            query_timeout=float(timeout),
            ready=lambda url: print(url, flush=True),
        )


if __name__ == "__main__":
    main(*sys.argv[1:])

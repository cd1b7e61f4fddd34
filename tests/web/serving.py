"""A server in a process of its own, as the tests start it: ``python serving.py DATA OPTIONS``."""

from __future__ import annotations

import json
import logging
import sys
from pathlib import Path

from kg.app import KnowledgeGraph
from kg.web.server import run_server


def main(folder: str, options: str) -> None:
    """Serve the graph in a folder on a free port; the URL is printed when it answers."""
    logging.basicConfig(level=logging.INFO)
    with KnowledgeGraph.open(Path(folder)) as graph:
        run_server(graph, port=0, ready=lambda url: print(url, flush=True), **json.loads(options))


if __name__ == "__main__":
    main(*sys.argv[1:])

"""A server in a process of its own, as the tests start it: ``python serving.py DATA LIMITS``."""

from __future__ import annotations

import json
import logging
import sys
from pathlib import Path

from kg.app import KnowledgeGraph
from kg.web.limits import ServiceLimits
from kg.web.server import run_server


def main(folder: str, given: str) -> None:
    """Serve the graph in a folder on a free port; the URL is printed when it answers."""
    logging.basicConfig(level=logging.INFO)
    with KnowledgeGraph.open(Path(folder)) as graph:
        limits = ServiceLimits(**json.loads(given))
        run_server(graph, port=0, limits=limits, ready=lambda url: print(url, flush=True))


if __name__ == "__main__":
    main(*sys.argv[1:])

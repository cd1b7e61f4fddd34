"""A process that supposes something in a copy, says so, and waits to be killed."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from kg.app import KnowledgeGraph
from kg.app.gate.overlays import Overlays
from kg.store import StorePatch
from kg.terms import NamedNode, Quad

THING = NamedNode("http://example.org/supposed")

with KnowledgeGraph.open(Path(sys.argv[1])) as graph, Overlays(graph).take() as overlay:
    overlay.suppose(StorePatch(0, added=[Quad(THING, THING, THING, THING)]))
    print("supposed", flush=True)
    time.sleep(60)

"""Serving the graph over HTTP."""

from __future__ import annotations

from pathlib import Path

import click

from kg.cli import output
from kg.cli.options import open_graph
from kg.web.server import run_server


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=7077, show_default=True, type=click.IntRange(0, 65535))
@click.pass_obj
def serve(data: Path, host: str, port: int) -> None:
    """Serve the SPARQL endpoint and the pages; ends with Ctrl-C."""
    with open_graph(data) as graph:
        run_server(graph, host, port, ready=lambda url: output.say(f"serving at {url}"))

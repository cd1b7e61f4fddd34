"""Serving the graph over HTTP."""

from __future__ import annotations

from pathlib import Path

import click

from kg.cli import output
from kg.cli.options import open_alone
from kg.web.server import run_server


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=7077, show_default=True, type=click.IntRange(0, 65535))
@click.option(
    "--public-read", is_flag=True, help="Let anyone read, on an address other than loopback too."
)
@click.option(
    "--allow-origin", metavar="ORIGIN", help="Let pages of ORIGIN (* for any) read answers (CORS)."
)
@click.pass_obj
def serve(data: Path, host: str, port: int, public_read: bool, allow_origin: str | None) -> None:
    """Serve the SPARQL endpoint and the pages; ends with Ctrl-C.

    On loopback anyone may read; elsewhere reading needs a token, unless --public-read is given.
    Writing always needs a token of scope write: see 'kg token'.
    """
    with open_alone(data) as graph:
        run_server(
            graph,
            host,
            port,
            public_read=public_read,
            allow_origin=allow_origin,
            ready=lambda url: output.say(f"serving at {url}"),
        )

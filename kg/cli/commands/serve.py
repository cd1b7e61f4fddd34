"""Serving the graph over HTTP."""

from __future__ import annotations

from pathlib import Path

import click

from kg.cli import output
from kg.cli.options import open_alone
from kg.web.limits import ServiceLimits
from kg.web.server import run_server

_DEFAULT = ServiceLimits()


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=7077, show_default=True, type=click.IntRange(0, 65535))
@click.option(
    "--public-read", is_flag=True, help="Let anyone read, on an address other than loopback too."
)
@click.option(
    "--allow-origin", metavar="ORIGIN", help="Let pages of ORIGIN (* for any) read answers (CORS)."
)
@click.option(
    "--readers",
    default=_DEFAULT.readers,
    show_default=True,
    type=click.IntRange(1, 64),
    help="Processes that evaluate queries; one caller has half of them at most.",
)
@click.option(
    "--query-timeout",
    default=_DEFAULT.seconds,
    show_default=True,
    type=click.FloatRange(0.1, 86_400),
    metavar="SECONDS",
    help="From a query's start to the last byte that its client takes.",
)
@click.option(
    "--query-memory",
    default=_DEFAULT.memory,
    show_default=True,
    type=click.IntRange(600),
    metavar="MIB",
    help="Address space of a reader.",
)
@click.option(
    "--max-rows", type=click.IntRange(0), metavar="ROWS", help="Of an answer.  [default: no limit]"
)
@click.option(
    "--max-size",
    default=_DEFAULT.size,
    show_default=True,
    type=click.IntRange(1),
    metavar="MIB",
    help="Of an answer.",
)
@click.pass_obj
def serve(
    data: Path,
    host: str,
    port: int,
    public_read: bool,
    allow_origin: str | None,
    readers: int,
    query_timeout: float,
    query_memory: int,
    max_rows: int | None,
    max_size: int,
) -> None:
    """Serve the SPARQL endpoint and the pages; ends with Ctrl-C.

    On loopback anyone may read; elsewhere reading needs a token, unless --public-read is given.
    Writing always needs a token of scope write: see 'kg token'.
    """
    limits = ServiceLimits(readers, query_timeout, query_memory, max_rows, max_size)
    with open_alone(data) as graph:
        run_server(
            graph,
            host,
            port,
            limits=limits,
            public_read=public_read,
            allow_origin=allow_origin,
            ready=lambda url: output.say(f"serving at {url}"),
        )

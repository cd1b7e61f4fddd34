"""Documents that law and practice ask for, filled from the graph."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from kg.app.documents import fill
from kg.cli import output
from kg.cli.options import open_graph
from kg.documents import DOCUMENTS, FORMATS, render


@click.command()
@click.argument("kind", type=click.Choice(DOCUMENTS))
@click.argument("version", metavar="MODEL-VERSION")
@click.option(
    "--format", "format_", type=click.Choice(FORMATS), default="markdown", show_default=True
)
@click.option("-o", "--output", "target", type=click.Path(path_type=Path, dir_okay=False))
@click.pass_obj
def document(data: Path, kind: str, version: str, format_: str, target: Path | None) -> None:
    """Fill a document about MODEL-VERSION from the graph.

    annex-iv: technical documentation by Annex IV of Regulation (EU) 2024/1689, point by point.
    model-card: a model card, with the metadata of a Hugging Face card in front.
    Each statement tells the thing and the graph it comes from; what the graph does not state is
    listed as missing, with the property that would fill it.
    """
    with open_graph(data) as graph:
        filled = fill(graph, kind, graph.resolve(version))
    text = render(filled, format_)
    if target is None:
        sys.stdout.write(text)
    else:
        output.write_file(target, text.encode())
    output.note(f"{filled.gaps} missing" + (f"; wrote {target}" if target else ""))

"""Giving the graph to catalogs."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

import click

from kg.cli import output
from kg.cli.options import open_graph
from kg.exports.dcat_ap import CatalogInfo
from kg.exports.dcat_ap import export as export_dcat_ap
from kg.terms import RdfFormat

_FORMATS: Final = {
    "turtle": RdfFormat.TURTLE,
    "json-ld": RdfFormat.JSON_LD,
    "rdf-xml": RdfFormat.RDF_XML,
    "n-triples": RdfFormat.N_TRIPLES,
}


@click.group()
def export() -> None:
    """Write the graph as linked data that catalogs harvest."""


@export.command("dcat-ap")
@click.option("--output", "target", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--format", "format_", type=click.Choice(list(_FORMATS)), default="turtle", show_default=True
)
@click.option("--title", default="Model Lifecycle Graph", show_default=True)
@click.option(
    "--description",
    default="Datasets, models and services of machine learning, with their lineage.",
    show_default=True,
)
@click.option("--publisher", default="Unnamed publisher", show_default=True, help="A name.")
@click.option("--publisher-iri", help="The publisher's IRI.")
@click.option("--homepage", help="A page about the catalog.")
@click.pass_obj
def dcat_ap(
    data: Path,
    target: Path | None,
    format_: str,
    title: str,
    description: str,
    publisher: str,
    publisher_iri: str | None,
    homepage: str | None,
) -> None:
    """Write a DCAT-AP 3.0.1 catalog; what had to be filled in or left out is told."""
    info = CatalogInfo(title, description, publisher, publisher_iri, homepage)
    with open_graph(data) as graph:
        catalog = export_dcat_ap(graph.store, graph.names, info)
    for warning in catalog.warnings:
        output.note(f"warning: {warning}")
    content = catalog.serialize(_FORMATS[format_])
    if target is None:
        sys.stdout.buffer.write(content)
    else:
        output.write_file(target, content)
        output.say(f"wrote {len(catalog.triples)} triples to {target}")

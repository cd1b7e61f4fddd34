"""What the tests of the ontology share: its files, read by rdflib and by ourselves."""

from __future__ import annotations

from pathlib import Path

import pytest
from rdflib import Graph

from kg.assets import asset, asset_files
from kg.ontology import Ontology


def _graph(paths: list[Path]) -> Graph:
    graph = Graph()
    for path in paths:
        graph.parse(path)
    return graph


@pytest.fixture(scope="session")
def core_files() -> list[Path]:
    """The files that make up the ontology, without alignments."""
    core = [asset("ontology", f"{name}.ttl") for name in ("mlg", "lineage", "governance", "gate")]
    return [*core, *asset_files("ontology/schemes", ".ttl")]


@pytest.fixture(scope="session")
def alignment_files() -> list[Path]:
    """The files that map the ontology to other vocabularies."""
    return asset_files("ontology/alignments", ".ttl")


@pytest.fixture
def core(core_files: list[Path]) -> Graph:
    """The ontology without alignments, as rdflib reads it."""
    return _graph(core_files)


@pytest.fixture
def everything(core_files: list[Path], alignment_files: list[Path]) -> Graph:
    """The ontology with all alignments, as rdflib reads it."""
    return _graph([*core_files, *alignment_files])


@pytest.fixture(scope="session")
def ontology() -> Ontology:
    """The shipped ontology as the programs read it."""
    return Ontology.load()

"""The lint shapes pass on the ontology and find each broken term in ``lint/``."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyshacl import validate
from rdflib import Graph, URIRef
from rdflib.namespace import SH

from kg.assets import asset

BROKEN = sorted((Path(__file__).parent / "lint").glob("*.ttl"))


def _lint(data: Graph) -> Graph:
    shapes = Graph().parse(asset("shapes", "lint", "ontology.ttl"))
    _, report, _ = validate(data, shacl_graph=shapes)
    assert isinstance(report, Graph)
    return report


@pytest.fixture(scope="module")
def report(core_files: list[Path]) -> Graph:
    """What the shapes say of the ontology with all the broken terms in it."""
    data = Graph()
    for path in [*core_files, *BROKEN]:
        data.parse(path)
    return _lint(data)


def test_the_ontology_and_its_alignments_pass(everything: Graph) -> None:
    """Every term, concept and header says what it must."""
    assert [str(node) for node in _lint(everything).objects(None, SH.focusNode)] == []


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
def test_a_broken_term_is_found(path: Path, report: Graph) -> None:
    """The first line of a file names the term to be found in it, and words of the one message."""
    term, _, words = path.read_text().splitlines()[0].removeprefix("# ").partition(": ")
    found = [
        str(report.value(result, SH.resultMessage))
        for result in report.subjects(SH.focusNode, URIRef(term))
    ]
    assert len(found) == 1
    assert words in found[0]

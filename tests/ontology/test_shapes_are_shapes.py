"""Every file of shapes is well-formed SHACL by the W3C's own shapes for shapes."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyshacl import validate
from rdflib import Graph
from rdflib.namespace import RDF, SH

from kg.assets import ROOT, asset_files

FILES = asset_files("shapes", ".ttl")


@pytest.fixture(scope="module")
def shapes_for_shapes(vocab_dir: Path) -> Graph:
    """The shapes that a shapes graph must conform to (SHACL, appendix C)."""
    return Graph().parse(vocab_dir / "w3c" / "shacl-shacl.ttl")


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT / "shapes")))
def test_a_file_of_shapes_is_well_formed(path: Path, shapes_for_shapes: Graph) -> None:
    """It conforms to them, and no property shape lacks its path."""
    shapes = Graph().parse(path)
    _, report, _ = validate(shapes, shacl_graph=shapes_for_shapes)
    assert isinstance(report, Graph)
    assert [str(node) for node in report.objects(None, SH.focusNode)] == []
    properties = {*shapes.objects(None, SH.property), *shapes.subjects(RDF.type, SH.PropertyShape)}
    assert [node for node in properties if (node, SH.path, None) not in shapes] == []


def test_a_malformed_shape_is_found(shapes_for_shapes: Graph) -> None:
    """A count that is no number does not pass, so that passing means something."""
    shapes = Graph().parse(
        data="""
        @prefix sh: <http://www.w3.org/ns/shacl#> .
        <https://example.org/Shape> a sh:NodeShape ;
            sh:property [ sh:path <https://example.org/p> ; sh:minCount "one" ] .
        """
    )
    conforms, _, _ = validate(shapes, shacl_graph=shapes_for_shapes)
    assert not conforms

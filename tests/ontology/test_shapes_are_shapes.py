"""Every file of shapes is well-formed SHACL by the W3C's own shapes for shapes."""

from __future__ import annotations

from pathlib import Path

import pytest
from rdflib import Graph
from rdflib.namespace import RDF, SH

from kg.assets import ROOT, asset_files
from kg.shacl.engines import validate_files

FILES = asset_files("shapes", ".ttl")


@pytest.fixture(scope="module")
def shapes_for_shapes(vocab_dir: Path) -> Path:
    """The shapes that a shapes graph must conform to (SHACL, appendix C)."""
    return vocab_dir / "w3c" / "shacl-shacl.ttl"


def test_all_files_of_shapes_are_well_formed(shapes_for_shapes: Path) -> None:
    """All together conform to them."""
    report = validate_files(FILES, [shapes_for_shapes])
    assert report.not_compiled == ()
    assert [(result.focus, result.path_text) for result in report.results] == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT / "shapes")))
def test_no_property_shape_lacks_its_path(path: Path) -> None:
    """Which the shapes for shapes do not ask of what only stands in sh:property."""
    shapes = Graph().parse(path)
    properties = {*shapes.objects(None, SH.property), *shapes.subjects(RDF.type, SH.PropertyShape)}
    assert [node for node in properties if (node, SH.path, None) not in shapes] == []


def test_a_malformed_shape_is_found(shapes_for_shapes: Path, tmp_path: Path) -> None:
    """A count that is no number does not pass, so that passing means something."""
    file = tmp_path / "shapes.ttl"
    file.write_text(
        """
        @prefix sh: <http://www.w3.org/ns/shacl#> .
        <https://example.org/Shape> a sh:NodeShape ;
            sh:property [ sh:path <https://example.org/p> ; sh:minCount "one" ] .
        """
    )
    assert not validate_files([*FILES, file], [shapes_for_shapes]).conforms

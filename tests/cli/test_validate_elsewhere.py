"""kg validate as a SHACL validator for any RDF data, without a graph of ours."""

from __future__ import annotations

from pathlib import Path

import pytest
from command_runs import Kg

from kg.compliance import FORMATS
from kg.shacl.engines import ENGINES

DATA = """
@prefix ex: <https://example.org/> .
ex:a a ex:T ; ex:n "300"^^<http://www.w3.org/2001/XMLSchema#byte> ; ex:with [ ex:n 1 ] .
"""
OTHER = "_:b0 <https://example.org/n> <https://example.org/a> .\n"
SHAPES = """
@prefix ex: <https://example.org/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
ex:Small a sh:NodeShape ; sh:targetSubjectsOf ex:n ;
    sh:property [ sh:path ex:n ; sh:datatype <http://www.w3.org/2001/XMLSchema#byte> ;
        sh:message "not a byte" ; sh:severity %s ] .
"""


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    texts = {"data.ttl": DATA, "more.nt": OTHER, "shapes.ttl": SHAPES % "sh:Warning"}
    for name, text in texts.items():
        (tmp_path / name).write_text(text)
    return {name: tmp_path / name for name in texts}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("format_", FORMATS)
def test_files_are_checked_by_either_engine_in_each_format(
    kg: Kg, files: dict[str, Path], engine: str, format_: str
) -> None:
    """Exit 1 and the same findings; no graph is made."""
    arguments = ["--data", files["data.ttl"], "--data", files["more.nt"]]
    arguments += ["--shapes", files["shapes.ttl"], "--engine", engine, "--format", format_]

    outcome = kg("validate", *arguments)

    assert outcome.code == 1
    # RDF describes the unnamed shape too, its message with it; JUnit tells each twice.
    told = {"turtle": 4, "json-ld": 4, "junit": 6}.get(format_, 3)
    assert outcome.out.count("not a byte") == told
    assert kg("validate", *arguments, "--fail-on", "violation").code == 0
    assert kg("info").code == 2


def test_data_that_conforms_exits_with_0(kg: Kg, files: dict[str, Path], tmp_path: Path) -> None:
    """And the report says so."""
    good = tmp_path / "good.ttl"
    good.write_text("<https://example.org/a> a <https://example.org/T> .")

    outcome = kg("validate", "--data", good, "--shapes", files["shapes.ttl"])

    assert (outcome.code, "Conforms" in outcome.out) == (0, True)


def test_shapes_that_do_not_compile_are_named(kg: Kg, files: dict[str, Path]) -> None:
    """On the side, with the reason; what they find is in the report."""
    files["shapes.ttl"].write_text(
        (SHAPES % "sh:Info").replace("sh:message", 'sh:pattern "^(?!3)" ; sh:message')
    )

    outcome = kg("validate", "--data", files["data.ttl"], "--shapes", files["shapes.ttl"])

    assert outcome.out.count("not a byte") == 3
    told = "validated by pySHACL on 2 triples around its focus nodes: https://example.org/Small: "
    assert outcome.err.startswith(f"{told}the engine cannot read the pattern")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--data", "data.ttl"], "--shapes"),
        (["--data", "data.ttl", "--shapes", "broken.ttl"], "broken.ttl"),
        (["--data", "broken.ttl", "--shapes", "shapes.ttl"], "broken.ttl, line 1"),
        (["--data", "data.txt", "--shapes", "shapes.ttl"], "format"),
        (["--data", "data.ttl", "--shapes", "recursive.ttl"], "refers to itself"),
        (["--endpoint", "http://127.0.0.1:9/", "--shapes", "shapes.ttl"], "127.0.0.1:9"),
        (["--endpoint", "http://x/", "--data", "data.ttl", "--shapes", "shapes.ttl"], "either"),
    ],
)
def test_bad_input_is_an_error_of_one_line(
    kg: Kg, files: dict[str, Path], tmp_path: Path, arguments: list[str], words: str
) -> None:
    """Exit 2, or 3 for what is not supported, with nothing on standard output."""
    (tmp_path / "broken.ttl").write_text("this is not turtle")
    (tmp_path / "data.txt").write_text(DATA)
    (tmp_path / "recursive.ttl").write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> . "
        "<urn:s> sh:targetNode <urn:a> ; sh:node <urn:s> ."
    )
    placed = [tmp_path / a if a.endswith((".ttl", ".txt")) else a for a in arguments]

    outcome = kg("validate", *placed)

    assert outcome.code in (2, 3)
    assert (outcome.out, outcome.err.count("\n")) == ("", 1)
    assert words in outcome.err


def test_the_graph_itself_is_checked_by_either_engine(kg: Kg, estate: Path) -> None:
    """The reports are equal to the letter."""
    reports = [
        kg("validate", "--as-of", "2026-02-01T00:00:00Z", "--engine", engine).out
        for engine in ENGINES
    ]

    assert reports[0] == reports[1]
    assert estate.exists()

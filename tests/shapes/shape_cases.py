"""The data files of shapes and what each must give, read from this folder."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from kg.assets import asset
from kg.ontology import Ontology
from kg.rdfio import read_quads
from kg.shacl import Shapes, load_shapes
from kg.shacl.trial import described as as_in_a_graph
from kg.terms import Triple

HERE = Path(__file__).resolve().parent


@cache
def shipped() -> Shapes:
    return load_shapes(asset("shapes", "structure"), asset("shapes", "governance"))


@cache
def structure() -> Shapes:
    return load_shapes(asset("shapes", "structure"))


@cache
def shapes_for(name: str) -> Shapes:
    """A governance rule alone, or all structure shapes."""
    rule = f"https://w3id.org/mlg/rules/{name}"
    return shipped().only({rule}) if rule in shipped().rules else structure()


@cache
def ontology() -> Ontology:
    return Ontology.load()


@cache
def described(file: Path) -> frozenset[Triple]:
    """The data of a file as it would be in a graph: with what is entailed and derived."""
    return frozenset(as_in_a_graph((quad.triple for quad in read_quads(file)), ontology()))


@cache
def expectations(folder: Path) -> dict[str, Any]:
    return yaml.safe_load((folder / "expected.yaml").read_text())


def cases(pattern: str = "*") -> list[Any]:
    files = sorted(HERE.glob(f"{pattern}/*.ttl"))
    return [pytest.param(file, id=f"{file.parent.name}/{file.stem}") for file in files]

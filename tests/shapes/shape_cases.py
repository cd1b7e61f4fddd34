"""The data files of shapes and what each must give, read from this folder."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from kg.assets import asset
from kg.ontology import Ontology
from kg.shacl import Shapes, load_shapes

HERE = Path(__file__).resolve().parent


@cache
def shipped() -> Shapes:
    return load_shapes(asset("shapes", "structure"), asset("shapes", "governance"))


@cache
def structure() -> Shapes:
    return load_shapes(asset("shapes", "structure"))


@cache
def shapes_for(name: str) -> Shapes:
    """The file of a governance rule with its prefixes and sources, or all structure shapes."""
    folder = asset("shapes", "governance")
    files = sorted(folder.glob(f"{name}-*.ttl"))
    common = [folder / "prefixes.ttl", folder / "sources.ttl"]
    return load_shapes(*files, *common) if files else structure()


@cache
def ontology() -> Ontology:
    return Ontology.load()


@cache
def expectations(folder: Path) -> dict[str, Any]:
    return yaml.safe_load((folder / "expected.yaml").read_text())


def cases(pattern: str = "*") -> list[Any]:
    files = sorted(HERE.glob(f"{pattern}/*.ttl"))
    return [pytest.param(file, id=f"{file.parent.name}/{file.stem}") for file in files]

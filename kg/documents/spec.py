"""What a document asks of the graph: sections and fields, as ``specs/*.yaml`` declare them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from kg.namespaces import expand
from kg.terms import NamedNode

DOCUMENTS: Final = ("annex-iv", "model-card")
VERSION: Final = "version"
"""The scope that is the version itself."""

_FOLDER: Final = Path(__file__).with_name("specs")


@dataclass(frozen=True)
class Property:
    """Properties that are equivalent here, by their prefixed names."""

    names: tuple[str, ...]
    optional: bool

    @property
    def nodes(self) -> tuple[NamedNode, ...]:
        """The properties."""
        return tuple(expand(name) for name in self.names)

    @property
    def words(self) -> str:
        """The names for people."""
        return " or ".join(self.names)


@dataclass(frozen=True)
class Field:
    """What is asked of all things of a scope; an optional field need not find any."""

    label: str
    scope: str
    properties: tuple[Property, ...]
    optional: bool = False


@dataclass(frozen=True)
class Section:
    """A heading; ``point`` is that of Annex IV that documents may cover."""

    title: str
    point: str | None
    fields: tuple[Field, ...]


@dataclass(frozen=True)
class Front:
    """A key of the metadata in front: the things of a scope, or what one property says of them."""

    key: str
    scope: str
    property: NamedNode | None


@dataclass(frozen=True)
class Scope:
    """The named query that finds things, and what to state where it finds none."""

    query: str
    otherwise: str


@dataclass(frozen=True)
class Spec:
    """A whole document."""

    title: str
    sections: tuple[Section, ...]
    front: tuple[Front, ...]
    scopes: Mapping[str, Scope]


def load_spec(name: str) -> Spec:
    """The specification of one of :data:`DOCUMENTS`."""
    stated = _read(name)
    return Spec(
        stated["title"],
        tuple(_section(section) for section in stated["sections"]),
        tuple(
            Front(key, asked["of"], expand(asked["property"]) if "property" in asked else None)
            for key, asked in stated.get("front", {}).items()
        ),
        {name: Scope(**scope) for name, scope in _read("scopes").items()},
    )


def _read(name: str) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((_FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
    return content


def _section(stated: Mapping[str, Any]) -> Section:
    fields = tuple(
        Field(
            asked["label"],
            asked["of"],
            tuple(_property(text) for text in asked["properties"]),
            asked.get("optional", False),
        )
        for asked in stated["fields"]
    )
    return Section(stated["title"], stated.get("point"), fields)


def _property(text: str) -> Property:
    return Property(tuple(text.removeprefix("?").split("|")), text.startswith("?"))

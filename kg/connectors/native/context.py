"""The JSON-LD context as the native format uses it: which keys there are and what they take."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from kg.assets import asset
from kg.config import DEFAULT_BASE
from kg.iri import Names
from kg.namespaces import MLG


@dataclass(frozen=True)
class Key:
    """What a key stands for: its property, and how its values are read.

    ``coercion`` is ``@id`` (a reference), ``@vocab`` (a word of the vocabulary ``vocab``), a
    datatype, or ``None`` (text, number or boolean as written); ``scoped`` are the keys that
    mean something of their own in a node nested under this one.
    """

    iri: str
    coercion: str | None = None
    vocab: str | None = None
    scoped: Mapping[str, Key] = field(default_factory=dict)


@dataclass(frozen=True)
class Context:
    """The keys, types and prefixes of ``ontology/context.jsonld`` for one base."""

    document: dict[str, Any]
    keys: dict[str, Key]
    types: dict[str, str]
    prefixes: dict[str, str]

    @classmethod
    def load(cls, names: Names) -> Context:
        """Read the shipped context, written for the default base, for the base of ``names``."""
        text = asset("ontology", "context.jsonld").read_text(encoding="utf-8")
        document = json.loads(text.replace(DEFAULT_BASE, names.base))["@context"]
        prefixes = {k: iri for k, v in document.items() if (iri := _prefix(v)) is not None}
        keys, types = {}, {}
        for term, definition in document.items():
            if term.startswith("@") or term in prefixes or definition in ("@id", "@type"):
                continue
            key = _key(definition, prefixes)
            local = key.iri.rpartition("#")[2].rpartition("/")[2]
            if term[0].isupper() and (local[0].isupper() or key.iri.startswith(MLG.iri)):
                types[term] = key.iri
            else:
                keys[term] = key
        return cls(document, keys, types, prefixes)


def _prefix(definition: Any) -> str | None:
    if isinstance(definition, str) and definition[-1:] in "#/" and "://" in definition:
        return definition
    if isinstance(definition, dict) and definition.get("@prefix"):
        return str(definition["@id"])
    return None


def _key(definition: Any, prefixes: dict[str, str]) -> Key:
    if isinstance(definition, str):
        return Key(_expand(definition, prefixes))
    coercion = definition.get("@type")
    if coercion and not coercion.startswith("@"):
        coercion = _expand(coercion, prefixes)
    inside = definition.get("@context", {})
    scoped = {k: _key(v, prefixes) for k, v in inside.items() if not k.startswith("@")}
    return Key(_expand(definition["@id"], prefixes), coercion, inside.get("@vocab"), scoped)


def _expand(text: str, prefixes: dict[str, str]) -> str:
    prefix, _, local = text.partition(":")
    return prefixes[prefix] + local if prefix in prefixes else text

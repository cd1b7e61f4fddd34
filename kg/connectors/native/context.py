"""The JSON-LD context as the native format uses it: which keys there are and what they take."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

from kg.assets import asset
from kg.config import DEFAULT_BASE
from kg.iri import Names
from kg.namespaces import MLG

_BASES: Final = 16  # of which the context is kept as it was read


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
        """The shipped context, written for the default base, for the base of ``names``."""
        return _read(names.base)

    def part(self, document: object) -> dict[str, Any]:
        """The part of the context that says what words of a JSON document mean.

        A processor goes through the whole context each time, which takes it far longer than one
        node. A term counts where it is a word of the document, or stands before a colon (JSON-LD
        1.1 API, 5.2), and so do those by which it is defined. Linear in the document.
        """
        part = {term: meant for term, meant in self.document.items() if term.startswith("@")}
        words = set(_words(document))
        while words:
            found = {word: self.document[word] for word in words if word in self.document}
            new = {term: meant for term, meant in found.items() if term not in part}
            part |= new
            words = set(_words(list(new.values())))
        return part


@lru_cache(_BASES)
def _read(base: str) -> Context:
    text = asset("ontology", "context.jsonld").read_text(encoding="utf-8")
    document = json.loads(text.replace(DEFAULT_BASE, base))["@context"]
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
    return Context(document, keys, types, prefixes)


def _words(value: object) -> Iterator[str]:
    """The texts in a JSON value, keys too, each with what stands before a colon in it."""
    if isinstance(value, str):
        yield from (value, value.partition(":")[0])
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _words(key)
            yield from _words(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _words(inner)


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

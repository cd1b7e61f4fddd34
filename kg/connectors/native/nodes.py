"""One node of the native format, checked key by key, then read as JSON-LD.

A JSON-LD processor drops what it cannot make an IRI of, without a word. So every identifier, key
and word of a vocabulary is checked or completed first, and nothing is left for it to drop.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

from kg.connectors.native.context import Context, Key
from kg.connectors.native.documents import Number, Withdrawal
from kg.errors import InputError
from kg.iri import Names, is_iri
from kg.namespaces import UNMAPPED
from kg.near import near
from kg.rdfio import parse_trusted
from kg.terms import NamedNode, Quad, RdfFormat

_KEYWORDS = {"@id": "@id", "id": "@id", "@type": "@type", "type": "@type"}
_NO_KEYS: Final[Mapping[str, Key]] = {}
_FEW: Final = 50
"""Nodes of which it is worth looking which part of the context they need."""

_LIKE: Final = 60.0
"""Per cent of likeness from which a type may have been meant."""

_VALUE_OBJECT = {"@value", "@type", "@language", "@direction"}


class NodeReader:
    """Turns nodes into quads, gathering warnings about keys it does not know."""

    def __init__(self, context: Context, names: Names) -> None:
        self._context = context
        self._names = names
        self._warnings: dict[str, int] = {}
        instances = names.instances
        self._kinds = {k for k, iri in context.prefixes.items() if iri.startswith(instances)}

    def prepare(self, node: dict[str, Any] | InputError, where: str) -> dict[str, Any]:
        """A node in the form that JSON-LD reads without loss.

        Raises :class:`InputError` where a part cannot be meant, or the error that the node was
        read with.
        """
        if isinstance(node, InputError):
            raise node
        identifier = node.get("id", node.get("@id"))
        if not isinstance(identifier, str) or not identifier.strip():
            raise InputError("a node needs an 'id'", where=where, hint="kind:system/key or an IRI")
        return self._node(node, f"{where} ({identifier})")

    def withdrawn(self, withdrawal: Withdrawal, where: str) -> NamedNode:
        """The thing that is withdrawn; raises :class:`InputError` for what identifies none."""
        return NamedNode(self._reference(withdrawal.identifier, where))

    def quads(self, prepared: list[dict[str, Any]], where: str) -> list[Quad]:
        """The quads of prepared nodes, by one run of the JSON-LD processor."""
        few = len(prepared) <= _FEW
        context = self._context.part(prepared) if few else self._context.document
        document = {"@context": context, "@graph": prepared}
        return parse_trusted(json.dumps(document).encode(), RdfFormat.JSON_LD, where=where)

    def take_warnings(self) -> list[str]:
        """The warnings since the last call, one a key, with how often it was met."""
        found = [
            f"unknown key {key!r} kept as {UNMAPPED.iri}{quote(key)} ({count} times)"
            for key, count in self._warnings.items()
        ]
        self._warnings = {}
        return found

    def _node(
        self, node: dict[str, Any], where: str, scoped: Mapping[str, Key] = _NO_KEYS
    ) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for name, value in node.items():
            keyword = _KEYWORDS.get(name)
            if name == "@context" or value is None:
                continue
            if keyword == "@id":
                made[keyword] = self._reference(value, where)
            elif keyword == "@type":
                made[keyword] = [self._type(item, where) for item in _as_list(value)]
            else:
                written, key = self._key(str(name), where, scoped)
                place = f"{where}, {name}"
                values = [self._value(item, key, place) for item in _as_list(value)]
                made.setdefault(written, []).extend(values)
        return made

    def _key(self, name: str, where: str, scoped: Mapping[str, Key]) -> tuple[str, Key]:
        """How to write a key so that JSON-LD takes it, and what it stands for."""
        known = scoped.get(name) or self._context.keys.get(name)
        if known is not None:
            return name, known
        prefix, colon, local = name.partition(":")
        if colon and prefix in self._context.prefixes and is_iri(name):
            return name, Key(self._context.prefixes[prefix] + local)
        if colon and local.startswith("//") and is_iri(name):
            return name, Key(name)
        if name.startswith("@"):
            raise InputError(f"{name} is not supported in a node", where=where)
        self._warnings[name] = self._warnings.get(name, 0) + 1
        iri = UNMAPPED.iri + quote(name, safe="-._~")
        return iri, Key(iri)

    def _type(self, name: Any, where: str) -> str:
        text = str(name)
        if text in self._context.types:
            return text
        prefix = text.partition(":")[0]
        if is_iri(text) and (prefix in self._context.prefixes or "://" in text):
            return text
        like = near(text, self._context.types, most=2, least=_LIKE)
        hint = f"did you mean {' or '.join(like)}?" if like else "see the list of types"
        raise InputError(f"unknown type {text!r}", where=where, hint=hint)

    def _value(self, value: Any, key: Key, where: str) -> Any:
        if isinstance(value, dict):
            plain = _VALUE_OBJECT.issuperset(value)
            return value if plain else self._node(value, where, key.scoped)
        if isinstance(value, list):
            raise InputError("a list within a list has no meaning here", where=where)
        if value is None:
            return None
        if key.coercion == "@id":
            return {"@id": self._reference(value, where)}
        if key.coercion == "@vocab":
            return {"@id": self._word(value, key, where)}
        if key.coercion is not None and not isinstance(value, bool):
            return _spelling(value)
        return float(value) if isinstance(value, Number) else value

    def _reference(self, value: Any, where: str) -> str:
        if not isinstance(value, str):
            raise InputError(f"expected an identifier, not {value!r}", where=where)
        try:
            prefix, _, local = value.partition(":")
            if prefix in self._context.prefixes and prefix not in self._kinds:
                return self._absolute(self._context.prefixes[prefix] + local)
            return self._names.parse(value).value
        except InputError as error:
            raise InputError(error.message, where=where, hint=error.hint) from error

    def _word(self, value: Any, key: Key, where: str) -> str:
        text = _spelling(value).strip()
        prefix, colon, local = text.partition(":")
        if colon and (local.startswith("//") or prefix in self._context.prefixes):
            return self._reference(text, where)
        return f"{key.vocab or ''}{quote(text, safe='-._~/')}"

    @staticmethod
    def _absolute(text: str) -> str:
        if not is_iri(text):
            raise InputError(f"{text!r} is not an IRI", hint="percent-encode such characters")
        return text


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _spelling(value: Any) -> str:
    return value.text if isinstance(value, Number) else str(value)

"""Identifiers: the only place where IRIs of the graph are minted or shortened.

An instance is ``{base}/id/{kind}/{system}/{key}``; people write ``kind:system/key``. The graph
that holds what one source says of it is ``{base}/graph/{source}/{kind}/{system}/{key}``.
Datasets follow the OpenLineage naming of namespace (the system) and name (the key), so that
whatever tool speaks of a table speaks of the same node.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote, unquote

from kg.errors import InputError
from kg.terms import BlankNode, NamedNode

# RFC 3987 ipchar without the delimiters we give a meaning to; letters of any script stay.
_SAFE = "-._~!$&'()*+,;=:@"
_PLAIN = re.compile(r"(?!\.{1,2}\Z)[A-Za-z0-9._~!$&'()*+,;=:@-]+\Z")  # nothing to encode
_KIND = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*\Z")
_AUTHORITY = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*://[^/]*)(?:/(.*))?\Z", re.DOTALL)


def is_iri(text: str) -> bool:
    """Whether the text is an absolute IRI (RFC 3987), as the RDF library judges it."""
    try:
        NamedNode(text)
    except ValueError:
        return False
    return True


def _encode(text: str, *, keep_slash: bool) -> str:
    if _PLAIN.match(text):
        return text
    safe = _SAFE + "/" if keep_slash else _SAFE
    # Letters and digits of any script are ucschar (RFC 3987, 2.2); what is neither is encoded.
    encoded = "".join(c if c.isalnum() else quote(c, safe=safe) for c in text)
    # "." and ".." would be removed when a client resolves the IRI (RFC 3986, 5.2.4).
    parts = [p.replace(".", "%2E") if p in (".", "..") else p for p in encoded.split("/")]
    return "/".join(parts)


def _segment(text: str) -> str:
    """A part as people type it: escapes already made are kept, all else is encoded."""
    return text if _PLAIN.match(text) else _encode(unquote(text), keep_slash=False)


@dataclass(frozen=True)
class Names:
    """Mints and reads the identifiers under one base IRI (no trailing slash)."""

    base: str

    @property
    def instances(self) -> str:
        """Prefix of every instance IRI."""
        return f"{self.base}/id/"

    @property
    def graphs(self) -> str:
        """Prefix of every record graph."""
        return f"{self.base}/graph/"

    @property
    def skolems(self) -> str:
        """Prefix of the IRIs that stand for blank nodes (RDF 1.1 Concepts, 3.5)."""
        return f"{self.base}/.well-known/genid/"

    def mint(self, kind: str, system: str, key: str, *parts: str) -> NamedNode:
        """The IRI of an instance.

        Slashes of ``key`` stay (a dataset's path, a model's ``org/name``); those of ``system``
        and of the further parts (a version) are encoded, so the last part can be told apart.
        """
        if not _KIND.match(kind) or not system or not key or not all(parts):
            raise InputError(f"cannot name a {kind!r} of {system!r} with key {(key, *parts)!r}")
        path = [_encode(system, keep_slash=False), _encode(key, keep_slash=True)]
        path += [_encode(part, keep_slash=False) for part in parts]
        return NamedNode(self.instances + kind + "/" + "/".join(path))

    def parse(self, text: str) -> NamedNode:
        """The IRI that a short form (``kind:system/key``) or an IRI in full stands for.

        Raises :class:`InputError` when the text is neither.
        """
        text = text.strip()
        if text.startswith("<") and text.endswith(">"):
            text = text[1:-1]
        kind, colon, rest = text.partition(":")
        if not colon or not rest:
            raise InputError(
                f"{text!r} is not an identifier", hint="write kind:system/key or an IRI"
            )
        if rest.startswith("//") or not _KIND.match(kind) or kind in ("urn", "mailto"):
            if not is_iri(text):
                raise InputError(f"{text!r} is not an IRI", hint="percent-encode such characters")
            return NamedNode(text)
        system, key = self._split(rest)
        if not system or not key:
            raise InputError(f"{text!r} lacks a system or a key", hint="write kind:system/key")
        path = f"{_segment(system)}/" + "/".join(_segment(part) for part in key.split("/"))
        return NamedNode(f"{self.instances}{kind}/{path}")

    @staticmethod
    def _split(rest: str) -> tuple[str, str]:
        authority = _AUTHORITY.match(rest)
        if authority:
            return authority[1], authority[2] or ""
        system, _, key = rest.partition("/")
        return system, key

    def short(self, iri: str | NamedNode | BlankNode) -> str:
        """What people read for an IRI: ``kind:system/key``, or the IRI where it is not ours."""
        text = iri if isinstance(iri, str) else iri.value
        if not text.startswith(self.instances):
            return text
        kind, _, path = text[len(self.instances) :].partition("/")
        system, _, key = path.partition("/")
        decoded = unquote(system)
        return f"{kind}:{decoded if _AUTHORITY.match(decoded) else system}/{key}"

    def kind(self, iri: str | NamedNode) -> str | None:
        """The kind of an instance IRI under this base, or ``None`` for any other IRI."""
        text = iri if isinstance(iri, str) else iri.value
        if not text.startswith(self.instances):
            return None
        return text[len(self.instances) :].partition("/")[0]

    def graph(self, source: str, subject: NamedNode) -> NamedNode:
        """The graph of the record in which ``source`` describes ``subject``."""
        if subject.value.startswith(self.instances):
            path = subject.value[len(self.instances) :]
        else:
            path = "iri/" + quote(subject.value, safe="-._~:@")
        return NamedNode(f"{self.graphs}{_encode(source, keep_slash=False)}/{path}")

    def graph_at(self, path: str) -> NamedNode:
        """The record graph of a path below :attr:`graphs`, as a client may have escaped it.

        Raises :class:`InputError` for a path that is not that of any record.
        """
        source, _, rest = path.partition("/")
        kind, _, key = rest.partition("/")
        if not source or not kind or not key.strip("/"):
            raise InputError(f"{path!r} names no graph", hint="source/kind/system/key")
        if kind == "iri":
            rest = "iri/" + quote(unquote(key), safe="-._~:@")
        else:
            rest = "/".join(_segment(part) for part in rest.split("/"))
        return NamedNode(f"{self.graphs}{_segment(source)}/{rest}")

    def source(self, graph: str | NamedNode) -> str | None:
        """The source that owns a record graph, or ``None`` for any other graph."""
        text = graph if isinstance(graph, str) else graph.value
        if not text.startswith(self.graphs):
            return None
        return unquote(text[len(self.graphs) :].partition("/")[0])

    def subject(self, graph: NamedNode) -> NamedNode | None:
        """The thing that a record graph describes, or ``None`` for any other graph."""
        if not graph.value.startswith(self.graphs):
            return None
        path = graph.value[len(self.graphs) :].partition("/")[2]
        if path.startswith("iri/"):
            return NamedNode(unquote(path.removeprefix("iri/")))
        return NamedNode(self.instances + path)

    def skolem(self, label: str) -> NamedNode:
        """The IRI standing for a blank node of the given stable label."""
        return NamedNode(self.skolems + label)


ENTAILED_SUFFIX = "/entailed"


def entailed_graph(graph: NamedNode) -> NamedNode:
    """The graph beside a record's that holds what the ontology entails from it."""
    return NamedNode(graph.value + ENTAILED_SUFFIX)


def asserting_graph(graph: NamedNode) -> NamedNode:
    """The record graph that an entailed graph stands beside; a record graph is its own."""
    return NamedNode(graph.value.removesuffix(ENTAILED_SUFFIX))

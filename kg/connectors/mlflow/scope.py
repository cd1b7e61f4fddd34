"""Who speaks and how its things are named: what all mappings of one recording share."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from kg.connectors.mlflow.body import Body
from kg.iri import Names
from kg.model import Description
from kg.namespaces import ADMS, DCT, STATUS_BASE, UNMAPPED
from kg.terms import NamedNode

# The characters of a fragment that need no escape (RFC 3986, 3.5).
_FRAGMENT: Final = "-._~!$&'()*+,;=:@/?"
_NOTE: Final = "mlflow.note.content"


@dataclass(frozen=True)
class Scope:
    """The source that speaks, and the system under which its things are named.

    Several servers stand side by side when each has a source and a system of its own.
    """

    names: Names
    source: str = "mlflow"
    system: str = "mlflow"

    def mint(self, kind: str, key: str, *parts: str) -> NamedNode:
        """The IRI of a thing of this MLflow."""
        return self.names.mint(kind, self.system, key, *parts)

    def describe(self, subject: NamedNode) -> Description:
        """An empty description by this source."""
        return Description(self.source, subject)

    def nested(self, parent: Description, predicate: NamedNode, *label: str) -> Description:
        """A nameless part of a description, under an IRI that is the same at every reading."""
        graph = self.names.graph(self.source, parent.subject)
        text = "\n".join([graph.value, predicate.value, *label])
        digest = hashlib.sha256(text.encode()).hexdigest()[:32]
        return parent.node(predicate, self.names.skolem(digest))


def unmapped(field: str) -> NamedNode:
    """The property that keeps a field of MLflow's for which the ontology has no term."""
    return UNMAPPED[quote(f"mlflow.{field}", safe=_FRAGMENT)]


def keep_rest(description: Description, body: Body) -> None:
    """State every field of the body that no mapping asked for."""
    for field, value in body.rest():
        description.add(unmapped(field), value)


def keep_tags(description: Description, tags: dict[str, str]) -> None:
    """State all tags; the note that MLflow's pages show is the description."""
    for key, value in tags.items():
        description.add(DCT.description if key == _NOTE else unmapped(f"tag.{key}"), value)


def keep_stage(description: Description, body: Body) -> None:
    """A thing in the ``deleted`` lifecycle stage is retired; ``active`` says nothing."""
    if body.text("lifecycle_stage") == "deleted":
        description.add(ADMS.status, NamedNode(STATUS_BASE + "retired"))

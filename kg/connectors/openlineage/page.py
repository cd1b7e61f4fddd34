"""The page that one record is written on: its description, and the nodes it may refer to."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from kg.connectors.openlineage.events import Identity
from kg.connectors.openlineage.state import canonical
from kg.iri import Names
from kg.model import Description, Record
from kg.namespaces import DCT, MLG, RDF, UNMAPPED
from kg.terms import Literal, NamedNode

SYSTEM = "openlineage"


class Page:
    """A record being written; runs, persons and teams are named under ``openlineage``."""

    def __init__(self, names: Names, source: str, subject: NamedNode) -> None:
        self.names = names
        self.about = Description(source, subject)
        self._others: list[Description] = []

    def record(self) -> Record:
        """The record with all that was written on the page."""
        for other in self._others:
            self.about.extend(other.record().triples)
        return self.about.record()

    def other(self, subject: NamedNode) -> Description:
        """The description, kept in this record, of something else than its subject."""
        description = Description(self.about.source, subject)
        self._others.append(description)
        return description

    def dataset(self, dataset: Identity) -> NamedNode:
        """The node of a dataset."""
        return self.names.mint("dataset", *dataset)

    def dataset_version(self, dataset: Identity, version: str) -> NamedNode:
        """The node of one version of a dataset."""
        return self.names.mint("dataset-version", *dataset, version)

    def pipeline(self, job: Identity) -> NamedNode:
        """The node of a job."""
        return self.names.mint("pipeline", *job)

    def run(self, run_id: str) -> NamedNode:
        """The node of a run."""
        return self.names.mint("run", SYSTEM, run_id)

    def describe_dataset(self, dataset: Identity) -> NamedNode:
        """A dataset that is only referred to, with the least that lets a person know it."""
        node = self.dataset(dataset)
        self.other(node).a(MLG.Dataset).add(DCT.title, dataset.name)
        return node

    def describe_job(self, job: Identity, run_id: str = "") -> NamedNode:
        """A job, or its run where one is given, that is only referred to."""
        pipeline = self.pipeline(job)
        self.other(pipeline).a(MLG.Pipeline).add(DCT.title, job.name)
        if not run_id:
            return pipeline
        run = self.run(run_id)
        self.other(run).a(MLG.Run).add(DCT.title, job.name).add(MLG.executes, pipeline)
        return run

    def part(self, owner: Description, predicate: NamedNode, *role: str) -> Description:
        """A node with no name of its own, the same one whenever the record is written."""
        label = canonical([owner.source, owner.subject.value, predicate.value, *role])
        digest = hashlib.sha256(label.encode()).hexdigest()[:32]
        return owner.node(predicate, self.names.skolem(digest))


def keep(description: Description, name: str, value: Any) -> None:
    """Keep a JSON object or array that has no term of its own, as an ``rdf:JSON`` literal."""
    description.add(unmapped(name), Literal(canonical(value), datatype=RDF.JSON))


def keep_all(description: Description, facets: Mapping[str, Any]) -> None:
    """Keep each facet under its name."""
    for name, facet in facets.items():
        keep(description, name, facet)


def unmapped(name: str) -> NamedNode:
    """The property that stands for an OpenLineage name without a term of its own."""
    return UNMAPPED[f"openlineage.{quote(name, safe='')}"]

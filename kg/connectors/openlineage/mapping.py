"""From the state of an entity to its record: pure, and the same record for the same state."""

from __future__ import annotations

from kg.connectors.openlineage.datasets import describe_dataset, describe_version
from kg.connectors.openlineage.events import Identity
from kg.connectors.openlineage.jobs import describe_job
from kg.connectors.openlineage.page import SYSTEM, Page
from kg.connectors.openlineage.runs import describe_run
from kg.connectors.openlineage.state import Key, State
from kg.iri import Names
from kg.model import Record


def describe(names: Names, source: str, key: Key, state: State) -> Record:
    """The record of the run, job, dataset or dataset version that the key names."""
    match key:
        case ("run", run_id):
            page = Page(names, source, names.mint("run", SYSTEM, run_id))
            describe_run(page, run_id, state)
        case ("job", namespace, name):
            page = Page(names, source, names.mint("pipeline", namespace, name))
            describe_job(page, Identity(namespace, name), state)
        case ("dataset", namespace, name):
            page = Page(names, source, names.mint("dataset", namespace, name))
            describe_dataset(page, Identity(namespace, name), state)
        case (_, namespace, name, version):
            subject = names.mint("dataset-version", namespace, name, version)
            page = Page(names, source, subject)
            describe_version(page, Identity(namespace, name), version, state)
    return page.record()

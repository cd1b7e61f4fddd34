"""Datasets and their versions, as events described them."""

from __future__ import annotations

from kg.connectors.openlineage.events import Identity
from kg.connectors.openlineage.facets import describe_facets
from kg.connectors.openlineage.lineage import declared_sources
from kg.connectors.openlineage.page import Page
from kg.connectors.openlineage.state import State
from kg.connectors.openlineage.times import date_time
from kg.namespaces import DCAT, DCT, MLG, PROV


def describe_dataset(page: Page, dataset: Identity, state: State) -> None:
    """State a dataset: its facets, the dataset it was renamed from, what it derives from."""
    page.about.a(MLG.Dataset).add(DCT.title, dataset.name)
    for previous, _ in state.below("previous"):
        page.about.add(DCT.replaces, page.describe_dataset(Identity(*previous)))
    describe_facets(page, state.facets("facet"))
    _derive(page, state)


def describe_version(page: Page, dataset: Identity, version: str, state: State) -> None:
    """State a dataset version: what it is a version of, when it came to be, its facets."""
    about = page.about.a(MLG.DatasetVersion).add(DCT.title, dataset.name)
    about.add(DCAT.isVersionOf, page.dataset(dataset))
    about.add(DCAT.version, version).add(MLG.contentId, version)
    generated = _generated_at(state)
    if generated:
        about.add(PROV.generatedAtTime, date_time(generated))
    describe_facets(page, state.facets("facet"))
    _derive(page, state)


def _generated_at(state: State) -> str | None:
    """When a run that had it as output first completed, else when it was first spoken of."""
    complete = state.spans.get("COMPLETE")
    spans = [complete] if complete else list(state.spans.values())
    return min((span.first for span in spans), default=None)


def _derive(page: Page, state: State) -> None:
    """What a dataset event declares the dataset to come from: datasets, runs or jobs."""
    for source in declared_sources(state.facets("declared")):
        if source.type == "DATASET":
            page.about.add(PROV.wasDerivedFrom, page.describe_dataset(source.id))
        else:
            relation = PROV.wasGeneratedBy if source.run_id else MLG.writtenBy
            page.about.add(relation, page.describe_job(source.id, source.run_id))

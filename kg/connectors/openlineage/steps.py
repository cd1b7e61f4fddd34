"""What the steps of runs and of pipelines have in common: names, and how sources feed them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from kg.connectors.openlineage.events import Identity
from kg.connectors.openlineage.lineage import OWN_JOB, JobTarget, Source, Step
from kg.connectors.openlineage.page import Page
from kg.connectors.openlineage.state import canonical
from kg.model import Description
from kg.namespaces import MLG, PROV


def step_key(step: Step) -> str:
    """The part of an identifier that tells a step from the others of its run or job."""
    return hashlib.sha256(canonical(step.output).encode()).hexdigest()[:16]


def step_title(job: Identity, step: Step) -> str:
    """What people read for a step."""
    return f"{job.name}: {step.output.name}" if step.output else f"{job.name}: other data"


def feed_run(page: Page, run: Description, sources: Iterable[Source]) -> None:
    """State what fed a run: datasets it used, runs that informed it, jobs whose plan it used."""
    for source in sources:
        if source.type == "DATASET":
            run.add(PROV.used, page.describe_dataset(source.id))
        else:
            relation = PROV.wasInformedBy if source.run_id else PROV.used
            run.add(relation, page.describe_job(source.id, source.run_id))


def feed_plan(page: Page, plan: Description, sources: Iterable[Source]) -> None:
    """State what feeds a pipeline: datasets it reads, and pipelines it takes data from.

    For the latter there is no dataset to name. ``prov:wasDerivedFrom`` is the relation between
    plans (entities in PROV) by which the dependency takes part in lineage.
    """
    for source in sources:
        if source.type == "DATASET":
            plan.add(MLG.reads, page.describe_dataset(source.id))
        else:
            plan.add(PROV.wasDerivedFrom, page.describe_job(source.id))


def feed_targets(page: Page, own: Source, targets: Iterable[JobTarget]) -> None:
    """State what a lineage facet says of data that flows into other jobs or their runs."""
    for target in targets:
        sources = {own if source == OWN_JOB else source for source in target.sources}
        job = target.job
        described = page.other(page.describe_job(job.id, job.run_id))
        feed = feed_run if job.run_id else feed_plan
        feed(page, described, sources)

"""Jobs, stated as pipelines: their facets, and the lineage that job events declare.

Where it is known which output comes from which inputs, the pipeline itself reads and writes
nothing; each output has a step of its own, part of the pipeline and derived from it. What
depends on the pipeline (every run of it does) then depends on no input by way of it.
"""

from __future__ import annotations

from kg.connectors.openlineage.events import Identity
from kg.connectors.openlineage.facets import describe_facets
from kg.connectors.openlineage.lineage import Flows, Source, Step, flows
from kg.connectors.openlineage.page import Page
from kg.connectors.openlineage.state import State
from kg.connectors.openlineage.steps import feed_plan, feed_targets, step_key, step_title
from kg.model import Description
from kg.namespaces import DCT, MLG, PROV


def describe_job(page: Page, job: Identity, state: State) -> None:
    """State a job as a pipeline."""
    page.about.a(MLG.Pipeline).add(DCT.title, job.name)
    facets = state.facets("facet")
    describe_facets(page, facets)
    inputs, outputs = state.value("declared", "inputs"), state.value("declared", "outputs")
    if inputs is None and outputs is None:
        return
    own = Source("JOB", job)
    known = flows(
        own,
        {Identity(*dataset) for dataset in inputs or ()},
        {Identity(*dataset): state.facets("flow", *dataset) for dataset in outputs or ()},
        facets.get("lineage"),
    )
    _whole(page, job, known)
    for step in known.steps:
        plan = _step(page, job, step)
        feed_plan(page, plan, step.sources)
        if step.output:
            plan.add(MLG.writes, page.describe_dataset(step.output))
    feed_targets(page, own, known.targets)


def _whole(page: Page, job: Identity, known: Flows) -> None:
    if not (known.inputs or known.outputs or known.sources):
        return
    plan = _step(page, job, Step(None, frozenset())) if known.steps else page.about
    plan.add(MLG.reads, *(page.dataset(dataset) for dataset in known.inputs))
    plan.add(MLG.writes, *(page.dataset(dataset) for dataset in known.outputs))
    feed_plan(page, plan, known.sources)


def _step(page: Page, job: Identity, step: Step) -> Description:
    plan = page.other(page.names.mint("pipeline", *job, step_key(step)))
    plan.a(MLG.Pipeline).add(DCT.title, step_title(job, step))
    plan.add(DCT.isPartOf, page.about.subject).add(PROV.wasDerivedFrom, page.about.subject)
    return plan

"""The tour: real recorded metadata becomes a graph that is asked, checked and served."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Final

import click

from kg.app import KnowledgeGraph
from kg.assets import asset
from kg.cli import output
from kg.config import DataDirectory

_STEPS: Final = (
    (
        "What an MLflow tracking server says, as it was recorded from a real one",
        ("ingest", "mlflow", "{examples}/mlflow.jsonl"),
    ),
    (
        "What the pipelines that made the data said, by OpenLineage",
        ("ingest", "openlineage", "{examples}/openlineage.jsonl"),
    ),
    (
        "What people know besides: teams, services, deployments, an A/B test",
        ("apply", "{examples}/estate.yaml"),
    ),
    ("Where did this model come from, down to the raw data?", ("lineage", "{model}")),
    ("What breaks if this dataset changes, and who has to know?", ("impact", "{dataset}")),
    ("By which way?", ("path", "{dataset}", "{service}")),
    (
        "What is in production, and at what risk? A named query in SPARQL",
        ("query", "--name", "live-models"),
    ),
    ("Is it all as it should be?", ("validate",)),
    ("The catalog for others to harvest", ("export", "dcat-ap", "--output", "{data}/catalog.ttl")),
    ("And the whole", ("info",)),
)

_SUBJECTS: Final = {
    "model": "model-version:mlflow/churn/3",
    "dataset": "dataset:s3://lake/raw/subscribers",
    "service": "service:org/retention-offers",
}


@click.command()
@click.option("--serve/--no-serve", default=True, help="Serve the graph at the end, or stop there.")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=7077, show_default=True, type=click.IntRange(0, 65535))
@click.pass_context
def demo(ctx: click.Context, serve: bool, host: str, port: int) -> None:
    """Load recorded examples into a graph, ask it, check it, and serve it.

    Every step is a command that you can type yourself.
    """
    data: Path = ctx.obj
    if not DataDirectory(data).exists():
        KnowledgeGraph.create(data).close()
        output.say(f"made a graph in {data}")
    known = {"examples": str(asset("examples")), "data": str(data), **_SUBJECTS}
    for title, step in _STEPS:
        arguments = [part.format(**known) for part in step]
        output.heading(title, f"kg --data {data} {shlex.join(arguments)}")
        _run(ctx, arguments)
    if serve:
        output.heading("Open it in a browser", f"kg --data {data} serve --port {port}")
        _run(ctx, ["serve", "--host", host, "--port", str(port)])
    else:
        output.heading("To serve it", f"kg --data {data} serve")


def _run(ctx: click.Context, arguments: list[str]) -> None:
    """Run a command of ours as typed, whatever its exit code."""
    root = ctx.find_root()
    if isinstance(root.command, click.Group):
        name, command, rest = root.command.resolve_command(root, arguments)
        if command is not None:
            with command.make_context(name, rest, parent=root) as step:
                command.invoke(step)

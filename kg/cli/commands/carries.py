"""What flows into a thing along lineage, from where and by which way."""

from __future__ import annotations

from pathlib import Path

import click

from kg.app.carried import carried
from kg.cli import output
from kg.cli.options import format_option, open_graph
from kg.namespaces import compact
from kg.propagation import Carried


@click.command()
@click.argument("asset")
@click.option(
    "--label",
    "labels",
    multiple=True,
    metavar="LABEL",
    help="Tell this label or kind alone, such as pd:EmailAddress or retraction.",
)
@format_option
@click.pass_obj
def carries(data: Path, asset: str, labels: tuple[str, ...], format_: str) -> None:
    """Show which labels ASSET carries from itself and from what it was made of.

    Labels are categories of personal data, special categories, consent, licences, what these
    forbid, retraction and deprecation.
    """
    with open_graph(data) as graph:
        names = graph.names
        answer = carried(graph, asset, labels)
        if format_ == "json":
            output.print_json(answer.to_json(names))
            return
        output.say(f"{names.short(answer.asset)} carries")
        output.print_table(
            ("kind", "label", "marks", "way to its origin"),
            [
                (
                    fact.kind_name,
                    "" if fact.label == fact.kind else compact(fact.label.value),
                    _marks(fact),
                    " ".join(names.short(thing) for thing in fact.way),
                )
                for fact in answer.carries
            ],
        )
        output.say(f"{len(answer.carries)} in all, revision {answer.revision}")


def _marks(fact: Carried) -> str:
    marks = {"weakened": fact.weakened, "unpinned": fact.unpinned}
    return ", ".join(mark for mark, steps in marks.items() if steps)

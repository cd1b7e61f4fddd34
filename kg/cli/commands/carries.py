"""What flows into a thing along lineage, from where and by which way."""

from __future__ import annotations

from pathlib import Path

import click

from kg.cli import output
from kg.cli.options import format_option, open_graph
from kg.namespaces import compact
from kg.propagation import Carried, carried_by, with_facts


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
        node, names = graph.resolve(asset), graph.names
        found = [c for c in carried_by(with_facts(graph.store), node) if _is_asked(c, labels)]
        if format_ == "json":
            told = [carried.to_json(names) for carried in found]
            revision = graph.revision
            output.print_json({"asset": names.short(node), "revision": revision, "carries": told})
            return
        output.say(f"{names.short(node)} carries")
        output.print_table(
            ("kind", "label", "marks", "way to its origin"),
            [
                (
                    carried.kind_name,
                    "" if carried.label == carried.kind else compact(carried.label.value),
                    _marks(carried),
                    " ".join(names.short(thing) for thing in carried.way),
                )
                for carried in found
            ],
        )
        output.say(f"{len(found)} in all, revision {graph.revision}")


def _is_asked(carried: Carried, labels: tuple[str, ...]) -> bool:
    known = {carried.kind_name, carried.label.value, compact(carried.label.value)}
    return not labels or not known.isdisjoint(labels)


def _marks(carried: Carried) -> str:
    marks = {"weakened": carried.weakened, "unpinned": carried.unpinned}
    return ", ".join(mark for mark, steps in marks.items() if steps)

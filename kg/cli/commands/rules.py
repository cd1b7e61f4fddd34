"""Governance rules: what there is, what each says, and writing one's own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from kg.app.rules import KnownRule, find_rule, known_rules, rule_coverage, try_file
from kg.cli import output
from kg.cli.options import format_option, open_graph
from kg.config import DataDirectory
from kg.instants import read_instant
from kg.namespaces import compact
from kg.shacl.lint import lint as lint_file

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.group()
def rules() -> None:
    """List, explain, try and check the governance rules that kg validate asks.

    A rule of your own is a Turtle file in the folder shapes/ of the data directory.
    """


@rules.command("list")
@click.option("--pack", help="The rules of this pack alone.")
@format_option
@click.pass_obj
def list_(data: Path, pack: str | None, format_: str) -> None:
    """List the rules, with the packs they are in and the day from which each applies."""
    found = [k for k in known_rules(DataDirectory(data)) if pack is None or pack in k.packs]
    if format_ == "json":
        output.print_json([_json(known) for known in found])
        return
    columns = ("rule", "title", "severity", "from", "packs")
    output.print_table(columns, (_row(known) for known in found))


@rules.command()
@click.argument("name")
@format_option
@click.pass_obj
def show(data: Path, name: str, format_: str) -> None:
    """Show all that rule NAME says of itself: what it demands, by which texts, and what to do."""
    known = find_rule(DataDirectory(data), name)
    if format_ == "json":
        output.print_json(_json(known))
        return
    rule = known.rule
    output.say(f"{rule.name} {rule.title}")
    output.say(rule.definition)
    output.say(f"severity: {rule.severity.lower()}{'' if rule.waivable else ', cannot be waived'}")
    output.say(f"applies from: {rule.effective_from or 'always'}")
    if rule.risk_levels:
        output.say(f"to risk levels: {', '.join(map(compact, rule.risk_levels))}")
    output.say(f"packs: {', '.join(known.packs)}")
    output.say(f"what to do: {rule.remedy}")
    for source in rule.sources:
        replaced = f" (replaced by {source.replaced_by})" if source.replaced_by else ""
        output.say(f"source: {source.title}{replaced}")
    output.say(f"version: {rule.version}")
    output.say(f"evidence query:\n{rule.evidence}")


@rules.command("test")
@click.argument("file", type=_FILE)
@click.argument("examples", nargs=-1, type=_FILE)
@click.option("--as-of", metavar="TIME", help="Judge at this instant (RFC 3339), not now.")
@click.pass_obj
def test(data: Path, file: Path, examples: tuple[Path, ...], as_of: str | None) -> int:
    """Try the rules of FILE on example data: pass….ttl, fail….ttl, near-miss….ttl.

    Taken from the folder examples/NAME beside NAME.ttl, unless EXAMPLES are given. Exit 1 where
    an example does not give what its name, or expected.yaml beside it, says.
    """
    moment = None if as_of is None else read_instant(as_of)
    trials = try_file(DataDirectory(data), file, examples, moment)
    for trial in trials:
        verdict = "ok  " if trial.as_expected else "FAIL"
        output.say(f"{verdict} {trial.file.name}: {len(trial.found)} findings")
        if not trial.as_expected:
            for result in trial.found:
                output.say(f"     {result.level.lower()} {result.message}")
    failed = sum(not trial.as_expected for trial in trials)
    output.say(f"{len(trials) - failed} of {len(trials)} examples as expected")
    return 1 if failed else 0


@rules.command()
@click.argument("file", type=_FILE)
def lint(file: Path) -> int:
    """Check that the rules of FILE are well formed; one line for each fault, exit 1 if any."""
    faults = lint_file(file)
    for fault in faults:
        output.say(fault)
    if not faults:
        output.say("well formed")
    return 1 if faults else 0


@rules.command()
@format_option
@click.pass_obj
def coverage(data: Path, format_: str) -> None:
    """Tell how many things each rule is asked of, and which assets no rule is asked of."""
    with open_graph(data) as graph:
        found = rule_coverage(graph)
        without = [graph.names.short(node.value) for node in found.assets_without]
    focus = {rule.name: number for rule, number in found.focus.items()}
    if format_ == "json":
        sources = {title: list(names) for title, names in found.sources.items()}
        output.print_json({"focusNodes": focus, "withoutRule": without, "sources": sources})
        return
    titles = {rule.name: rule.title for rule in found.focus}
    output.print_table(
        ("rule", "asked of", "title"), ((name, n, titles[name]) for name, n in focus.items())
    )
    output.say()
    output.print_table(
        ("source", "rules"), ((title, ", ".join(names)) for title, names in found.sources.items())
    )
    output.say()
    output.say(f"assets that no rule is asked of: {', '.join(without) or 'none'}")


def _row(known: KnownRule) -> tuple[str, ...]:
    rule = known.rule
    return (
        *(rule.name, rule.title, rule.severity.lower(), rule.effective_from or ""),
        ", ".join(known.packs),
    )


def _json(known: KnownRule) -> dict[str, Any]:
    rule = known.rule
    return {
        "name": rule.name,
        "iri": rule.iri,
        "title": rule.title,
        "definition": rule.definition,
        "severity": rule.severity,
        "waivable": rule.waivable,
        "effectiveFrom": rule.effective_from,
        "riskLevels": [compact(level) for level in rule.risk_levels],
        "packs": list(known.packs),
        "sources": [
            {"iri": s.iri, "title": s.title, "replacedBy": s.replaced_by} for s in rule.sources
        ],
        "remedy": rule.remedy,
        "version": rule.version,
        "evidenceQuery": rule.evidence,
    }

"""The commands, one module a concern, in the order that ``kg --help`` lists them."""

from __future__ import annotations

from typing import Final

import click

from kg.cli.commands.admin import info, init, rebuild
from kg.cli.commands.apply import apply, withdraw
from kg.cli.commands.demo import demo
from kg.cli.commands.export import export
from kg.cli.commands.history import history
from kg.cli.commands.ingest import ingest
from kg.cli.commands.lineage import impact, lineage, path
from kg.cli.commands.query import query
from kg.cli.commands.serve import serve
from kg.cli.commands.validate import validate

_ORDER: Final = (
    init,
    apply,
    withdraw,
    ingest,
    lineage,
    impact,
    path,
    query,
    validate,
    export,
    history,
    rebuild,
    serve,
    demo,
    info,
)

COMMANDS: Final[dict[str, click.Command]] = {str(command.name): command for command in _ORDER}

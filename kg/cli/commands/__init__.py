"""The commands, one module a concern, in the order that ``kg --help`` lists them.

Each is imported when it is called: validating needs libraries that take a second to load, and
neither asking for lineage nor the list of commands should wait for them.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class Listed(NamedTuple):
    """A command: the module below this package, its name there, and what it does in a line."""

    module: str
    attribute: str
    summary: str


COMMANDS: Final[dict[str, Listed]] = {
    "init": Listed("admin", "init", "Make an empty graph."),
    "apply": Listed("apply", "apply", "Put the records of FILES into the curated source."),
    "withdraw": Listed(
        "apply",
        "withdraw",
        "Remove what a source says of ASSETS; what other sources say stays, and so does history.",
    ),
    "ingest": Listed(
        "ingest",
        "ingest",
        "Read metadata from another system; what did not change there changes nothing here.",
    ),
    "quarantine": Listed(
        "quarantine",
        "quarantine",
        "Look after records that were not let in, for they break a structure shape.",
    ),
    "lineage": Listed(
        "lineage",
        "lineage",
        "Show what ASSET was made from, or what was made from it.",
    ),
    "impact": Listed(
        "lineage",
        "impact",
        "Show what depends on ASSET, what is live first, and who owns it.",
    ),
    "path": Listed(
        "lineage",
        "path",
        "Show a shortest way by which TO depends on FROM, or FROM on TO.",
    ),
    "carries": Listed(
        "carries",
        "carries",
        "Show which labels ASSET carries from itself and from what it was made of.",
    ),
    "query": Listed(
        "query",
        "query",
        "Evaluate SPARQL from FILE, standard input (-) or a named query.",
    ),
    "validate": Listed(
        "validate",
        "validate",
        "Check the graph against structure and governance shapes;"
        " exit 1 where it does not conform.",
    ),
    "gate": Listed(
        "gate",
        "gate",
        "Ask whether ASSET may be promoted or removed, or a change be made; exit 1 where not.",
    ),
    "findings": Listed(
        "findings",
        "findings",
        "List what does not conform: since when, by which change, and what a waiver accepts.",
    ),
    "rules": Listed(
        "rules",
        "rules",
        "List, explain, try and check the governance rules that kg validate asks.",
    ),
    "report": Listed(
        "report",
        "report",
        "Write a report of what does not conform, of all or of a part.",
    ),
    "document": Listed(
        "document",
        "document",
        "Fill a document about MODEL-VERSION from the graph.",
    ),
    "waiver": Listed(
        "waiver",
        "waiver",
        "Accept the breach of a rule by one thing until an instant.",
    ),
    "evidence": Listed(
        "evidence",
        "evidence",
        "Write what DEPLOYMENT rests on and was decided by, with what was found, signed.",
    ),
    "evidence-key": Listed(
        "evidence",
        "evidence_key",
        "Make the key that evidence is signed with, readable by you alone.",
    ),
    "verify-evidence": Listed(
        "evidence",
        "verify_evidence",
        "Check an evidence package;"
        " exit 1, and say what differs, where it is not as it was signed.",
    ),
    "export": Listed("export", "export", "Write the graph as linked data that catalogs harvest."),
    "history": Listed(
        "history",
        "history",
        "Show every change of what is said about ASSET, oldest first, with who said it.",
    ),
    "rebuild": Listed("admin", "rebuild", "Make the store anew from the journal, patch by patch."),
    "verify": Listed(
        "findings",
        "verify",
        "Check what was worked out against what it was worked out from; exit 1 where they differ.",
    ),
    "serve": Listed("serve", "serve", "Serve the SPARQL endpoint and the pages; ends with Ctrl-C."),
    "token": Listed(
        "token",
        "token",
        "Say who may use the served graph, for what, and until when.",
    ),
    "demo": Listed(
        "demo",
        "demo",
        "Load recorded examples into a graph, ask it, check it, and serve it.",
    ),
    "info": Listed("admin", "info", "Show what the graph holds: counts by type, revision, base."),
}
"""The commands by name."""

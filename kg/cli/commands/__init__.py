"""The commands, one module a concern, in the order that ``kg --help`` lists them.

Each is imported when it is called: validating needs libraries that take a second to load, and
asking for lineage should not wait for them.
"""

from __future__ import annotations

from typing import Final

COMMANDS: Final[dict[str, str]] = {
    "init": "admin:init",
    "apply": "apply:apply",
    "withdraw": "apply:withdraw",
    "ingest": "ingest:ingest",
    "quarantine": "quarantine:quarantine",
    "lineage": "lineage:lineage",
    "impact": "lineage:impact",
    "path": "lineage:path",
    "carries": "carries:carries",
    "query": "query:query",
    "validate": "validate:validate",
    "gate": "gate:gate",
    "findings": "findings:findings",
    "rules": "rules:rules",
    "report": "report:report",
    "document": "document:document",
    "waiver": "waiver:waiver",
    "evidence": "evidence:evidence",
    "evidence-key": "evidence:evidence_key",
    "verify-evidence": "evidence:verify_evidence",
    "export": "export:export",
    "history": "history:history",
    "rebuild": "admin:rebuild",
    "verify": "findings:verify",
    "serve": "serve:serve",
    "token": "token:token",
    "demo": "demo:demo",
    "info": "admin:info",
}
"""The module below this package and the command in it, by name."""

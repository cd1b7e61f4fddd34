"""Asks the gate of a served graph, with nothing but Python: exit 0 allowed, 1 refused, 2 failed.

Each option can be given by an environment variable, as build servers do: KG_URL, KG_TOKEN (which
is never an option, so that no list of processes shows it), GATE_ASSET, GATE_PURPOSE, GATE_CHANGE,
GATE_VERDICT, GATE_DRY_RUN. A token is needed unless it is a dry run.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ALLOWED, REFUSED, FAILED = 0, 1, 2
_SECONDS = 60


class GateError(Exception):
    """The gate could not be asked, or did not understand the question."""


def ask(url: str, question: Mapping[str, Any], token: str = "") -> dict[str, Any]:
    """The verdict on a question; raises :class:`GateError`."""
    if not url.startswith(("http://", "https://")):
        raise GateError(f"{url!r} is no http or https address")
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    body = json.dumps(question).encode()
    request = urllib.request.Request(f"{url.rstrip('/')}/api/gate", body, headers)
    try:
        with urllib.request.urlopen(request, timeout=_SECONDS) as response:
            verdict: dict[str, Any] = json.load(response)
    except urllib.error.HTTPError as error:
        raise GateError(_detail(error)) from error
    except (OSError, ValueError) as error:
        raise GateError(f"{url} does not answer: {error}") from error
    return verdict


def reasons(verdict: Mapping[str, Any]) -> list[str]:
    """What refuses, one line each, with what to do about it."""
    return [
        f"{found['rule']}: {found['message']} ({found['remedy']})"
        for found in verdict["findings"]
        if found["refuses"]
    ]


def _detail(error: urllib.error.HTTPError) -> str:
    try:
        return str(json.load(error)["detail"])
    except (ValueError, KeyError, TypeError):
        return f"the gate answers {error.code}"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    given = os.environ.get
    parser.add_argument("--url", default=given("KG_URL", "http://localhost:7077"))
    parser.add_argument("--asset", default=given("GATE_ASSET"))
    parser.add_argument("--for", dest="purpose", default=given("GATE_PURPOSE"))
    parser.add_argument("--with", dest="change", default=given("GATE_CHANGE"), help="a JSON file")
    parser.add_argument("--verdict", default=given("GATE_VERDICT"), help="where to write it")
    dry = given("GATE_DRY_RUN", "") == "true"
    parser.add_argument("--dry-run", action="store_true", default=dry)
    return parser.parse_args()


def _question(given: argparse.Namespace) -> dict[str, Any]:
    question = {"asset": given.asset, "purpose": given.purpose}
    if given.change:
        question["change"] = json.loads(Path(given.change).read_text(encoding="utf-8"))
    return {"dryRun": given.dry_run, **{name: told for name, told in question.items() if told}}


def main() -> int:
    """Ask as the command line says."""
    given = _arguments()
    try:
        verdict = ask(given.url, _question(given), os.environ.get("KG_TOKEN", ""))
    except (GateError, OSError, ValueError) as error:
        print(f"gate: {error}", file=sys.stderr)
        return FAILED
    if given.verdict:
        Path(given.verdict).write_text(json.dumps(verdict, indent=2), encoding="utf-8")
    about = verdict["asset"] or "the change"
    print(f"{'allowed' if verdict['allowed'] else 'refused'}: {about} for {verdict['purpose']}")
    for reason in reasons(verdict):
        print(f"- {reason}")
    return ALLOWED if verdict["allowed"] else REFUSED


if __name__ == "__main__":
    sys.exit(main())

"""The quarantine beside a server: the server judges, and lets in what is retried."""

from __future__ import annotations

import json
from pathlib import Path

import httpx
from beside import Outcome, Serve, Server, run

_SANE = "- {id: 'run:t/a', type: Run}\n"
_BAD = "- {id: 'deployment:t/x', type: Deployment, deploys: 'model:t/m', servedBy: 'service:t/s'}\n"
_MODEL = "- {id: 'model:t/m', type: Model}\n"


def _apply(data: Path, text: str, *options: str) -> Outcome:
    file = data.parent / "given.yaml"
    file.write_text(text, encoding="utf-8")
    return run(data, "apply", *options, file)


def _held(data: Path) -> list[dict[str, object]]:
    done = run(data, "quarantine", "list", "--format", "json")
    assert done.code == 0, done.err
    found: list[dict[str, object]] = json.loads(done.out)
    return found


def _served(server: Server) -> list[str]:
    answer = httpx.get(f"{server.url}api/quarantine").json()
    assert answer["total"] == len(answer["entries"])
    return [entry["record"] for entry in answer["entries"]]


def test_the_life_of_an_entry(data: Path, serve: Serve) -> None:
    """Refused, told, retried in vain, mended elsewhere, let in; dropped where not wanted."""
    server = serve(data)
    assert _apply(data, _MODEL).code == 0
    tried = _apply(data, _BAD + _SANE, "--dry-run")
    assert (tried.code, "1 quarantined; nothing was written" in tried.out) == (2, True)
    assert _held(data) == []
    refused = _apply(data, _BAD + _SANE)
    assert refused.code == 2
    assert "1 records changed" in refused.out
    assert "1 quarantined" in refused.out
    assert "quarantined" in refused.err
    (entry,) = _held(data)
    assert _served(server) == [entry["record"]] == ["deployment:t/x"]
    shown = run(data, "quarantine", "show", entry["id"])
    assert shown.code == 0
    assert "What to do: State deploys (one model version)" in shown.out
    assert '"deploys": "model:t/m"' in shown.out
    again = run(data, "quarantine", "retry", entry["id"])
    assert (again.code, "0 let in, 1 still held" in again.out) == (2, True)
    assert run(data, "withdraw", "model:t/m").code == 0
    done = run(data, "quarantine", "retry", "--all", "--format", "json")
    assert done.code == 0
    assert json.loads(done.out)["admitted"] == [entry["id"]]
    assert _served(server) == []
    assert run(data, "lineage", "deployment:t/x").code == 0
    assert _apply(data, _MODEL).code == 0
    assert _apply(data, _BAD.replace("type", "title: x, type")).code == 2
    dropped = run(data, "quarantine", "drop", entry["id"], "--yes")
    assert (dropped.code, dropped.out) == (0, "dropped 1\n")
    missing = run(data, "quarantine", "show", entry["id"])
    assert missing.code == 2
    assert "in the quarantine" in missing.err


def test_all_or_nothing(data: Path, serve: Serve) -> None:
    """Nothing enters and nothing is held; the error says why."""
    serve(data)
    refused = _apply(data, _SANE + "- {id: 'model-version:t/m/1', type: ModelVersion}", "--atomic")
    assert refused.code == 2
    assert "a version must belong to exactly one asset" in refused.err
    assert _held(data) == []
    assert run(data, "lineage", "run:t/a").code == 2

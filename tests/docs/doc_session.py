"""Running the commands of a document in one shell session, in a folder of its own."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from doc_blocks import Block, Step, blocks, steps

NOT_RUN: Final = ("make ", ". .venv/bin/activate")
"""Commands that set up a machine; the tests have done so already."""

SERVE: Final = "kg serve &"

VOLATILE: Final = (
    (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", "<time of a commit>"),
    (r"^(quads +)\d+", r"\1<number>"),
    (r"^wrote \d+ triples", "wrote <number> triples"),
)
"""What differs from run to run, or with every term of the ontology, and what it is read as."""

_TIMEOUT: Final = 300
_MARK: Final = "\x1e"
_ANYTHING: Final = "…"


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def run(document: Path, folder: Path) -> Iterator[tuple[Step, list[str]]]:
    """Run a document's commands in a folder; yields each with the lines that it printed."""
    port = free_port()
    parts = list(blocks(document))
    todo = [step for part in parts if part.language == "console" for step in steps(part)]
    todo = [step for step in todo if not step.command.startswith(NOT_RUN)]
    output = _shell(_script(parts, port), folder, port)
    pieces = output.split(_MARK)[1:]
    assert len(pieces) == len(todo), output
    for step, piece in zip(todo, pieces, strict=True):
        shown = piece.replace(f"127.0.0.1:{port}", "127.0.0.1:7077")
        yield step, [line.rstrip() for line in shown.splitlines()]


def _script(parts: Sequence[Block], port: int) -> str:
    lines = ["exec 2>&1", "_status=0"]
    for part in parts:
        if part.file is not None:
            lines.append(f"mkdir -p $(dirname {part.file}); cat > {part.file} <<'END-OF-FILE'")
            lines += [part.text.rstrip("\n"), "END-OF-FILE"]
        elif part.language == "console":
            for step in steps(part):
                if not step.command.startswith(NOT_RUN):
                    lines += _run(step, port)
    return "\n".join([*lines, "kill $(jobs -p) 2> /dev/null; wait", ""])


def _run(step: Step, port: int) -> list[str]:
    # A command sees the exit status of the one before it, not that of the mark.
    lines = [f"printf '{_MARK}'; (exit $_status)"]
    if step.command == SERVE:
        health = "curl -sf http://localhost:7077/health > /dev/null"
        lines += [f"kg serve --port {port} &", f"until {health}; do sleep 0.1; done"]
    else:
        lines.append(step.command)
    return [*lines, "_status=$?"]


def _shell(script: str, folder: Path, port: int) -> str:
    curl = folder / ".curlrc"
    curl.write_text(f'noproxy = "*"\nconnect-to = "localhost:7077:127.0.0.1:{port}"\n')
    environment = {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(folder),
        "CURL_HOME": str(folder),
        "LOGNAME": "me",
        "LANG": "C.UTF-8",
    }
    with subprocess.Popen(
        ["bash", "-c", script],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as shell:
        try:
            return shell.communicate(timeout=_TIMEOUT)[0]
        finally:
            if shell.poll() is None:
                os.killpg(shell.pid, signal.SIGKILL)


def matches(expected: Sequence[str], printed: Sequence[str]) -> bool:
    """Whether the lines are as shown, a line of just ``…`` standing for any number of lines."""
    pattern = "".join(
        r"(?:[^\n]*\n)*?" if line == _ANYTHING else re.escape(_stable(line)) + r"\n"
        for line in expected
    )
    return re.fullmatch(pattern, "".join(f"{_stable(line)}\n" for line in printed)) is not None


def _stable(line: str) -> str:
    for pattern, name in VOLATILE:
        line = re.sub(pattern, name, line)
    return line


def shown(step: Step, printed: Sequence[str]) -> str:
    """For a person: a command, what the document shows, and what was printed."""
    return "\n".join(
        [f"line {step.line}: $ {step.command}", "--- shown", *step.printed, "--- printed", *printed]
    )

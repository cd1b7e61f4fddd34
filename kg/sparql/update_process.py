"""A process that tries one update on a checkpoint of its own, under a memory limit.

Run by :func:`try_in_process` as ``python -m kg.sparql.update_process``: a trial as JSON comes on
standard input, the delta goes to standard output, a line a quad, and a last line says that it is
whole. An update can take all the memory and time there is, as a query can.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from kg.errors import QueryAborted, QueryTimeout
from kg.sparql.environment import environment
from kg.sparql.messages import decode_failure, encode_failure
from kg.sparql.streaming import start_evaluation_thread
from kg.store.scratch import Delta, Step, Trial, try_on_checkpoint
from kg.terms import Quad, RdfFormat, parse

_END: Final = "."


def try_in_process(folder: Path, trial: Trial, *, timeout: float, memory_limit: int) -> Delta:
    """Try an update on a checkpoint, which is used up by it.

    Raises what :func:`kg.store.scratch.try_on_checkpoint` does, :class:`QueryTimeout` after the
    seconds of ``timeout``, :class:`QueryAborted` where the process dies.
    """
    request = {"folder": str(folder), "memory": memory_limit, "trial": asdict(trial)}
    try:
        done = subprocess.run(  # noqa: S603 - our own module
            [sys.executable, "-m", __name__],
            input=json.dumps(request),
            capture_output=True,
            timeout=timeout,
            env=environment(),
            text=True,
            encoding="utf-8",
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise QueryTimeout(f"the update was stopped after {timeout:g} seconds") from None
    if done.stdout.startswith("!"):
        raise decode_failure(done.stdout.encode())
    lines = done.stdout.splitlines()
    if lines[-1:] != [_END]:
        raise QueryAborted("the update was stopped: it needs too much memory or is too complex")
    return Delta(_read(lines, "D "), _read(lines, "A "))


def _read(lines: list[str], mark: str) -> list[Quad]:
    text = "\n".join(line.removeprefix(mark) for line in lines if line.startswith(mark))
    return list(parse(text, format=RdfFormat.N_QUADS))


def main() -> None:
    """Answer the request on standard input."""
    request: dict[str, Any] = json.load(sys.stdin)
    resource.setrlimit(resource.RLIMIT_AS, (request["memory"], request["memory"]))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    fields = request["trial"]
    trial = Trial(**{**fields, "steps": [Step(**step) for step in fields["steps"]]})
    start_evaluation_thread(lambda: _answer(Path(request["folder"]), trial)).join()


def _answer(folder: Path, trial: Trial) -> None:
    try:
        delta = try_on_checkpoint(folder, trial)
    except BaseException as error:
        sys.stdout.write(encode_failure(error).decode())
        return
    for mark, quads in (("D", delta.removed), ("A", delta.added)):
        sys.stdout.writelines(f"{mark} {quad} .\n" for quad in quads)
    sys.stdout.write(f"{_END}\n")


if __name__ == "__main__":
    main()

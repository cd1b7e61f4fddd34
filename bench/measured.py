"""A command, run to its end or to a limit: its time, its processors' time, and its memory."""

from __future__ import annotations

import os
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass


@dataclass(frozen=True)
class Measured:
    """Seconds that passed, seconds of processor time, megabytes at the peak, and the output.

    ``failure`` says why there is no output; it is empty where there is one.
    """

    seconds: float
    work: float
    peak: float
    output: str
    failure: str = ""


def measured(command: list[str], limit: float | None) -> Measured:
    """Run a command for so many seconds at most."""
    over = threading.Event()
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as errors:
        started = time.perf_counter()
        process = subprocess.Popen(command, stdout=output, stderr=errors)

        def end() -> None:
            over.set()
            process.kill()

        timer = threading.Timer(limit, end) if limit else None
        if timer:
            timer.start()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.perf_counter() - started
        if timer:
            timer.cancel()
        output.seek(0)
        errors.seek(0)
        failure = ""
        if over.is_set():
            failure = f"over {limit:.0f} s"
        elif process.returncode:
            failure = (errors.read().strip().splitlines() or [f"exit {process.returncode}"])[-1]
        work = used.ru_utime + used.ru_stime
        return Measured(seconds, work, used.ru_maxrss / 1024, output.read(), failure[:80])

"""A command, run to its end or to a limit: its time, its processors' time, and its memory."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

_TICK: Final = 0.05


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
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as errors:
        started = time.perf_counter()
        process = subprocess.Popen(command, stdout=output, stderr=errors)
        peak, over, ended = 0.0, False, 0
        while not ended:
            peak = max(peak, _peak(process.pid))
            ended, status, used = os.wait4(process.pid, os.WNOHANG)
            if not ended:
                if limit and time.perf_counter() - started > limit:
                    over = True
                    process.kill()
                time.sleep(_TICK)
        seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        failure = f"over {limit:.0f} s" if over else _failure(process.returncode, errors)
        output.seek(0)
        work = used.ru_utime + used.ru_stime
        return Measured(seconds, work, peak, output.read(), failure)


def _peak(process: int) -> float:
    """The most memory that a process has had so far.

    Not ``ru_maxrss``, in which the memory of the process that started it counts too.
    """
    try:
        status = Path(f"/proc/{process}/status").read_text()
    except OSError:
        return 0.0
    told = [line for line in status.splitlines() if line.startswith("VmHWM:")]
    return int(told[0].split()[1]) / 1024 if told else 0.0


def _failure(code: int, errors: IO[str]) -> str:
    errors.seek(0)
    lines = errors.read().strip().splitlines() if code else []
    return (lines or [f"exit {code}"])[-1][:80] if code else ""

"""What was measured, beside what was aimed at, as a Markdown table."""

import os
import platform
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median


@dataclass(frozen=True)
class Line:
    """One figure. `met` is None for a figure that only serves to compare."""

    what: str
    measured: str
    target: str = ""
    met: bool | None = None

    def __str__(self) -> str:
        verdict = {None: "", True: "met", False: "**not met**"}[self.met]
        return f"| {self.what} | {self.measured} | {self.target} | {verdict} |"


def percentile(values: Iterable[float], percent: float) -> float:
    """The value that `percent` of them do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]


def spread(values: Sequence[float]) -> str:
    """Seconds, as "P50 12 ms, P99 40 ms"."""
    return f"P50 {median(values) * 1000:.1f} ms, P99 {percentile(values, 99) * 1000:.1f} ms"


def write(results: Path, title: str, lines: Sequence[Line]) -> None:
    """Put a section in its place among the results; the others stay as they were measured."""
    before = results.read_text() if results.exists() else ""
    sections = dict(part.split("\n", 1) for part in before.split("\n## ")[1:])
    load = ", ".join(f"{each:.1f}" for each in os.getloadavg())
    table = ["", "| | measured | target | |", "|---|---|---|---|", *map(str, lines)]
    when = f"{datetime.now(UTC):%d %B %Y, %H:%M} UTC, load average {load}"
    pace = f"a core added up {_pace():.0f} million numbers a second"
    sections[title] = "\n".join([*table, "", f"{when}; {pace}.", ""])
    results.write_text(_head() + "".join(f"\n## {name}\n{text}" for name, text in sections.items()))


def _head() -> str:
    return f"""# Benchmarks

Written by `make bench`; `make bench ARGS=touches` repeats one section, `make bench ARGS=figures FULL=1` the figures at
a million leads, too (making them takes minutes). Ratios within a section mean more than
rates: the client, the bot, the local workspace and PostgreSQL share the same cores. A load average above the
number of cores says that others were at work on the machine too. A virtual machine's cores are not always as fast:
each section says how many numbers one added up in a second right after it.

Machine: {_processor()}, {os.cpu_count()} cores, {_memory()} of memory; Python {platform.python_version()};
PostgreSQL 18 from a wheel, `fsync` on, default settings but for a larger `max_wal_size`.
"""


def _pace() -> float:
    """Millions of additions a second that Python does on one core right now."""
    turns = 3_000_000
    started = time.perf_counter()
    sum(number for number in range(turns))
    return turns / (time.perf_counter() - started) / 1e6


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":")[1].strip()
    return platform.machine()


def _memory() -> str:
    kilobytes = int(Path("/proc/meminfo").read_text().split()[1])
    return f"{kilobytes / 1024 / 1024:.0f} GB"

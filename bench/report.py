"""What a benchmark found, against its gate, and on which machine."""

import os
import platform
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Final, Literal

from rich.console import Console
from rich.table import Table

WIDTH: Final = 150


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure. Without a gate it is there to be read."""

    name: str
    value: float
    unit: str = ""
    at_most: float | None = None
    at_least: float | None = None
    note: str = ""

    @property
    def verdict(self) -> Literal["pass", "FAIL", ""]:
        """Whether the gate is met; nothing where there is none."""
        if self.at_most is None and self.at_least is None:
            return ""
        low = self.at_least is None or self.value >= self.at_least
        return "pass" if low and (self.at_most is None or self.value <= self.at_most) else "FAIL"

    @property
    def gate(self) -> str:
        """The gate as it is written in the table."""
        parts = ((">=", self.at_least), ("<=", self.at_most))
        return " ".join(f"{sign} {_number(limit)}" for sign, limit in parts if limit is not None)


def show(benchmark: str, figures: Iterable[Figure]) -> None:
    """Print the figures of one benchmark."""
    table = Table(title=benchmark, title_justify="left", box=None, pad_edge=False)
    table.add_column("figure", min_width=52)
    table.add_column("", justify="right", min_width=9)
    table.add_column("", min_width=8)
    table.add_column("gate", min_width=9)
    table.add_column("", min_width=5)
    table.add_column("", style="dim")
    for each in figures:
        table.add_row(each.name, _number(each.value), each.unit, each.gate, each.verdict, each.note)
    console = Console(width=None if sys.stdout.isatty() else WIDTH, highlight=False)
    console.print(table)
    console.print()


def machine() -> str:
    """Processor, cores, system, Python: without them a figure says nothing."""
    cores = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count()
    model = _first_line("/proc/cpuinfo", "model name") or platform.processor() or platform.machine()
    system = f"{platform.system()} {platform.release()}"
    return f"{model}, {cores} cores, {system}, Python {platform.python_version()}"


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which this share of them lies; not a number when there are none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("nan")


def middle(values: Sequence[float]) -> float:
    """The median; not a number when there are none."""
    return median(values) if values else float("nan")


def _number(value: float) -> str:
    if value != value:  # noqa: PLR0124 - not a number
        return "-"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _first_line(file: str, name: str) -> str | None:
    try:
        lines = Path(file).read_text(encoding="utf-8").splitlines()
    except OSError:
        return None
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(name)), None)

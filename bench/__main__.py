"""`python -m bench`: measure, print, say which gates are met. Exits 1 when one is not."""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from bench import assessment, ingest, large, live, policy, starting, wall
from bench.house import House
from bench.report import Figure, machine, show

Benchmark = Callable[[House], Iterator[Figure]]
BENCHMARKS: Final[dict[str, Benchmark]] = {
    "gate1": ingest.singles,
    "gate7": ingest.latency,
    "gate4": ingest.batches,
    "gate16": assessment.one_project,
    "large": large.large,
    "stream": assessment.stream,
    "policy": policy.policy,
    "frames": live.frames,
    "gate11": live.sockets,
    "gate13": live.snapshot,
    "start": starting.start,
    "wall": wall.wall,
}
ALIASES: Final = {"gate6": "gate1"}


def main() -> int:
    """Run what was asked for."""
    asked = _arguments()
    if asked.list:
        for name, benchmark in BENCHMARKS.items():
            print(f"{name:9} {benchmark.__doc__}")
        return 0
    names = [ALIASES.get(name, name) for name in asked.only.split(",")] if asked.only else list(BENCHMARKS)
    if unknown := set(names) - set(BENCHMARKS):
        sys.exit(f"no such benchmark: {', '.join(sorted(unknown))}; --list names them")
    began = time.monotonic()
    print(f"{machine()}\n", flush=True)
    with tempfile.TemporaryDirectory(prefix="nerve-bench-") as made:
        folder = Path(asked.folder or made)
        folder.mkdir(parents=True, exist_ok=True)
        figures = [figure for name in dict.fromkeys(names) for figure in _run(name, House(folder))]
    missed = [figure.name for figure in figures if figure.verdict == "FAIL"]
    gated = sum(1 for figure in figures if figure.verdict)
    print(f"{gated - len(missed)} of {gated} gates met in {time.monotonic() - began:.0f} s")
    for name in missed:
        print(f"  missed: {name}")
    return 1 if missed else 0


def _run(name: str, house: House) -> list[Figure]:
    figures = list(BENCHMARKS[name](house))
    show(f"{name}: {(BENCHMARKS[name].__doc__ or '').strip()}", figures)
    house.tidy()
    return figures


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--only", help="run only these, with commas between them")
    parser.add_argument("--list", action="store_true", help="say what there is, and stop")
    parser.add_argument("--folder", help="keep the seeded database in this folder for the next run")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())

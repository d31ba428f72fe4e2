"""Every check and every test, and one total as the last line: `N passed, N failed`.

The checks run two at a time; each counts as one in the total. Then the tests run, a process more than
there are cores, as many tests wait, and last the journeys in processes of their own, because Playwright's
sync API leaves an event loop running behind it.

    python -m tests.run all | check | tests | journeys
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as ET

ROOT: Final = Path(__file__).parents[1]
FRONTEND: Final = ROOT / "frontend"
JOURNEYS: Final = "tests/journeys"
CORES: Final = os.cpu_count() or 1
SIDE_BY_SIDE: Final = (f"--numprocesses={min(CORES + 1, 4)}", "--dist=loadfile")
"""The tests of a file stay together, as they share what they started."""
NO_TESTS: Final = 5
"""pytest's exit code for an empty folder."""


@dataclass(frozen=True, slots=True)
class Tally:
    """How many passed, failed and were skipped."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(self.passed + other.passed, self.failed + other.failed, self.skipped + other.skipped)

    def __str__(self) -> str:
        skipped = f", {self.skipped} skipped" if self.skipped else ""
        return f"{self.passed} passed, {self.failed} failed{skipped}"


@dataclass(frozen=True, slots=True)
class Check:
    """A command that is right when it exits with 0."""

    name: str
    command: Sequence[str]
    folder: Path = ROOT


def checks() -> tuple[Check, ...]:
    """The longest first, so that the others fit beside it."""
    typed = [name for name in ("app", "bench", "migrations", "scripts", "tests") if (ROOT / name).is_dir()]
    return (
        Check("eslint, prettier", ("npm", "run", "--silent", "lint"), FRONTEND),
        Check("mypy", ("mypy", "--no-error-summary", *typed)),
        Check("vitest", ("npm", "run", "--silent", "test"), FRONTEND),
        Check("svelte-check", ("npm", "run", "--silent", "check"), FRONTEND),
        Check("import-linter", ("lint-imports", "--no-logo")),
        Check("ruff", ("ruff", "check", "--quiet", "--output-format=concise", ".")),
        Check("ruff format", ("ruff", "format", "--check", "--quiet", "--output-format=concise", ".")),
        Check("hadolint", ("hadolint", "Dockerfile")),
    )


def run_checks() -> Tally:
    """Two at once; says what failed and shows why."""
    with ThreadPoolExecutor(2) as lanes:
        return sum(lanes.map(run_check, checks()), Tally())


def run_check(check: Check) -> Tally:
    started = time.monotonic()
    done = subprocess.run(
        check.command,
        cwd=check.folder,
        env={**os.environ, "NO_COLOR": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    good = done.returncode == 0
    line = f"{'ok' if good else 'FAILED':6} {check.name:16} {time.monotonic() - started:5.1f} s"
    print(line if good else f"{line}\n{done.stdout}", flush=True)
    return Tally(passed=1) if good else Tally(failed=1)


def run_pytest(*arguments: str) -> Tally:
    """One pytest process; what it prints goes straight to the terminal."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "junit.xml"
        code = run_to_its_end(sys.executable, "-m", "pytest", "-q", f"--junit-xml={report}", *arguments)
        tally = sum(map(tally_of, read_suites(report)), Tally())
    if code not in (0, NO_TESTS) and not tally.failed:
        return tally + Tally(failed=1)
    return tally


def run_to_its_end(*command: str) -> int:
    """Its exit code; on Ctrl-C it is given the time to stop the servers it started."""
    with subprocess.Popen(command, cwd=ROOT) as process:
        try:
            return process.wait()
        except KeyboardInterrupt:
            process.wait()
            raise


def read_suites(report: Path) -> Iterator[ET.Element]:
    if report.exists():
        yield from ET.parse(report).getroot().iter("testsuite")  # noqa: S314 - pytest wrote it a moment ago


def tally_of(suite: ET.Element) -> Tally:
    failed = int(suite.attrib["failures"]) + int(suite.attrib["errors"])
    skipped = int(suite.attrib["skipped"])
    return Tally(int(suite.attrib["tests"]) - failed - skipped, failed, skipped)


def run_tests() -> Tally:
    """Files keep their order."""
    return run_pytest(f"--ignore={JOURNEYS}", "--no-loadscope-reorder", *SIDE_BY_SIDE)


def run_journeys() -> Tally:
    """The files with the most tests first: they take the longest."""
    return run_pytest(JOURNEYS, "--screenshot=only-on-failure", *SIDE_BY_SIDE)


RUNS: Final = {
    "all": (run_checks, run_tests, run_journeys),
    "check": (run_checks,),
    "tests": (run_tests,),
    "journeys": (run_journeys,),
}


def main() -> int:
    if len(sys.argv) != 2 or sys.argv[1] not in RUNS:
        sys.exit(__doc__)
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    try:
        total = sum((run() for run in RUNS[sys.argv[1]]), Tally())
    except KeyboardInterrupt:
        return 130
    print(total)
    return 1 if total.failed else 0


if __name__ == "__main__":
    sys.exit(main())

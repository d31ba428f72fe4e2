"""The processes under measurement: started on loopback, read from /proc, always stopped."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Final, Self

import httpx

NERVE: Final = Path(sys.executable).with_name("nerve")
_TICK: Final = os.sysconf("SC_CLK_TCK")
_STARTS_WITHIN_S: Final = 30.0
_STOPS_WITHIN_S: Final = 15.0
_HTTP: Final = httpx.Client(trust_env=False, timeout=1)
"""Made once: it reads all certificates of the system."""


def environment(given: Mapping[str, str]) -> dict[str, str]:
    """Ours without any NERVE_ setting of the developer, and what is given."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("NERVE_")}
    return {**clean, "PYTHONUNBUFFERED": "1", **given}


def nerve(url: str, *arguments: str, said: str | None = None) -> str:
    """What a `nerve` command on this database prints."""
    done = subprocess.run(
        [NERVE, *arguments],
        env=environment({"NERVE_DATABASE_URL": url}),
        input=said,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def free_port() -> int:
    """A loopback port that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _ticks(process: str) -> int:
    """Of a process, and of those of its children that have ended."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return sum(map(int, fields[11:15]))


class Process:
    """A server of ours as a process group of its own."""

    def __init__(
        self, command: Sequence[str | Path], log: Path, *, port: int, env: Mapping[str, str]
    ) -> None:
        self.port, self._command, self._log, self._env = port, command, log, env
        self.url = f"http://127.0.0.1:{port}"
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def pid(self) -> int:
        """Its process id while it runs."""
        assert self._process is not None
        return self._process.pid

    @property
    def cpu_s(self) -> float:
        """Processor time so far, user and system, all threads; of copies that it made of itself as well."""
        made_by = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text(encoding="ascii").split()
        return sum(_ticks(each) for each in (str(self.pid), *made_by)) / _TICK

    @property
    def rss_kb(self) -> int:
        """Resident memory."""
        lines = Path(f"/proc/{self.pid}/status").read_text(encoding="ascii").splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))

    def start(self) -> float:
        """Start; the seconds until it says that it is healthy."""
        began = time.monotonic()
        with self._log.open("ab") as output:
            self._process = subprocess.Popen(
                self._command,
                env=environment(self._env),
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        while not self._healthy():
            if self._process.poll() is not None or time.monotonic() - began > _STARTS_WITHIN_S:
                self.kill()
                raise RuntimeError(f"did not start: {self._log.read_text(errors='replace')}")
            time.sleep(0.01)
        return time.monotonic() - began

    def kill(self) -> None:
        """Kill -9."""
        self._signal(signal.SIGKILL)
        if self._process is not None:
            self._process.wait()

    def stop(self) -> None:
        """Ask it to end, and see to it that it does."""
        self._signal(signal.SIGTERM)
        if self._process is None:
            return
        try:
            self._process.wait(_STOPS_WITHIN_S)
        except subprocess.TimeoutExpired:
            self.kill()

    def _healthy(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), 0.2):
                pass
            return _HTTP.get(f"{self.url}/healthz").is_success
        except (OSError, httpx.TransportError):
            return False

    def _signal(self, number: signal.Signals) -> None:
        if self._process is not None and self._process.poll() is None:
            os.killpg(self._process.pid, number)


class Helper:
    """A Python module of this package in a process of its own, which is told and answers in lines."""

    def __init__(self, module: str, told: str) -> None:
        command = [sys.executable, "-m", module]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment({})
        )
        self.say(told)
        assert self.hear() == "ready", f"{module} did not get ready"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()

    def say(self, line: str) -> None:
        """Tell it something."""
        pipe: IO[Any] | None = self._process.stdin
        assert pipe is not None
        pipe.write(f"{line}\n")
        pipe.flush()

    def hear(self) -> str:
        """The next thing that it says."""
        pipe: IO[str] | None = self._process.stdout
        assert pipe is not None
        line = pipe.readline()
        assert line, "a helper ended early; its error is above"
        return line.strip()


def keep_off_the_others() -> None:
    """Pin this process to the last core, so that the load does not stand in the server's way."""
    if hasattr(os, "sched_setaffinity"):
        cores = sorted(os.sched_getaffinity(0))
        if len(cores) > 1:
            os.sched_setaffinity(0, cores[-1:])

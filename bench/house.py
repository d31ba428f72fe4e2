"""What every benchmark works with: the seeded database once, then a copy of it for each server."""

import shutil
import sqlite3
import sys
import time
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

import httpx

from bench import seeding
from bench.load import BATCH, PATH
from bench.processes import NERVE, Process, free_port, nerve
from bench.seeding import PORTFOLIO

PASSWORD: Final = "correct horse battery"  # noqa: S105 - of nobody, on loopback
EMAIL: Final = "bench@example.org"
_SETTLES_WITHIN_S: Final = 120.0
_ROOT: Final = Path(__file__).parents[1]


class Lane(NamedTuple):
    """Where the pipeline stands."""

    queued: int
    commits: int
    head_seq: int
    assessed_seq: int
    rounds: int
    assessor_cpu_s: float
    lag_ms: int
    revision: int
    loaded: bool


class Product(Process):
    """`nerve serve` on a database."""

    def __init__(self, file: Path, key: str, settings: Mapping[str, str] | None = None) -> None:
        port, self.key, self.file = free_port(), key, file
        env = {"NERVE_DATABASE_URL": f"sqlite:///{file}", **(settings or {})}
        super().__init__([NERVE, "serve", "--port", str(port)], file.with_suffix(".log"), port=port, env=env)
        self._client = httpx.Client(
            base_url=self.url, headers={"Authorization": f"Bearer {key}"}, trust_env=False, timeout=30
        )

    def get(self, path: str) -> httpx.Response:
        """The answer to a GET with the key."""
        return self._client.get(path).raise_for_status()

    def post(self, body: bytes) -> None:
        """Post a batch; a busy recorder is asked again."""
        while (
            answer := self._client.post(PATH, content=body, headers={"Content-Type": BATCH})
        ).status_code == 503:
            time.sleep(0.2)
        assert answer.status_code == 202, answer.text
        assert not any("status" in one for one in answer.json()["results"]), answer.text[:500]

    def lane(self) -> Lane:
        """Where the pipeline stands."""
        told: dict[str, Any] = self.get("/api/v1/pipeline").json()
        [lane] = [one for one in told["portfolios"] if one["id"] == PORTFOLIO]
        return Lane(**{name: {**told, **lane}[name] for name in Lane._fields})

    def settle(self, within_s: float = _SETTLES_WITHIN_S) -> Lane:
        """Wait until the board is in memory and everything recorded is assessed."""
        deadline = time.monotonic() + within_s
        while not (lane := self.lane()).loaded or lane.assessed_seq < lane.head_seq:
            assert time.monotonic() < deadline, f"the assessment does not catch up: {lane}"
            time.sleep(0.05)
        return lane


class House:
    """The folder of a run: the seeded database, its key, and the copies."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._copies = 0
        self.seeded = folder / "seeded.db"
        secret = folder / "key"
        if not secret.exists():
            self._seed(secret)
        self.key = secret.read_text(encoding="ascii")

    def copy(self) -> Path:
        """A fresh copy of the seeded database."""
        self._copies += 1
        file = self.folder / f"copy-{self._copies}.db"
        shutil.copyfile(self.seeded, file)
        return file

    def product(self, **settings: str) -> Product:
        """The product on a fresh copy."""
        return Product(self.copy(), self.key, settings)

    def validator(self) -> Process:
        """The endpoint that only validates."""
        port = free_port()
        command = [
            sys.executable, "-m", "uvicorn", "bench.validating:app", "--port", str(port), "--loop", "uvloop",
            "--http", "httptools", "--no-access-log", "--log-level", "warning", "--no-server-header",
        ]  # fmt: skip
        return Process(command, self.folder / "validator.log", port=port, env={"PYTHONPATH": str(_ROOT)})

    def tidy(self) -> None:
        """Remove the copies."""
        for file in self.folder.glob("copy-*"):
            file.unlink()

    def _seed(self, secret: Path) -> None:
        for file in self.folder.glob("seeded.db*"):
            file.unlink()
        url = f"sqlite:///{self.seeded}"
        nerve(url, "migrate")
        nerve(url, "portfolio", "create", PORTFOLIO, "--name", "Benchmark", "--currency", "EUR")
        nerve(
            url,
            "user",
            "create",
            EMAIL,
            "--name",
            "Bench",
            "--role",
            "admin",
            "--password-stdin",
            said=PASSWORD,
        )
        key = nerve(url, "key", "create", "bench", "--scope", "ingest", "--scope", "read")
        with Product(self.seeded, key, {"NERVE_ROUND_GAP_MS": "0"}) as product:
            for body in seeding.batches(datetime.now(UTC).date()):
                product.post(body)
            product.settle()
        with closing(sqlite3.connect(self.seeded)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        secret.write_text(key, encoding="ascii")

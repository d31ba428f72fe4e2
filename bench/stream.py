"""Events at a steady rate while their server is killed and started again."""

import threading
import time
from itertools import count
from types import TracebackType
from typing import Final, Self

import httpx

from bench.house import Product
from bench.load import BATCH, PATH
from bench.seeding import Reports

_RUNS: Final = count(700_000)


class Stream:
    """Events at a steady rate, whether or not somebody listens: what is not accepted is posted again."""

    def __init__(self, product: Product, per_s: int) -> None:
        self._product, self._size, self._stop = product, max(1, per_s // 10), threading.Event()
        self._thread = threading.Thread(target=self._post, daemon=True)
        self.accepted = 0

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join(60)

    def _post(self) -> None:
        reports = Reports(next(_RUNS))
        headers = {"Authorization": f"Bearer {self._product.key}", "Content-Type": BATCH}
        with httpx.Client(headers=headers, trust_env=False, timeout=10) as client:
            due = time.monotonic()
            while not self._stop.is_set():
                self._until_accepted(client, reports.batch(self._size))
                due = max(due + 0.1, time.monotonic() - 1)
                self._stop.wait(max(0.0, due - time.monotonic()))

    def _until_accepted(self, client: httpx.Client, body: bytes) -> None:
        while not self._stop.is_set():
            try:
                if client.post(f"{self._product.url}{PATH}", content=body).status_code == 202:
                    self.accepted += self._size
                    return
            except httpx.TransportError:
                pass
            self._stop.wait(0.2)

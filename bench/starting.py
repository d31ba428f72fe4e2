"""Starting on an existing database of 1,000 projects, and what the server holds when nothing happens."""

import time
from collections.abc import Iterator
from typing import Final

from bench.house import House
from bench.report import Figure, middle
from bench.seeding import PORTFOLIO

REPEATS: Final = 3


def start(house: House) -> Iterator[Figure]:
    """From starting the process to health, to the board, and memory at rest."""
    health, cpu, board, memory = [], [], [], []
    for _ in range(REPEATS):
        with house.product() as product:
            product.stop()
            began = time.monotonic()
            product.start()
            health.append(time.monotonic() - began)
            cpu.append(product.cpu_s)
            product.get(f"/api/v1/portfolios/{PORTFOLIO}/board")
            board.append(time.monotonic() - began)
            product.settle()
            time.sleep(3)
            memory.append(product.rss_kb / 1024)
    yield Figure("start to healthy", middle(health), "s", note=f"{middle(cpu):.1f} s of processor time")
    yield Figure("start to the board answered, 1,000 projects", middle(board), "s", at_most=3)
    yield Figure("memory at rest", middle(memory), "MiB", at_most=200)

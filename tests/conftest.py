"""What all tests may ask for: real databases and the real product as a process."""

import gc
from operator import attrgetter
from typing import Final

import pytest

WAITING: Final = ("cli", "faults", "realtime", "architecture")
JOURNEYS: Final = "journeys"

pytest_plugins = [
    "tests.servers.postgres",
    "tests.servers.databases",
    "tests.servers.product",
]

gc.disable()  # until all is imported: it stays, and looking through it again and again finds nothing


def pytest_collection_finish() -> None:
    """From here on what tests make is looked through, and nothing else."""
    gc.collect()
    gc.freeze()
    gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """First the folders that wait for real processes, so that no file of theirs is left alone at the end.

    Journeys last: Playwright leaves an event loop running that the other tests cannot live with.
    """
    items.sort(key=_turn)


def _turn(item: pytest.Item) -> int:
    folder = attrgetter("path")(item).parent.name
    return 2 if folder == JOURNEYS else 1 - (folder in WAITING)

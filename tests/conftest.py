"""What all tests may ask for: real databases and the real product as a process."""

from operator import attrgetter
from typing import Final

import pytest

JOURNEYS: Final = "journeys"

pytest_plugins = [
    "tests.servers.postgres",
    "tests.servers.databases",
    "tests.servers.product",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Journeys last: Playwright leaves an event loop running that the other tests cannot live with."""
    items.sort(key=lambda item: JOURNEYS in attrgetter("path")(item).parts)

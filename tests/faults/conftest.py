"""Faults on databases that are as durable as in production."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.servers.databases import Databases
from tests.servers.postgres import Postgres


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    """On a PostgreSQL of their own, which waits for the disk."""
    with ExitStack() as stack:
        made = Databases(tmp_path_factory.mktemp("durable"), Postgres(stack, durable=True))
        yield made
        made.drop_all()

"""SQLite's write-ahead log is brought home into the file by a thread beside the writers."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.db import open_database


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


async def test_what_is_committed_is_brought_home_though_nobody_closes_the_file(tmp_path: Path) -> None:
    file, alone = tmp_path / "nerve.db", tmp_path / "alone.db"
    db = open_database(f"sqlite:///{file}")
    await db.write(lambda connection: connection.execute(sa.text("CREATE TABLE said (what TEXT)")))
    with closing(sqlite3.connect(file)) as reader:
        reader.execute("SELECT * FROM said").fetchall()  # the last to close would bring it home as well
        await db.close()
        shutil.copyfile(file, alone)

    with closing(sqlite3.connect(alone)) as found:
        assert found.execute("SELECT name FROM sqlite_master").fetchall() == [("said",)]

"""The database as two verbs: `read` and `write`, each one transaction around one plain function.

A transaction is a function of a `Connection`: it commits when the function returns and rolls back
when it raises, and nobody is answered before that (docs/decisions/0002). The same functions run on
both databases: on SQLite in one writer thread (readers have their own connections), on PostgreSQL
inside an asyncpg connection through SQLAlchemy's `run_sync`.
"""

import asyncio
import itertools
import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final, Protocol, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection, Dialect, Engine, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import TypeDecorator

T = TypeVar("T")
Work = Callable[[Connection], T]
Meter = Callable[[float], None]

METADATA: Final = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


WRITER_CACHE_KIB: Final = 64_000
"""Random ids touch the leaves of an index at random; they are looked for in memory, not in the file."""


CHECKPOINT_S: Final = 1.0
"""How often the write-ahead log of SQLite is brought home into the file while there are writes."""
LONGEST_LOG: Final = 25_000
"""Pages of that log, 100 MB, at which a commit does it itself, because the checkpoints do not keep up."""


class DatabaseUnavailable(Exception):
    """The database did not answer; what was being written may or may not have been."""


class DataRefused(Exception):
    """The database refused what was to be written; nothing of its transaction is stored."""


_DATA: Final = frozenset({"22", "23"})
_AWAY: Final = frozenset({"08", "25", "28", "3D", "40", "53", "55", "57", "58", "F0", "XX"})
"""Classes of SQLSTATE that speak of the server, the connection or other transactions: it may work later."""


def utc_text(moment: datetime) -> str:
    """The one text form of an instant: UTC with microseconds, so that order of text is order of time."""
    if moment.tzinfo is not UTC:
        moment = moment.astimezone(UTC)
    return f"{moment.isoformat(timespec='microseconds')[:-6]}Z"


class Utc(TypeDecorator[datetime]):
    """An aware instant in UTC: timestamptz on PostgreSQL, sortable ISO text on SQLite."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        return dialect.type_descriptor(sa.Text() if dialect.name == "sqlite" else sa.DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None or dialect.name != "sqlite":
            return value
        return utc_text(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy calls it so
        if isinstance(value, str):
            return datetime.fromisoformat(value)
        return value if value is None else value.astimezone(UTC)


class Exact(TypeDecorator[Decimal]):
    """An exact number: numeric on PostgreSQL, text on SQLite."""

    impl = sa.Numeric
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        return dialect.type_descriptor(sa.Text() if dialect.name == "sqlite" else sa.Numeric())

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Any:
        return str(value) if value is not None and dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:  # noqa: ARG002 - SQLAlchemy calls it so
        return None if value is None else Decimal(value) + 0  # asyncpg reads 70000 as 7E+4


class Database(Protocol):
    """Where transactions run."""

    url: URL
    writes_in_line: bool
    """Whether one writing transaction waits for the end of another, whatever it is about."""

    async def read(self, work: Work[T]) -> T:
        """Run `work` in a read-only transaction."""
        ...

    async def write(self, work: Work[T], *, first: bool = False, meter: Meter | None = None) -> T:
        """Run `work` in a writing transaction; the recorder asks to go `first` in the queue of writers.

        `meter` is told the processor time of the transaction where it has a thread of its own.
        """
        ...

    async def close(self) -> None:
        """Finish what is queued and close every connection."""
        ...


def open_database(url: str) -> Database:
    """The database at this address: `sqlite:///FILE` or `postgresql+asyncpg://…`."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return SqliteDatabase(parsed)
    return PostgresDatabase(parsed)


def sqlite_engine(url: URL, *, begin: str, cache_kib: int = 8_000) -> Engine:
    """An engine whose transactions start with `begin`, durable on power loss (synchronous=FULL)."""
    engine = sa.create_engine(
        url.set(drivername="sqlite+pysqlite"), connect_args={"check_same_thread": False, "timeout": 5}
    )

    @sa.event.listens_for(engine, "connect")
    def _(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "busy_timeout=5000",
            "foreign_keys=ON",
            f"cache_size=-{cache_kib}",
            f"wal_autocheckpoint={LONGEST_LOG}",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @sa.event.listens_for(engine, "begin")
    def _(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


class SqliteDatabase:
    """One writer thread, a few reading threads; SQLite allows one writer at a time anyway.

    A thread beside them brings the write-ahead log home: left to SQLite, every commit that crosses a mark
    would wait for that, and everybody behind it.
    """

    writes_in_line = True

    def __init__(self, url: URL) -> None:
        self.url = url
        self._writing = sqlite_engine(url, begin="BEGIN IMMEDIATE", cache_kib=WRITER_CACHE_KIB)
        self._reading = sqlite_engine(url, begin="BEGIN")
        self._readers = ThreadPoolExecutor(2, thread_name_prefix="reader")
        self._checkpointer = ThreadPoolExecutor(1, thread_name_prefix="checkpointer")
        self._checkpoint: Future[None] | None = None
        self._checkpoint_at = 0.0
        self._queue: queue.PriorityQueue[tuple[int, int, Callable[[], None] | None]] = queue.PriorityQueue()
        self._order = itertools.count()
        self._writer = threading.Thread(target=self._run_writer, name="writer", daemon=True)
        self._writer.start()

    async def read(self, work: Work[T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(
            self._readers, self._transact, self._reading, work
        )

    async def write(self, work: Work[T], *, first: bool = False, meter: Meter | None = None) -> T:
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()

        def job() -> None:
            began = time.thread_time()
            try:
                result = self._transact(self._writing, work)
            except BaseException as error:  # noqa: BLE001 - handed to the caller
                loop.call_soon_threadsafe(_fail, future, error)
            else:
                loop.call_soon_threadsafe(_answer, future, result)
            if meter is not None:
                meter(time.thread_time() - began)

        self._queue.put((0 if first else 1, next(self._order), job))
        return await future

    async def close(self) -> None:
        self._queue.put((2, next(self._order), None))
        await asyncio.to_thread(self._writer.join)
        self._readers.shutdown()
        self._checkpointer.shutdown()
        self._writing.dispose()
        self._reading.dispose()

    def _run_writer(self) -> None:
        while (job := self._queue.get()[2]) is not None:
            job()
            if time.monotonic() >= self._checkpoint_at and (
                self._checkpoint is None or self._checkpoint.done()
            ):
                self._checkpoint = self._checkpointer.submit(self._bring_home)
                self._checkpoint_at = time.monotonic() + CHECKPOINT_S

    def _bring_home(self) -> None:
        """Copy what is committed from the write-ahead log into the file, as far as readers let it."""
        connection = self._reading.raw_connection()
        try:
            connection.cursor().execute("PRAGMA wal_checkpoint(PASSIVE)")
        finally:
            connection.close()

    @staticmethod
    def _transact(engine: Engine, work: Work[T]) -> T:
        try:
            with engine.begin() as connection:
                return work(connection)
        except sa.exc.OperationalError as error:
            raise DatabaseUnavailable(str(error.orig)) from error
        except (sa.exc.IntegrityError, sa.exc.DataError) as error:
            raise DataRefused(str(error.orig)) from error


class PostgresDatabase:
    """A pool of asyncpg connections; every wait has a deadline."""

    writes_in_line = False

    def __init__(self, url: URL) -> None:
        from sqlalchemy.ext.asyncio import create_async_engine  # noqa: PLC0415 - SQLite starts without it

        self.url = url
        self._engine = create_async_engine(
            url.set(drivername="postgresql+asyncpg"),
            pool_size=10,
            pool_timeout=5,
            pool_pre_ping=True,
            connect_args={
                "timeout": 5,
                "command_timeout": 30,
                "server_settings": {"idle_in_transaction_session_timeout": "10s", "jit": "off"},
            },
        )

    async def read(self, work: Work[T]) -> T:
        return await self._transact(work)

    async def write(self, work: Work[T], *, first: bool = False, meter: Meter | None = None) -> T:  # noqa: ARG002 - its writers run side by side, on the event loop
        return await self._transact(work)

    async def close(self) -> None:
        await self._engine.dispose()

    async def _transact(self, work: Work[T]) -> T:
        try:
            async with self._engine.begin() as connection:
                return await connection.run_sync(work)
        except (OSError, TimeoutError, sa.exc.TimeoutError, sa.exc.InterfaceError) as error:
            raise DatabaseUnavailable(type(error).__name__) from error
        except sa.exc.OperationalError as error:
            raise DatabaseUnavailable(str(error.orig)) from error
        except DBAPIError as error:
            kind = str(getattr(error.orig, "sqlstate", None) or "")[:2]
            if kind in _DATA:
                raise DataRefused(str(error.orig)) from error
            if kind in _AWAY or error.connection_invalidated:
                raise DatabaseUnavailable(str(error.orig)) from error
            raise


def _answer(future: asyncio.Future[T], result: T) -> None:
    if not future.done():
        future.set_result(result)


def _fail(future: asyncio.Future[Any], error: BaseException) -> None:
    if not future.done():
        future.set_exception(error)

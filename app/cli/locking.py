"""The lock on an embedded database: one server per file, on a disk that can be trusted with it."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from sqlalchemy.engine import make_url

from app.cli.refusal import Refusal

if sys.platform != "win32":
    import fcntl

_NETWORK: Final = frozenset({"afs", "cifs", "fuse.sshfs", "ncpfs", "nfs", "nfs4", "smb3", "smbfs"})


@contextmanager
def locked(url: str) -> Iterator[None]:
    """Hold the lock of a SQLite database for as long as its server runs; nothing for other databases."""
    file = database_file(url)
    if file is None:
        yield
        return
    _check_place(file)
    lock = file.with_name(f"{file.name}.lock")
    with lock.open("a+") as held:
        _take(held.fileno(), lock, file)
        held.truncate(0)
        held.write(f"{os.getpid()}\n")
        held.flush()
        yield


def database_file(url: str) -> Path | None:
    """The file of a SQLite database."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return None
    if not parsed.database or parsed.database == ":memory:":
        raise Refusal("NERVE_DATABASE_URL must name a file: sqlite:///var/nerve.db")
    return Path(parsed.database)


def _check_place(file: Path) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Refusal(
            f"the folder of the database cannot be made: {file.parent} ({error.strerror})"
        ) from error
    if not os.access(file.parent, os.W_OK) or (file.exists() and not os.access(file, os.W_OK)):
        raise Refusal(f"the database cannot be written: {file}")
    kind = _filesystem(file.parent)
    if kind in _NETWORK:
        raise Refusal(
            f"{file} is on a network file system ({kind}), whose locks SQLite cannot rely on; "
            "use a local disk, or PostgreSQL"
        )


def _filesystem(folder: Path) -> str | None:
    """The type of the file system that holds this folder, where the system tells (Linux)."""
    mounts = Path("/proc/self/mounts")
    if not mounts.exists():
        return None
    found: tuple[int, str] | None = None
    resolved = folder.resolve()
    for line in mounts.read_text(errors="replace").splitlines():
        _, place, kind, *_ = line.split()
        point = Path(place.replace("\\040", " "))
        if resolved.is_relative_to(point) and (found is None or len(point.parts) >= found[0]):
            found = (len(point.parts), kind)
    return found[1] if found else None


def _take(descriptor: int, lock: Path, file: Path) -> None:
    if sys.platform == "win32":
        return
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        holder = lock.read_text().strip() or "unknown"
        raise Refusal(f"the database {file} is in use by another server (process {holder})") from error

"""Passwords whose hashes cost next to nothing: a real one takes 64 MiB and a core for a tenth of a second."""

from collections.abc import Iterator

import pytest
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from app.operations import accounts


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> Iterator[None]:
    """In this process; the product as a process hashes as it does in production."""
    with pytest.MonkeyPatch.context() as patch:
        quick = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1),))
        patch.setattr(accounts, "_PASSWORDS", quick)
        yield

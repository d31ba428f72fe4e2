"""Free ports, and waiting until something answers."""

import asyncio
import socket
import time
from collections.abc import Callable


def free_port() -> int:
    """A TCP port of the loopback interface that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def wait_until(true: Callable[[], bool], *, seconds: float, pause: float = 0.02) -> bool:
    """Whether it became true within so many seconds."""
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            return False
        time.sleep(pause)
    return True


async def becomes(true: Callable[[], bool], *, seconds: float = 5, pause: float = 0.01) -> bool:
    """As `wait_until`, while the event loop goes on."""
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            return False
        await asyncio.sleep(pause)
    return True

"""The least that speaks HTTP/1.1 and websockets, so that measuring costs less than what is measured."""

import asyncio
from collections.abc import Callable
from typing import Final, cast

_END: Final = b"\r\n\r\n"
_LENGTH: Final = b"content-length: "
_TEXT, _CLOSE, _PING = 1, 8, 9


def post(path: str, key: str, content_type: str, body: bytes) -> bytes:
    """A request as it goes over the wire."""
    return (
        b"POST %b HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer %b\r\nContent-Type: %b\r\n"
        b"Content-Length: %d\r\n\r\n%b"
        % (path.encode(), key.encode(), content_type.encode(), len(body), body)
    )


class Client(asyncio.Protocol):
    """A keep-alive connection: one request at a time, the answer's status and body to a callback."""

    def __init__(self, on_answer: "Callable[[Client, int, bytes], None]") -> None:
        self._on_answer, self._buffer = on_answer, b""
        self._transport: asyncio.WriteTransport | None = None
        self.asked_at = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.WriteTransport", transport)

    def ask(self, request: bytes) -> None:
        """Send a request."""
        assert self._transport is not None
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        end = self._buffer.find(_END)
        if end < 0:
            return
        place = self._buffer.find(_LENGTH, 0, end)
        if place < 0:
            raise RuntimeError(f"an answer without a length: {self._buffer[:end]!r}")
        length = int(self._buffer[place + len(_LENGTH) : self._buffer.find(b"\r\n", place)])
        begins = end + len(_END)
        if len(self._buffer) < begins + length:
            return
        status, body = int(self._buffer[9:12]), self._buffer[begins : begins + length]
        self._buffer = b""
        self._on_answer(self, status, body)


class Screen(asyncio.Protocol):
    """A websocket that says hello and hands every text frame to a callback. Answers pings."""

    def __init__(
        self, path: str, key: str, hello: bytes, on_frame: "Callable[[Screen, bytes], None]"
    ) -> None:
        self._hello, self._on_frame = hello, on_frame
        self._request = (
            b"GET %b HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer %b\r\nUpgrade: websocket\r\n"
            b"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n" % (path.encode(), key.encode())
        )
        self._buffer, self._open = bytearray(), False
        self._transport: asyncio.WriteTransport | None = None
        self.frames = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.WriteTransport", transport)
        self._transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if not self._open:
            end = self._buffer.find(_END)
            if end < 0:
                return
            if not self._buffer.startswith(b"HTTP/1.1 101"):
                raise RuntimeError(f"no websocket: {bytes(self._buffer[:end])!r}")
            del self._buffer[: end + len(_END)]
            self._open = True
            self._say(_TEXT, self._hello)
        while (frame := self._frame()) is not None:
            self._hear(*frame)

    def _frame(self) -> tuple[int, bytes] | None:
        buffer = self._buffer
        if len(buffer) < 2:
            return None
        size, begins = buffer[1] & 0x7F, 2
        if size >= 126:
            wide = 2 if size == 126 else 8
            size, begins = int.from_bytes(buffer[2 : 2 + wide], "big"), 2 + wide
        if len(buffer) < begins + size:
            return None
        kind, payload = buffer[0] & 0x0F, bytes(buffer[begins : begins + size])
        del buffer[: begins + size]
        return kind, payload

    def _hear(self, kind: int, payload: bytes) -> None:
        if kind == _TEXT:
            self.frames += 1
            self._on_frame(self, payload)
        elif kind == _PING:
            self._say(_PING + 1, payload)
        elif kind == _CLOSE and self._transport is not None:
            self._transport.close()

    def _say(self, kind: int, payload: bytes) -> None:
        """A masked frame; the mask is zero, so that it costs nothing."""
        assert self._transport is not None
        size = len(payload)
        head = (
            bytes([0x80 | kind, 0x80 | size])
            if size < 126
            else bytes([0x80 | kind, 0xFE]) + size.to_bytes(2, "big")
        )
        self._transport.write(head + b"\0\0\0\0" + payload)


async def connect(protocol: asyncio.Protocol, port: int) -> None:
    """Connect to a server on this machine."""
    await asyncio.get_running_loop().create_connection(lambda: protocol, "127.0.0.1", port)


def run(work: "asyncio._CoroutineLike[None]") -> None:
    """Run on uvloop where there is one."""
    try:
        import uvloop  # noqa: PLC0415 - not on every system
    except ImportError:
        asyncio.run(work)  # type: ignore[arg-type]
    else:
        uvloop.run(work)  # type: ignore[arg-type]

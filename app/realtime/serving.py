"""What uvicorn is given so that a screen that stopped reading is freed, and a leaving one is told.

`Config(ws=ScreenProtocol, ws_per_message_deflate=False, ws_max_size=MESSAGE, …)` and a listening socket
that went through `tune_listening_socket`.
"""

import asyncio
import socket
from functools import lru_cache
from typing import Any, Final

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame, Opcode
from websockets.protocol import State

from app.realtime.protocol import CloseCode

MESSAGE: Final = 64 * 1024
"""The longest message that a client may send."""
UNREAD_MS: Final = 20_000
"""A peer that acknowledges nothing for so long is gone."""
UNSENT: Final = 16 * 1024
"""Bytes that wait in the kernel before a socket counts as slow."""


@lru_cache(maxsize=8)
def _frame(text: str) -> bytes:
    return Frame(Opcode.TEXT, text.encode()).serialize(mask=False)


class ScreenProtocol(WebSocketsSansIOProtocol):
    """uvicorn's websocket protocol, which lets the app see its transport and says why it goes away.

    The transport is `websocket.state.transport`, for `abort()` and `get_write_buffer_size()`.
    """

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.app_state = {**self.app_state, "transport": transport}
        super().connection_made(transport)

    async def send(self, message: Any) -> None:
        """As uvicorn's, but a text that goes to many screens becomes a frame once, not once for each."""
        text = message.get("text") if message["type"] == "websocket.send" else None
        open_ = self.conn.state is State.OPEN and not self.disconnected
        if text is not None and open_ and self.writable.is_set():
            self.transport.write(_frame(text))
        else:
            await super().send(message)

    def shutdown(self) -> None:
        """The server stops: say that another one will be there soon."""
        if self.handshake_complete and not self.close_sent and not self.transport.is_closing():
            self.conn.send_close(CloseCode.GOING_AWAY)
            self.transport.write(b"".join(self.conn.data_to_send()))
            self.close_sent = True
        super().shutdown()


def tune_listening_socket(sock: socket.socket) -> None:
    """Set what accepted sockets inherit: give up on silent peers, and do not hide slowness in buffers.

    Where the system has no such option, nothing happens.
    """
    for name, value in (("TCP_USER_TIMEOUT", UNREAD_MS), ("TCP_NOTSENT_LOWAT", UNSENT), ("TCP_NODELAY", 1)):
        option = getattr(socket, name, None)
        if option is not None:
            sock.setsockopt(socket.IPPROTO_TCP, option, value)

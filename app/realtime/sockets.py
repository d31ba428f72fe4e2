"""The websocket of a board: a thin shell around a session. Holds no database connection.

It hears four kinds of message (hello, ack, done, resync); all sending is done by the hub.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine, MutableMapping
from contextlib import suppress
from dataclasses import InitVar, dataclass, field
from datetime import datetime
from typing import Any, Final, NamedTuple

import orjson
import structlog
from pydantic import TypeAdapter, ValidationError
from starlette.types import Receive, Scope
from starlette.websockets import WebSocket

from app.db import DatabaseUnavailable
from app.domain.screens import Report
from app.realtime import frames
from app.realtime.admission import Doorkeeper, Inventory, refusal, same_origin
from app.realtime.board import Board
from app.realtime.connection import GONE, Connection
from app.realtime.feed import Feed
from app.realtime.hub import Hub
from app.realtime.protocol import PROTOCOL, Ack, ClientMessage, CloseCode, Command, Done, Hello, Resync
from app.realtime.scopes import parse
from app.realtime.session import Have, Session
from app.web.identity import Identity

HELLO_S: Final = 10.0
"""A client that has not said hello by then is not one of ours."""
SUBSCRIPTIONS: Final = 60
"""Hellos and resyncs that a connection may ask for in a minute."""
RECHECK_S: Final = 2.0
"""How often the permissions of every open connection are looked at."""
_MINUTE: Final = 60.0

_MESSAGE: Final[TypeAdapter[ClientMessage]] = TypeAdapter(ClientMessage)
_log = structlog.get_logger()

AsgiSend = Callable[[MutableMapping[str, Any]], Coroutine[Any, Any, None]]


class Greeting(NamedTuple):
    """What a server says of itself."""

    version: str
    heartbeat_s: float
    now: Callable[[], datetime]
    public_url: str | None = None

    def to(self, board: Board) -> str:
        """The welcome to a board."""
        return frames.welcome(self.version, self.heartbeat_s, board.head, self.now()).decode()


class _Refuse(Exception):
    """End the connection with this code."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class _SocketWire:
    """A Starlette websocket as a wire. Its transport is in the state if serving.py put it there."""

    __slots__ = ("_give_up", "_send", "_transport", "_websocket")

    def __init__(self, websocket: WebSocket, send: AsgiSend, give_up: Callable[[], None]) -> None:
        self._websocket, self._send, self._give_up = websocket, send, give_up
        self._transport: asyncio.WriteTransport | None = getattr(websocket.state, "transport", None)

    def send(self, text: str) -> Coroutine[Any, Any, None]:
        return self._send({"type": "websocket.send", "text": text})

    def close(self, code: int) -> Awaitable[None]:
        return self._websocket.close(code)

    def abort(self) -> None:
        if self._transport is not None:
            self._transport.abort()
        self._give_up()

    def progress(self) -> object:
        return self._transport.get_write_buffer_size() if self._transport is not None else None


@dataclass(eq=False, slots=True)
class _Conversation:
    """One open websocket."""

    websocket: WebSocket
    send: InitVar[AsgiSend]
    portfolio: str
    limit: asyncio.Timeout
    session: Session = field(default_factory=Session)
    connection: Connection = field(init=False)
    identity: Identity | None = None
    asked: tuple[float, ...] = ()

    def __post_init__(self, send: AsgiSend) -> None:
        wire = _SocketWire(self.websocket, send, self.give_up)
        self.connection = Connection(self.session, wire, time.monotonic)

    def give_up(self) -> None:
        """Stop listening."""
        with suppress(RuntimeError):
            self.limit.reschedule(0)


class Sockets:
    """Every open websocket of this process."""

    def __init__(
        self, feed: Feed, hub: Hub, doorkeeper: Doorkeeper, inventory: Inventory, greeting: Greeting
    ) -> None:
        self._feed, self._hub, self._greeting = feed, hub, greeting
        self._doorkeeper, self._inventory = doorkeeper, inventory
        self._open: set[_Conversation] = set()
        self.on_done: Callable[[str, Done], Awaitable[None]] | None = None
        """Told of every answer of a screen, by its id, to a command."""
        self.mismatches = 0
        """Maps that did not add up on a screen since the start: each is a defect."""

    def screens(self) -> set[str]:
        """The ids of the screens that are subscribed here."""
        return {
            each.identity.screen.screen_id for each in self._open if each.identity and each.identity.screen
        }

    def command(self, screen_id: str, command: Command) -> None:
        """Send a command to every connection of this screen."""
        frame = command.model_dump_json(exclude_none=True)
        for each in self._open:
            if each.identity and each.identity.screen and each.identity.screen.screen_id == screen_id:
                each.session.command(frame)
                each.connection.pump()

    async def run_rechecks(self) -> None:
        """End, for ever, every connection whose permission is gone."""
        while True:
            await asyncio.sleep(RECHECK_S)
            for conversation in tuple(self._open):
                with suppress(DatabaseUnavailable):
                    await self._check(conversation)

    def end_all(self, code: int) -> None:
        """End every connection with this code."""
        for each in tuple(self._open):
            each.connection.end(code)

    async def __call__(self, scope: Scope, receive: Receive, send: AsgiSend) -> None:
        """Serve one websocket until it ends.

        Plain ASGI: what frameworks wrap around an endpoint would be kept for every idle socket, and
        stepped through for every frame.
        """
        websocket, portfolio = WebSocket(scope, receive, send), scope["path_params"]["portfolio"]
        if not same_origin(websocket, self._greeting.public_url):
            await websocket.close(CloseCode.FORBIDDEN)
            return
        await websocket.accept()
        with suppress(*GONE, TimeoutError):
            async with asyncio.timeout(HELLO_S) as limit:
                await self._host(_Conversation(websocket, send, portfolio, limit))

    async def _host(self, conversation: _Conversation) -> None:
        self._open.add(conversation)
        try:
            await self._listen(conversation)
        finally:
            self._open.discard(conversation)
            self._hub.leave(conversation.portfolio, conversation.connection)
            await conversation.connection.stop()

    async def _listen(self, conversation: _Conversation) -> None:
        try:
            while (heard := await conversation.websocket.receive())["type"] == "websocket.receive":
                await self._hear(conversation, _understood(heard.get("text")))
        except _Refuse as refused:
            conversation.connection.end(refused.code)
        except DatabaseUnavailable:
            conversation.connection.end(CloseCode.GOING_AWAY)
        except asyncio.CancelledError:
            conversation.connection.end(CloseCode.NOT_HEARD)
            raise

    async def _hear(self, conversation: _Conversation, message: ClientMessage) -> None:
        match message:
            case Ack():
                self._note(conversation, message)
            case Done():
                _count(conversation)
                await self._settle(conversation, message)
            case Hello():
                _count(conversation)
                await self._subscribe(conversation, message)
            case Resync(reason=reason):
                _count(conversation)
                if reason == "checksum":
                    self.mismatches += 1
                    _log.error(
                        "map_mismatch",
                        portfolio=conversation.portfolio,
                        viewer=conversation.identity and conversation.identity.viewer,
                    )
                conversation.session.restart(reason)
                conversation.connection.pump()

    async def _subscribe(self, conversation: _Conversation, hello: Hello) -> None:
        portfolio = conversation.portfolio
        if hello.protocol != PROTOCOL:
            raise _Refuse(CloseCode.BAD_PROTOCOL)
        conversation.identity = await self._doorkeeper.identify(conversation.websocket)
        if (code := refusal(conversation.identity, portfolio)) is not None:
            raise _Refuse(code)
        scope, board = parse(hello.scope), await self._feed.board(portfolio)
        if hello.portfolio != portfolio or board is None:
            raise _Refuse(CloseCode.UNKNOWN_PORTFOLIO)
        if scope is None:
            raise _Refuse(CloseCode.NOT_HEARD)
        have = Have(hello.epoch, hello.revision, hello.hash)
        missed = await self._feed.missed(portfolio, scope, have)
        welcome = self._greeting.to(board)
        conversation.session.begin(board, scope, have, missed, welcome)
        conversation.limit.reschedule(None)
        self._hub.join(portfolio, conversation.connection)

    def _note(self, conversation: _Conversation, ack: Ack) -> None:
        conversation.session.hear(ack)
        screen = conversation.identity.screen if conversation.identity else None
        if screen is not None:
            about = ack.about.model_dump() if ack.about else None
            report = Report(ack.revision, ack.rendered_ms, about)
            self._inventory.shown(screen.screen_id, report, now=self._greeting.now())

    async def _settle(self, conversation: _Conversation, done: Done) -> None:
        screen = conversation.identity.screen if conversation.identity else None
        if screen is not None and self.on_done is not None:
            await self.on_done(screen.screen_id, done)

    async def _check(self, conversation: _Conversation) -> None:
        """Nearly always a look into memory; who changed is asked again who they are."""
        before, portfolio = conversation.identity, conversation.portfolio
        if before is None or (self._doorkeeper.still_valid(before) and before.may_view(portfolio)):
            return
        conversation.identity = await self._doorkeeper.identify(conversation.websocket)
        if (code := refusal(conversation.identity, portfolio)) is not None:
            conversation.connection.end(code)


def _understood(text: str | None) -> ClientMessage:
    try:
        return _MESSAGE.validate_json(text or "")
    except ValidationError:
        raise _Refuse(_why_not(text or "")) from None


def _why_not(text: str) -> int:
    """A hello of another protocol may have any other fields; anything else is not ours at all."""
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        return CloseCode.NOT_HEARD
    other = isinstance(value, dict) and value.get("type") == "hello" and value.get("protocol") != PROTOCOL
    return CloseCode.BAD_PROTOCOL if other else CloseCode.NOT_HEARD


def _count(conversation: _Conversation) -> None:
    now = time.monotonic()
    conversation.asked = (*(at for at in conversation.asked if now - at < _MINUTE), now)
    if len(conversation.asked) > SUBSCRIPTIONS:
        raise _Refuse(CloseCode.NOT_HEARD)

"""Frames as they are sent, put together from documents that are JSON already.

A card is encoded once, when it is assessed; no frame parses or encodes it again.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, Final

import orjson

from app.domain.board import Head, StoredCard

WHOLE: Final = 1024 * 1024
"""A snapshot up to this size is one frame."""
PART: Final = 256 * 1024
"""A larger one comes in parts of about this size, so that a slow line shows progress."""


def dumps(value: Any) -> bytes:
    """JSON with instants in UTC, written with a Z."""
    return orjson.dumps(value, option=orjson.OPT_UTC_Z)


def entry(key: str, rev: int, document: bytes | None) -> bytes:
    """One card of a snapshot or one change of a patch."""
    return b'{"key":%b,"rev":%d,"card":%b}' % (orjson.dumps(key), rev, document or b"null")


def snapshot(head: Head, cards: Iterable[StoredCard]) -> bytes:
    """The whole map in one frame."""
    return _snapshot(head, (entry(card.key, card.rev, card.document) for card in cards), 1, 1)


def snapshot_parts(head: Head, cards: Iterable[StoredCard]) -> list[bytes]:
    """The whole map in one frame, or in numbered ones if it is large."""
    entries = [entry(card.key, card.rev, card.document) for card in cards]
    if sum(map(len, entries)) <= WHOLE:
        return [_snapshot(head, entries, 1, 1)]
    parts = list(_packed(entries))
    return [_snapshot(head, part, number, len(parts)) for number, part in enumerate(parts, 1)]


def patch(head: Head, prev: int, changes: Iterable[bytes], transitions: Sequence[bytes], more: int) -> bytes:
    """The step from `prev` to the head."""
    return b'{"type":"patch","prev":%d,%b,"changes":[%b],"transitions":[%b],"more_transitions":%d}' % (
        prev,
        _position(head),
        b",".join(changes),
        b",".join(transitions),
        more,
    )


def heartbeat(revision: int, head: int, as_of: datetime | None, lag_ms: int) -> bytes:
    """This connection is complete through `revision`."""
    return dumps({"type": "heartbeat", "revision": revision, "head": head, "as_of": as_of, "lag_ms": lag_ms})


def checksum(revision: int, cards: int, halves: tuple[int, int]) -> bytes:
    """What the map of this view must add up to."""
    return dumps({"type": "checksum", "revision": revision, "cards": cards, "sum": halves})


def welcome(version: str, heartbeat_s: float, head: Head, now: datetime) -> bytes:
    """The server's answer to a hello, before anything of the board."""
    return dumps(
        {
            "type": "welcome",
            "server_time": now,
            "server_version": version,
            "heartbeat_s": heartbeat_s,
            "epoch": head.epoch,
            "revision": head.revision,
        }
    )


def resync(reason: str) -> bytes:
    """The next message is a snapshot."""
    return dumps({"type": "resync", "reason": reason})


def _snapshot(head: Head, entries: Iterable[bytes], part: int, parts: int) -> bytes:
    cards = b",".join(entries)
    return b'{"type":"snapshot",%b,"part":%d,"parts":%d,"cards":[%b]}' % (_position(head), part, parts, cards)


def _position(head: Head) -> bytes:
    return b'"epoch":%b,"revision":%d,"hash":%b,"as_of":%b,"committed_at":%b' % (
        orjson.dumps(head.epoch),
        head.revision,
        orjson.dumps(head.hash),
        dumps(head.as_of),
        dumps(head.committed_at),
    )


def _packed(entries: Iterable[bytes]) -> Iterator[list[bytes]]:
    part: list[bytes] = []
    size = 0
    for one in entries:
        if part and size + len(one) > PART:
            yield part
            part, size = [], 0
        part.append(one)
        size += len(one)
    yield part

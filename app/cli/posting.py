"""Posting events as an integration does: batches over HTTP, retried with the same ids until answered.

An answer that never came says nothing, so the same batch is sent again: the server knows what it has.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final, Self
from urllib.parse import urlsplit

import httpx
import orjson

from app.cli.refusal import Refusal

Event = dict[str, Any]
Pause = Callable[[float], object]

BATCH: Final = 500
BATCH_BYTES: Final = 900_000
"""A little under the server's 1 MiB."""
RETRIED: Final = frozenset({429, 500, 502, 503, 504})
_MEDIA_TYPE: Final = "application/cloudevents-batch+json"
_LONGEST_PAUSE: Final = 8.0
_KEY_KNOWN_S: Final = 4.0


class Unreachable(Refusal):
    """The server did not take a batch for as long as was worth waiting."""


@dataclass(slots=True)
class Tally:
    """What became of the events posted so far."""

    accepted: int = 0
    duplicates: int = 0
    """Of the accepted: those the server already had."""
    refused: list[str] = field(default_factory=list)
    """A sentence for each event that was not taken."""

    def add(self, other: Self) -> None:
        """Count these too."""
        self.accepted += other.accepted
        self.duplicates += other.duplicates
        self.refused += other.refused


class Poster:
    """A connection to one server with one key."""

    def __init__(
        self,
        url: str,
        key: str,
        *,
        patience_s: float = 60.0,
        pause: Pause = time.sleep,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        local = urlsplit(url).hostname in {"127.0.0.1", "localhost", "::1"}
        self._client = httpx.Client(
            base_url=url,
            headers={"Authorization": f"Bearer {key}", "Content-Type": _MEDIA_TYPE},
            timeout=httpx.Timeout(15.0, connect=5.0),
            trust_env=not local,
            transport=transport,
        )
        self._patience_s = patience_s
        self._pause = pause
        self.tally = Tally()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def post(self, events: Sequence[Event]) -> Tally:
        """Post these events in order, in batches. Raises Unreachable, or Refusal for a wrong key."""
        tally = Tally()
        for body, batch in batches(events):
            tally.add(self._settle(self._send(body), batch))
        self.tally.add(tally)
        return tally

    def _send(self, body: bytes) -> httpx.Response:
        """The first answer that is one, retrying with growing pauses."""
        began, attempt, reason = time.monotonic(), 0, ""
        while True:
            try:
                answer = self._client.post("/api/v1/events", content=body)
            except httpx.TransportError as error:
                reason, wait = type(error).__name__, 0.0
            else:
                if not self._is_passing(answer, time.monotonic() - began):
                    return answer
                reason, wait = f"HTTP {answer.status_code}", _retry_after(answer)
            if time.monotonic() - began > self._patience_s:
                raise Unreachable(f"{self._client.base_url} does not take events ({reason})")
            self._pause(max(wait, min(0.25 * 2**attempt, _LONGEST_PAUSE)))
            attempt += 1

    def _is_passing(self, answer: httpx.Response, elapsed_s: float) -> bool:
        """Whether asking again may help; a key that was just issued may not be known to the server yet."""
        if answer.status_code == httpx.codes.UNAUTHORIZED:
            return self.tally.accepted == 0 and elapsed_s < _KEY_KNOWN_S
        return answer.status_code in RETRIED

    @staticmethod
    def _settle(answer: httpx.Response, batch: Sequence[Event]) -> Tally:
        if answer.status_code in {401, 403}:
            raise Refusal(f"the key is not accepted: {_title(answer)}")
        if answer.status_code == httpx.codes.ACCEPTED:
            return _counted(answer.json(), batch)
        return _refused(answer, batch)


def batches(events: Iterable[Event]) -> Iterable[tuple[bytes, list[Event]]]:
    """Bodies within the server's limits, each with the events that are in it."""
    left = iter(events)
    while several := list(islice(left, BATCH)):
        yield from _bodies(several)


def _bodies(several: list[Event]) -> Iterable[tuple[bytes, list[Event]]]:
    body = orjson.dumps(several)
    if len(body) <= BATCH_BYTES or len(several) == 1:
        yield body, several
        return
    middle = len(several) // 2
    yield from _bodies(several[:middle])
    yield from _bodies(several[middle:])


def _retry_after(answer: httpx.Response) -> float:
    try:
        return min(float(answer.headers.get("Retry-After", 0)), _LONGEST_PAUSE)
    except ValueError:
        return 0.0


def _counted(document: dict[str, Any], batch: Sequence[Event]) -> Tally:
    tally = Tally()
    for verdict, event in zip(document["results"], batch, strict=True):
        if "seq" in verdict:
            tally.accepted += 1
            tally.duplicates += bool(verdict.get("duplicate"))
        else:
            tally.refused.append(f"{event['id']}: {_words(verdict)}")
    return tally


def _refused(answer: httpx.Response, batch: Sequence[Event]) -> Tally:
    """No event of this batch was taken."""
    errors = _document(answer).get("errors") or [{}]
    words = "; ".join(
        f"{error.get('pointer', '')} {error.get('message', '')}".strip() for error in errors[:3]
    )
    return Tally(refused=[f"{event['id']}: {_title(answer)} {words}".strip() for event in batch])


def _words(verdict: dict[str, Any]) -> str:
    problem = verdict.get("problem", verdict)
    errors = problem.get("errors") or []
    words = "; ".join(
        f"{error.get('pointer', '')} {error.get('message', '')}".strip() for error in errors[:3]
    )
    return words or str(problem.get("detail") or problem.get("title") or problem)


def _title(answer: httpx.Response) -> str:
    document = _document(answer)
    return str(document.get("detail") or document.get("title") or f"HTTP {answer.status_code}")


def _document(answer: httpx.Response) -> dict[str, Any]:
    try:
        found = answer.json()
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}

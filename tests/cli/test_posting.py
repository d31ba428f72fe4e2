"""Posting as an integration does: within limits, again with the same ids, never for ever."""

from collections.abc import Callable
from typing import Any

import httpx
import orjson
import pytest

from app.cli.posting import BATCH_BYTES, Poster, Unreachable, batches
from app.cli.refusal import Refusal

Answer = httpx.Response | Exception


def an_event(name: str = "e", **data: Any) -> dict[str, Any]:
    return {"id": name, "data": data}


def taken(count: int, **more: Any) -> httpx.Response:
    return httpx.Response(202, json={"results": [{"portfolio": "p", "seq": 1, **more}] * count})


class Receiving:
    """A receiver with these answers in order; keeps what it was sent."""

    def __init__(self, *answers: Answer) -> None:
        self._answers = list(answers)
        self.bodies: list[bytes] = []
        self.waits: list[float] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.bodies.append(request.content)
        answer = self._answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def poster(self, patience_s: float = 60) -> Poster:
        wait: Callable[[float], None] = self.waits.append
        transport = httpx.MockTransport(self)
        return Poster("http://localhost", "nk_x", patience_s=patience_s, pause=wait, transport=transport)


def test_a_batch_holds_at_most_500_events() -> None:
    sizes = [len(batch) for _, batch in batches(an_event(str(n)) for n in range(1201))]

    assert sizes == [500, 500, 201]


def test_a_batch_stays_below_the_size_of_a_request() -> None:
    found = list(batches(an_event(str(n), text="x" * 10_000) for n in range(300)))

    assert all(len(body) <= BATCH_BYTES for body, _ in found)
    assert sum(len(batch) for _, batch in found) == 300


def test_a_lost_answer_and_a_busy_server_are_met_with_the_same_batch_again() -> None:
    busy = httpx.Response(503, headers={"Retry-After": "2"})
    receiver = Receiving(httpx.ReadTimeout("no answer"), busy, taken(1, duplicate=True))

    tally = receiver.poster().post([an_event()])

    assert (tally.accepted, tally.duplicates) == (1, 1)
    assert len(set(receiver.bodies)) == 1
    assert receiver.waits == [0.25, 2.0]


def test_a_retry_after_in_words_is_not_waited_for() -> None:
    busy = httpx.Response(429, headers={"Retry-After": "tomorrow"})
    receiver = Receiving(busy, taken(1))
    receiver.poster().post([an_event()])

    assert receiver.waits == [0.25]


def test_a_server_that_never_answers_is_given_up() -> None:
    receiver = Receiving(httpx.ConnectError("refused"))

    with pytest.raises(Unreachable, match="ConnectError"):
        receiver.poster(patience_s=-1).post([an_event()])


def test_a_key_that_was_just_issued_is_tried_again_but_not_a_wrong_one() -> None:
    unknown = httpx.Response(401, json={"title": "A valid key is needed"})
    late = Receiving(unknown, taken(1))
    late.poster().post([an_event()])
    without_scope = Receiving(httpx.Response(403, json={"title": "Not allowed"}))

    assert len(late.bodies) == 2
    with pytest.raises(Refusal, match="Not allowed"):
        without_scope.poster().post([an_event()])


def test_an_event_that_is_refused_is_told_with_its_reason_and_its_neighbours_are_counted() -> None:
    flaw = {"pointer": "/1/data/as_of", "message": "Input should be a valid date"}
    results = [{"seq": 1}, {"status": 422, "title": "Not valid", "errors": [flaw]}]
    receiver = Receiving(httpx.Response(202, json={"results": results}))

    tally = receiver.poster().post([an_event("a"), an_event("b")])

    assert tally.accepted == 1
    assert tally.refused == ["b: /1/data/as_of Input should be a valid date"]


def test_a_batch_of_which_nothing_is_valid_is_refused_event_by_event() -> None:
    problem = {"title": "The request is not valid", "errors": [{"pointer": "/0/id", "message": "too long"}]}
    receiver = Receiving(httpx.Response(422, json=problem))

    tally = receiver.poster().post([an_event("a"), an_event("b")])

    assert [sentence.partition(":")[0] for sentence in tally.refused] == ["a", "b"]


def test_what_is_sent_is_a_batch_of_cloudevents_with_the_key() -> None:
    receiver = Receiving(taken(2))
    receiver.poster().post([an_event("a"), an_event("b")])

    assert [event["id"] for event in orjson.loads(receiver.bodies[0])] == ["a", "b"]

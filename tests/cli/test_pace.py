"""The pace of a replay, and the days it walks through."""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import pytest

from app.cli.pace import Pace, parse_pace
from app.cli.posting import Event
from app.cli.refusal import Refusal
from app.cli.timeline import clock_event, steps

START = datetime(2024, 3, 1, 9, tzinfo=UTC)


class Reported(NamedTuple):
    at: datetime
    events: list[Event]


def reported(*days: float) -> list[Reported]:
    """A record so many days after the start, each."""
    return [Reported(START + timedelta(days=day), [{"id": str(day)}]) for day in days]


def dates(history: list[Reported], stride: int = 1) -> list[str]:
    return [f"{step.at:%d %H}:{len(step.records)}" for step in steps(history, stride=stride)]


@pytest.mark.parametrize(
    ("text", "per_second"),
    [
        ("1d/s", timedelta(days=1)),
        ("12h/s", timedelta(hours=12)),
        ("0.5w/s", timedelta(days=3.5)),
        ("90 m/s", timedelta(minutes=90)),
        ("max", None),
    ],
)
def test_a_speed_is_recorded_time_per_second(text: str, per_second: timedelta | None) -> None:
    assert parse_pace(text) == Pace(per_second)


@pytest.mark.parametrize("text", ["", "1d", "d/s", "0d/s", "-1d/s", "1y/s", "99999w/s", "1e9d/s", "fast"])
def test_what_is_not_a_speed_is_refused_with_examples(text: str) -> None:
    with pytest.raises(Refusal, match="1d/s"):
        parse_pace(text)


def test_a_replay_stands_where_its_pace_has_brought_it() -> None:
    assert parse_pace("1d/s").reached(START, 2.5) == START + timedelta(days=2.5)
    assert parse_pace("max").reached(START, 2.5) is None


def test_the_records_of_a_day_are_one_step_at_the_time_of_the_last() -> None:
    assert dates(reported(0, 0.1, 0.2)) == ["01 13:3", "02 00:0"]


def test_days_without_records_pass_at_midnight_so_that_things_become_overdue() -> None:
    assert dates(reported(0, 3)) == ["01 09:1", "02 00:0", "03 00:0", "04 09:1", "05 00:0"]


def test_a_faster_replay_moves_the_clock_less_often_but_always_after_a_burst() -> None:
    passed = dates(reported(0, 100), stride=30)

    assert passed[:2] == ["01 09:1", "02 00:0"]
    assert len(passed) == 7


def test_the_clock_comes_before_what_was_reported_by_then() -> None:
    step = next(steps(reported(0)))

    assert [event["id"] for event in step.events("p")] == ["clock-20240301T090000Z", "0"]


def test_the_id_of_a_clock_event_follows_from_its_instant() -> None:
    again = START.astimezone()

    assert clock_event(START, "p") == clock_event(again, "p")

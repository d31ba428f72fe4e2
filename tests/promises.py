"""A history of promises: projects whose plan fields disagree slip, as many whose fields agree hold."""

from datetime import date, timedelta

from app.domain.events.catalogue import AnyEvent
from tests import builders as b


def a_history(pairs: int) -> list[AnyEvent]:
    """So many of each, one pair a week from 2020 on, in order of time."""
    events = [event for number in range(pairs) for event in a_pair(number)]
    return sorted(events, key=lambda event: event.time)


def a_pair(number: int) -> list[AnyEvent]:
    good, bad = f"project/GOOD{number}", f"project/BAD{number}"
    start = date(2020, 1, 1) + timedelta(days=7 * number)
    due = start + timedelta(days=100)
    said = {"milestone": "beta", "working_target": "v1"}
    after = b.at(due + timedelta(days=2))
    return [
        b.registered(good, time=b.at(start)),
        b.registered(bad, time=b.at(start)),
        b.forecast("beta", due, subject=good, time=b.at(start), new_target="v1"),
        b.forecast("beta", due, subject=bad, time=b.at(start), new_target="v2"),
        b.an_event("milestone.working_date_reported", said, subject=good, time=b.at(start)),
        b.an_event("milestone.working_date_reported", said, subject=bad, time=b.at(start)),
        b.an_event("item.touched", {}, subject=good, time=after),
        b.forecast("beta", due + timedelta(days=60), subject=bad, time=after, new_target="v3"),
    ]

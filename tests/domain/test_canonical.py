"""What is stored of an event is all of it: read again it leads to the same facts, to the last digit."""

from decimal import Decimal
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from app.domain.events.catalogue import AnyEvent, canonical, parse
from tests import builders as b
from tests import vocabulary as v

NUMBERS = ["15.80", "7E+4", "-0", 70000, 1.5, "0.000001"]


def digits(value: Any) -> Any:
    """Everything in an event, a number as it is written: 15.80 is not 15.8."""
    if isinstance(value, BaseModel):
        return {name: digits(getattr(value, name)) for name in type(value).model_fields}
    if isinstance(value, dict):
        return {name: digits(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [digits(part) for part in value]
    return str(value) if isinstance(value, Decimal) else value


def again(event: AnyEvent) -> AnyEvent:
    return parse(canonical(event), recorded=True)


@pytest.mark.parametrize("kind", v.SAID)
def test_an_event_read_from_the_log_is_the_one_that_was_posted(kind: str) -> None:
    subject, data = v.SAID[kind]
    event = b.an_event(kind, data, subject=subject)

    assert again(event) == event
    assert digits(again(event)) == digits(event)


@pytest.mark.parametrize("kind", v.SIGNALLED)
def test_a_signal_read_from_the_log_is_the_one_that_was_posted(kind: str) -> None:
    event = b.a_signal(kind, **v.SIGNALLED[kind])

    assert again(event) == event


@pytest.mark.parametrize("number", NUMBERS)
def test_a_number_read_from_the_log_has_the_digits_that_were_posted(number: Any) -> None:
    event = b.an_event("benefit.measured", {"ref": "B", "actual": number, "unit": "h", "as_of": v.DAY})

    assert digits(again(event)) == digits(event)


def test_what_the_log_has_is_read_though_a_later_rule_would_refuse_it() -> None:
    said = {"service": "shop", "operator": "Operations", "date": "2026-03-01"}
    event = b.an_event("handover.service_accepted", said)
    ahead = canonical(event).replace(b"2026-03-01", b"2199-03-01")

    with pytest.raises(ValidationError, match="after the event's own time"):
        parse(ahead)

    assert canonical(parse(ahead, recorded=True)) == ahead

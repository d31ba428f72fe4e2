"""The sum that a screen compares with its server's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.realtime import checksum


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (b"", 0xCBF29CE484222325),
        (b"a", 0xAF63DC4C8601EC8C),
        (b"foobar", 0x85944171F73967E8),
    ],
)
def test_the_hash_is_fnv_1a_with_64_bits(text: bytes, value: int) -> None:
    assert checksum.fnv1a(text) == value


@given(st.lists(st.tuples(st.text(max_size=20), st.integers(0, 10**9)), max_size=30), st.randoms())
def test_the_order_of_cards_does_not_matter(cards: list[tuple[str, int]], chance: object) -> None:
    terms = [checksum.term(key, rev) for key, rev in cards]
    shuffled = list(terms)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]

    assert checksum.add(0, *terms) == checksum.add(0, *shuffled)


@given(st.integers(0, 2**64 - 1), st.text(max_size=20), st.integers(0, 10**9))
def test_what_was_added_can_be_taken_away(total: int, key: str, rev: int) -> None:
    one = checksum.term(key, rev)

    assert checksum.add(checksum.add(total, one), -one) == total


def test_both_halves_fit_in_32_bits() -> None:
    assert checksum.halves(0xAF63DC4C8601EC8C) == (0xAF63DC4C, 0x8601EC8C)

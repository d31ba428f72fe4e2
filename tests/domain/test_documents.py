"""Cards as they are written."""

import tracemalloc

import orjson
import pytest

from app.domain.documents import PROJECT_BYTES, SHORTEST_SPARK, encode, encode_project

SPARK = [1.01, -0.5, 12.34, 0.9, 1.0, 1.12, 1.13, 1.1, 0.95, 0.96, 0.97, 0.98]


@pytest.mark.parametrize("letters", range(500, 600))
def test_a_card_keeps_as_much_of_its_spark_as_there_is_room_for(letters: int) -> None:
    card = {"name": "n" * letters, "spark": SPARK}
    ends = [SPARK[n:] for n in range(len(SPARK) - SHORTEST_SPARK)]
    fits = [each for each in ends if len(encode({**card, "spark": each})) <= PROJECT_BYTES]

    kept = orjson.loads(encode_project(card))["spark"]

    assert kept == (fits[0] if fits else SPARK[-SHORTEST_SPARK:])


def test_a_document_that_is_kept_takes_the_memory_that_it_is_long() -> None:
    tracemalloc.start()
    kept = [encode({"name": "EV", "value": str(number)}) for number in range(1_000)]
    taken, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert taken < 10 * sum(map(len, kept))

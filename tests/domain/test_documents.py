"""Cards as they are written."""

import orjson
from hypothesis import given
from hypothesis import strategies as st

from app.domain.documents import PROJECT_BYTES, SHORTEST_SPARK, encode, encode_project

POINTS = st.lists(st.decimals(-10, 999, places=2).map(float), min_size=3, max_size=12)


@given(name=st.integers(520, 590).map("n".__mul__), spark=POINTS)
def test_a_card_keeps_as_much_of_its_spark_as_there_is_room_for(name: str, spark: list[float]) -> None:
    card = {"name": name, "spark": spark}

    kept = orjson.loads(encode_project(card))["spark"]

    fits = [
        spark[n:] for n in range(len(spark)) if len(encode({**card, "spark": spark[n:]})) <= PROJECT_BYTES
    ]
    assert kept == next((each for each in fits if len(each) >= SHORTEST_SPARK), spark[-SHORTEST_SPARK:])

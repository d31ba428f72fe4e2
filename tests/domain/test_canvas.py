"""Screens of a group as one picture: each has a place in it, and no two the same."""

from typing import Any

from app.domain.screens import in_step, same_place


def hung(column: int, row: int, columns: int = 2, rows: int = 2, group: str = "hall") -> dict[str, Any]:
    canvas = {"columns": columns, "rows": rows, "column": column, "row": row}
    return {"group": group, "scenes": ["portfolio"], "dwell_s": None, "canvas": canvas}


def test_a_screen_follows_the_size_of_its_canvas_and_keeps_its_place() -> None:
    followed = in_step(hung(2, 1), hung(1, 1, columns=3, rows=1))

    assert followed == hung(2, 1, columns=3, rows=1)


def test_a_screen_whose_place_is_gone_shows_everything_itself() -> None:
    followed = in_step(hung(2, 2), hung(1, 1, columns=2, rows=1))

    assert followed["canvas"] is None


def test_a_screen_that_leaves_the_canvas_leaves_it_to_the_others() -> None:
    followed = in_step(hung(2, 1), {"group": "hall", "scenes": ["risks"], "dwell_s": None})

    assert followed == {**hung(2, 1), "scenes": ["risks"]}


def test_a_place_is_of_a_group() -> None:
    assert same_place(hung(1, 2), hung(1, 2, columns=4))
    assert not same_place(hung(1, 2), hung(2, 1))
    assert not same_place(hung(1, 2), hung(1, 2, group="lobby"))
    assert not same_place({"group": "hall"}, {"group": "hall"})

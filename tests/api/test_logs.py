"""What is logged of an error: where it happened, and nothing of what was at hand there."""

from secrets import token_hex

import pytest
import structlog

from app.main import create_app
from app.settings import Settings


def refuse(secret: str) -> None:
    raise ValueError(f"{len(secret)} characters")


def test_a_logged_error_says_where_it_happened_and_shows_no_values(
    sqlite_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    create_app(Settings(database_url=sqlite_url))
    secret = token_hex(8)
    try:
        refuse(secret)
    except ValueError:
        structlog.get_logger().exception("it failed")

    told = capsys.readouterr().out
    assert "it failed" in told
    assert "in refuse" in told
    assert "ValueError: 16 characters" in told
    assert secret not in told

"""Settings: all have defaults, and each is on the page that lists them, with its default."""

import re
from pathlib import Path

import pytest

from app.settings import Settings

PAGE = Path(__file__).parents[2] / "docs/settings.md"
ROW = re.compile(r"^\| `(NERVE_[A-Z_]+)` \| ([^|]+) \|", re.MULTILINE)


def documented() -> dict[str, str]:
    """Setting → its default in words, of the table of the server."""
    server = PAGE.read_text().partition("## The server")[2].partition("\n## ")[0]
    return {name: default.strip() for name, default in ROW.findall(server)}


def test_the_product_starts_with_an_empty_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.environ", {})

    assert Settings() == Settings.model_construct()


def test_every_setting_is_documented_and_nothing_else_is() -> None:
    assert set(documented()) == {f"NERVE_{name.upper()}" for name in Settings.model_fields}


def test_the_page_names_the_defaults() -> None:
    defaults = {f"NERVE_{name.upper()}": field.default for name, field in Settings.model_fields.items()}
    plain = {name: str(value).lower() for name, value in defaults.items() if value is not None}

    assert {name: documented()[name].strip("`").lower() for name in plain} == plain

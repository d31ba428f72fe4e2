"""What is generated from the code is what the code generates: `make docs` makes it again."""

import json
import subprocess
from pathlib import Path
from typing import Final

import pytest

from app.main import create_app, openapi_of
from app.settings import Settings
from scripts.reference import DOCS, PAGES

FRONTEND: Final = Path(__file__).parents[2] / "frontend"


def test_the_openapi_document_is_the_code_s() -> None:
    written = json.loads((FRONTEND / "openapi.json").read_text())

    assert written == json.loads(json.dumps(openapi_of(create_app(Settings()))))


def test_the_screens_types_are_those_of_the_openapi_document(tmp_path: Path) -> None:
    made = tmp_path / "schema.d.ts"
    command = json.loads((FRONTEND / "package.json").read_text())["scripts"]["types"].split()
    command[0] = FRONTEND / "node_modules/.bin" / command[0]
    command[-1] = made

    subprocess.run(command, cwd=FRONTEND, check=True, capture_output=True)

    assert made.read_text() == (FRONTEND / "src/lib/api/schema.d.ts").read_text()


@pytest.mark.parametrize("name", sorted(PAGES))
def test_the_tables_of_indicators_and_rules_are_those_of_the_code(name: str) -> None:
    assert (DOCS / name).read_text() == PAGES[name]()

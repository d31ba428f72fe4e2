"""The shape of the source: small files, short functions, the field's names, packages that say their part."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LINES_OF_A_FILE = 300
LINES_OF_A_FUNCTION = 50
VAGUE = {
    *("common", "core", "handler", "handlers", "helper", "helpers", "manager", "managers", "misc"),
    *("service", "services", "util", "utils"),
}
GENERATED = "auto-generated"
"""What openapi-typescript writes into the head of its file."""
OUTSIDE = "../" + "shared"


def python_files() -> list[Path]:
    return sorted((ROOT / "app").rglob("*.py"))


def screen_files() -> list[Path]:
    found = (ROOT / "frontend/src").rglob("*")
    return sorted(file for file in found if file.suffix in {".css", ".js", ".svelte", ".ts"})


def handwritten() -> Iterator[tuple[str, list[str]]]:
    for file in [*python_files(), *screen_files()]:
        lines = file.read_text().splitlines()
        if not any(GENERATED in line for line in lines[:5]):
            yield str(file.relative_to(ROOT)), lines


def functions() -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    for file in python_files():
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield f"{file.relative_to(ROOT)}:{node.name}", node


def project_files() -> Iterator[Path]:
    """Everything a person wrote; what make installs or builds is not looked at."""
    yield from (file for file in ROOT.glob("*") if file.is_file())
    for folder in (".ci", "app", "bench", "deploy", "docs", "frontend", "migrations", "scripts", "tests"):
        for file in sorted((ROOT / folder).rglob("*")):
            made = {"node_modules", "static", ".svelte-kit", "__pycache__"} & set(file.parts)
            if file.is_file() and not made:
                yield file


def test_a_file_has_at_most_300_lines() -> None:
    assert {path: len(lines) for path, lines in handwritten() if len(lines) > LINES_OF_A_FILE} == {}


def test_a_function_has_at_most_50_lines() -> None:
    lengths = {path: (node.end_lineno or node.lineno) - node.lineno + 1 for path, node in functions()}

    assert {path: length for path, length in lengths.items() if length > LINES_OF_A_FUNCTION} == {}


def test_modules_are_named_after_what_is_in_them() -> None:
    named = [*(ROOT / "app").rglob("*"), *(ROOT / "frontend/src").rglob("*")]

    assert [str(path.relative_to(ROOT)) for path in named if path.stem.lower() in VAGUE] == []


def test_every_package_says_what_lives_there() -> None:
    packages = [file for file in python_files() if file.name == "__init__.py"]

    assert [str(file) for file in packages if not ast.get_docstring(ast.parse(file.read_text()))] == []


def test_every_folder_with_modules_is_a_package() -> None:
    folders = {file.parent for file in python_files()}

    assert [str(folder) for folder in folders if not (folder / "__init__.py").is_file()] == []


def test_nothing_depends_on_the_folder_beside_the_repository() -> None:
    texts = ((file, file.read_bytes()) for file in project_files())

    assert [str(file) for file, text in texts if OUTSIDE.encode() in text] == []


@pytest.mark.parametrize("file", ["LICENSE", "README.md", "CHANGELOG.md", "CONTRIBUTING.md", "Dockerfile"])
def test_a_newcomer_finds(file: str) -> None:
    assert (ROOT / file).is_file()

"""The documents tell the truth: their links lead somewhere, the code they name exists."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[2]
LINES_OF_THE_README = 150
FENCE = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"!?\[[^\]]*\]\(\s*<?([^)>\s]+)>?[^)]*\)")
SPAN = re.compile(r"`([^`\n]+)`")
PLACE = re.compile(
    r"(?P<file>(?:app|bench|deploy|docs|frontend|migrations|scripts|tests)/[\w./+-]*\.\w+)(?::(?P<symbol>[A-Za-z_][\w.]*))?$"
)
LINES = re.compile(r"L(\d+)(?:-L(\d+))?$")
BUILT = "app/static/"


class Mention(NamedTuple):
    """Something a document points to: a link's target, or code that it names."""

    document: Path
    target: str


def documents() -> list[Path]:
    return sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def links() -> Iterator[Mention]:
    for document in documents():
        for target in LINK.findall(FENCE.sub("", document.read_text())):
            if not re.match(r"[a-z]+:", target):
                yield Mention(document, target)


def named_code() -> Iterator[Mention]:
    for document in documents():
        for span in SPAN.findall(FENCE.sub("", document.read_text())):
            if PLACE.match(span) and not span.startswith(BUILT):
                yield Mention(document, span)


def leads_somewhere(link: Mention) -> bool:
    path, _, fragment = link.target.partition("#")
    file = (link.document.parent / path).resolve() if path else link.document
    if not file.exists() or not file.is_relative_to(ROOT):
        return False
    return not fragment or has_fragment(file, fragment)


def has_fragment(file: Path, fragment: str) -> bool:
    if file.suffix == ".md":
        return fragment in anchors(file)
    lines = LINES.match(fragment)
    return lines is not None and int(lines[2] or lines[1]) <= len(file.read_text().splitlines())


@cache
def anchors(document: Path) -> frozenset[str]:
    """The anchors that the headings of a document get where it is read."""
    headings = re.findall(r"^#+\s+(.*?)\s*#*$", FENCE.sub("", document.read_text()), re.MULTILINE)
    plain = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings)
    return frozenset(heading.replace(" ", "-") for heading in plain)


def exists(code: Mention) -> bool:
    place = PLACE.match(code.target)
    if place is None or not (ROOT / place["file"]).is_file():
        return False
    return place["symbol"] is None or place["symbol"] in symbols(ROOT / place["file"])


@cache
def symbols(file: Path) -> frozenset[str]:
    """Every name a file defines; of Python `Class.method` too, of other files every word."""
    if file.suffix != ".py":
        return frozenset(re.findall(r"[A-Za-z_]\w*", file.read_text()))
    return frozenset(defined(ast.parse(file.read_text()), ""))


def defined(parent: ast.AST, prefix: str) -> Iterator[str]:
    for node in ast.iter_child_nodes(parent):
        match node:
            case ast.ClassDef() | ast.FunctionDef() | ast.AsyncFunctionDef():
                yield prefix + node.name
                yield from defined(node, f"{prefix}{node.name}.")
            case ast.AnnAssign(target=ast.Name(id=name)):
                yield prefix + name
            case ast.Assign():
                yield from (prefix + target.id for target in node.targets if isinstance(target, ast.Name))
            case _:
                pass


def test_every_link_leads_somewhere() -> None:
    assert [f"{link.document.name}: {link.target}" for link in links() if not leads_somewhere(link)] == []


def test_all_code_that_is_named_exists() -> None:
    assert [f"{code.document.name}: {code.target}" for code in named_code() if not exists(code)] == []


def test_the_readme_can_be_read_in_one_go() -> None:
    assert len((ROOT / "README.md").read_text().splitlines()) <= LINES_OF_THE_README


def test_the_walkthrough_names_code() -> None:
    assert "docs/walkthrough.md" in {str(code.document.relative_to(ROOT)) for code in named_code()}


def test_every_document_can_be_reached_from_the_readme() -> None:
    reached, waiting = set[Path](), [ROOT / "README.md"]
    while waiting:
        document = waiting.pop()
        reached.add(document)
        targets = {
            (document.parent / link.target.partition("#")[0]).resolve()
            for link in links()
            if link.document == document
        }
        waiting += [
            target
            for target in targets
            if target.suffix == ".md" and target.is_file() and target not in reached
        ]

    assert sorted(str(document.relative_to(ROOT)) for document in set(documents()) - reached) == []


def decisions() -> list[Path]:
    return sorted((ROOT / "docs/decisions").glob("[0-9]*.md"))


def test_decisions_are_numbered_without_a_hole() -> None:
    numbers = [int(decision.name.partition("-")[0]) for decision in decisions()]

    assert numbers == list(range(1, len(numbers) + 1))
    assert numbers != []


@pytest.mark.parametrize("part", ["Context", "Decision", "Consequences", "Alternatives", "Enforced by"])
def test_a_decision_says_all_it_has_to(part: str) -> None:
    assert [decision.name for decision in decisions() if part not in decision.read_text()] == []

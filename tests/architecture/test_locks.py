"""What is installed is locked by hash, and the locks name no registry: each machine uses its own."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

Package = dict[str, Any]

ROOT = Path(__file__).parents[2]
ADDRESS = re.compile(r"https?:|git\+|file:")

REGISTRY = re.compile(r"index-url|find-links|^registry\s*=|https?://(?!127\.0\.0\.1)", re.MULTILINE)


def test_the_python_lock_names_no_address() -> None:
    lines = (ROOT / "requirements.lock").read_text().splitlines()

    assert [line for line in lines if ADDRESS.search(line)] == []


def test_the_npm_lock_names_no_address() -> None:
    packages = npm_packages()

    assert [path for path, found in packages.items() if ADDRESS.search(json.dumps(_installed(found)))] == []


def test_every_locked_python_package_has_a_hash() -> None:
    entries = re.split(r"^(?=[a-z0-9])", (ROOT / "requirements.lock").read_text(), flags=re.MULTILINE)

    assert [entry.split()[0] for entry in entries if entry and "--hash=sha256:" not in entry] == []


def test_every_locked_npm_package_has_a_hash() -> None:
    installed = {path: found for path, found in npm_packages().items() if path and not found.get("link")}

    assert [path for path, found in installed.items() if not _is_hashed(path, installed)] == []


def npm_packages() -> dict[str, Package]:
    packages: dict[str, Package] = json.loads((ROOT / "frontend/package-lock.json").read_text())["packages"]
    return packages


def _installed(package: Package) -> Package:
    """Without where its authors take donations, the one address that npm insists on."""
    return {name: value for name, value in package.items() if name != "funding"}


def _is_hashed(path: str, installed: dict[str, Package]) -> bool:
    """A bundled package travels inside the archive of the one that bundles it."""
    return "integrity" in installed[path] or installed[path].get("inBundle") is True


@pytest.mark.parametrize("file", ["pyproject.toml", "frontend/.npmrc", "Makefile", "Dockerfile"])
def test_no_build_file_points_to_a_registry(file: str) -> None:
    text = (ROOT / file).read_text()

    assert REGISTRY.findall(text) == []

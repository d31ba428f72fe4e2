"""The tutorial does what it says: its code, put where it says, passes its tests."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
TUTORIAL = ROOT / "docs/your-first-kpi.md"
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def test_the_first_kpi_works_as_it_is_told(tmp_path: Path) -> None:
    text = TUTORIAL.read_text()
    tests, function = BLOCK.findall(text)
    shutil.copytree(ROOT / "app", tmp_path / "app", ignore=shutil.ignore_patterns("static"))
    shutil.copytree(ROOT / "tests", tmp_path / "tests")  # with what is compiled already
    shutil.copy(ROOT / "pyproject.toml", tmp_path)

    (tmp_path / "tests/domain/test_variance.py").write_text(tests)
    insert(tmp_path / "app/domain/kpis/cost.py", function + "\n\n", before="def cpi_series(")
    kpis = tmp_path / "app/domain/kpis/__init__.py"
    insert(kpis, "cost_variance, ", before="recent_cost_performance, spend")
    insert(kpis, row(text, r'"CST-8": Kpi'), before='    "CST-6":')
    insert(tmp_path / "app/domain/policy.py", row(text, r'"CST-8": _kpi'), before='        "CST-6":')
    insert(
        tmp_path / "tests/domain/test_thresholds.py",
        row(text, r'\("CST-8", '),
        before='    ("CST-6", "5", G),',
    )

    asked = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    run = subprocess.run(
        [*asked, "tests/domain/test_variance.py", "tests/domain/test_thresholds.py"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert run.returncode == 0, run.stdout + run.stderr


def row(text: str, begin: str) -> str:
    """The lines of the tutorial that begin so."""
    return "".join(re.findall(rf"^    {begin}.*\n", text, re.MULTILINE))


def insert(file: Path, text: str, *, before: str) -> None:
    """Put the text before a place that is there exactly once."""
    found = file.read_text()
    assert text
    assert found.count(before) == 1, f"{file.name}: {before}"
    file.write_text(found.replace(before, text + before))

"""What the domain promises has a test by its name: every rule, every pitfall."""

from pathlib import Path

import pytest

from app.domain.rules_policy import HOUSE_RULES

DOMAIN = Path(__file__).parents[1] / "domain"
TESTS = "".join(path.read_text() for path in sorted(DOMAIN.glob("test_*.py")))


@pytest.mark.parametrize("rule", HOUSE_RULES)
def test_every_early_warning_rule_has_tests_that_name_it(rule: str) -> None:
    assert f"\ndef test_{rule.lower()}_" in TESTS


@pytest.mark.parametrize("pitfall", range(1, 13))
def test_every_pitfall_has_a_test_that_names_it(pitfall: int) -> None:
    assert f"\ndef test_pitfall_{pitfall}_" in TESTS

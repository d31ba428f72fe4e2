"""Hypothesis runs the same examples every time, so that a red build is red again tomorrow."""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "domain",
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=15,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("domain")

"""Hypothesis profiles for all tests; `mutation` finds a mutant with few examples and does not explain it."""

from __future__ import annotations

from hypothesis import HealthCheck, Phase, settings

settings.register_profile(
    "mutation",
    max_examples=15,
    derandomize=True,
    deadline=None,
    database=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),  # a busy machine must not pass for a test that noticed
)

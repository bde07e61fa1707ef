"""What all tests share: how many examples the laws are tried with."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

# No deadline: what a shared machine does meanwhile says nothing about a law.
settings.register_profile("laptop", max_examples=25, deadline=None)
settings.register_profile(
    "ci",
    max_examples=300,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile(
    os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") else "laptop")
)

"""A profile says which series tell what, in the merchant's own names."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from harness.merchant.profile import MerchantProfile
from harness.merchant.rungs.figures import Alerts, Metrics


def test_our_own_profile_names_a_series_for_each() -> None:
    metrics = MerchantProfile.load("shop").metrics
    assert metrics is not None
    assert {each.name.partition("_")[0] for each in metrics.selectors} == {"golive"}
    assert len(metrics.selectors) == 9


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ({"successes": "no series"}, "names no series"),
        ({"paid_fen": "a", "paid_yuan": "b"}, "name one of paid_fen and paid_yuan"),
        ({"failures": "a", "attempts": "b"}, "name one of failures and attempts"),
        ({"pages": ["http://metrics.example.com/metrics"]}, "is not on this machine"),
        ({"pages": ["metrics"]}, "pattern"),
        ({"within_s": 0}, "greater than 0"),
    ],
)
def test_what_fits_together_is_held(members: dict[str, object], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        Metrics.model_validate(members)


def test_a_label_of_an_alert_has_a_name() -> None:
    told = {"rules": "r.yml", "alert": "A", "fires_within_s": 1, "clears_within_s": 1, "labels": {"a-b": "c"}}
    with pytest.raises(ValidationError, match="no name of a label"):
        Alerts.model_validate(told)

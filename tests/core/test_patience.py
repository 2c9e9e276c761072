"""A target that is gone is asked nothing more, and whoever asks is told why."""

from __future__ import annotations

import pytest

from harness.core.errors import EnvironmentUnreachable
from harness.core.patience import Patience


def test_whoever_asks_one_that_is_gone_is_told_why() -> None:
    patience = Patience("the merchant")
    patience.require("order")
    patience.lose("it was killed, and did not come up again")
    with pytest.raises(
        EnvironmentUnreachable, match="the merchant is gone: it was killed, and did not"
    ) as told:
        patience.require("order")
    assert told.value.where == "order"

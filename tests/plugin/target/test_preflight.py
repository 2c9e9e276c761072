"""An app whose every order the endpoint would refuse is told before anything is held against it."""

from __future__ import annotations

import pytest

from harness.core.errors import ConfigurationError
from harness.core.money import Fen
from harness.merchant.profile import MerchantProfile
from harness.plugin.target.preflight import refuse_price

LIMIT = Fen(10_000)


def selling_at(price: str | None) -> MerchantProfile:
    return MerchantProfile.load("shop").model_copy(update={"price_yuan": price})


@pytest.mark.parametrize("price", ["100.01", "9999.99"])
def test_a_price_above_the_limit_of_one_payment_is_refused(price: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        refuse_price(selling_at(price), LIMIT)
    assert f"every order costs ¥{price}" in str(refused.value)
    assert "at most ¥100.00" in str(refused.value)


@pytest.mark.parametrize("price", [None, "0.01", "100"])
def test_a_price_that_the_endpoint_takes_is_none_to_refuse(price: str | None) -> None:
    refuse_price(selling_at(price), LIMIT)
    refuse_price(selling_at(price), None)

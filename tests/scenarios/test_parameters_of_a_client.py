"""What a client sends stands in place of what the app's own page would send."""

from __future__ import annotations

from harness.merchant.rungs.prepared import PreparedRequest
from scenarios.security import test_client_parameters as scenarios

VALUES = {"openid": "oHers", "trade_type": "H5"}


def by_a_page(**members: str) -> PreparedRequest:
    return PreparedRequest(method="POST", url="/orders", members=members)


def test_a_name_that_the_request_holds_is_altered_too() -> None:
    changed = scenarios.spelt_as_sent(by_a_page(sku="tea", openid="oMine"), VALUES)
    assert isinstance(changed.members, dict)
    assert (changed.members["openid"], changed.members["openId"]) == ("oHers", "oHers")
    assert changed.members["sku"] == "tea"


def test_a_page_that_chooses_how_is_paid_goes_on_doing_so() -> None:
    changed = scenarios.spelt_as_sent(by_a_page(tradeType="JSAPI"), VALUES)
    assert isinstance(changed.members, dict)
    assert (changed.members["tradeType"], changed.members["trade_type"]) == ("JSAPI", "H5")


def test_the_trade_type_of_a_client_is_never_the_kinds_own() -> None:
    own = {"qr": "NATIVE", "h5": "H5", "jsapi": "JSAPI"}
    assert all(scenarios.OTHER_TYPES.get(kind, "H5") != name for kind, name in own.items())

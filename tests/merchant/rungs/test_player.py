"""What a browser keeps of a shopper is gone on with, the attributes of cookies included."""

from __future__ import annotations

import httpx
import pytest

from harness.merchant.rungs.player import take_over
from harness.merchant.rungs.strangers import goes_along

SHOP = "http://127.0.0.1:8000"


@pytest.mark.parametrize(
    ("kept", "along"),
    [({"sameSite": "Lax"}, False), ({"sameSite": "Strict"}, False), ({"sameSite": "None"}, True), ({}, True)],
)
def test_a_cookie_of_a_browser_keeps_which_requests_it_goes_along_with(
    kept: dict[str, str], along: bool
) -> None:
    cookie = {"name": "session", "value": "abc", "domain": "127.0.0.1", "path": "/"}
    with httpx.Client() as http:
        take_over(http, [{**cookie, **kept}], SHOP)
        assert [goes_along(each, "POST") for each in http.cookies.jar] == [along]

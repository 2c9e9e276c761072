"""A request is sent as a visitor or another site could send it: what they do not have is not in it."""

from __future__ import annotations

from dataclasses import replace

import httpx
import pytest

from harness.merchant.rungs.prepared import PreparedRequest
from harness.merchant.rungs.strangers import from_another_site, goes_along, without_session

ASKED = PreparedRequest(
    method="POST",
    url="/orders",
    headers={"Origin": "http://shop", "Authorization": "Bearer t", "X-Session": "s", "X-Client": "web"},
    fields={"_csrf": "mine", "tea": "longjing", "nonce_of_form": "a81f0c9e44d27b60"},
    of_page=frozenset({"_csrf", "nonce_of_form"}),
    csrf="mine",
)
BY_JSON = PreparedRequest(
    method="POST",
    url="/orders",
    headers={"X-CSRF-Token": "mine", "X-Client": "web"},
    members={"sku": "tea", "_csrf": "mine", "proofs": [{"seal": "mine", "no": 1}]},
    csrf="mine",
)


def test_a_visitor_has_a_token_of_the_own_page_and_no_credentials() -> None:
    sent = without_session(ASKED, "theirs", ["x-session"])
    assert sent.headers == {"Origin": "http://shop", "X-Client": "web"}
    assert sent.fields == {**(ASKED.fields or {}), "_csrf": "theirs"}


def test_another_site_knows_no_token_and_sets_no_header() -> None:
    sent = from_another_site(ASKED)
    assert sent.fields == {"tea": "longjing"}
    assert sent.headers["Origin"] == "https://another-site.example"
    assert "Authorization" not in sent.headers


def test_a_token_is_a_visitors_own_wherever_it_stands() -> None:
    sent = without_session(BY_JSON, "theirs", ["X-CSRF-Token"])
    assert sent.headers == {"X-CSRF-Token": "theirs", "X-Client": "web"}
    assert sent.members == {"sku": "tea", "_csrf": "theirs", "proofs": [{"seal": "theirs", "no": 1}]}


def test_another_site_knows_no_token_in_json_either() -> None:
    assert from_another_site(BY_JSON).members == {"sku": "tea", "proofs": [{"no": 1}]}


def test_another_site_knows_what_the_profile_says_and_what_anybodys_page_holds() -> None:
    number, product, seal = "golive-00112233445566aa", "0e984725-c51c-4bf4-9960-e1c80e27aba0", "b" * 16 + "1"
    asked = replace(
        ASKED,
        fields={"order_no": number, "product": product, "seal": seal},
        of_page=frozenset({"product", "seal"}),
    )
    assert from_another_site(asked, {"product": product, "seal": "other"}).fields == {
        "order_no": number,
        "product": product,
    }


def test_another_site_sends_json_as_a_form_can() -> None:
    sent = from_another_site(PreparedRequest(method="POST", url="/", members={"a": 1}))
    assert sent.all_headers["Content-Type"] == "text/plain"
    assert sent.content == b'{"a": 1}'


@pytest.mark.parametrize(
    ("attributes", "method", "along"),
    [
        ("", "POST", True),
        ("; SameSite=None; Secure", "POST", True),
        ("; SameSite=Lax", "POST", False),
        ("; samesite=lax", "GET", True),
        ("; SameSite=Strict", "GET", False),
    ],
)
def test_a_cookie_goes_along_as_browsers_do_it(attributes: str, method: str, along: bool) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, headers={"Set-Cookie": f"session=abc{attributes}"}, request=request)

    with httpx.Client(transport=httpx.MockTransport(answer)) as client:
        client.get("https://shop.example/")
        assert [goes_along(each, method) for each in client.cookies.jar] == [along]

"""A request that is prepared of a page tells what the page held from what the profile says."""

from __future__ import annotations

from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from harness.merchant.client import MerchantClient
from harness.merchant.profile import MerchantProfile
from harness.merchant.rungs.strangers import from_another_site
from harness.processes.serving import listen, serving

PROFILE = """base_url = "{}"
build = "stall-1"
capabilities = ["qr"]
price_yuan = "19.90"
[order.qr]
page = "/"
form = {{ order_no = "{{order_id}}" }}
"""
NUMBER = "golive-00112233445566aa"
PAGE = """<form method="post" action="/buy"><input name="order_no">
<input type="hidden" name="_csrf" value="t">
<input type="hidden" name="seal" value="a81f0c9e44d27b60"></form>"""


async def _page(_: Request) -> Response:
    return HTMLResponse(PAGE)


def test_another_site_sends_the_purchase_that_the_profile_names(tmp_path: Path) -> None:
    with serving(Starlette(routes=[Route("/", _page)]), listen()) as base_url:
        file = tmp_path / "stall.toml"
        file.write_text(PROFILE.format(base_url), "utf-8")
        with MerchantClient(MerchantProfile.load(str(file))) as client:
            request = client.order_request(order_id=NUMBER, amount_yuan="19.90")
    assert (request.of_page, request.csrf) == (frozenset({"_csrf", "seal"}), "t")
    assert from_another_site(request).fields == {"order_no": NUMBER}

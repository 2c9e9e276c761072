"""Our shop signs by a new certificate as soon as it is told, and an order meanwhile does not wait for it."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from harness.levers.models import MerchantCertificate
from harness.signing.keys import load_public_key
from harness.signing.wechat_v3 import verifies
from tests.shop.conftest import Trade

PATH = "/golive/key"


def told(trade: Trade, members: object) -> httpx.Response:
    bearer = {"Authorization": f"Bearer {trade.running.observer_token}"}
    return httpx.post(trade.running.base_url + PATH, json=members, headers=bearer)


@pytest.fixture
def issued(trade: Trade) -> MerchantCertificate:
    """A new certificate; it is cancelled again by whoever has taken it."""
    return trade.levers.apply_for_certificate()


def signed_by(trade: Trade, number: str) -> str:
    return trade.levers.audit(number).events[0].detail["signed_by"]


def test_the_new_key_signs_the_next_order_and_the_old_is_not_needed(
    trade: Trade, issued: MerchantCertificate, tmp_path: Path
) -> None:
    first, before = signed_by(trade, trade.order()), trade.running.shop.renewable.settings
    key = tmp_path / "apiclient_key.pem"
    key.write_text(issued.key_pem, "utf-8")
    assert told(trade, {"keyFile": str(key), "serial": issued.serial}).json() == {"serial": issued.serial}
    trade.levers.revoke_certificate(first)
    try:
        assert signed_by(trade, trade.order()) == issued.serial
        created = trade.ask(kind="jsapi").jsapi_params
        lines = "".join(f"{created[each]}\n" for each in ("appId", "timeStamp", "nonceStr", "package"))
        held = load_public_key(issued.certificate_pem)
        assert verifies(held, lines.encode(), created["paySign"]), "paySign is by the same key"
    finally:
        trade.levers.restore_certificate(first)
        trade.running.shop.renewable.renew(before)
        trade.levers.revoke_certificate(issued.serial)


@pytest.mark.parametrize(
    "members",
    [{}, {"keyFile": "nowhere.pem", "serial": "0" * 40}, {"keyFile": "x", "serial": "not a serial"}],
    ids=["nothing", "no file", "no serial"],
)
def test_what_is_no_key_is_refused_and_the_old_one_goes_on(trade: Trade, members: dict[str, str]) -> None:
    assert told(trade, members).status_code == 400
    trade.order()


def test_nobody_else_exchanges_its_key(trade: Trade) -> None:
    assert httpx.post(trade.running.base_url + PATH, json={}).status_code == 404

"""The two SDKs of Node order, query, close, refund, are refused, and believe callbacks: in both key modes."""

from __future__ import annotations

import gzip
import json
from base64 import b64decode
from collections.abc import Callable
from hashlib import sha1
from pathlib import Path
from typing import Any

import pytest

from harness.levers.client import LeversClient
from harness.simulator.account.key_files import PLATFORM_CERTIFICATE, PLATFORM_KEY, write_keys
from harness.simulator.account.key_mode import KeyMode
from harness.simulator.embedded import RunningSimulator
from tests.interop.node_side import PACKAGES, SCRIPTS, run_node
from tests.interop.sdk_side import Mailbox, on_both_accounts, sold
from tests.simulator.bill_side import read

pytestmark = on_both_accounts

NewNumber = Callable[[], str]
Converse = Callable[..., list[dict[str, Any]]]
SDKS = {"wechatpay-axios-plugin": "axios_plugin.cjs", "wechatpay-node-v3": "node_v3.cjs"}


@pytest.fixture(params=SDKS)
def converse(
    request: pytest.FixtureRequest, simulator: RunningSimulator, environment: dict[str, str], tmp_path: Path
) -> Converse:
    """Makes calls with one of the SDKs, out of the files that a merchant has."""
    identity = simulator.simulator.identity
    write_keys(tmp_path, identity)
    certified = identity.key_mode is KeyMode.CERTIFICATE
    settings = {
        **environment,
        "keys": str(tmp_path),
        "platform": identity.callbacks_by,
        "platform_file": str(tmp_path / (PLATFORM_CERTIFICATE if certified else PLATFORM_KEY)),
    }

    def through(*calls: tuple[str, object]) -> list[dict[str, Any]]:
        script = SCRIPTS / SDKS[request.param]
        done = run_node(request.param, script, str(PACKAGES), json.dumps(settings), json.dumps(calls))
        assert done.returncode == 0, done.stderr
        told: list[dict[str, Any]] = json.loads(done.stdout)
        return told

    return through


def order(environment: dict[str, str], number: str, **changes: object) -> dict[str, object]:
    return {
        "appid": environment["WECHAT_PAY_APP_ID"],
        "mchid": environment["WECHAT_PAY_MCH_ID"],
        "description": "龙井 250 克",
        "out_trade_no": number,
        "notify_url": environment["WECHAT_PAY_NOTIFY_URL"],
        "amount": {"total": 1990, "currency": "CNY"},
        **changes,
    }


def test_an_order_is_placed_looked_up_and_closed(
    converse: Converse, environment: dict[str, str], new_number: NewNumber
) -> None:
    number = new_number()
    placed, found, closed, again = converse(
        ("order", order(environment, number)), ("query", number), ("close", number), ("query", number)
    )
    assert placed["data"]["code_url"].startswith("weixin://wxpay/bizpayurl?pr=")
    assert (found["status"], found["data"]["trade_state"]) == (200, "NOTPAY")
    assert closed["status"] == 204
    assert again["data"]["trade_state"] == "CLOSED"


def test_a_refusal_shows_code_and_detail(
    converse: Converse, environment: dict[str, str], new_number: NewNumber
) -> None:
    too_long, unknown, nobodys = converse(
        ("order", order(environment, new_number(), description="茶" * 43)),
        ("order", order(environment, new_number(), settle_info={"extra": 1})),
        ("query", new_number()),
    )
    assert (too_long["status"], too_long["data"]["detail"]) == (400, {"location": "body", "value": 129})
    assert unknown["data"]["detail"] == {"location": None, "value": ["/body/settle_info/extra"]}
    assert (nobodys["status"], nobodys["data"]["code"]) == (404, "ORDER_NOT_EXIST")


def test_a_callback_is_genuine_and_opens_and_a_changed_one_is_not(
    converse: Converse,
    environment: dict[str, str],
    new_number: NewNumber,
    *,
    levers: LeversClient,
    mailbox: Mailbox,
) -> None:
    number = new_number()
    converse(("order", order(environment, number)))
    levers.pay(out_trade_no=number)
    ((headers, body),) = mailbox.received
    genuine = {"headers": headers, "body": body.decode()}
    changed = {"headers": {**headers, "wechatpay-nonce": "0" * 32}, "body": body.decode()}
    believed, refused = converse(("callback", genuine), ("callback", changed))
    assert believed == {"status": 200, "data": levers.notification(number)}
    assert refused["status"] == 401


def test_a_refund_is_accepted_asked_for_and_its_callback_opens(
    converse: Converse,
    environment: dict[str, str],
    new_number: NewNumber,
    *,
    levers: LeversClient,
    mailbox: Mailbox,
) -> None:
    number = new_number()
    converse(("order", order(environment, number)))
    levers.pay(out_trade_no=number)
    amount = {"refund": 990, "total": 1990, "currency": "CNY"}
    part = {
        "out_trade_no": number,
        "out_refund_no": f"{number}-part-1",
        "notify_url": environment["WECHAT_PAY_NOTIFY_URL"],
        "amount": amount,
    }
    over = {**part, "out_refund_no": f"{number}-part-2", "amount": {**amount, "refund": 1001}}
    accepted, again, refused, found, nobodys = converse(
        ("refund", part),
        ("refund", part),
        ("refund", over),
        ("refundQuery", f"{number}-part-1"),
        ("refundQuery", f"{number}-part-2"),
    )
    assert (accepted["status"], accepted["data"]["status"]) == (200, "PROCESSING")
    assert again == found == accepted
    assert (refused["status"], refused["data"]["code"]) == (400, "INVALID_REQUEST")
    assert (nobodys["status"], nobodys["data"]["code"]) == (404, "RESOURCE_NOT_EXISTS")
    mailbox.received.clear()
    levers.end_refund(f"{number}-part-1", "SUCCESS")
    ((headers, body),) = mailbox.received
    (believed,) = converse(("callback", {"headers": headers, "body": body.decode()}))
    assert believed == {"status": 200, "data": levers.refund_notification(f"{number}-part-1")}


@pytest.mark.parametrize("converse", ["wechatpay-axios-plugin"], indirect=True)
@pytest.mark.parametrize("kind", ["tradebill", "fundflowbill"])
def test_a_bill_is_fetched_with_the_announced_hash(
    converse: Converse,
    environment: dict[str, str],
    new_number: NewNumber,
    *,
    levers: LeversClient,
    kind: str,
) -> None:
    number = new_number()
    converse(("order", order(environment, number)))
    day = sold(levers, number)
    plain, packed = converse(
        ("bill", [kind, {"bill_date": day}]), ("bill", [kind, {"bill_date": day, "tar_type": "GZIP"}])
    )
    text = b64decode(plain["data"]["file"])
    assert (plain["status"], packed["status"]) == (200, 200)
    assert gzip.decompress(b64decode(packed["data"]["file"])) == text
    assert plain["data"]["hash"] == packed["data"]["hash"] == sha1(text, usedforsecurity=False).hexdigest()
    column = {"tradebill": "商户订单号", "fundflowbill": "业务凭证号"}[kind]
    read(text.decode()).of(**{column: number})

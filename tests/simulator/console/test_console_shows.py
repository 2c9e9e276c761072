"""The console shows what happened, exactly and in full, and never a secret."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import httpx
import pytest

from harness.core.clock import BusinessClock
from harness.levers.models import Fault
from harness.processes.serving import listen, serving
from harness.signing import keys
from harness.signing.wechat_v3 import parse_authorization, verifies
from harness.simulator.account.identity import Identity
from harness.simulator.console.recent import KEPT, Recent
from harness.simulator.server import Simulator
from tests.simulator.alipay_side import NUMBER as ALIPAY_NUMBER
from tests.simulator.alipay_side import AlipaySide
from tests.simulator.console.conftest import Shop
from tests.simulator.console.console_side import ConsoleSide
from tests.simulator.merchant_side import NUMBER, TRANSACTIONS, MerchantSide

HOSTILE = '</script><img src=x onerror="alert(1)">\u202e'


def test_the_string_that_is_shown_is_the_one_that_was_signed(console: ConsoleSide) -> None:
    merchant = console.merchant
    merchant.create(attach="{body}")
    merchant.query()
    key = merchant.identity.merchant_key.public_key()
    shown = [console.seen(f"/requests/{each['id']}") for each in console.order()["requests"]]
    assert [(each["method"], each["status"]) for each in shown] == [("POST", 200), ("GET", 200)]
    for each in shown:
        claim = parse_authorization(dict(each["headers"])["authorization"])
        assert verifies(key, each["signed"].encode(), claim.signature)
    answer = dict(shown[0]["answer_headers"])
    signer = merchant.identity.private_key(answer["wechatpay-serial"])
    assert signer is not None
    signature = answer["wechatpay-signature"]
    assert verifies(signer.public_key(), shown[0]["answer_signed"].encode(), signature)


def test_of_alipay_it_is_the_sorted_members_of_the_form(console: ConsoleSide, alipay: AlipaySide) -> None:
    alipay.precreate()
    (request,) = console.order(ALIPAY_NUMBER)["requests"]
    shown = console.seen(f"/requests/{request['id']}")
    assert (shown["wire"], shown["status"]) == ("Alipay", 200)
    names = [part.partition("=")[0] for part in shown["signed"].split("&")]
    assert names == sorted(names)
    assert "app_id" in names
    assert "sign" not in names
    assert f'"out_trade_no": "{ALIPAY_NUMBER}"' in shown["signed"]
    assert shown["answer_signed"].startswith('{"code":"10000"')


def test_a_request_that_makes_no_order_is_shown_with_its_error(console: ConsoleSide) -> None:
    merchant = console.merchant
    body = json.dumps(merchant.order()).encode()
    headers = merchant.headers("POST", f"{TRANSACTIONS}/native", body)
    merchant.send("POST", f"{TRANSACTIONS}/native", body + b" ", headers[:-1])
    (row,) = console.seen("/requests?q=sign_error")["rows"]
    assert (row["status"], row["code"], row["path"]) == (401, "SIGN_ERROR", f"{TRANSACTIONS}/native")
    shown = console.seen(f"/requests/{row['id']}")
    assert shown["signed"].endswith("} \n")
    assert "sign the bytes that go out" in shown["cause"]["en"]
    assert shown["was_signed"].endswith("}\n")
    assert "it was made with" in shown["certain"][0]["en"]
    merchant.create()
    assert console.seen("/requests/2")["cause"] is None


def test_an_order_is_shown_with_its_money_its_callbacks_and_what_the_merchant_said(
    console: ConsoleSide, shop: Shop
) -> None:
    shop.status, shop.says = 500, "库存不足".encode()
    console.merchant.create(notify_url=shop.url, attach=HOSTILE, description=HOSTILE[:40])
    console.press("pay", outcome="pay")
    order = console.order()
    assert (order["state"], order["attach"], order["rest"]) == ("SUCCESS", HOSTILE, 1990)
    assert [each["kind"] for each in order["events"]] == ["created", "paid", "notify-attempt"]
    assert [(each["reason"], each["amount"]) for each in order["ledger"]] == [
        ("payment", 1990),
        ("settlement", 1990),
    ]
    (callback,) = order["callbacks"]
    assert (callback["status"], callback["accepted"], callback["attempt"]) == (500, False, 1)
    assert 0 < callback["ms"] < 5000
    sent = callback["sent"]
    assert (sent["said"], sent["body"].encode()) == ("库存不足", shop.received[0])
    assert json.loads(sent["plain"])["out_trade_no"] == NUMBER
    serial = dict(sent["headers"])["Wechatpay-Serial"]
    signer = console.merchant.identity.private_key(serial)
    assert signer is not None
    signature = dict(sent["headers"])["Wechatpay-Signature"]
    assert verifies(signer.public_key(), sent["signed"].encode(), signature)
    row = console.seen("/orders?q=order")["rows"][0]
    assert row["callback"] == {"status": 500, "accepted": False}


def test_a_number_within_a_longer_one_is_another_order(console: ConsoleSide) -> None:
    for number in ("tea-house-1", "tea-house-10", "a-tea-house-1"):
        console.merchant.create(out_trade_no=number)
        console.merchant.query(number)
    shown = [console.order(number)["requests"] for number in ("tea-house-1", "tea-house-10", "a-tea-house-1")]
    assert [[each["id"] for each in requests] for requests in shown] == [[1, 2], [3, 4], [5, 6]]


def test_no_secret_is_shown_whoever_sends_it_and_wherever(console: ConsoleSide) -> None:
    identity, merchant = console.merchant.identity, console.merchant
    stray = keys.private_pem(merchant.identity.merchant_key)
    secrets = [identity.apiv3_key, identity.api_key, identity.mcp_api_key, identity.levers_token]
    for number, told in enumerate([*secrets, stray, keys.bare_private(identity.merchant_key), "x"]):
        target = f"{TRANSACTIONS}/native?leak={told[:200]}" if "\n" not in told else f"{TRANSACTIONS}/native"
        body = json.dumps({**merchant.order(), "attach": told, "out_trade_no": f"leak-{number}"}).encode()
        headers = [*merchant.headers("POST", target, body), (b"x-key", told.replace("\n", " ").encode())]
        merchant.send("POST", target, body, headers)
        merchant.create(attach=told[:128], out_trade_no=f"kept-{number}")
        merchant.send("POST", "/mcp/v1", b"{}", [(b"authorization", f"Bearer {told[:64]}".encode())])
    paths = ["/requests?limit=200", "/orders?limit=200"]
    paths += [f"/requests/{each['id']}" for each in console.seen("/requests?limit=200")["rows"]]
    paths += [f"/orders/{each['number']}" for each in console.seen("/orders?limit=200")["rows"]]
    shown = (
        "".join(console.get(f"/data{path}").body.decode() for path in paths) + console.get("").body.decode()
    )
    assert "kept-6" in shown
    assert "••••••" in shown
    for secret in (*secrets, *keys.traces(identity.merchant_key)):
        assert secret not in shown


def test_a_key_of_nobodys_is_told_by_its_beginning_and_our_own_not_at_all(console: ConsoleSide) -> None:
    own = f"Bearer {console.merchant.identity.mcp_api_key}".encode()
    for sent in (b"Bearer wxyz-of-production", own):
        console.merchant.send("POST", "/mcp/v1", b"{}", [(b"authorization", sent)])
    shown = [dict(console.seen(f"/requests/{number}")["headers"])["authorization"] for number in (1, 2)]
    assert shown == ["Bearer wxyz••••••", "Bearer ••••••"]
    console.merchant.create(description="Basic membership", attach="Basic dXNlcjpwYXNz")
    order = console.order()
    assert (order["description"], order["attach"]) == ("Basic membership", "Basic dXNl••••••")


def test_why_a_signature_was_refused_is_told_of_that_request_alone(console: ConsoleSide) -> None:
    merchant = console.merchant
    merchant.create()
    target = f"{TRANSACTIONS}/out-trade-no/{NUMBER}?mchid={merchant.identity.mchid}"
    over_another = merchant.signer.authorization("GET", f"{target}&x=1", b"")
    refused = merchant.headers("GET", target, b"", authorization=over_another)
    assert merchant.send("GET", target, b"", refused).status == 401
    assert merchant.query().status == 200
    causes = [console.seen(f"/requests/{number}")["cause"] for number in (1, 2, 3)]
    assert [cause is None for cause in causes] == [True, False, True]
    happened = {each["kind"]: each["detail"] for each in console.order()["events"]}
    assert list(happened) == ["created", "signature-refused", "queried"]
    assert happened["signature-refused"]["zh"] == causes[1]["zh"]


def test_a_clock_that_is_set_back_hides_no_order(console: ConsoleSide) -> None:
    numbers = [f"order-of-the-hour-{number}" for number in range(3)]
    for number in numbers:
        console.merchant.create(out_trade_no=number)
    console.merchant.account.find(numbers[1]).created += timedelta(hours=1)
    assert {each["number"] for each in console.seen("/orders")["rows"]} == {*numbers}


def test_half_a_character_hides_no_order(console: ConsoleSide) -> None:
    console.merchant.create()
    order = console.merchant.account.find(NUMBER)
    order.request = replace(order.request, description="half \ud83c")
    assert [each["description"] for each in console.seen("/orders")["rows"]] == ["half \\ud83c"]


def test_long_bodies_are_cut_and_the_oldest_requests_forgotten(console: ConsoleSide) -> None:
    console.merchant.send("POST", f"{TRANSACTIONS}/native", b"x" * 3 * KEPT, [])
    shown = console.seen("/requests/1")
    assert (len(shown["body"]), shown["body_size"], shown["cut"]) == (KEPT, 3 * KEPT, True)

    class Thing:
        size = 10

    by_number: Recent[Thing] = Recent(most=3)
    by_bytes: Recent[Thing] = Recent(most_bytes=25)
    for _ in range(9):
        by_number.add(Thing())
        by_bytes.add(Thing())
    assert (len(by_number), by_number.size, len(by_bytes), by_bytes.size) == (3, 30, 2, 20)


def test_what_is_asked_for_too_late_or_never_was_is_said(console: ConsoleSide) -> None:
    for path in ("/requests/99", "/orders/nothing", f"/orders/{NUMBER}?account=1"):
        assert console.get(f"/data{path}").status == 404
    assert console.seen("/orders?offset=-5&limit=x")["rows"] == []


def test_a_page_of_two_platforms_orders_is_the_newest_first_wherever_it_begins(identity: Identity) -> None:
    clock = BusinessClock()
    side = MerchantSide(Simulator(identity=identity, clock=clock, experience=False, console=True))
    with side.runner:
        console, alipay = ConsoleSide(side), AlipaySide(side)
        for number in range(30):
            clock.advance(timedelta(seconds=number % 3))
            if number % 4 == 1:
                alipay.precreate(f"newest{number}")
            else:
                side.create(out_trade_no=f"newest{number}")
        newest = [f"newest{number}" for number in reversed(range(30))]
        for offset in range(0, 32, 5):
            page = console.seen(f"/orders?offset={offset}&limit=7")
            assert [row["number"] for row in page["rows"]] == newest[offset : offset + 7]
            assert page["total"] == 30
        found = console.seen("/orders?q=ALIPAY%20notpay")
        assert found["total"] == 8
        assert {row["provider"] for row in found["rows"]} == {"alipay"}


def test_the_version_moves_with_whatever_happens_and_with_nothing_else(
    console: ConsoleSide, shop: Shop
) -> None:
    merchant = console.merchant

    def version() -> int:
        return int(console.seen("/now")["version"])

    seen = [version()]
    for happens in (
        lambda: merchant.create(notify_url=shop.url),
        lambda: merchant.query("nobody's"),
        lambda: console.press("pay", outcome="pay"),
        lambda: console.act("advance", seconds=60),
        lambda: merchant.send("GET", "/cashier/scan?code_url=x", b"", []),
    ):
        happens()
        seen.append(version())
    assert all(before < after for before, after in pairwise(seen))
    console.get("")
    console.seen("/ledger")
    assert version() == seen[-1]


@pytest.mark.parametrize("words", ["payment", NUMBER, "payers clearing"])
def test_the_ledger_is_told_with_balances_that_add_up_to_nothing(console: ConsoleSide, words: str) -> None:
    console.merchant.create()
    console.merchant.pay()
    told = console.seen(f"/ledger?q={words.replace(' ', '%20')}")
    assert told["total"] >= 1
    assert sum(told["balances"].values()) == 0


def test_a_connection_that_a_fault_ends_is_shown_without_an_answer(console: ConsoleSide) -> None:
    simulator = console.simulator
    simulator.faults.add(Fault(operation="query", action="refuse"))
    target = f"{TRANSACTIONS}/out-trade-no/{NUMBER}?mchid={simulator.identity.mchid}"
    headers = console.merchant.headers("GET", target, b"")
    with serving(simulator, listen()) as base, httpx.Client(trust_env=False) as client:
        with pytest.raises(httpx.RemoteProtocolError):
            client.get(base + target, headers=headers)
        shown = client.get(f"{base}/console/data/requests/1").json()
    assert (shown["status"], shown["ms"], shown["target"]) == (None, None, target)

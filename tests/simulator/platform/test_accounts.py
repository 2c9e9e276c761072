"""Two merchant accounts on one platform: each has its own keys, numbers, orders and books."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest

from harness.core.errors import SignatureInvalid, UsageError
from harness.levers.client import LeversClient
from harness.processes.serving import listen, serving
from harness.simulator.account.identity import Identity, new_identity
from harness.simulator.embedded import running_simulator
from harness.simulator.platform.orders import Reason, Refused
from harness.simulator.server import Simulator
from tests.simulator.envelope_side import EnvelopeSide
from tests.simulator.mcp_side import Endpoint, RawCaller, order
from tests.simulator.merchant_side import NUMBER, MerchantSide


@pytest.fixture(scope="module")
def neighbour() -> Identity:
    """The second account's owner."""
    return new_identity()


@dataclass
class Pair:
    """Both owners, each on their own side of one platform."""

    first: MerchantSide
    second: MerchantSide


@pytest.fixture
def pair(identity: Identity, neighbour: Identity) -> Iterator[Pair]:
    simulator = Simulator(identity=identity, others=[neighbour], experience=False)
    first = MerchantSide(simulator)
    with first.runner:
        yield Pair(first, MerchantSide(simulator, runner=first.runner, owner=neighbour))


def test_the_same_number_is_two_orders(pair: Pair) -> None:
    """Neither amount, nor state, nor books of one show at the other."""
    assert pair.first.create().status == 200
    assert pair.second.create(amount={"total": 5}).status == 200
    pair.second.pay()
    assert pair.first.query().json["trade_state"] == "NOTPAY"
    paid = pair.second.query().json
    assert (paid["trade_state"], paid["amount"]["total"]) == ("SUCCESS", 5)
    assert (paid["mchid"], paid["appid"]) == (pair.second.identity.mchid, pair.second.identity.appid)
    assert pair.first.close().status == 204
    platform = pair.first.simulator.platform
    assert platform.ledger(pair.first.identity.mchid).paid == {}
    ledger = platform.ledger(pair.second.identity.mchid)
    assert ledger.paid == {NUMBER: 5}
    assert sum(ledger.balances.values()) == 0


def test_each_is_answered_with_its_own_keys(pair: Pair) -> None:
    for side in (pair.first, pair.second):
        side.verify(side.create())
    with pytest.raises(SignatureInvalid):
        pair.first.verify(pair.second.query())


def test_nobody_asks_with_anothers_key_or_for_anothers_order(pair: Pair) -> None:
    pair.first.create()
    foreign = pair.second.order(mchid=pair.first.identity.mchid)
    assert pair.second.post("/v3/pay/transactions/native", foreign).status == 400
    foreign = pair.second.order(appid=pair.first.identity.appid)
    assert pair.second.post("/v3/pay/transactions/native", foreign).code == "APPID_MCHID_NOT_MATCH"
    assert pair.second.query().status == 404
    pair.first.pay()
    number = pair.first.query().json["transaction_id"]
    target = f"/v3/pay/transactions/id/{number}?mchid="
    assert pair.first.send("GET", target + pair.first.identity.mchid).status == 200
    assert pair.second.send("GET", target + pair.second.identity.mchid).status == 404


def test_a_signature_by_the_other_merchants_key_is_refused(pair: Pair) -> None:
    mixed = replace(pair.second.identity, merchant_key=pair.first.identity.merchant_key)
    side = MerchantSide(pair.first.simulator, runner=pair.first.runner, owner=mixed)
    assert side.create().code == "SIGN_ERROR"


def test_the_payee_and_the_test_payer_are_the_accounts_own(pair: Pair) -> None:
    pair.second.create()
    simulator, neighbour = pair.second.simulator, pair.second.identity
    account = simulator.platform.accounts[neighbour.mchid]
    order = account.find(NUMBER)
    simulator.platform.pay(order)
    assert order.payer == neighbour.openid
    assert account.payee == f"模拟商户 {neighbour.mchid}"


def test_both_speak_the_envelope(pair: Pair) -> None:
    for side in (pair.first, pair.second):
        envelope = EnvelopeSide(side)
        answer = envelope.create()
        assert answer.json["code"] == "0000"
        assert envelope.genuine(answer)
    assert [len(each.orders()) for each in pair.first.simulator.platform.accounts.values()] == [1, 1]


def test_two_accounts_of_one_number_are_refused(identity: Identity) -> None:
    with pytest.raises(UsageError, match="there is an account"):
        Simulator(identity=identity, others=[identity])


def test_the_levers_open_an_account_and_pull_for_it() -> None:
    with running_simulator(experience=False) as running:
        with LeversClient(running.levers_url, running.levers_token) as levers:
            settings = levers.add_account(notify_url="http://127.0.0.1:1/n", experience=False)
            mchid = settings["WECHAT_PAY_MCH_ID"]
            assert mchid != running.simulator.identity.mchid
            assert settings["GOLIVE_LEVERS_TOKEN"] == running.levers_token
            assert settings["WECHAT_PAY_BASE_URL"] == running.base_url
        account = running.simulator.platform.accounts[mchid]
        with LeversClient(running.levers_url, running.levers_token, mchid=mchid) as levers:
            assert levers.keys().mchid == mchid
            assert levers.orders() == []
            assert levers.ledger().paid == {}
        with pytest.raises(Refused) as refused:
            account.find(NUMBER)
        assert refused.value.reason is Reason.UNKNOWN


def test_an_api_key_says_whose_call_it_is(identity: Identity, neighbour: Identity) -> None:
    simulator = Simulator(identity=identity, others=[neighbour], experience=False)
    with serving(simulator, listen()) as address:
        for owner in (identity, neighbour):
            account = simulator.platform.accounts[owner.mchid]
            endpoint = Endpoint(
                f"{address}/mcp/v1",
                simulator.platform,
                account,
                owner,
                simulator.faults,
                owner.mcp_api_key,
                simulator.platform.alipay_accounts[owner.alipay.seller_id],
            )
            with RawCaller(endpoint) as raw:
                raw.result("create-native-payment", order())
            assert account.find(NUMBER).request.mchid == owner.mchid

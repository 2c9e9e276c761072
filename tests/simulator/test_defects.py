"""Each defect of the platform itself is visible exactly where its control looks."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from harness.core.errors import SignatureInvalid
from harness.simulator.account.identity import Identity
from harness.simulator.defects import CLOCK_SKEW_S
from harness.simulator.server import Simulator
from tests.simulator.envelope_side import EnvelopeSide
from tests.simulator.merchant_side import NUMBER, MerchantSide


def skew(merchant: MerchantSide) -> float:
    answer = merchant.post("/v3/security/echo", {"echo_message": "x"})
    return int(str(answer.header("wechatpay-timestamp"))) - time.time()


@pytest.fixture
def defective(identity: Identity, request: pytest.FixtureRequest) -> Iterator[MerchantSide]:
    side = MerchantSide(Simulator(identity=identity, defects=[request.param]))
    with side.runner:
        yield side


@pytest.mark.parametrize("defective", ["clock-skewed"], indirect=True)
def test_a_skewed_clock_shows_in_signed_timestamps_and_verifies_nowhere(defective: MerchantSide) -> None:
    assert skew(defective) == pytest.approx(CLOCK_SKEW_S, abs=2)
    with pytest.raises(SignatureInvalid, match="300 s off"):
        defective.verify(defective.create())


@pytest.mark.parametrize("defective", ["ledger-loses-a-fen"], indirect=True)
def test_a_lost_fen_shows_in_what_the_merchant_got_and_in_the_sum(defective: MerchantSide) -> None:
    defective.create()
    defective.pay()
    ledger = defective.simulator.platform.ledger(defective.simulator.account.mchid)
    assert ledger.paid == {NUMBER: 1989}
    assert sum(ledger.balances.values()) == -1
    assert defective.query().json["amount"]["total"] == 1990


def test_without_defects_the_clock_is_right_and_no_fen_is_lost(merchant: MerchantSide) -> None:
    assert skew(merchant) == pytest.approx(0, abs=2)
    merchant.create()
    merchant.pay()
    ledger = merchant.simulator.platform.ledger(merchant.simulator.account.mchid)
    assert ledger.paid == {NUMBER: 1990}
    assert sum(ledger.balances.values()) == 0


@pytest.mark.parametrize("defective", ["no-dialect-mark"], indirect=True)
def test_without_marks_nobody_can_tell_which_wire_brought_an_order(defective: MerchantSide) -> None:
    defective.create()
    audit = defective.simulator.account.audit(NUMBER)
    assert audit.dialect == ""
    assert set(audit.events[0].detail) == {"prepay_id"}


def test_without_defects_the_trail_agrees_with_the_answers_request_id(merchant: MerchantSide) -> None:
    answer = merchant.create()
    audit = merchant.simulator.account.audit(NUMBER)
    assert audit.dialect == "apiv3"
    assert audit.events[0].detail["request_id"] == answer.header("request-id")


@pytest.mark.parametrize("defective", ["envelope-answers-unsigned"], indirect=True)
def test_unsigned_answers_carry_no_signature_at_all(defective: MerchantSide) -> None:
    envelope = EnvelopeSide(defective)
    for answer in (envelope.create(), envelope.query(outTradeNo="nothing-like-it")):
        assert "signature" not in answer.json

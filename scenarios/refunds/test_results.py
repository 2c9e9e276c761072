"""What became of a refund is what a callback or a query says, not the answer that accepts it (C27 to C29)."""

from __future__ import annotations

from typing import Literal

import pytest

from harness.core.errors import NotExercised
from harness.core.money import Fen
from harness.core.payment import Provider
from harness.plugin import Journal, PaidOrder, QueryChances, Refunds, control

SCHEDULE_S = (65, 125, 185, 245, 305, 605, 1205, 2405, 4205)
"""Every minute, then wider, as the documents advise; five seconds' slack each."""
NOTHING = Fen(0)
XML = b"""<xml><return_code>SUCCESS</return_code><appid><![CDATA[wx]]></appid><mch_id>1</mch_id>
<nonce_str>n</nonce_str><req_info><![CDATA[AAAA]]></req_info></xml>"""


@control("RFD-03", provider=Provider.WECHAT)
@pytest.mark.parametrize("ends", ["ABNORMAL", "CLOSED", "SUCCESS"])
def test_only_what_arrived_is_booked(
    ends: Literal["ABNORMAL", "CLOSED", "SUCCESS"], refunds: Refunds, journal: Journal
) -> None:
    order = refunds.paid()
    part = Fen(order.paid // 2)
    order.ask(part)
    order.the_only_one()
    before = order.booked(until=NOTHING)
    journal.observe(f"accepted, and {before} fen booked")
    assert before == NOTHING, f"{before} fen are booked as refunded, and the platform has only accepted it"
    with journal.step(f"the refund ends {ends}"):
        order.end(ends)
    wanted = part if ends == "SUCCESS" else NOTHING
    after = order.booked(until=wanted)
    journal.observe(f"{ends}: {after} fen booked")
    assert after == wanted, f"the refund ended {ends}, and {after} fen are booked as refunded, not {wanted}"


@control("RFD-03", provider=Provider.ALIPAY)
def test_an_answer_that_moved_no_money_books_nothing(
    refunds: Refunds, query_chances: QueryChances, journal: Journal
) -> None:
    order = refunds.paid()
    part = Fen(order.paid // 2)
    order.order.fault("refund", "refund_ends", value="PROCESSING")
    order.ask(part)
    order.the_only_one()
    before = order.booked(until=NOTHING)
    journal.observe(f"code 10000 and fund_change N, and {before} fen booked")
    assert before == NOTHING, f"{before} fen are booked as refunded, and no money has moved"
    with journal.step("the money goes back"):
        order.end("SUCCESS")
    booked = _booked_by_a_query(order, part, query_chances, journal)
    assert booked == part, f"the money went back, and {booked} of {part} fen are booked as refunded"
    assert len(order.there()) == 1, "a second refund was asked for in place of a question"


@control("RFD-04", provider=Provider.WECHAT)
def test_the_callback_of_a_refund_is_read_and_an_old_one_does_no_harm(
    refunds: Refunds, journal: Journal
) -> None:
    order = refunds.paid()
    part = Fen(order.paid // 2)
    order.ask(part)
    _require_address(order.the_only_one().notify_url)
    with journal.step("a notice in the old XML form comes first"):
        old = order.deliver_raw(XML, "text/xml")
        journal.observe(f"answered HTTP {old}")
    with journal.step("the genuine one comes"):
        audit = order.end("SUCCESS")
    answered = [each.status for each in audit.deliveries]
    journal.observe(f"answered HTTP {answered}")
    assert audit.deliveries[-1].accepted, f"the callback of a refund was answered HTTP {answered[-1]}"
    booked = order.booked(until=part)
    assert booked == part, f"the callback was accepted, and {booked} of {part} fen are booked as refunded"


@control("RFD-04", provider=Provider.WECHAT)
def test_a_refund_told_in_the_old_form_alone_is_found_by_a_query(
    refunds: Refunds, query_chances: QueryChances, journal: Journal
) -> None:
    order = refunds.paid()
    part = Fen(order.paid // 2)
    order.order.fault("refund-notify", "old_form", times=100)
    order.ask(part)
    _require_address(order.the_only_one().notify_url)
    answered = [each.status for each in order.end("SUCCESS").deliveries]
    journal.observe(f"told in unsigned XML alone, answered HTTP {answered}")
    booked = _booked_by_a_query(order, part, query_chances, journal)
    assert booked == part, f"told in the old XML alone, and {booked} of {part} fen are booked as refunded"
    assert len(order.there()) == 1, "a second refund was asked for in place of a question"


@control("RFD-06", provider=Provider.WECHAT)
def test_a_refund_whose_callback_is_lost_is_found_by_a_query(
    refunds: Refunds, query_chances: QueryChances, journal: Journal
) -> None:
    order = refunds.paid()
    part = Fen(order.paid // 2)
    order.order.fault("refund-notify", "lost", times=100)
    order.ask(part)
    order.end("SUCCESS")
    booked = _booked_by_a_query(order, part, query_chances, journal)
    assert booked == part, f"its callback lost, {booked} of {part} fen are booked as refunded"
    assert len(order.there()) == 1, "a second refund was asked for in place of a question"


def _booked_by_a_query(order: PaidOrder, part: Fen, query_chances: QueryChances, journal: Journal) -> Fen:
    """What is booked as refunded once the schedule of queries has led to it, or is over."""
    booked = NOTHING
    for chance in query_chances.along(SCHEDULE_S):
        booked = order.booked(until=part)
        journal.observe(f"{chance}: {booked} of {part} fen booked")
        if booked == part:
            break
    return booked


def _require_address(notify_url: str) -> None:
    if not notify_url:
        raise NotExercised(
            "the refund names no notify_url, so that nobody calls back",
            where="refund",
            remedy="pass notify_url with every refund, or ask by query alone and leave this control open",
        )

"""How a shop takes callbacks: genuine, forged, repeated, at once, and of orders that it does not know so."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from harness.callbacks.apiv3.forged_signatures import probe as as_probe
from harness.callbacks.callback import Callback
from harness.callbacks.envelope.attacks import ATTACKS as ENVELOPE_ATTACKS
from harness.callbacks.forms import form_of
from harness.core.errors import SignatureInvalid
from harness.core.money import Fen
from harness.merchant.answers import CallbackAnswer
from harness.signing.envelope import Verifier
from tests.shop.conftest import Trade, issuer_of


def acknowledges_without_crediting(trade: Trade) -> bool:
    number = trade.order()
    accepted = deliver(trade, trade.callback(number)).status == 200
    return accepted and trade.books(number).credits == 0


def answers_too_late(trade: Trade) -> bool:
    return not deliver(trade, trade.callback(trade.order())).accepted


def credits_a_forged_signature(trade: Trade) -> bool:
    return believed(trade, "CBK-02", "other-key")


def acknowledges_the_probe(trade: Trade) -> bool:
    return attacked(trade, "CBK-03", "probe").status == 200


def credits_a_stale_callback(trade: Trade) -> bool:
    return believed(trade, "CBK-04", "past-1-hour")


def credits_without_a_header(trade: Trade) -> bool:
    return believed(trade, "CBK-06", "signature-missing")


def credits_duplicates(trade: Trade) -> bool:
    number = trade.order()
    for _ in range(3):
        deliver(trade, trade.callback(number))
    return trade.books(number).credits > 1


def credits_a_race(trade: Trade) -> bool:
    number = trade.order()
    copies = [trade.callback(number) for _ in range(20)]
    with ThreadPoolExecutor(20) as pool:
        list(pool.map(lambda each: deliver(trade, each), copies))
    return trade.books(number).credits > 1


def books_too_little(trade: Trade) -> bool:
    number = trade.order("19.90")
    trade.levers.pay(out_trade_no=number)
    books = trade.books(number)
    return (books.status, books.paid_amount) == ("paid", books.amount - 1)


def credits_an_unsigned_envelope(trade: Trade) -> bool:
    number = trade.order()
    (attack,) = (each for each in ENVELOPE_ATTACKS if each.id == "envelope-signature-stripped")
    deliver(trade, attack.forge(issuer_of(trade.levers), trade.resource(number)))
    return trade.books(number).credits > 0


def believes_any_envelope_in_alipays_words(trade: Trade) -> bool:
    nobodys = {"status": "TRADE_SUCCESS", "signature": "bm9ib2R5"}
    with suppress(SignatureInvalid):
        verifier = Verifier(issuer_of(trade.levers).mcp_private_key.public_key())
        trade.running.shop.practices.verify_envelope(verifier, nobodys)
        return True
    return False


def deliver(trade: Trade, callback: Callback) -> CallbackAnswer:
    return trade.merchant.deliver(callback.headers, callback.body)


def attacked(trade: Trade, control: str, name: str, number: str | None = None) -> CallbackAnswer:
    (attack,) = (each for each in form_of("apiv3").attacks_for(control) if each.id == name)
    return deliver(trade, attack.forge(issuer_of(trade.levers), trade.resource(number or trade.order())))


def believed(trade: Trade, control: str, name: str) -> bool:
    number = trade.order()
    attacked(trade, control, name, number)
    return trade.books(number).credits > 0


def credits_a_forged_signature_in_a_crowd(trade: Trade) -> bool:
    for _ in range(8):
        attacked(trade, "CBK-02", "other-key")
    return credits_a_forged_signature(trade)


def credits_what_it_refused(trade: Trade) -> bool:
    number = trade.order()
    answer = attacked(trade, "CBK-02", "other-key", number)
    if trade.running.shop.inbox is not None:
        trade.running.shop.inbox.wait_until_booked()
    return answer.status == 401 and trade.books(number).credits > 0


def keeps_nothing_of_what_it_answered(trade: Trade) -> bool:
    shop, number = trade.running.shop, trade.order()
    accepted = deliver(trade, trade.callback(number)).accepted
    with shop.store.reading() as connection:
        kept = connection.execute("SELECT count(*) FROM inbox").fetchone()[0]
    return shop.inbox is not None and accepted and not kept and trade.books(number).credits == 0


def acknowledges_what_its_store_refused(trade: Trade) -> bool:
    store, number = trade.running.shop.store, trade.order()
    breaks = "CREATE TRIGGER broken_{0} BEFORE {1} ON {0} BEGIN SELECT raise(ABORT, 'disk I/O error'); END"
    with store.writing() as connection:
        connection.execute(breaks.format("orders", "UPDATE"))
        connection.execute(breaks.format("inbox", "INSERT"))
    try:
        return deliver(trade, trade.callback(number)).accepted and trade.books(number).credits == 0
    finally:
        with store.writing() as connection:
            connection.execute("DROP TRIGGER broken_orders")
            connection.execute("DROP TRIGGER broken_inbox")


def credits_a_probe_with_the_genuine_signature_behind_it(trade: Trade) -> bool:
    return believed(trade, "CBK-03", "probe-before-real-signature")


def reads_the_first_of_two_headers(trade: Trade) -> bool:
    return believed(trade, "CBK-06", "signature-twice-real-first")


def credits_one_payment_twice(trade: Trade) -> bool:
    number = trade.order()
    deliver(trade, trade.callback(number))
    return trade.books(number).credits == 2


def credits_an_envelopes_probe(trade: Trade) -> bool:
    number = trade.order()
    (attack,) = (each for each in ENVELOPE_ATTACKS if each.id == "envelope-probe")
    deliver(trade, attack.forge(issuer_of(trade.levers), trade.resource(number)))
    return trade.books(number).credits > 0


def verifies_what_it_wrote_itself(trade: Trade) -> bool:
    return believed(trade, "CBK-07", "body-blank-inside")


def ignores_the_serial(trade: Trade) -> bool:
    return believed(trade, "CBK-05", "serial-of-zeros")


def acknowledges_an_unknown_serial(trade: Trade) -> bool:
    number = trade.order()
    answer = attacked(trade, "CBK-05", "serial-of-no-certificate", number)
    return answer.status == 200 and trade.books(number).credits == 0


def ignores_the_seals_tag(trade: Trade) -> bool:
    return believed(trade, "CBK-08", "seal-tag-of-zeros")


def credits_a_hundredth(trade: Trade) -> bool:
    return believed(trade, "CBK-09", "amount-a-hundredth")


def credits_what_is_unpaid(trade: Trade) -> bool:
    return believed(trade, "CBK-10", "state-notpay")


def refuses_a_new_member(trade: Trade) -> bool:
    (more,) = (each for each in form_of("apiv3").variations if each.id == "more-members-outside")
    sent = more.forge(issuer_of(trade.levers), trade.resource(trade.order()))
    return deliver(trade, sent).status == 401


def acknowledges_what_it_cannot_read(trade: Trade) -> bool:
    return attacked(trade, "CBK-14", "body-null").status == 200


def credits_the_number_beside_the_seal(trade: Trade) -> bool:
    return believed(trade, "CBK-15", "replay-under-another-number")


def credits_what_does_not_decode(trade: Trade) -> bool:
    return believed(trade, "CBK-02", "signature-not-base64")


def refuses_a_coupon(trade: Trade) -> bool:
    number = trade.order("19.90")
    trade.levers.pay(out_trade_no=number, coupon=Fen(100))
    return trade.levers.audit(number).deliveries[0].status == 400


def cancels_what_anybody_calls_closed(trade: Trade) -> bool:
    number = trade.order()
    attacked(trade, "CBK-02", "other-key-says-closed", number)
    return trade.books(number).status == "cancelled"


def gives_in_when_told_often(trade: Trade) -> bool:
    sent = as_probe(trade.callback(trade.order()))
    answers = [deliver(trade, sent).status for _ in range(21)]
    return (answers[0], answers[-1]) == (401, 200)


def stops_at_an_event_of_tomorrow(trade: Trade) -> bool:
    number = trade.order()
    attacked(trade, "CBK-13", "event-of-tomorrow", number)
    return deliver(trade, trade.callback(number)).status == 503


def leads_callbacks_to_its_login(trade: Trade) -> bool:
    return trade.merchant.deliver((), b"{}").status == 303

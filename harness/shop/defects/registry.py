"""The shop's deliberate defects: each replaces a practice, seldom two, and nothing else, at the shop's start.

Every one was met in a real integration; `defects.yaml` says what is wrong, under the control that must
notice.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from harness.core.control import Defect
from harness.core.defects import DefectTable
from harness.shop.defects import (
    alipay,
    alipay_orders,
    bills,
    callbacks,
    contents,
    crediting,
    disclosures,
    figures,
    gateways,
    key_exchange,
    orders,
    papers,
    refunds,
    transport,
)
from harness.shop.practices import Practices
from harness.shop.reconciliation.record import Kind
from harness.shop.variants.registry import practices_of

_WRONG: dict[str, dict[str, Any]] = {
    "qr-draws-other-url": {"draw": orders.other_url},
    "trusts-frontend-ok": {"believes_front_end": True},
    "float-amount": {"fen_from_yuan": orders.float_fen},
    "new-number-on-retry": {"reuses_number": False},
    "time-expire-recomputed": {"time_expire": orders.recomputed},
    "h5-return-assumes-paid": {"believes_return": True},
    "h5-drops-referrer": {"referrer_policy": "no-referrer"},
    "jsapi-wrong-fourth-line": {"bridge_parameters": orders.bare_fourth_line},
    "bridge-ok-is-paid": {"believes_bridge": True},
    "says-mcp-but-classic": {"gateway": gateways.claims_mcp},
    "status-always-true": {"service_status": orders.all_is_well},
    "same-way-for-every-browser": {"choices_for": orders.same_for_all},
    "mini-program-package-bare": {"for_mini_program": orders.bare_package},
    "no-time-expire": {"time_expire": orders.never},
    "no-fallback": {"gateway": gateways.without_fallback},
    "fallback-with-new-number": {"gateway": gateways.new_number_on_fallback},
    "mcp-given-up-for-good": {"gateway": gateways.never_tries_again},
    "mcp-flag-ignored": {"gateway": gateways.ignores_switch},
    "waits-for-whole-bodies": {"gateway": gateways.waits_for_whole_bodies},
    "storms-when-busy": {"gateway": gateways.storms},
    "new-number-after-error": {"gateway": gateways.new_number_after_error},
    "traceback-when-down": {"explains_failures": False},
    "code-of-its-own-when-down": {"gateway": gateways.code_of_its_own},
    "no-answer-is-paid": {"gateway": gateways.no_answer_is_paid},
    "answers-unverified": {"gateway": gateways.believing(callbacks.nothing)},
    "answers-verified-when-signed": {"gateway": gateways.believing(callbacks.only_when_signed)},
    "answers-of-any-time": {"gateway": gateways.believing(callbacks.any_time)},
    "queries-unverified": {"gateway": gateways.believing(callbacks.nothing, queries_alone=True)},
    "experience-limit-unchecked": {"minds_limit": False},
    "no-experience-warning": {"warns_of_experience": False},
    "envelope-notify-unsigned-accepted": {"verify_envelope": callbacks.only_when_envelope_signed},
    "unknown-state-pending": {"status_of": orders.unknown_is_pending},
    "two-clicks-two-orders": {"finds_or_makes": orders.look_then_make},
    "old-code-shown-again": {"renews_codes": False},
    "given-up-unclosed": {"closes_before_giving_up": False},
    "cancelled-unclosed": {"closes_what_is_cancelled": False},
    "late-money-forgotten": {"books_late_money": False},
    "ended-and-forgotten": {
        "closes_before_giving_up": False,
        "closes_what_is_cancelled": False,
        "books_late_money": False,
    },
    "late-money-each-time": {"credit": crediting.late_money_each_time},
    "no-active-query": {"queries_unasked": False},
    "acknowledges-without-crediting": {"credit": crediting.acknowledge_only},
    "slow-callback-work-inline": {"slow_work_first": True},
    "skips-signature": {"verify": callbacks.unsigned},
    "own-price-skips-signature": {
        "fen_from_yuan": orders.own_price,
        "verify": callbacks.nothing,
        "verify_envelope": callbacks.nothing,
    },
    "refuses-and-books-later": {"books_after_s": 0.3, "books_refused": True},
    "answers-before-it-is-kept": {
        "books_after_s": 0.3,
        "inbox_store": callbacks.in_this_process_alone,
        "queries_unasked": False,
    },
    "store-errors-swallowed": {"credit": crediting.whatever_the_store_says, "queries_unasked": False},
    "strips-probe-prefix": {"verify": callbacks.without_probe_prefix},
    "acknowledges-probe": {"acknowledges_unverified": callbacks.probe_is_fine},
    "no-time-window": {"verify": callbacks.any_time},
    "missing-header-skips-verification": {"verify": callbacks.only_when_signed},
    "first-of-repeated-headers": {"verify": callbacks.first_lines},
    "credits-every-callback": {"credit": crediting.every_callback},
    "check-then-act": {"credit": crediting.check_then_act},
    "verifies-while-calm": {"verify": callbacks.WhileCalm()},
    "heavy-page": {"inlined_bytes": 1_000_000},
    "credits-twice": {"credit": crediting.twice},
    "orders-one-yuan": {"fen_from_yuan": orders.one_yuan},
    "envelope-probe-prefix-stripped": {"verify_envelope": callbacks.envelope_without_probe_prefix},
    "serial-ignored": {"verify": callbacks.whatever_serial},
    "verifies-rewritten-body": {"verify": callbacks.over_rewritten_json},
    "seal-tag-ignored": {"decrypt": contents.without_tag},
    "amount-not-compared": {"difference": contents.whatever_amount},
    "credits-every-state": {"heard": contents.always_success},
    "refuses-new-members": {"verify": callbacks.only_known_members},
    "callback-behind-login": {"callbacks_want_login": True},
    "acknowledges-unreadable": {"acknowledges_unreadable": True},
    "believes-number-beside-seal": {"heard": contents.number_beside_seal},
    "compares-payer-total": {"difference": contents.payer_total},
    "undecodable-signature-skipped": {"verify": callbacks.undecodable_is_fine},
    "credits-every-query": {"credit": crediting.every_query},
    "older-answer-takes-back": {"keeps_what_is_paid": False},
    "paying-is-failed": {"status_of": orders.paying_is_failed},
    "cancels-on-anybodys-word": {"cancels_unverified": True},
    "gives-in-to-many-callbacks": {"verify": callbacks.UntilRefusedOften()},
    "acknowledges-other-serials": {"acknowledges_unverified": callbacks.other_serial_is_fine},
    "stops-at-new-events": {"stops_at_new_events": True},
    "books-one-fen-short": {"book": crediting.one_short},
    "client-openid-heeded": {"heeds_from_client": {"openid": "openid"}},
    "client-number-heeded": {"heeds_from_client": {"out_trade_no": "outTradeNo"}},
    "alipay-client-return-heeded": {"heeds_from_client": {"return_url": "returnUrl"}},
    "client-total-heeded": {"heeds_from_client": {"amount": "total"}},
    "page-price-believed": {"believes_page_price": True},
    "refusal-tells-key": {"said_unverified": disclosures.what_was_expected},
    "log-tells-payers": {"masked": disclosures.as_it_is},
    "description-unescaped": {"unescaped": frozenset({"description"})},
    "platform-text-unescaped": {"unescaped": frozenset({"attention"})},
    "orders-unlimited": {"orders_a_minute": None},
    "guests-order": {"guests_order": True},
    "orders-of-others-shown": {"shows_orders_of_others": True},
    "orders-of-others-cancelled": {"cancels_for_anybody": True},
    "orders-of-others-refunded": {"refunds_for_anybody": True},
    "anybody-told-of-orders": {"tells_anybody": True},
    "any-site-orders": {"guards_against_other_sites": False},
    "page-holds-key": {"told_to_page": disclosures.whole_configuration},
    "success-rate-of-successes": {"counting": figures.WITHOUT_FAILURES},
    "seconds-are-milliseconds": {"counting": figures.IN_MILLISECONDS},
    "forged-callbacks-uncounted": {"counting": figures.OF_BELIEVED_CALLBACKS},
    "paid-fen-are-yuan": {"counting": figures.IN_YUAN},
    "log-without-request-ids": {"log_leaves_out": disclosures.NO_REQUEST_IDS},
    "log-tells-phones": {"masked": disclosures.all_but_phones},
    "log-tells-key": {"noted": disclosures.whole_configuration},
    "alert-never-fires": {"alert_rules": figures.of_a_label_that_is_not},
    "alert-never-clears": {"alert_rules": figures.since_the_start},
    "end-to-end-tests-skipped": {"test_results": papers.END_TO_END_SKIPPED},
    "scan-finds-high": {"vulnerability_scans": papers.HIGH_FOUND},
    "certificates-unverified": {"gateway": gateways.whatever_certificate},
    "key-read-once": {"take_key": key_exchange.reads_once},
    "key-rotation-downtime": {"take_key": key_exchange.stops_first},
    "refunds-unbounded": {"refund_rules": refunds.no_rules},
    "refund-renumbered": {"refund_number": refunds.another_number},
    "refund-accepted-is-refunded": {"refund_accepted": refunds.accepted_is_refunded},
    "refund-notice-read-as-answer": {"refund_of_notice": refunds.by_the_answers_name},
    "partly-refunded-is-refunded": {"refund_state_is_whole": True},
    "coupon-refund-shown-whole": {"refund_shown": refunds.whole},
    "unasked-refund-ignored": {"books_unasked_refunds": False},
    "card-sent-plain": {"refund_gateway": refunds.sealing(refunds.as_it_is)},
    "card-sealed-to-another-key": {"refund_gateway": refunds.sealing(refunds.to_another_key)},
    "no-refund-query": {"queries_refunds": False},
    "refund-xml-taken-for-told": {"believes_old_form": True},
    "bill-hash-unchecked": {"bill_gateway": bills.opening(bills.whatever_hash)},
    "bill-read-by-position": {"bill_gateway": bills.opening(bills.by_position)},
    "bill-yuan-in-floats": {"bill_gateway": bills.opening(bills.in_floats)},
    "bill-in-making-is-no-trade": {
        "no_bill_codes": frozenset({"NO_STATEMENT_EXIST", "STATEMENT_CREATING"}),
    },
    "day-without-trade-never-closed": {"no_bill_codes": frozenset()},
    "alipay-bill-read-by-position": {
        "alipay_bill_gateway": bills.opening_alipays(bills.alipays_by_position),
    },
    "alipay-empty-bill-is-no-bill": {
        "alipay_bill_gateway": bills.opening_alipays(bills.alipays_with_rows_alone),
    },
    "alipay-bill-in-making-is-no-trade": {"alipay_no_bill_codes": frozenset({"BILL_NOT_EXIST"})},
    "bill-missing-here-unraised": {"bill_differences": bills.silent_about(Kind.MISSING_HERE)},
    "bill-missing-there-unraised": {"bill_differences": bills.silent_about(Kind.MISSING_THERE)},
    "bill-amount-unraised": {"bill_differences": bills.silent_about(Kind.AMOUNT)},
    "bill-refunds-uncompared": {"bill_differences": bills.without_refunds},
    "old-tls-taken": {"agrees_to": transport.whatever_is_asked_for},
    "certificate-runs-out": {"certificate_lasts": timedelta(days=20)},
    "plain-http-answered": {"serves_plain_http": True},
    "browsers-not-kept-on-https": {"keeps_on_https": ""},
    "session-cookie-in-the-clear": {"secures_session": False},
    "payment-page-framed": {"frame_ancestors": ""},
    "key-file-served": {"served_beside": disclosures.key_of_the_deployment},
    "alipay-return-assumes-paid": {"believes_return": True},
    "alipay-qr-draws-other-url": {"draw": alipay_orders.other_code},
    "alipay-answers-unverified": {"alipay_gateway": alipay_orders.believes_any_answer},
    "alipay-refund-answered-is-refunded": {
        "alipay_refund_answered": alipay_orders.answered_is_refunded,
    },
    "alipay-unpaid-is-closed": {"alipay_gateway": alipay_orders.gives_up_what_is_unpaid},
    "alipay-unopened-is-closed": {"closes_unopened": True},
    "alipay-envelope-notify-unverified": {
        "verify_envelope": callbacks.but_for_words_of_alipays,
        "alipay_difference": alipay.whatever_account,
    },
    "alipay-skips-signature": {"verify_alipay": alipay.whatever_is_signed},
    "alipay-unsigned-accepted": {"verify_alipay": alipay.only_when_signed},
    "alipay-own-key-verifies": {"alipay_key": alipay.own_public_key},
    "alipay-app-id-unchecked": {"check_alipay_account": alipay.whatever_application},
    "alipay-seller-id-unchecked": {"check_alipay_account": alipay.whatever_seller},
    "alipay-amount-unchecked": {"alipay_difference": alipay.whatever_amount},
    "alipay-credits-every-state": {"alipay_tells_payment": alipay.whatever_state},
    "alipay-refund-is-payment": {"alipay_tells_refund": alipay.no_refund},
    "alipay-answers-in-capitals": {"alipay_success": b"SUCCESS"},
    "alipay-decodes-twice": {"read_alipay": alipay.decoded_twice},
    "alipay-plus-becomes-blank": {"read_alipay": alipay.plus_is_blank},
    "alipay-unknown-members-dropped": {"read_alipay": alipay.known_members_only},
}

_TABLE = DefectTable.read("shop", Path(__file__).with_name("defects.yaml"), _WRONG)

DEFECTS: tuple[Defect, ...] = _TABLE.defects
"""What `--defect` may name."""


def practices_with(names: Collection[str], variants: Collection[str] = ()) -> Practices:
    """The right practices, in the named variants of the shop, worsened by the named defects.

    Raises:
        UsageError: a name that is none, or two defects that change the same practice.
    """
    wrong = _TABLE.practices(names, listing="golive shop --list-defects names them all")
    return replace(Practices(), **{**practices_of(variants), **wrong})

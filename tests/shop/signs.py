"""The sign of each defect, which others show it too, and which are asked of which shop."""

from __future__ import annotations

from collections.abc import Callable

from harness.core.errors import MerchantFailure, UnknownOutcome
from harness.levers.client import LeversClient
from tests.shop import (
    alipay_order_probes,
    alipay_probes,
    bill_probes,
    callback_probes,
    https_probes,
    monitoring_probes,
    order_probes,
    outage_probes,
    refund_probes,
    stranger_probes,
)
from tests.shop.conftest import Trade, trading
from tests.shop.refund_probes import NothingGivenBack

Probe = Callable[[Trade], bool]
"""Whether a shop shows the fault."""

SHOWN_BY: dict[str, Probe] = {
    "end-to-end-tests-skipped": stranger_probes.hands_in_tests_that_skipped,
    "scan-finds-high": stranger_probes.hands_in_a_scan_that_found_something,
    "callback-behind-login": callback_probes.leads_callbacks_to_its_login,
    "anybody-told-of-orders": stranger_probes.tells_anybody_of_an_order,
    "orders-of-others-shown": stranger_probes.tells_another_shopper_of_an_order,
    "orders-of-others-refunded": stranger_probes.refunds_for_another_shopper,
    "orders-of-others-cancelled": stranger_probes.cancels_for_another_shopper,
    "cancelled-unclosed": order_probes.cancels_and_leaves_it_open,
    "refunds-unbounded": refund_probes.asks_for_more_than_is_left,
    "refund-renumbered": refund_probes.renumbers_a_refund,
    "refund-accepted-is-refunded": refund_probes.books_a_refund_that_was_accepted,
    "refund-notice-read-as-answer": refund_probes.cannot_read_a_refunds_callback,
    "partly-refunded-is-refunded": refund_probes.takes_a_part_for_the_whole,
    "coupon-refund-shown-whole": refund_probes.shows_a_coupons_share_as_the_shoppers,
    "unasked-refund-ignored": refund_probes.forgets_what_the_platform_gave_back,
    "card-sent-plain": refund_probes.sends_a_card_in_plain_text,
    "card-sealed-to-another-key": refund_probes.seals_a_card_to_another_key,
    "no-refund-query": refund_probes.never_asks_about_a_refund,
    "bill-hash-unchecked": bill_probes.believes_a_bill_of_another_hash,
    "bill-read-by-position": bill_probes.needs_columns_in_their_order,
    "bill-yuan-in-floats": bill_probes.loses_a_fen_of_a_bill,
    "bill-in-making-is-no-trade": bill_probes.takes_a_bill_in_making_for_none,
    "day-without-trade-never-closed": bill_probes.never_ends_a_day_without_trade,
    "alipay-bill-read-by-position": alipay_order_probes.needs_columns_in_their_order,
    "alipay-empty-bill-is-no-bill": alipay_order_probes.cannot_read_an_empty_bill,
    "alipay-bill-in-making-is-no-trade": alipay_order_probes.takes_a_bill_in_making_for_none,
    "bill-missing-here-unraised": bill_probes.misses_what_is_missing_here,
    "bill-missing-there-unraised": bill_probes.misses_what_is_missing_there,
    "bill-amount-unraised": bill_probes.misses_another_amount,
    "bill-refunds-uncompared": bill_probes.compares_no_refunds,
    "log-tells-payers": stranger_probes.logs_payers_as_they_are,
    "success-rate-of-successes": monitoring_probes.has_a_rate_without_failures,
    "seconds-are-milliseconds": monitoring_probes.tells_milliseconds_for_seconds,
    "forged-callbacks-uncounted": monitoring_probes.counts_no_forgery,
    "paid-fen-are-yuan": monitoring_probes.adds_up_yuan,
    "alert-never-fires": monitoring_probes.has_an_alert_for_no_label_of_its,
    "alert-never-clears": monitoring_probes.has_an_alert_that_compares_a_total,
    "log-without-request-ids": monitoring_probes.logs_no_request_id,
    "log-tells-phones": monitoring_probes.logs_phones_as_they_are,
    "log-tells-key": monitoring_probes.logs_its_settings,
    "orders-unlimited": stranger_probes.lets_an_account_order_without_end,
    "description-unescaped": stranger_probes.takes_a_description_for_html,
    "platform-text-unescaped": stranger_probes.takes_the_platforms_words_for_html,
    "guests-order": stranger_probes.takes_orders_from_guests,
    "any-site-orders": stranger_probes.takes_orders_from_any_site,
    "refusal-tells-key": stranger_probes.tells_its_key,
    "client-openid-heeded": stranger_probes.lets_others_name_the_payer,
    "client-number-heeded": stranger_probes.lets_others_number_its_orders,
    "alipay-client-return-heeded": alipay_order_probes.lets_others_say_where_payers_come_back_to,
    "client-total-heeded": stranger_probes.lets_others_name_a_total,
    "page-price-believed": stranger_probes.believes_the_pages_price,
    "page-holds-key": stranger_probes.hands_its_settings_to_the_page,
    "certificates-unverified": outage_probes.talks_to_an_impostor,
    "key-file-served": stranger_probes.serves_its_key,
    "key-read-once": outage_probes.signs_by_its_old_key,
    "key-rotation-downtime": outage_probes.refuses_orders_while_it_takes_a_key,
    # First, for who verifies while it is calm verifies nothing once many callbacks came within a second.
    "skips-signature": callback_probes.credits_a_forged_signature,
    "qr-draws-other-url": order_probes.draws_another_url,
    "verifies-rewritten-body": callback_probes.verifies_what_it_wrote_itself,
    "undecodable-signature-skipped": callback_probes.credits_what_does_not_decode,
    "serial-ignored": callback_probes.ignores_the_serial,
    "seal-tag-ignored": callback_probes.ignores_the_seals_tag,
    "amount-not-compared": callback_probes.credits_a_hundredth,
    "heavy-page": stranger_probes.has_a_page_of_a_megabyte,
    "paying-is-failed": order_probes.gives_up_what_is_being_paid,
    "credits-every-query": order_probes.credits_a_query_after_a_callback,
    "credits-every-state": callback_probes.credits_what_is_unpaid,
    "refuses-new-members": callback_probes.refuses_a_new_member,
    "acknowledges-unreadable": callback_probes.acknowledges_what_it_cannot_read,
    "believes-number-beside-seal": callback_probes.credits_the_number_beside_the_seal,
    "compares-payer-total": callback_probes.refuses_a_coupon,
    "trusts-frontend-ok": order_probes.believes_the_shopper,
    "float-amount": order_probes.loses_a_fen_in_a_float,
    "new-number-on-retry": order_probes.takes_a_new_number,
    "two-clicks-two-orders": order_probes.makes_two_orders_of_two_clicks,
    "old-code-shown-again": order_probes.shows_the_old_code_again,
    "given-up-unclosed": order_probes.gives_up_what_it_did_not_close,
    "ended-and-forgotten": order_probes.forgets_money_for_what_it_ended,
    "older-answer-takes-back": order_probes.takes_a_payment_back,
    "late-money-forgotten": order_probes.forgets_late_money,
    "late-money-each-time": order_probes.credits_late_money_each_time,
    "time-expire-recomputed": order_probes.is_refused_on_reorder,
    "h5-return-assumes-paid": order_probes.believes_the_return,
    "h5-drops-referrer": order_probes.sends_no_referrer,
    "jsapi-wrong-fourth-line": order_probes.signs_the_wrong_lines,
    "bridge-ok-is-paid": order_probes.believes_the_bridge,
    "mcp-given-up-for-good": outage_probes.never_returns_to_mcp,
    "says-mcp-but-classic": outage_probes.boasts_of_mcp,
    "status-always-true": outage_probes.reports_what_is_not,
    "same-way-for-every-browser": order_probes.offers_a_code_inside_wechat,
    "mini-program-package-bare": order_probes.hands_over_a_bare_package,
    "no-time-expire": order_probes.leaves_the_end_open,
    "no-fallback": outage_probes.gives_up_with_mcp,
    "fallback-with-new-number": outage_probes.orders_twice,
    "mcp-flag-ignored": outage_probes.ignores_the_switch,
    "waits-for-whole-bodies": outage_probes.outlasts_a_trickle,
    "storms-when-busy": outage_probes.storms_a_busy_platform,
    "new-number-after-error": outage_probes.changes_the_number_after_an_error,
    "traceback-when-down": outage_probes.shows_its_code,
    "code-of-its-own-when-down": outage_probes.hands_out_a_code_of_its_own,
    "no-answer-is-paid": outage_probes.calls_an_order_paid_that_nobody_answers_for,
    "answers-unverified": outage_probes.believes_another_keys_answer,
    "answers-verified-when-signed": outage_probes.believes_an_unsigned_answer,
    "answers-of-any-time": outage_probes.believes_a_kept_answer,
    "queries-unverified": outage_probes.believes_a_forged_query,
    "experience-limit-unchecked": order_probes.does_not_mind_the_limit,
    "no-experience-warning": order_probes.warns_nobody,
    "envelope-notify-unsigned-accepted": callback_probes.credits_an_unsigned_envelope,
    "alipay-envelope-notify-unverified": callback_probes.believes_any_envelope_in_alipays_words,
    "unknown-state-pending": order_probes.hides_an_unknown_state,
    "no-active-query": order_probes.never_asks,
    "acknowledges-without-crediting": callback_probes.acknowledges_without_crediting,
    "slow-callback-work-inline": callback_probes.answers_too_late,
    "own-price-skips-signature": order_probes.asks_a_price_of_its_own,
    "refuses-and-books-later": callback_probes.credits_what_it_refused,
    "answers-before-it-is-kept": callback_probes.keeps_nothing_of_what_it_answered,
    "store-errors-swallowed": callback_probes.acknowledges_what_its_store_refused,
    "strips-probe-prefix": callback_probes.credits_a_probe_with_the_genuine_signature_behind_it,
    "first-of-repeated-headers": callback_probes.reads_the_first_of_two_headers,
    "credits-twice": callback_probes.credits_one_payment_twice,
    "orders-one-yuan": order_probes.asks_one_yuan,
    "envelope-probe-prefix-stripped": callback_probes.credits_an_envelopes_probe,
    "acknowledges-probe": callback_probes.acknowledges_the_probe,
    "no-time-window": callback_probes.credits_a_stale_callback,
    "missing-header-skips-verification": callback_probes.credits_without_a_header,
    "credits-every-callback": callback_probes.credits_duplicates,
    "check-then-act": callback_probes.credits_a_race,
    "books-one-fen-short": callback_probes.books_too_little,
    "alipay-return-assumes-paid": alipay_order_probes.believes_the_way_back,
    "alipay-qr-draws-other-url": alipay_order_probes.draws_another_code,
    "alipay-answers-unverified": alipay_order_probes.believes_another_keys_code,
    "alipay-refund-answered-is-refunded": alipay_order_probes.books_a_refund_that_moved_no_money,
    "alipay-unpaid-is-closed": alipay_order_probes.takes_what_is_unpaid_for_closed,
    "alipay-unopened-is-closed": alipay_order_probes.cancels_what_can_still_be_paid,
    "alipay-skips-signature": alipay_probes.credits_a_garbled_notify,
    "alipay-unsigned-accepted": alipay_probes.credits_an_unsigned_notify,
    "alipay-own-key-verifies": alipay_probes.credits_what_its_own_key_signed,
    "alipay-app-id-unchecked": alipay_probes.credits_another_application,
    "alipay-seller-id-unchecked": alipay_probes.credits_another_seller,
    "alipay-amount-unchecked": alipay_probes.credits_one_fen,
    "alipay-credits-every-state": alipay_probes.credits_an_unpaid_notify,
    "alipay-refund-is-payment": alipay_probes.credits_a_refund,
    "alipay-answers-in-capitals": alipay_probes.answers_in_capitals,
    "alipay-decodes-twice": alipay_probes.refuses_what_is_encoded_inside,
    "alipay-plus-becomes-blank": alipay_probes.loses_a_plus,
    "alipay-unknown-members-dropped": alipay_probes.refuses_a_new_member_of_a_notify,
    "refund-xml-taken-for-told": refund_probes.takes_xml_for_told,
    "acknowledges-other-serials": callback_probes.acknowledges_an_unknown_serial,
    # Late, for who stops takes nothing more.
    "stops-at-new-events": callback_probes.stops_at_an_event_of_tomorrow,
    "cancels-on-anybodys-word": callback_probes.cancels_what_anybody_calls_closed,
    # Late, for twenty callbacks are a crowd.
    "gives-in-to-many-callbacks": callback_probes.gives_in_when_told_often,
    **https_probes.SHOWN_BY,
    # The last, for a crowd is still one for a second afterwards.
    "verifies-while-calm": callback_probes.credits_a_forged_signature_in_a_crowd,
}

ALSO: dict[str, set[Probe]] = {
    # Who books no callback, or late, books what a query brings after it, and needs no store to say yes.
    "acknowledges-without-crediting": {
        order_probes.credits_a_query_after_a_callback,
        callback_probes.acknowledges_what_its_store_refused,
        refund_probes.forgets_what_the_platform_gave_back,
    },
    # One mask serves payers and phones, one rule both providers.
    "log-tells-payers": {monitoring_probes.logs_phones_as_they_are},
    "cancelled-unclosed": {alipay_order_probes.cancels_what_can_still_be_paid},
    # Who asks by itself gets back what was lost.
    "answers-before-it-is-kept": {
        order_probes.credits_a_query_after_a_callback,
        order_probes.never_asks,
        callback_probes.acknowledges_what_its_store_refused,
        order_probes.forgets_late_money,
    },
    "store-errors-swallowed": {order_probes.never_asks},
    "ended-and-forgotten": {
        order_probes.cancels_and_leaves_it_open,
        order_probes.forgets_late_money,
        order_probes.gives_up_what_it_did_not_close,
        alipay_order_probes.cancels_what_can_still_be_paid,
    },
    # One way back from the cashier serves both providers.
    "h5-return-assumes-paid": {alipay_order_probes.believes_the_way_back},
    "alipay-return-assumes-paid": {order_probes.believes_the_return},
    "refuses-and-books-later": {
        order_probes.credits_a_query_after_a_callback,
        order_probes.forgets_late_money,
    },
    # Who asks about another number than he asked for learns nothing of it.
    "refund-renumbered": {refund_probes.never_asks_about_a_refund},
    # Who takes a new number whenever he is asked takes one at each click.
    "new-number-on-retry": {order_probes.makes_two_orders_of_two_clicks},
    # Who credits every callback credits twenty at once, too.
    "credits-every-callback": {callback_probes.credits_a_race},
    # Who pays no heed to what was asked gets no float wrong, either, and meets no limit.
    "orders-one-yuan": {order_probes.loses_a_fen_in_a_float, order_probes.does_not_mind_the_limit},
    "own-price-skips-signature": {
        callback_probes.believes_any_envelope_in_alipays_words,
        order_probes.loses_a_fen_in_a_float,
        order_probes.does_not_mind_the_limit,
        callback_probes.credits_a_forged_signature,
        callback_probes.credits_a_forged_signature_in_a_crowd,
        callback_probes.credits_a_stale_callback,
        callback_probes.verifies_what_it_wrote_itself,
        callback_probes.credits_what_does_not_decode,
        callback_probes.ignores_the_serial,
        callback_probes.credits_without_a_header,
        callback_probes.acknowledges_the_probe,
        callback_probes.credits_a_probe_with_the_genuine_signature_behind_it,
        callback_probes.reads_the_first_of_two_headers,
        callback_probes.credits_an_unsigned_envelope,
        callback_probes.credits_an_envelopes_probe,
    },
    # Who fulfils twice does so whatever comes twice.
    "credits-twice": {callback_probes.credits_duplicates, callback_probes.credits_a_race},
    # Who verifies no answer believes every kind of forged one.
    "answers-unverified": {
        outage_probes.believes_an_unsigned_answer,
        outage_probes.believes_a_kept_answer,
        outage_probes.believes_a_forged_query,
    },
    # Who changes the number whenever MCP fails does so after an error, too.
    "fallback-with-new-number": {outage_probes.changes_the_number_after_an_error},
    # Who never verifies does not in a crowd, either.
    "skips-signature": {
        callback_probes.credits_a_forged_signature_in_a_crowd,
        callback_probes.verifies_what_it_wrote_itself,
        callback_probes.credits_what_does_not_decode,
    },
}

SEVERAL = {
    "alipay-envelope-notify-unverified": 2,  # an envelope names no account: its signature says whose it is
    "own-price-skips-signature": 3,
    "refuses-and-books-later": 2,
    "answers-before-it-is-kept": 3,
    "store-errors-swallowed": 2,
    "ended-and-forgotten": 3,
}
"""How many practices a defect changes, where one would not be a shop that anybody met."""

SLOW = "slow-callback-work-inline"
"""Every genuine callback takes it six seconds, so it is shown what must stay right without callbacks."""

PATIENT = "waits-for-whole-bodies"
"""Every correct shop takes five seconds to show that it is not, so others are not asked."""

LOCKED = "callback-behind-login"
"""It takes no callback, so others, which take one to show, are not asked."""

TRUSTING = "certificates-unverified"
"""It takes a server of its own to show, so others are not asked."""

OVER_HTTPS = tuple(https_probes.SHOWN_BY)
"""They take a server of their own to show, and have nothing in common with each other or with others."""

TOGETHER = (
    ("anybody-told-of-orders", "description-unescaped", "log-tells-payers"),
    ("orders-of-others-shown", "orders-unlimited", "platform-text-unescaped"),
    ("orders-of-others-cancelled", "cancelled-unclosed", "end-to-end-tests-skipped", "scan-finds-high"),
    (
        "ended-and-forgotten",
        "older-answer-takes-back",
        "alipay-unpaid-is-closed",
        "alipay-empty-bill-is-no-bill",
    ),
)
"""Defects of parts that have nothing in common share a shop: each costs some seconds."""

ALONE = [
    (name,)
    for name in sorted(SHOWN_BY.keys() - {SLOW, PATIENT, LOCKED, TRUSTING, *OVER_HTTPS}.union(*TOGETHER))
]

EVERY = 5
"""A defect is asked for its own sign and for one in so many of the others. All of all is what `golive mutants
--wide` looks at: that time grows with the square of their number."""

ASKED = [id_ for id_ in SHOWN_BY if id_ not in (PATIENT, LOCKED, TRUSTING, *OVER_HTTPS)]


def asked_of(*names: str) -> list[Probe]:
    others = ASKED[ASKED.index(names[0]) % EVERY :: EVERY]
    also = set().union(*(ALSO.get(name, set()) for name in names))
    wanted = {SHOWN_BY[id_] for id_ in (*names, *others)} | also
    return [probe for probe in SHOWN_BY.values() if probe in wanted]


def shows(trade: Trade, probe: Probe) -> bool:
    try:
        return probe(trade)
    except (
        NothingGivenBack,
        MerchantFailure,
        UnknownOutcome,
    ):  # what is no answer shows nothing
        return False


CONCEPTS = {
    "orders": (order_probes, alipay_order_probes, refund_probes, bill_probes),
    "callbacks": (callback_probes, alipay_probes),
    "outages": (outage_probes, stranger_probes, monitoring_probes),
}
"""Where the signs of each concept are; each has a file of tests, so that processes share them."""


def of(concept: str) -> list[tuple[str, ...]]:
    """The defects of a concept that have a shop for themselves."""
    modules = {module.__name__ for module in CONCEPTS[concept]}
    return [names for names in ALONE if SHOWN_BY[names[0]].__module__ in modules]


def shows_itself_alone(environment: dict[str, str], levers: LeversClient, names: tuple[str, ...]) -> None:
    """Assert that a shop with these defects shows their signs, and of what else is asked none."""
    asked = asked_of(*names)
    with trading(environment, levers, *names) as trade:
        shown = {probe for probe in asked if shows(trade, probe)}
    wanted = set().union(*({SHOWN_BY[name]} | ALSO.get(name, set()) for name in names))
    assert shown == wanted, {probe.__name__: probe in shown for probe in shown ^ wanted}

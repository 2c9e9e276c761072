"""The merchant's figures move with payments, failures, slowness and trade, each by as much as happened."""

from __future__ import annotations

from math import isclose

from harness.merchant.gap import ProfileGap
from harness.plugin import DrivenFigures, Journal, control
from harness.plugin.fixtures.driven_figures import SLOW_S

ALREADY_S = 0.05
"""How much a clock of the merchant's may differ from the platform's sleep."""


@control("MON-01")
def test_the_success_rate_moves_with_payments_and_failures(
    driven_figures: DrivenFigures, journal: Journal
) -> None:
    seen = driven_figures
    counted = seen.metrics.successes is not None
    if counted:
        by = "attempts" if seen.metrics.attempts else "failures"
        both = (seen.paid, seen.failed)
        seen.judge("successes", "what counts payments that were made", both, journal)
        seen.judge(by, "what counts payments that came to nothing", both, journal)
    elif seen.metrics.success_ratio is None:
        raise ProfileGap(
            "the merchant profile names neither metrics.successes nor metrics.success_ratio",
            where="--merchant",
            remedy="add successes, with failures or attempts, to [metrics] (docs/monitoring.md)",
        )
    if seen.metrics.success_ratio is not None:
        expect_ratio(seen, journal, counted=counted)


def expect_ratio(seen: DrivenFigures, journal: Journal, *, counted: bool) -> None:
    """The gauge lies in its range, moves the right way, and is what the counters come to."""
    series = seen.require("success_ratio", "the share of payments that were made")
    first, rose, fell = (
        figures.values.get(series, 0.0) for figures in (seen.paid.before, seen.paid.after, seen.failed.after)
    )
    scale = 100.0 if max(first, rose, fell) > 1 else 1.0
    journal.observe(f"{series} stood at {first:g}, {rose:g} after payments, {fell:g} after failures")
    assert 0 <= min(first, rose, fell) <= max(first, rose, fell) <= scale, f"{series} is no share: {fell:g}"
    assert rose >= min(first, scale), f"{series} fell from {first:g} to {rose:g} while payments were made"
    assert fell < rose, f"{series} did not fall while orders failed: {fell:g} after {rose:g}"
    if not counted:
        journal.limit("a share alone shows which way it moves, and not that it is right: name the counters")
    elif seen.metrics.ratio_since == "start":
        counts = seen.failed.after.values
        made = counts[str(seen.metrics.successes)]
        other = counts[str(seen.metrics.attempts or seen.metrics.failures)]
        whole = other if seen.metrics.attempts else made + other
        assert isclose(fell, scale * made / whole, abs_tol=0.005 * scale), (
            f"{series} is {fell:g}, and by its own counters {made:g} of {whole:g} payments were made"
        )


@control("MON-02")
def test_the_response_time_moves_with_a_slow_order(driven_figures: DrivenFigures, journal: Journal) -> None:
    seen = driven_figures
    name = "order_milliseconds" if seen.metrics.order_milliseconds else "order_seconds"
    series = seen.require(name, "how long an order took")
    unit = 1000.0 if name == "order_milliseconds" else 1.0
    if series not in seen.slow.after.timings:
        moved = seen.slow.moved(series)
        journal.observe(f"{series} moved by {moved:g} while {seen.slow.done}")
        assert moved > 0, f"{series} did not rise while {seen.slow.done}"
        journal.limit("a gauge shows that it rises, and not by how much: a histogram would")
        return
    timed = seen.slow.timed(series)
    journal.observe(f"{series} took in {timed.count:g}, {timed.total:g} in all, while {seen.slow.done}")
    assert 1 <= timed.count <= max(1, seen.slow_requests), (
        f"{series} took in {timed.count:g} while {seen.slow.done}: it has to take in 1"
    )
    least, most = SLOW_S - ALREADY_S, seen.took_s * timed.count + ALREADY_S
    assert least <= timed.total / unit <= most, (
        f"{series} rose by {timed.total:g} while an order took {seen.took_s:.2f} s, "
        f"{SLOW_S:g} s of them the platform"
    )
    bounds = [bound / unit for bound in timed.buckets]
    if bounds and min(bounds) >= SLOW_S:
        journal.warn(
            f"the least bucket of {series} ends at {min(bounds):g} s: what is slow does not show in it"
        )
    early = [held for bound, held in timed.buckets.items() if bound / unit < least]
    assert not any(early), f"{series} counts the slow order among those that took less"


@control("MON-03")
def test_errors_move_with_failed_orders_and_refused_callbacks(
    driven_figures: DrivenFigures, journal: Journal
) -> None:
    seen = driven_figures
    seen.judge("order_errors", "what counts orders that failed", (seen.paid, seen.failed), journal)
    if seen.metrics.callback_errors is None:
        journal.warn("no figure counts refused callbacks (metrics.callback_errors): forgeries go unnoticed")
    else:
        seen.judge("callback_errors", "what counts refused callbacks", (seen.paid, seen.refused), journal)


@control("MON-04")
def test_business_figures_move_with_trade(driven_figures: DrivenFigures, journal: Journal) -> None:
    seen = driven_figures
    money = "paid_yuan" if seen.metrics.paid_yuan else "paid_fen"
    unpaid = (seen.paid, seen.failed, seen.refused)
    seen.judge("orders", "what counts orders that were made", (seen.paid,), journal)
    seen.judge("paid_orders", "what counts orders that were paid", unpaid, journal)
    seen.judge(money, "what adds up the money", unpaid, journal)

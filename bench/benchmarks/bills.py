"""Bills: a day of a hundred thousand payments turned into its file, beside packing that text alone."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial

from bench.metrics import Metric, Pair, paired
from bench.plan import Bench
from harness.core.clock import BEIJING, BusinessClock
from harness.core.errors import HarnessError
from harness.core.payment import Product
from harness.simulator.platform.accounts import Account
from harness.simulator.platform.bills import BillFile, make_file
from harness.simulator.platform.orders import OrderRequest
from harness.simulator.platform.platform import Platform
from harness.simulator.wire.kit.trade_bill import TradeBill, trade_bill

TITLE = "simulator, trade bill of 100,000 payments"

PAYMENTS = 100_000
PACKING = "hashing and packing the same text"
DAY = datetime(2026, 11, 20, 12, tzinfo=BEIJING)


def measure(bench: Bench) -> Sequence[Metric]:
    """CPU seconds of one bill, in this process: nothing of it waits for a network."""
    account = _busy_day()
    day = DAY.date()

    def made() -> BillFile:
        return make_file(trade_bill(TradeBill.ALL, account.days.trades(day)))

    pairs: list[Pair] = []
    for repetition in range(bench.plan.repetitions):
        file, whole = _timed(made)
        lines = b"".join(file.pieces()).decode().splitlines(keepends=True)
        if len(lines) != PAYMENTS + 3:
            raise HarnessError(f"a bill of {len(lines)} lines is not that day's", where="bench")
        _, packing = _timed(partial(make_file, lines))
        pairs.append(Pair(whole, packing))
        bench.say(
            f"{repetition + 1}/{bench.plan.repetitions}: {whole:.2f} CPU s, {packing:.2f} of them packing"
        )
    return [
        paired("trade-bill-100k", "CPU s", pairs, compared_with=PACKING, lower_is_better=True),
    ]


def _timed(make: Callable[[], BillFile]) -> tuple[BillFile, float]:
    began = time.process_time()
    file = make()
    return file, time.process_time() - began


def _busy_day() -> Account:
    clock = BusinessClock(lambda: DAY)
    platform = Platform(clock=clock)
    account = platform.open_account(mchid="1900000001", appids=("wx0000000000000001",), test_payer="oBench")
    for number in range(PAYMENTS):
        request = OrderRequest(
            mchid=account.mchid,
            appid=account.appid,
            product=Product.NATIVE,
            out_trade_no=f"bench-{number:010d}",
            total=1990,
            notify_url="",
            parameters={},
            description="龙井 250 克",
        )
        account.create(request, once=request.out_trade_no)
        platform.pay(account.find(request.out_trade_no))
    clock.advance(timedelta(days=1))
    return account

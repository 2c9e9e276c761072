"""Many at once: one number is one order, one payment is one booking."""

from __future__ import annotations

import asyncio
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import httpx

from harness.core.clock import BusinessClock
from harness.core.payment import Product
from harness.simulator.embedded import running_simulator
from harness.simulator.platform.orders import OrderRequest, Refused
from harness.simulator.platform.platform import Platform
from tests.simulator.merchant_side import NUMBER, TRANSACTIONS, MerchantSide

AT_ONCE = 20


MCHID = "1900000001"


def new_platform() -> Platform:
    platform = Platform(clock=BusinessClock())
    platform.open_account(mchid=MCHID, appids=("wx",), test_payer="oTest")
    return platform


def request(total: int) -> OrderRequest:
    return OrderRequest(
        mchid=MCHID,
        appid="wx",
        product=Product.NATIVE,
        out_trade_no=NUMBER,
        total=total,
        notify_url="http://127.0.0.1:1/x",
        parameters={"total": total},
    )


def test_twenty_threads_that_order_one_number_differently_make_one_order() -> None:
    platform = new_platform()

    def order(number: int) -> bool:
        try:
            platform.accounts[MCHID].create(request(number + 1), once=str(number))
        except Refused:
            return False
        return True

    with ThreadPoolExecutor(AT_ONCE) as pool:
        outcomes = Counter(pool.map(order, range(AT_ONCE)))
    assert outcomes == {True: 1, False: AT_ONCE - 1}
    assert platform.accounts[MCHID].orders() == [NUMBER]


def test_twenty_threads_that_pay_one_order_pay_it_once() -> None:
    platform = new_platform()
    platform.accounts[MCHID].create(request(1990), once="1")

    def pay(_: int) -> bool:
        try:
            platform.pay(platform.accounts[MCHID].find(NUMBER))
        except Refused:
            return False
        return True

    with ThreadPoolExecutor(AT_ONCE) as pool:
        outcomes = Counter(pool.map(pay, range(AT_ONCE)))
    assert outcomes[True] == 1
    assert platform.ledger(MCHID).paid == {NUMBER: 1990}


def test_twenty_connections_that_order_one_number_get_one_order() -> None:
    with running_simulator() as running:
        side = MerchantSide(running.simulator)

        async def order_at_once() -> list[int]:
            async with httpx.AsyncClient(base_url=running.base_url, trust_env=False) as http:

                async def order(total: int) -> int:
                    body = httpx.Request(
                        "POST", running.base_url, json=side.order(amount={"total": total})
                    ).content
                    headers = side.headers("POST", f"{TRANSACTIONS}/native", body)
                    answer = await http.post(f"{TRANSACTIONS}/native", content=body, headers=headers)
                    return answer.status_code

                return await asyncio.gather(*(order(total) for total in range(1, AT_ONCE + 1)))

        with side.runner:
            statuses = Counter(side.runner.run(order_at_once()))
        assert statuses == {200: 1, 403: AT_ONCE - 1}
        assert running.simulator.account.orders() == [NUMBER]

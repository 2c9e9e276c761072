"""Where a merchant asks for bills, and where its addresses lead: both ends of facts alipay 8.1."""

from __future__ import annotations

import asyncio
from functools import partial

from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from harness.simulator.wire.alipay.bill_rows import deals_of, flows_of
from harness.simulator.wire.alipay.bill_text import ACCOUNT_SUFFIX
from harness.simulator.wire.alipay.bills import AlipayBillLink, BillDesk, BillRefused, download
from harness.simulator.wire.alipay.call import Call
from harness.simulator.wire.alipay.errors import business
from harness.simulator.wire.kit.errors import Refusal
from harness.simulator.wire.kit.faults import Hittable, hit_by
from harness.simulator.wire.kit.unknown import empty
from harness.simulator.wire.kit.wire import Merchant, WireContext


class BillCounter:
    """That of every merchant of one simulator."""

    def __init__(self, context: WireContext) -> None:
        self._context = context

    async def query(self, call: Call) -> AlipayBillLink:
        """alipay.data.dataservice.bill.downloadurl.query: an address, which lives half a minute."""
        desk, account = _desk(call.merchant), call.account
        try:
            # Making a busy day's file takes a while, which others need not wait.
            return await asyncio.to_thread(desk.apply, call.biz, account.platform_url)
        except BillRefused as refused:
            raise business(refused.sub_code, refused.sub_msg) from None

    async def fetch(self, scope: Scope, receive: Receive, send: Send) -> None:
        """GET such an address. Nobody signs the request, and nothing the archive."""
        if scope["method"] != "GET":
            await empty(send, 405)
            return
        asked = Hittable("bill-download", None, self._context.dialect, self._owner(scope))
        with hit_by(self._context.faults, asked, receive, send) as hit:
            try:
                if hit is not None:
                    if await hit.before():
                        return
                    send = hit.answer(send)
            except Refusal as refusal:
                await empty(send, refusal.status)
                return
            await self._download(scope, receive, send)

    async def _download(self, scope: Scope, receive: Receive, send: Send) -> None:
        await download(Request(scope), self._of)(scope, receive, send)

    def _owner(self, scope: Scope) -> str | None:
        """Whose bill an address is, before anything is checked."""
        named = Request(scope).query_params.get("userId", "").removesuffix(ACCOUNT_SUFFIX)
        merchant = self._merchant(named)
        return None if merchant is None else merchant.alipay.mchid

    def _merchant(self, pid: str) -> Merchant | None:
        return next((each for each in self._context.merchants.values() if each.alipay.mchid == pid), None)

    def _of(self, pid: str) -> BillDesk | None:
        merchant = self._merchant(pid)
        return None if merchant is None else _desk(merchant)


def _desk(merchant: Merchant) -> BillDesk:
    account = merchant.alipay
    return BillDesk(
        pid=account.mchid,
        now=lambda: account.now,
        bills=account.bills,
        deals=partial(deals_of, account),
        flows=partial(flows_of, account),
        planted=account.bill_desk,
    )

"""The server of the levers under /_golive/: what tests may do to this platform and ask of it.

Whoever holds the token can pay, forge and see keys. So only loopback peers are heard, only under a loopback
Host (a page elsewhere whose name was rebound to 127.0.0.1 is not), and the token is compared in constant
time.
"""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from harness.core.clock import BusinessClock
from harness.core.control import Text
from harness.core.payment import RefundStatus
from harness.levers.models import LEVERS, SCENARIO_HEADER, BillChange, Fault, OrderAudit
from harness.simulator.cashier.payments import Payments
from harness.simulator.faults.absent import Present
from harness.simulator.faults.rules import BY_LEVERS, BY_SCENARIO, FaultBook
from harness.simulator.https_door import HttpsDoor
from harness.simulator.lever_answers import Handler, body_of, pulled, record, refuse
from harness.simulator.lever_bodies import (
    AccountBody,
    AdvanceBody,
    DoorBody,
    EndRefundBody,
    LastQuery,
    PayBody,
    RulesBody,
    RulesQuery,
    SinceQuery,
    SwitchBody,
    WithdrawBody,
)
from harness.simulator.lever_holders import Holders
from harness.simulator.notifier.refund_news import RefundNews
from harness.simulator.notifier.schedule import Notifier
from harness.simulator.notifier.trade_news import TradeNews
from harness.simulator.platform.merchant_account import MerchantAccount
from harness.simulator.platform.orders import PlatformOrder, Reason, Refused
from harness.simulator.platform.platform import Platform
from harness.simulator.platform.refund import PlatformRefund
from harness.simulator.signatures.refused import RefusedSignatures
from harness.simulator.wire.kit.here import from_here
from harness.simulator.wire.kit.wire import Merchant

OpenAccount = Callable[[str, str, bool, str | None], Awaitable[dict[str, str]]]
"""Opens another merchant account: base URL, notify_url and whether it is of the experience edition."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Levers:
    """Serves every call of `LeversClient`."""

    platform: Platform
    merchants: Mapping[str, Merchant]
    clock: BusinessClock
    faults: FaultBook
    notifier: Notifier
    refund_news: RefundNews
    trade_news: TradeNews
    payments: Payments
    told: Callable[[PlatformOrder], Mapping[str, object]]
    refund_told: Callable[[PlatformRefund], Mapping[str, object]]
    open_account: OpenAccount
    door: HttpsDoor | None
    refused: RefusedSignatures
    present: Present

    @property
    def holders(self) -> Holders:
        """Whose orders they are."""
        return Holders(self.platform, self.merchants)

    def routes(self) -> list[Route]:
        """The paths under /_golive/."""
        return [
            Route(LEVERS + path, self._guarded(handler), methods=[method])
            for method, path, handler in (
                ("GET", "/health", self._health),
                ("POST", "/pay", self._pay),
                ("POST", "/advance", self._advance),
                ("GET", "/orders", self._list),
                ("GET", "/creations", self._creations),
                ("GET", "/orders/{out_trade_no}", self._audit),
                ("GET", "/orders/{out_trade_no}/notification", self._notification),
                ("POST", "/orders/{out_trade_no}/redeliver", self._redeliver),
                ("POST", "/orders/{out_trade_no}/resend", self._resend),
                ("GET", "/refunds/{out_refund_no}", self._refund),
                ("GET", "/refunds/{out_refund_no}/notification", self._refund_notification),
                ("POST", "/refunds/{out_refund_no}/end", self._end_refund),
                ("POST", "/refunds/{out_refund_no}/redeliver", self._redeliver_refund),
                ("POST", "/refunds/{out_refund_no}/resend", self._resend_refund),
                ("POST", "/edition-refunds", self._edition_refunds),
                ("POST", "/bills", self._change_bills),
                ("GET", "/bills", self._bill_requests),
                ("POST", "/withdraw", self._withdraw),
                ("GET", "/ledger", self._ledger),
                ("POST", "/faults", self._add_fault),
                ("GET", "/faults", self._faults_met),
                ("DELETE", "/faults", self._clear_faults),
                ("GET", "/refused-signatures", self._refused_signatures),
                ("GET", "/rules", self._rules),
                ("PUT", "/rules", self._stand),
                ("GET", "/keys", self._keys),
                ("POST", "/accounts", self._add_account),
                ("POST", "/merchant-certificates", self._apply),
                ("GET", "/merchant-certificates/{serial}", self._certificate),
                ("POST", "/merchant-certificates/{serial}/revoke", self._revoke),
                ("POST", "/merchant-certificates/{serial}/restore", self._restore),
                ("GET", "/door", self._door),
                ("POST", "/door", self._show),
            )
        ]

    def _guarded(self, handler: Handler) -> Handler:
        async def guarded(request: Request) -> Response:
            if not from_here(request):
                return Response(status_code=404)
            if not self._knows_token(request):
                return refuse(403, "forbidden", "the levers want Authorization: Bearer <GOLIVE_LEVERS_TOKEN>")
            return await pulled(handler, request)

        return guarded

    def _knows_token(self, request: Request) -> bool:
        given = request.headers.get("authorization", "").encode("latin-1")
        first = next(iter(self.merchants.values()))
        return hmac.compare_digest(given, f"Bearer {first.identity.levers_token}".encode())

    async def _health(self, request: Request) -> Response:
        limited = self.holders.merchant(request).account.experience
        return JSONResponse(
            {"ok": True, "business_time": self.clock.now().isoformat(), "experience": limited}
        )

    async def _door(self, request: Request) -> Response:
        del request
        return JSONResponse(None) if self.door is None else record(self.door.told)

    async def _show(self, request: Request) -> Response:
        asked = DoorBody.model_validate_json(await body_of(request))
        if self.door is None:
            raise Refused(Reason.UNKNOWN)
        await self.door.show(asked.certificate)
        return record(self.door.told)

    async def _pay(self, request: Request) -> Response:
        asked = PayBody.model_validate_json(await body_of(request))
        order = self.holders.order(request, asked)
        payment = await self.payments.take(
            order, openid=asked.openid, coupon=asked.coupon, outcome=asked.outcome
        )
        return record(payment)

    async def _advance(self, request: Request) -> Response:
        asked = AdvanceBody.model_validate_json(await body_of(request))
        now = self.clock.advance(timedelta(seconds=asked.seconds))
        await self.refund_news.tell()
        await self.trade_news.tell()
        await self.notifier.drain()
        return JSONResponse({"now": now.isoformat()})

    async def _list(self, request: Request) -> Response:
        made = [
            (each.find(number).created, number)
            for each in self.holders.accounts(request)
            for number in each.orders()
        ]
        made.sort(key=lambda each: each[0])  # of both providers together, oldest first
        return JSONResponse({"orders": [number for _, number in made]})

    async def _creations(self, request: Request) -> Response:
        asked = SinceQuery.model_validate(dict(request.query_params))
        found = [one for each in self.holders.accounts(request) for one in each.creations(asked.since)]
        found.sort(key=lambda each: each.at)
        return JSONResponse({"creations": [each.model_dump(mode="json") for each in found]})

    async def _audit(self, request: Request) -> Response:
        return record(self.audit(*self.holders.account_with(request)))

    def audit(self, account: MerchantAccount, number: str) -> OrderAudit:
        """Everything that happened to an order, requests with a refused signature among it."""
        audit = account.audit(number)
        refused = tuple(each.event() for each in self.refused.about(number, account.mchid))
        if not refused:
            return audit
        events = tuple(sorted((*audit.events, *refused), key=lambda each: each.at))
        return audit.model_copy(update={"events": events})

    async def _refused_signatures(self, request: Request) -> Response:
        asked = LastQuery.model_validate(dict(request.query_params))
        found = [each.record() for each in self.refused.newest(asked.last)]
        return JSONResponse({"refused": [each.model_dump(mode="json") for each in found]})

    async def _notification(self, request: Request) -> Response:
        account, number = self.holders.account_with(request)
        supposed = request.query_params.get("as_if") == "paid"
        order = account.as_if_paid(number) if supposed else account.paid(number)
        return JSONResponse({"resource": self.told(order)})

    async def _redeliver(self, request: Request) -> Response:
        account, number = self.holders.account_with(request)
        account.paid(number)
        return record(await self.notifier.redeliver(account.mchid, number))

    async def _resend(self, request: Request) -> Response:
        account, number = self.holders.account_with(request)
        account.paid(number)
        if not await self.notifier.resend(account.mchid, number):
            raise Refused(Reason.INVALID)
        return record(account.audit(number).deliveries[-1])

    async def _refund(self, request: Request) -> Response:
        return record(self.holders.refund(request)[1].audit())

    async def _refund_notification(self, request: Request) -> Response:
        return JSONResponse({"resource": self.refund_told(self.holders.refund(request)[1])})

    async def _end_refund(self, request: Request) -> Response:
        asked = EndRefundBody.model_validate_json(await body_of(request))
        account, refund = self.holders.refund(request)
        status = RefundStatus(asked.status)
        account.refunds.end(refund.request.out_refund_no, status, of=refund.out_trade_no)
        await self.refund_news.tell()
        await self.notifier.drain()
        return record(refund.audit())

    async def _redeliver_refund(self, request: Request) -> Response:
        account, refund = self.holders.refund(request)
        if not refund.deliveries:
            raise Refused(Reason.INVALID)
        number = refund.request.out_refund_no
        return record(await self.notifier.redeliver(account.mchid, refund.out_trade_no, number))

    async def _resend_refund(self, request: Request) -> Response:
        account, refund = self.holders.refund(request)
        number = refund.request.out_refund_no
        if not await self.notifier.resend(account.mchid, refund.out_trade_no, number):
            raise Refused(Reason.INVALID)
        return record(refund.deliveries[-1])

    async def _edition_refunds(self, request: Request) -> Response:
        asked = SwitchBody.model_validate_json(await body_of(request))
        account = self.holders.merchant(request).account
        account.refunds.edition.on = asked.on
        if account.changes is not None:
            account.changes.account()
        return JSONResponse({})

    async def _change_bills(self, request: Request) -> Response:
        change = BillChange.model_validate_json(await body_of(request))
        self.holders.accounts(request)[0].bill_desk.alter(change)
        return JSONResponse({})

    async def _bill_requests(self, request: Request) -> Response:
        asked = self.holders.accounts(request)[0].bill_desk.requests()
        return JSONResponse({"requests": [each.model_dump(mode="json") for each in asked]})

    async def _withdraw(self, request: Request) -> Response:
        asked = WithdrawBody.model_validate_json(await body_of(request))
        return JSONResponse({"balance": self.holders.accounts(request)[0].withdraw(int(asked.amount))})

    async def _ledger(self, request: Request) -> Response:
        entries = request.query_params.get("entries") != "none"
        mchids = (each.mchid for each in self.holders.accounts(request))
        return record(self.platform.ledger(*mchids, entries=entries))

    async def _add_fault(self, request: Request) -> Response:
        fault = Fault.model_validate_json(await body_of(request))
        self.faults.add(fault, source=BY_SCENARIO if SCENARIO_HEADER in request.headers else BY_LEVERS)
        lacking = [each.model_dump() for each in self.present.lacks(fault)]
        return JSONResponse({"warnings": lacking}, status_code=201)

    async def _faults_met(self, request: Request) -> Response:
        return JSONResponse({"met": [each.model_dump(mode="json") for each in self.faults.met()]})

    async def _clear_faults(self, request: Request) -> Response:
        self.faults.clear()
        return JSONResponse({})

    async def _rules(self, request: Request) -> Response:
        asked = RulesQuery.model_validate(dict(request.query_params))
        told = self.faults.rules(since=asked.since)
        return JSONResponse({"rules": [each.model_dump(mode="json") for each in told]})

    async def _stand(self, request: Request) -> Response:
        asked = RulesBody.model_validate_json(await body_of(request))
        self.faults.stand(asked.source, asked.rules)
        lacking = [
            Text(zh=f"规则 {place}：{why.zh}", en=f"rule {place}: {why.en}").model_dump()
            for place, rule in enumerate(asked.rules, start=1)
            for why in self.present.lacks(rule)
        ]
        return JSONResponse({"warnings": lacking})

    async def _keys(self, request: Request) -> Response:
        return record(self.holders.merchant(request).identity.platform_keys())

    async def _apply(self, request: Request) -> Response:
        issued = await asyncio.to_thread(self.holders.merchant(request).certificates.apply)
        return JSONResponse(issued.model_dump(mode="json"), status_code=201)

    async def _certificate(self, request: Request) -> Response:
        return record(self.holders.merchant(request).certificates.file(request.path_params["serial"]))

    async def _revoke(self, request: Request) -> Response:
        self.holders.merchant(request).certificates.revoke(request.path_params["serial"])
        return JSONResponse({})

    async def _restore(self, request: Request) -> Response:
        self.holders.merchant(request).certificates.revoke(request.path_params["serial"], revoked=False)
        return JSONResponse({})

    async def _add_account(self, request: Request) -> Response:
        asked = AccountBody.model_validate_json(await body_of(request))
        base_url = str(request.base_url).rstrip("/")
        settings = await self.open_account(base_url, asked.notify_url, asked.experience, asked.key_mode)
        return JSONResponse({"settings": settings}, status_code=201)

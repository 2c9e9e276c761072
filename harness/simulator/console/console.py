"""The console of one simulator: its page, what that asks for, and the buttons. All of it on loopback."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Iterable, Sequence

from pydantic import ValidationError
from pydantic_core import ErrorDetails
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from harness.callbacks.callback import Issuer
from harness.core.errors import UsageError
from harness.core.plain_text import json_text
from harness.levers.models import LedgerEntry
from harness.simulator.console import pages, shown_orders
from harness.simulator.console.acts import Acts
from harness.simulator.console.attempts import Attempts
from harness.simulator.console.causes import Cause
from harness.simulator.console.door import Door, refused
from harness.simulator.console.exchanges import Exchange, Exchanges
from harness.simulator.console.finding import Placed, one, sifted, some
from harness.simulator.console.hiding import Hider
from harness.simulator.console.outages import offered
from harness.simulator.console.shown_exchanges import about, in_full, in_short
from harness.simulator.levers.answers import LARGEST_BODY
from harness.simulator.levers.levers import Levers
from harness.simulator.platform.orders import Refused
from harness.simulator.wire.kit.body import Disconnected, TooLarge, TooSlow, read_body

PATH = "/console"
PAGE = 100
"""Lines that are told at once, unless fewer are asked for."""
Handler = Callable[[Request], Awaitable[Response]]


class Console:
    """Shows one simulator to a developer.

    Args:
        levers: what there is to see and to move.
        issuer: with which keys a merchant's callbacks are signed.
        cause: says why a request's signature did not hold.
        unkept: says why nothing can be written to the file that everything is kept in; empty: it can.
    """

    def __init__(
        self,
        levers: Levers,
        issuer: Callable[[str], Issuer],
        *,
        cause: Cause,
        unkept: Callable[[], str],
    ) -> None:
        self.exchanges = Exchanges()
        self._levers = levers
        self._cause = cause
        self._unkept = unkept
        self.attempts = Attempts()
        """Whoever sends a callback otherwise than the notifier may tell of it here."""
        self._acts = Acts(levers, issuer, self.attempts)
        self._door = Door()
        self._version = time.time_ns() // 1_000_000  # another at each start: a page of before asks again
        levers.notifier.attempts.watch = self.attempts.sent

    def moved(self) -> None:
        """Something may have changed: whoever looks asks again."""
        self._version += 1

    def routes(self) -> list[Route]:
        """Everything below /console."""
        shell = self._guarded(self._door.page, self._page)
        data = f"{PATH}/data"
        return [
            *(
                Route(PATH + path, shell)
                for path in ("", "/", "/orders", "/requests", "/requests/{id}", "/ledger")
            ),
            Route(f"{PATH}/orders/{{number}}", shell),
            Route(f"{PATH}/assets/{{name}}", self._guarded(self._door.page, self._asset)),
            *(
                Route(data + path, self._guarded(self._door.data, handler))
                for path, handler in (
                    ("/now", self._now),
                    ("/orders", self._orders),
                    ("/orders/{number}", self._order),
                    ("/requests", self._requests),
                    ("/requests/{id}", self._request),
                    ("/ledger", self._ledger),
                    ("/outages", self._outages),
                )
            ),
            Route(f"{PATH}/acts/{{name}}", self._guarded(self._door.button, self._act), methods=["POST"]),
        ]

    @staticmethod
    def _guarded(refusal: Callable[[Request], Response | None], handler: Handler) -> Handler:
        async def guarded(request: Request) -> Response:
            answer = refusal(request) or await handler(request)
            for name, value in pages.HEADERS.items():
                answer.headers.setdefault(name, value)
            return answer

        return guarded

    async def _page(self, request: Request) -> Response:
        del request
        return pages.page(self._door.token)

    async def _asset(self, request: Request) -> Response:
        return pages.asset(request.path_params["name"])

    async def _now(self, request: Request) -> Response:
        """What is asked for every second: cheap, whatever there is."""
        del request
        clock = self._levers.clock
        return self._say(
            {
                "version": self._version,
                "now": clock.now().timestamp(),
                "ahead": clock.offset.total_seconds(),
                "faults": self._levers.faults.armed,
                "unkept": self._unkept(),
            }
        )

    async def _orders(self, request: Request) -> Response:
        offset, limit = _page_asked(request)
        total, found = await some(self._levers.platform, request.query_params.get("q", ""), offset, limit)
        return self._say({"total": total, "rows": [shown_orders.line(each) for each in found]})

    async def _order(self, request: Request) -> Response:
        number, mchid = request.path_params["number"], request.query_params.get("account", "")
        placed = one(self._levers.platform, number, mchid)
        if placed is None:
            return refused(404, "unknown")
        audit = self._levers.audit(placed.account, number)  # settles what is due
        entries = self._levers.platform.ledger().entries
        return self._say(
            shown_orders.everything(
                placed,
                events=audit.events,
                ledger=[each for each in entries if each.out_trade_no == number],
                exchanges=self._about(placed),
                attempts=self.attempts.of(placed.account.mchid, number),
                apiv3_key=self._apiv3_key(placed.account.mchid),
            )
        )

    def _apiv3_key(self, mchid: str) -> str:
        """Of the account; empty for Alipay's, which seals nothing."""
        merchant = self._levers.merchants.get(mchid)
        return "" if merchant is None else merchant.identity.apiv3_key

    def _about(self, placed: Placed) -> list[Exchange]:
        order = placed.order
        refunds = (n for each in order.refunds for n in (each.request.out_refund_no, each.refund_id))
        numbers = {order.out_trade_no, order.transaction_id, *refunds} - {None, ""}
        names = [each for each in numbers if each is not None]
        return [each for each in self.exchanges.recent if about(each, names)]

    async def _requests(self, request: Request) -> Response:
        offset, limit = _page_asked(request)
        words = request.query_params.get("q", "").lower().split()
        found = [in_short(each) for each in self.exchanges.recent][::-1]
        if words:
            found = await sifted(found, lambda each: _says(map(str, each.values()), words))
        return self._say({"total": len(found), "rows": found[offset : offset + limit]})

    async def _request(self, request: Request) -> Response:
        found = self.exchanges.find(_number(request.path_params["id"]) or 0)
        return refused(404, "forgotten") if found is None else self._say(in_full(found, self._cause))

    async def _ledger(self, request: Request) -> Response:
        offset, limit = _page_asked(request)
        words = request.query_params.get("q", "").lower().split()
        ledger = self._levers.platform.ledger()
        entries: Sequence[LedgerEntry] = ledger.entries[::-1]
        if words:
            entries = await sifted(entries, lambda each: _says(_words_of(each), words))
        rows = [shown_orders.entry(each) for each in entries[offset : offset + limit]]
        balances = {name: int(each) for name, each in sorted(ledger.balances.items())}
        return self._say({"total": len(entries), "rows": rows, "balances": balances})

    async def _outages(self, request: Request) -> Response:
        del request
        return self._say([{"name": name, "text": text.model_dump()} for name, text in offered().items()])

    async def _act(self, request: Request) -> Response:
        try:
            body = await read_body(request.scope, request.receive, limit=LARGEST_BODY)
            done = await self._acts.do(request.path_params["name"], body)
        except Refused as reason:
            return refused(409, reason.reason.value)
        except UsageError as error:
            return refused(409, "nothing-to-send", str(error))
        except ValidationError as error:
            return refused(422, "invalid", "; ".join(map(_why, error.errors())))
        except (TooLarge, TooSlow):
            return refused(413, "invalid", f"the body is longer than {LARGEST_BODY} bytes, or too slow")
        except Disconnected:
            return Response(status_code=400)  # which nobody will read
        finally:
            self.moved()
        return refused(404, "unknown") if done is None else self._say(done)

    def _say(self, told: object) -> Response:
        hider = Hider(each.identity for each in self._levers.merchants.values())
        return Response(json_text(hider.all(told)), media_type="application/json")


def _page_asked(request: Request) -> tuple[int, int]:
    """Offset and limit; what is no number, or none that makes sense, is the nearest one that does."""
    found = []
    for name, default, most in (("offset", 0, 10**9), ("limit", PAGE, 2 * PAGE)):
        asked = _number(request.query_params.get(name, ""))
        found.append(min(default if asked is None else asked, most))
    return found[0], found[1]


def _why(error: ErrorDetails) -> str:
    """Where, and what about it; a sentence of our own is about the whole."""
    where, said = ".".join(map(str, error["loc"])), error["msg"].removeprefix("Value error, ")
    return f"{where}: {said}" if where else said


def _number(text: str) -> int | None:
    """A number of at most ten digits; None: it is no such."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 10 else None


def _words_of(entry: LedgerEntry) -> Iterable[str]:
    return entry.out_trade_no, entry.debit, entry.credit, entry.reason, entry.out_refund_no


def _says(told: Iterable[str], words: list[str]) -> bool:
    text = "\n".join(told).lower()
    return all(word in text for word in words)

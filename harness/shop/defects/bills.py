"""Deliberate faults in reconciling: what is believed of a bill, and what of it is compared."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

from harness.core.bill import BilledPayment, BilledRefund, TradeBill
from harness.core.errors import TargetFailure
from harness.core.exchange import Listener
from harness.core.money import Fen
from harness.core.trust import public_roots
from harness.gateways.alipay.bill import open_bill as open_alipays_bill
from harness.gateways.alipay.bill import unpacked as alipays_text
from harness.gateways.alipay.gateway import AlipayGateway, alipay_of
from harness.gateways.alipay.gateway import OpenBill as OpenAlipaysBill
from harness.gateways.apiv3.bill import read_bill, unpacked
from harness.gateways.apiv3.gateway import OpenBill
from harness.gateways.apiv3.gateway import open_gateway as apiv3_gateway
from harness.gateways.guard import Unguarded
from harness.gateways.protocol import BillGateway
from harness.settings.model import Settings
from harness.shop.reconciliation.comparison import DayBooks, differences
from harness.shop.reconciliation.record import Difference, Kind

_GZIP = 16 + zlib.MAX_WBITS


def opening(open_bill: OpenBill) -> Callable[[Settings, Sequence[Listener]], BillGateway]:
    """Bills are read by this."""

    def gateway(settings: Settings, listeners: Sequence[Listener]) -> BillGateway:
        guard = Unguarded()
        guard.verify = public_roots(environment=True)
        return apiv3_gateway(settings, listeners=listeners, guard=guard, opens_bill=open_bill)

    return gateway


def whatever_hash(file: bytes, announced: str, day: date) -> TradeBill:
    """The hash is not looked at."""
    del announced
    return read_bill(zlib.decompress(file, _GZIP), day)


def by_position(file: bytes, announced: str, day: date) -> TradeBill:
    """The columns are where the documents have them."""
    lines = unpacked(file, announced).decode().splitlines()
    rows = [[cell.removeprefix("`") for cell in line.split(",")] for line in lines[1:-2]]
    payments = [
        BilledPayment(out_trade_no=row[6], transaction_id=row[5], total=_fen(row[24]))
        for row in rows
        if row[9] == "SUCCESS"
    ]
    refunds = [
        BilledRefund(
            out_refund_no=row[15],
            refund_id=row[14],
            out_trade_no=row[6],
            refund=_fen(row[25]),
            status=row[19],
        )
        for row in rows
        if row[9] == "REFUND"
    ]
    return TradeBill(day=day, payments=tuple(payments), refunds=tuple(refunds))


def opening_alipays(open_bill: OpenAlipaysBill) -> Callable[[Settings, Sequence[Listener]], BillGateway]:
    """Alipay's bills are read by this."""

    def gateway(settings: Settings, listeners: Sequence[Listener]) -> BillGateway:
        guard = Unguarded()
        guard.verify = public_roots(environment=True)
        return AlipayGateway(alipay_of(settings), listeners=listeners, guard=guard, opens_bill=open_bill)

    return gateway


def alipays_by_position(archive: bytes, day: date) -> TradeBill:
    """The columns are where the documents have them."""
    lines = alipays_text(archive).decode("gb18030").splitlines()
    rows = [[cell.strip() for cell in line.split(",")] for line in lines[5:] if not line.startswith("#")]
    payments = [
        BilledPayment(out_trade_no=row[1], transaction_id=row[0], total=_fen(row[11]))
        for row in rows
        if row[2] == "交易"
    ]
    refunds = [
        BilledRefund(
            out_refund_no=row[21],
            refund_id="",
            out_trade_no=row[1],
            refund=_fen(row[11].removeprefix("-")),
            status="SUCCESS",
        )
        for row in rows
        if row[2] == "退款"
    ]
    return TradeBill(day=day, payments=tuple(payments), refunds=tuple(refunds))


def alipays_with_rows_alone(archive: bytes, day: date) -> TradeBill:
    """A bill has rows, or it is broken."""
    read = open_alipays_bill(archive, day)
    if not read.payments and not read.refunds:
        raise TargetFailure("the bill has no rows", where="bill-download")
    return read


def in_floats(file: bytes, announced: str, day: date) -> TradeBill:
    """Yuan become fen by a float and a cut: 19.90 is 1989."""
    bill = read_bill(unpacked(file, announced), day)
    return replace(
        bill,
        payments=tuple(replace(each, total=_cut(each.total)) for each in bill.payments),
        refunds=tuple(replace(each, refund=_cut(each.refund)) for each in bill.refunds),
    )


def silent_about(*kinds: Kind) -> Callable[[TradeBill, DayBooks], list[Difference]]:
    """Such differences are not looked for."""

    def found(bill: TradeBill, books: DayBooks) -> list[Difference]:
        return [each for each in differences(bill, books) if each.kind not in kinds]

    return found


def without_refunds(bill: TradeBill, books: DayBooks) -> list[Difference]:
    """Payments alone are compared."""
    return differences(replace(bill, refunds=()), replace(books, refunds={}, refunds_of_day=frozenset()))


def _fen(yuan: str) -> Fen:
    return Fen.from_yuan(yuan) if yuan.replace(".", "", 1).isdigit() else Fen(0)


def _cut(amount: Fen) -> Fen:
    return Fen(int(float(amount.yuan) * 100))

"""What an order costs is computed on the server: an amount that a client adds or alters changes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import Enum, auto
from functools import partial

import pytest

from harness.core.errors import NotExercised
from harness.core.money import Fen
from harness.merchant.rungs.prepared import Change, PreparedRequest, left_alone, lowered, priced_members
from harness.plugin import ChangedOrders, Journal, control

ONE_FEN: dict[str, object] = {
    **dict.fromkeys(("amount", "total", "price", "fee", "money", "total_fee", "totalFee"), 1),
    **dict.fromkeys(("total_amount", "totalAmount", "amount_fen", "amountFen", "unit_price", "unitPrice"), 1),
    **dict.fromkeys(("amount_yuan", "amountYuan", "price_yuan", "priceYuan"), "0.01"),
}
"""Names by which apps call what an order costs; those in the app's own answer come beside them."""
NESTED: dict[str, object] = {"amount": {"total": 1, "currency": "CNY"}}


@control("SEC-05")
@pytest.mark.priced_by_app
def test_a_client_names_no_price(changed_orders: ChangedOrders, journal: Journal) -> None:
    profile = changed_orders.merchant.profile
    if profile.lets_name_amounts:
        journal.doubt(
            "by the profile a person names the amount of every order: add price_yuan or products if the "
            'app has prices of its own, or the capability "client-priced" if it has none'
        )
        return
    goods, yuan = next(iter(profile.priced_goods.items()), ("custom", "19.90"))
    price = changed_orders.orders.price_of(Fen.from_yuan(yuan))
    for kind in changed_orders.kinds_to_change():
        right = changed_orders.unspoilt(kind, goods=goods, yuan=yuan)
        _expect_something_lower(right.seen.total)
        request = changed_orders.request(kind, goods=goods, yuan=yuan)
        if alone := left_alone(request, price):
            journal.doubt(
                f"the request to order holds {', '.join(alone)}, which was not lowered: "
                "it may be an amount or count pieces; order goods of which it holds the price"
            )
        refused = some_refused = False
        for what, change, needed in _changes(request, price, right.answer):
            if needed is Needed.WHERE_ALL_WERE_REFUSED and not refused:
                continue
            with journal.step(f"{kind}: {what}"):
                sent = changed_orders.send(change, kind, goods=goods, yuan=yuan)
            total = right.seen.total if sent.seen is None else sent.seen.total
            journal.observe(f"{kind}, {what}: HTTP {sent.status}, {sent.told}")
            assert total == right.seen.total, (
                f"with {what} an order of ¥{right.seen.total.yuan} became one of ¥{total.yuan}"
            )
            some_refused = some_refused or sent.seen is None
            if needed is Needed.FIRST:
                refused = sent.seen is None
            elif sent.failed:
                journal.doubt(f"with {what} the merchant answered HTTP {sent.status} and made no order")
        if some_refused:
            changed_orders.expect_still_ordering(kind, goods=goods, yuan=yuan)


def _expect_something_lower(total: Fen) -> None:
    """A client can ask for less.

    Raises:
        NotExercised: it cannot, so that whoever heeds what it asks for is not told from who does not.
    """
    if total <= Fen(1):
        raise NotExercised(
            f"the order costs ¥{total.yuan}, and no client can ask for less",
            where="ordering",
            remedy="name dearer goods: price_yuan or products",
        )


class Needed(Enum):
    """When a change is tried."""

    FIRST = auto()
    """Every name at once: who ignores them all has ignored each."""
    WHERE_ALL_WERE_REFUSED = auto()
    """One name: who refuses all of them could still heed one."""
    ALWAYS = auto()


def _changes(
    request: PreparedRequest, price: Fen, answer: Mapping[str, object]
) -> Iterator[tuple[str, Change, Needed]]:
    """What a client may do to the request."""
    known = {**ONE_FEN, **priced_members(answer, price)}
    names = {name: value for name, value in known.items() if name not in request.holds}
    yield "amounts of the client's", _adding(names), Needed.FIRST
    for name, value in names.items():
        yield f"{name} of the client's", _adding({name: value}), Needed.WHERE_ALL_WERE_REFUSED
    if isinstance(request.members, Mapping) and not NESTED.keys() & request.holds:
        yield "an amount of parts", _adding(NESTED), Needed.ALWAYS
    if lowered(request, price) is not None:
        yield "the price in the request lowered", lambda asked: lowered(asked, price) or asked, Needed.ALWAYS


def _adding(further: Mapping[str, object]) -> Change:
    return partial(PreparedRequest.with_members, further=further)

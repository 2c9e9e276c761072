"""What is sold. A price is decided here, on the server; the page may only repeat it (facts 8.3, C17)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from harness.core.control import Text
from harness.core.money import Fen
from harness.shop.refusal import refusal

CUSTOM = "custom"
LARGEST = Fen(100_000_000)
"""The most one order may cost: ¥1,000,000.00."""


@dataclass(frozen=True, slots=True)
class Goods:
    """Something on the shelf. `price` is None where the shopper names the amount."""

    id: str
    title: Text
    price: Fen | None


SHELF = {
    goods.id: goods
    for goods in (
        Goods(CUSTOM, Text(zh="自定义金额", en="Amount of your choice"), None),
        Goods("day-ticket", Text(zh="景区日票", en="Day ticket"), Fen(1990)),
        Goods("audio-guide", Text(zh="语音导览", en="Audio guide"), Fen(580)),
        Goods("city-walk", Text(zh="城市漫步", en="City walk"), Fen(6800)),
    )
}


def goods_named(name: str) -> Goods:
    """The goods of that id.

    Raises:
        Refusal: not sold here.
    """
    if name not in SHELF:
        raise refusal(400, "没有这件商品。", f"Nothing called {name[:40]!r} is sold here.")
    return SHELF[name]


def price_of(
    goods: Goods,
    *,
    claimed: int | None,
    claimed_yuan: str | None,
    fen_from_yuan: Callable[[str], Fen],
    limit: Fen | None,
) -> Fen:
    """What the order costs, whatever the page claims.

    Args:
        goods: what is bought.
        claimed: the page's amount in fen.
        claimed_yuan: the page's amount as text in yuan.
        fen_from_yuan: how yuan becomes fen.
        limit: the most a single payment may be, in fen; None: no limit beyond the shop's own.

    Raises:
        Refusal: no amount, a malformed or contradictory one, one that is not the goods' price, or one
            above the limit.
    """
    try:
        told = [Fen(claimed)] if claimed is not None else []
        told += [fen_from_yuan(claimed_yuan)] if claimed_yuan is not None else []
    except ValueError:
        raise refusal(400, "金额格式不正确。", "The amount is not a number with two decimals.") from None
    if goods.price is not None:
        if any(amount != goods.price for amount in told):
            raise refusal(
                400, "金额与商品价格不符。", f"The amount is not the price, which is {goods.price.yuan}."
            )
        price = goods.price
    else:
        if not told:
            raise refusal(400, "请填写金额。", "Say an amount.")
        if any(amount != told[0] for amount in told):
            raise refusal(400, "两个金额不一致。", "The two amounts differ.")
        price = told[0]
    if price < 1:
        raise refusal(400, "金额至少 0.01 元。", "The amount must be at least 0.01 yuan.")
    highest = min(LARGEST, limit) if limit is not None else LARGEST
    if price > highest:
        raise refusal(
            400,
            f"超出单笔限额 {Fen(highest).yuan} 元。",
            f"The amount is over the single-payment limit of {Fen(highest).yuan} yuan.",
        )
    return price

"""A read-only view of what a merchant believes: what scenarios compare with the platform's."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Self
from urllib.parse import quote

import httpx
from pydantic import ValidationError

from harness.core.errors import MerchantFailure
from harness.core.exchange import Listener
from harness.core.patience import Patience
from harness.merchant.gap import ProfileGap
from harness.merchant.http import BOOKS_BYTES, MerchantHttp, json_object, send
from harness.merchant.merchant_order import MerchantOrder
from harness.merchant.profile import MerchantProfile
from harness.merchant.rungs.shopper import ShopperSession
from harness.merchant.rungs.views import view_of

__all__ = ["MerchantOrder", "Observer"]

_OF_RECORDS = ("order_id", "status", "amount", "paid_amount", "credits")
"""What a list of records in our JSON never leaves out."""


class Observer:
    """Looks and changes nothing. Close it, or use it as a context manager.

    Every call raises `EnvironmentUnreachable` when the merchant is not up, `MerchantFailure` when it
    shows no records, or records that are not what they must be, and `ProfileGap` where the profile does not
    fit what is there.

    Args:
        profile: says where to look.
        session: of the shopper who sees pages; None: nobody signed in.
    """

    def __init__(
        self,
        profile: MerchantProfile,
        *,
        session: ShopperSession | None = None,
        listeners: Sequence[Listener] = (),
        patience: Patience | None = None,
    ) -> None:
        self._seen_by = profile.observer
        self._listeners = tuple(listeners)
        self._http = MerchantHttp(profile.base_url, patience, largest=BOOKS_BYTES)
        self._view = view_of(
            profile.observer,
            session or ShopperSession(self._http, profile.base_url, profile.folder, profile.lines),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give the connections back."""
        self._http.close()

    @property
    def tells_money(self) -> bool:
        """Whether it may tell what came in, so that books can be compared."""
        return self._seen_by.orders is not None or (self._view is not None and self._view.tells_money)

    @property
    def tells_payment(self) -> bool:
        """Whether it tells anything by which a payment would show."""
        return self.lists or self._view is not None

    @property
    def lists(self) -> bool:
        """Whether it shows all orders at once; else each is looked up by its number."""
        return self._seen_by.orders is not None

    def order(self, out_trade_no: str) -> MerchantOrder:
        """One order by its number; of a merchant that nobody can look into, nothing is told."""
        if self._view is not None:
            return self._view.order(out_trade_no)
        path = self._seen_by.orders
        if path is None:
            return MerchantOrder(
                out_trade_no=out_trade_no,
                unlocks="add [observer]: sql, request, page or command, e.g. a page with the order",
            )
        response = self._get("observe", f"{path}/{quote(out_trade_no, safe='')}", out_trade_no)
        return _order(json_object(response, "observe"))

    def orders(self, numbers: Iterable[str] = ()) -> list[MerchantOrder]:
        """Every order, oldest first; of a merchant that shows no list, these.

        Raises:
            ProfileGap: it does not tell what came in.
        """
        if not self.tells_money:
            raise ProfileGap(
                "nothing tells what came in by the merchant's books, and this check compares them",
                where="observer in the merchant profile",
                remedy="let [observer] tell paid_amount: sql shows most, then request or command",
            )
        path = self._seen_by.orders
        if path is None:
            found = (self._view.find(number) for number in numbers) if self._view else ()
            return [order for order in found if order is not None]
        listed = json_object(self._get("observe", path), "observe").get("orders")
        if not isinstance(listed, list):
            raise MerchantFailure("the merchant's records have no list of orders", where=path)
        return [_order(each) for each in listed]

    def metrics(self) -> str:
        """The merchant's figures in Prometheus' text format.

        Raises:
            ProfileGap: the profile does not say where.
        """
        if self._seen_by.metrics is None:
            raise ProfileGap(
                "the merchant profile leaves out observer.metrics, and this check rests on it",
                where="--merchant",
                remedy='add metrics = "/metrics" to [observer]',
            )
        return self._get("metrics", self._seen_by.metrics).text

    def _get(self, operation: str, path: str, out_trade_no: str | None = None) -> httpx.Response:
        response, _ = send(
            self._http,
            operation,
            "GET",
            path,
            headers={"Authorization": f"Bearer {self._seen_by.token}".strip()},
            listeners=self._listeners,
            out_trade_no=out_trade_no,
        )
        if response.status_code != 200:
            raise MerchantFailure(
                f"the merchant does not show this: HTTP {response.status_code}",
                where=path,
                remedy="is there such an order, and is the observer token the merchant's?",
            )
        return response


def _order(members: object) -> MerchantOrder:
    absent = [each for each in _OF_RECORDS if isinstance(members, dict) and members.get(each) is None]
    try:
        order = MerchantOrder.model_validate(members)
    except ValidationError as error:
        absent += [".".join(str(part) for part in each["loc"]) for each in error.errors()]
    else:
        if not absent:
            return order
    raise MerchantFailure(
        f"an order in the merchant's records is not what it must be: {', '.join(dict.fromkeys(absent))}",
        where="observer",
        remedy="see the documentation of merchant profiles for the members and their types",
    )

"""A read-only view of a merchant's own records: what scenarios compare with the platform's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Self
from urllib.parse import quote

import httpx
from pydantic import BaseModel, ConfigDict, ValidationError

from harness.core.errors import MerchantFailure
from harness.core.exchange import Listener
from harness.core.money import Fen
from harness.core.patience import Patience
from harness.merchant.http import BOOKS_BYTES, MerchantHttp, json_object, send
from harness.merchant.profile import MerchantProfile


class MerchantOrder(BaseModel):
    """One order in the merchant's books. Amounts in fen; further members are welcome and ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    out_trade_no: str
    order_id: str
    status: Literal["pending", "paid", "failed", "cancelled", "refunded", "unknown"]
    amount: Fen
    """What the order costs."""
    paid_amount: Fen
    """What the merchant's books say came in."""
    credits: int
    """How many times the order was fulfilled."""
    attention: str = ""
    """What the merchant wants a person to look at; empty when all is well."""
    dialect: str = ""
    """The wire that brought the order in the end: `mcp`, `envelope`, `apiv3`; empty when not told."""
    request_id: str = ""
    """The request that brought it; empty when not told."""

    @property
    def settled(self) -> bool:
        """Whether a payment of it is booked, whatever the order became by that."""
        return self.credits > 0 or self.paid_amount > 0 or self.status == "paid"

    @property
    def booked(self) -> Fen:
        """What came in by its books in all: an order fulfilled twice gave away its price twice."""
        return Fen(self.paid_amount * max(self.credits, 1))


class Observer:
    """Looks and changes nothing. Close it, or use it as a context manager.

    Every call raises `EnvironmentUnreachable` when the merchant is not up, and `MerchantFailure` when it
    shows no records, or records that are not what they must be.
    """

    def __init__(
        self,
        profile: MerchantProfile,
        *,
        listeners: Sequence[Listener] = (),
        patience: Patience | None = None,
    ) -> None:
        self._paths = profile.observer
        self._listeners = tuple(listeners)
        self._http = MerchantHttp(profile.base_url, patience, largest=BOOKS_BYTES)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give the connections back."""
        self._http.close()

    def order(self, out_trade_no: str) -> MerchantOrder:
        """One order by its number."""
        response = self._get("observe", f"{self._paths.orders}/{quote(out_trade_no, safe='')}", out_trade_no)
        return _order(json_object(response, "observe"))

    def orders(self) -> list[MerchantOrder]:
        """Every order, oldest first."""
        listed = json_object(self._get("observe", self._paths.orders), "observe").get("orders")
        if not isinstance(listed, list):
            raise MerchantFailure("the merchant's records have no list of orders", where=self._paths.orders)
        return [_order(each) for each in listed]

    def metrics(self) -> str:
        """The merchant's figures in Prometheus' text format."""
        return self._get("metrics", self._paths.metrics).text

    def _get(self, operation: str, path: str, out_trade_no: str | None = None) -> httpx.Response:
        response, _ = send(
            self._http,
            operation,
            "GET",
            path,
            headers={"Authorization": f"Bearer {self._paths.token}".strip()},
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
    try:
        return MerchantOrder.model_validate(members)
    except ValidationError as error:
        names = ", ".join(".".join(str(part) for part in each["loc"]) for each in error.errors())
        raise MerchantFailure(
            f"an order in the merchant's records is not what it must be: {names}",
            where="observer",
            remedy="see the documentation of merchant profiles for the members and their types",
        ) from None

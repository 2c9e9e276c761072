"""A shopper's and a platform's hands on a merchant: order, ask, confirm, and deliver callbacks."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Literal, Self

from harness.errors import TargetFailure, UsageError
from harness.exchange import Listener
from harness.merchant.http import json_object, open_client, send
from harness.merchant.profile import Credentials, MerchantProfile
from harness.money import Fen

BridgeOutcome = Literal["ok", "cancel", "fail"]
"""The last word of `get_brand_wcpay_request:…` (facts 7.2)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CreatedOrder:
    """The merchant's answer to an order, whatever it was. `raw` is the whole of it."""

    status_code: int
    out_trade_no: str | None
    qr_code: str | None
    payment_url: str | None
    error: str | None
    duration_s: float
    raw: Mapping[str, object]

    @property
    def metadata(self) -> Mapping[str, object]:
        """What the answer says beside the order itself; empty when it says nothing."""
        return _object(self.raw, "metadata") or {}

    @property
    def dialect(self) -> str:
        """The wire the merchant says it used: `mcp`, `envelope`, `apiv3`; empty when it does not say."""
        return _text(self.metadata, "dialect") or ""

    @property
    def mcp_enabled(self) -> bool | None:
        """Whether the merchant says that the order went over MCP; None when it does not say."""
        told = self.metadata.get("mcpEnabled")
        return told if isinstance(told, bool) else None

    @property
    def mcp_request_id(self) -> str | None:
        """The MCP request that the merchant names."""
        return _text(self.metadata, "mcpRequestId")

    @property
    def expire_time(self) -> datetime | None:
        """When the order ends, as the merchant says; None when it says nothing that can be read."""
        try:
            return datetime.fromisoformat(_text(self.metadata, "expireTime") or "")
        except ValueError:
            return None

    @property
    def jsapi_params(self) -> Mapping[str, str]:
        """The parameters for WeChat's bridge; empty when there are none."""
        return _texts(self.metadata, "jsapiParams")

    @property
    def mini_program_params(self) -> Mapping[str, str]:
        """The parameters for `wx.requestPayment`; empty when there are none."""
        return _texts(self.metadata, "miniProgramParams")

    @property
    def created(self) -> bool:
        """Whether the order was taken: 201 with a number."""
        return self.status_code == 201 and bool(self.out_trade_no)

    @property
    def code_url(self) -> str | None:
        """The platform's code, under the platform's name for it."""
        return self.qr_code


@dataclass(frozen=True, slots=True, kw_only=True)
class MerchantAnswer:
    """How an order stands, as the merchant tells its shopper."""

    status_code: int
    status: str
    """Empty when the merchant told none."""
    duration_s: float
    raw: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackAnswer:
    """What the merchant answered to a callback."""

    status: int
    body: bytes
    duration_s: float

    @property
    def accepted(self) -> bool:
        """Whether the platform would stop sending: 200 or 204 within five seconds (facts 5.5)."""
        return self.status in (200, 204) and self.duration_s < 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceAnswer:
    """What the merchant says of its payment services; None where it does not say."""

    status_code: int
    enabled: bool | None
    wechat: bool | None
    alipay: bool | None
    raw: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page as it was sent. Header names are in lower case."""

    status_code: int
    text: str
    headers: Mapping[str, str]
    duration_s: float

    def shows(self, test_id: str) -> bool:
        """Whether the page holds a part with that `data-testid`."""
        return f'data-testid="{test_id}"' in self.text


class MerchantClient:
    """Drives one merchant as one of its shoppers. Close it, or use it as a context manager.

    Every call raises `EnvironmentUnreachable` when the merchant is not up, and `UnknownOutcome` when it
    took a request and gave no answer.

    Args:
        profile: how to drive it.
        listeners: hear every exchange but logins.
    """

    def __init__(self, profile: MerchantProfile, *, listeners: Sequence[Listener] = ()) -> None:
        self.profile = profile
        self._listeners = tuple(listeners)
        self._shopper = open_client(profile.base_url)
        # Callbacks come from a platform: no cookie of a shopper may be what lets them in.
        self._platform = open_client(profile.base_url)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give the connections back."""
        self._shopper.close()
        self._platform.close()

    def login(self, credentials: Credentials | None = None) -> None:
        """Log in as the profile's shopper, or as someone else.

        Raises:
            TargetFailure: the merchant would not have it.
        """
        who = credentials or self.profile.credentials
        content = _json({"email": who.email, "password": who.password})
        response, _ = send(
            self._shopper, "login", "POST", self.profile.paths.login, headers=self._page(), content=content
        )
        if response.status_code >= 400 or not self._shopper.cookies:
            raise TargetFailure(
                f"the merchant did not log {who.email} in: HTTP {response.status_code}",
                where=self.profile.paths.login,
                remedy="check credentials in the merchant profile",
            )

    def create_order(
        self,
        *,
        order_id: str,
        amount: Fen | None = None,
        amount_yuan: str | None = None,
        goods: str = "custom",
        payment_type: str = "qr",
        payment_method: str = "wechat",
        description: str | None = None,
        client_ip: str | None = None,
    ) -> CreatedOrder:
        """Order as the payment page does. The answer is returned whatever its status.

        Args:
            order_id: the page's name for the purchase.
            amount: in fen.
            amount_yuan: the same as text.
            goods: what is bought.
            payment_type: `qr`, `h5`, `jsapi` or `miniprogram`.
            payment_method: `wechat` or `alipay`.
            description: what the payer's bill says.
            client_ip: whom a proxy in front of the merchant says it speaks for, as X-Forwarded-For.
        """
        members: dict[str, object] = {
            "orderId": order_id,
            "goods": goods,
            "amount": None if amount is None else int(amount),
            "amountYuan": amount_yuan,
            "description": description,
            "paymentMethod": payment_method,
            "paymentType": payment_type,
        }
        proxied = {} if client_ip is None else {"X-Forwarded-For": client_ip}
        code, raw, taken = self._post(
            "create-order", self.profile.paths.create_order, members, None, further=proxied
        )
        return CreatedOrder(
            status_code=code,
            out_trade_no=_text(raw, "outTradeNo"),
            qr_code=_text(raw, "qrCode"),
            payment_url=_text(raw, "paymentUrl"),
            error=_text(raw, "error"),
            duration_s=taken,
            raw=raw,
        )

    def query(self, out_trade_no: str) -> MerchantAnswer:
        """How the order stands, without making the merchant ask anybody."""
        return self._asked("query", self.profile.paths.query, out_trade_no)

    def confirm(self, out_trade_no: str) -> MerchantAnswer:
        """Press "I have paid"."""
        return self._asked("confirm", self.profile.paths.confirm, out_trade_no)

    def bridge(self, out_trade_no: str, outcome: BridgeOutcome) -> MerchantAnswer:
        """Tell the merchant how WeChat's bridge ended, as its page does.

        Raises:
            UsageError: the profile names no route for that.
        """
        path = _named(self.profile.paths.bridge, "paths.bridge")
        return self._asked("bridge", path, out_trade_no, outcome=outcome)

    def status(self) -> ServiceAnswer:
        """What the merchant says of its payment services.

        Raises:
            UsageError: the profile names no route for that.
        """
        code, raw = self._read("status", _named(self.profile.paths.status, "paths.status"))
        return ServiceAnswer(
            status_code=code,
            enabled=_flag(raw, "enabled"),
            wechat=_flag(raw, "wechatInitialized"),
            alipay=_flag(raw, "alipayInitialized"),
            raw=raw,
        )

    def mcp_health(self) -> ServiceAnswer:
        """Which providers the merchant says answer over MCP; `enabled` is None, it is not asked here.

        Raises:
            UsageError: the profile names no route for that.
        """
        code, raw = self._read("mcp-health", _named(self.profile.paths.mcp_health, "paths.mcp_health"))
        return ServiceAnswer(
            status_code=code,
            enabled=None,
            wechat=_flag(raw, "wechat"),
            alipay=_flag(raw, "alipay"),
            raw=raw,
        )

    def page(self, path: str, *, user_agent: str) -> Page:
        """A page of the merchant as one browser gets it, scripts not run."""
        response, taken = send(
            self._shopper,
            "page",
            "GET",
            path,
            headers={"User-Agent": user_agent},
            listeners=self._listeners,
        )
        return Page(
            status_code=response.status_code,
            text=response.text,
            headers={name.lower(): value for name, value in response.headers.items()},
            duration_s=taken,
        )

    def deliver(self, headers: Iterable[tuple[str, str]], body: bytes) -> CallbackAnswer:
        """Deliver a callback byte for byte, header lines in order and repeats included. Thread-safe."""
        response, taken = send(
            self._platform,
            "deliver",
            "POST",
            self.profile.paths.notify,
            headers=list(headers),
            content=body,
            listeners=self._listeners,
        )
        return CallbackAnswer(status=response.status_code, body=response.content, duration_s=taken)

    def advance(self, seconds: float) -> None:
        """Move the merchant's business clock; returns when the work that fell due has ended.

        Raises:
            TargetFailure: the merchant has no such clock, or refused the token.
        """
        path = self.profile.observer.clock
        headers = {
            "Authorization": f"Bearer {self.profile.observer.token}",
            "Content-Type": "application/json",
        }
        response, _ = send(
            self._platform, "advance", "POST", path, headers=headers, content=_json({"seconds": seconds})
        )
        if response.status_code != 200:
            raise TargetFailure(
                f"the merchant's clock did not move: HTTP {response.status_code}",
                where=path,
                remedy="check observer.clock and the observer token in the merchant profile",
            )

    def _asked(self, operation: str, path: str, out_trade_no: str, **further: object) -> MerchantAnswer:
        members: dict[str, object] = {"outTradeNo": out_trade_no, "paymentMethod": "wechat", **further}
        code, raw, taken = self._post(operation, path, members, out_trade_no)
        return MerchantAnswer(status_code=code, status=_text(raw, "status") or "", duration_s=taken, raw=raw)

    def _post(
        self,
        operation: str,
        path: str,
        members: Mapping[str, object],
        out_trade_no: str | None,
        *,
        further: Mapping[str, str] | None = None,
    ) -> tuple[int, dict[str, object], float]:
        response, taken = send(
            self._shopper,
            operation,
            "POST",
            path,
            headers={**self._page(), **(further or {})},
            content=_json({name: value for name, value in members.items() if value is not None}),
            listeners=self._listeners,
            out_trade_no=out_trade_no,
        )
        return response.status_code, json_object(response, operation), taken

    def _read(self, operation: str, path: str) -> tuple[int, dict[str, object]]:
        response, _ = send(
            self._shopper, operation, "GET", path, headers=self._page(), listeners=self._listeners
        )
        return response.status_code, json_object(response, operation)

    def _page(self) -> dict[str, str]:
        """What a browser adds to a request of the merchant's own page."""
        return {"Origin": self.profile.base_url, "Content-Type": "application/json"}


def _json(members: Mapping[str, object]) -> bytes:
    return json.dumps(members, ensure_ascii=False).encode()


def _text(members: Mapping[str, object], name: str) -> str | None:
    value = members.get(name)
    return value if isinstance(value, str) else None


def _object(members: Mapping[str, object], name: str) -> Mapping[str, object] | None:
    value = members.get(name)
    return value if isinstance(value, dict) else None


def _texts(members: Mapping[str, object], name: str) -> Mapping[str, str]:
    found = _object(members, name) or {}
    return {key: value for key, value in found.items() if isinstance(value, str)}


def _flag(members: Mapping[str, object], name: str) -> bool | None:
    value = members.get(name)
    return value if isinstance(value, bool) else None


def _named(path: str | None, member: str) -> str:
    if path is None:
        raise UsageError(
            "the merchant profile names no such route",
            where=member,
            remedy="add it to the profile; profiles/shop.toml explains every member",
        )
    return path

"""What a merchant that speaks our JSON is asked as its own page asks it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from harness.core.exchange import Listener
from harness.merchant.answers import MerchantAnswer, ServiceAnswer, flag_of, text_of
from harness.merchant.gap import ProfileGap
from harness.merchant.http import MerchantHttp, json_object, send
from harness.merchant.profile import MerchantProfile


@dataclass(frozen=True, slots=True)
class OwnJson:
    """Routes of one merchant that take and answer our JSON."""

    profile: MerchantProfile
    http: MerchantHttp
    listeners: tuple[Listener, ...] = ()

    def status(self) -> ServiceAnswer:
        """What the merchant says of its payment services.

        Raises:
            ProfileGap: the profile names no route for that.
        """
        code, raw = self._read("status", named(self.profile.paths.status, "status"))
        return ServiceAnswer(
            status_code=code,
            enabled=flag_of(raw, "enabled"),
            wechat=flag_of(raw, "wechatInitialized"),
            alipay=flag_of(raw, "alipayInitialized"),
            raw=raw,
        )

    def mcp_health(self) -> ServiceAnswer:
        """Which providers the merchant says answer over MCP; `enabled` is None, it is not asked here.

        Raises:
            ProfileGap: the profile names no route for that.
        """
        code, raw = self._read("mcp-health", named(self.profile.paths.mcp_health, "mcp_health"))
        return ServiceAnswer(
            status_code=code,
            enabled=None,
            wechat=flag_of(raw, "wechat"),
            alipay=flag_of(raw, "alipay"),
            raw=raw,
        )

    def told(self, operation: str, path: str, out_trade_no: str, **further: object) -> MerchantAnswer:
        """What the merchant answers when it is told of an order, or asked about one."""
        members: dict[str, object] = {
            "outTradeNo": out_trade_no,
            "paymentMethod": self.profile.provider,
            **further,
        }
        code, raw, taken = self._post(operation, path, members, out_trade_no)
        return MerchantAnswer(
            status_code=code, status=text_of(raw, "status") or "", duration_s=taken, raw=raw
        )

    def _post(
        self,
        operation: str,
        path: str,
        members: Mapping[str, object],
        out_trade_no: str | None,
    ) -> tuple[int, dict[str, object], float]:
        response, taken = send(
            self.http,
            operation,
            "POST",
            path,
            headers=self.headers,
            content=as_json(members),
            listeners=self.listeners,
            out_trade_no=out_trade_no,
        )
        return response.status_code, json_object(response, operation), taken

    def _read(self, operation: str, path: str) -> tuple[int, dict[str, object]]:
        response, _ = send(self.http, operation, "GET", path, headers=self.headers, listeners=self.listeners)
        return response.status_code, json_object(response, operation)

    @property
    def headers(self) -> dict[str, str]:
        """What a browser adds to a request of the merchant's own page."""
        return {"Origin": self.profile.base_url, "Content-Type": "application/json"}


def as_json(members: Mapping[str, object]) -> bytes:
    """The members as a body."""
    return json.dumps(members, ensure_ascii=False).encode()


def named(path: str | None, member: str) -> str:
    """A route of `[paths]`, which scenarios rest on.

    Raises:
        ProfileGap: it is left out.
    """
    if path is None:
        raise ProfileGap(
            f"the merchant profile leaves out paths.{member}, and this check rests on it",
            where="--merchant",
            remedy=f'add {member} = "/…" to [paths]; profiles/shop.toml explains every member',
        )
    return path

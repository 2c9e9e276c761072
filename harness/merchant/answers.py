"""What a merchant answered, whatever it was: absent members read as None, and nothing is believed here."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from html import unescape
from urllib.parse import urlsplit

from harness.core.redelivery import WECHAT, Redelivery


@dataclass(frozen=True, slots=True)
class Answered:
    """What an app answered in the end, and where its shopper is then."""

    status: int
    text: str
    url: str
    duration_s: float
    """Of the request itself, without the pages before and after it."""
    leads_to: str = ""
    """Out of the app, by a redirect that was not followed."""
    by_browser: bool = False
    """Whether it led to the platform's own page, and the shopper's browser asked there for the order."""

    @property
    def members(self) -> Mapping[str, object]:
        """Of an answer that is a JSON object; else empty."""
        try:
            read = json.loads(self.text)
        except (ValueError, RecursionError):
            return {}
        return read if isinstance(read, dict) else {}

    @property
    def plain(self) -> str:
        """What a person would read of it."""
        unmarked = re.sub(r"<(script|style)\b.*?</\1>|<[^>]*>", " ", self.text, flags=re.DOTALL)
        return " ".join(unescape(unmarked).split())

    @property
    def said(self) -> str:
        """The answer in a few words."""
        words = self.plain
        return f"HTTP {self.status} at {urlsplit(self.url).path or self.url}: {words[:120] or 'nothing'}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReconciledDay:
    """How a merchant has compared one day's bill with its books."""

    done: bool
    """Whether it is finished with that day."""
    differences: frozenset[str] = frozenset()
    """Numbers of the payments and refunds that do not agree, as it says."""
    told: str = ""
    """Its answer in a few words."""


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
    seen: bool = False
    """Whether the platform was seen to take it, whatever the merchant says."""
    page: Answered | None = None
    """Where ordering led, at a merchant that does not speak our JSON."""

    @property
    def metadata(self) -> Mapping[str, object]:
        """What the answer says beside the order itself; empty when it says nothing."""
        return object_of(self.raw, "metadata") or {}

    @property
    def dialect(self) -> str:
        """The wire the merchant says it used: `mcp`, `envelope`, `apiv3`; empty when it does not say."""
        return text_of(self.metadata, "dialect") or ""

    @property
    def mcp_enabled(self) -> bool | None:
        """Whether the merchant says that the order went over MCP; None when it does not say."""
        told = self.metadata.get("mcpEnabled")
        return told if isinstance(told, bool) else None

    @property
    def mcp_request_id(self) -> str | None:
        """The MCP request that the merchant names."""
        return text_of(self.metadata, "mcpRequestId")

    @property
    def expire_time(self) -> datetime | None:
        """When the order ends, as the merchant says; None when it says nothing that can be read."""
        try:
            return datetime.fromisoformat(text_of(self.metadata, "expireTime") or "")
        except ValueError:
            return None

    @property
    def jsapi_params(self) -> Mapping[str, str]:
        """The parameters for WeChat's bridge; empty when there are none."""
        return texts_of(self.metadata, "jsapiParams")

    @property
    def mini_program_params(self) -> Mapping[str, str]:
        """The parameters for `wx.requestPayment`; empty when there are none."""
        return texts_of(self.metadata, "miniProgramParams")

    @property
    def created(self) -> bool:
        """Whether the order was taken: 201 with a number, or the platform saw it come."""
        return (self.seen or self.status_code == 201) and bool(self.out_trade_no)

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
    rules: Redelivery = WECHAT
    """Of the form that the callback had: which answer is which."""

    @property
    def accepted(self) -> bool:
        """Whether the platform would stop sending: e.g. 200 or 204 within five seconds (facts 5.5)."""
        return self.rules.taken_over(self.status, self.body) and self.duration_s < self.rules.answer_s

    @property
    def refused(self) -> bool:
        """Whether it is what a forgery is to be answered."""
        return self.rules.refused(self.status, self.body)


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


def text_of(members: Mapping[str, object], name: str) -> str | None:
    """A member that is a text; None where it is absent or something else."""
    value = members.get(name)
    return value if isinstance(value, str) else None


def object_of(members: Mapping[str, object], name: str) -> Mapping[str, object] | None:
    """A member that is an object; None where it is absent or something else."""
    value = members.get(name)
    return value if isinstance(value, dict) else None


def texts_of(members: Mapping[str, object], name: str) -> Mapping[str, str]:
    """The texts in a member that is an object; empty where there are none."""
    found = object_of(members, name) or {}
    return {key: value for key, value in found.items() if isinstance(value, str)}


def flag_of(members: Mapping[str, object], name: str) -> bool | None:
    """A member that is true or false; None where it is absent or something else."""
    value = members.get(name)
    return value if isinstance(value, bool) else None

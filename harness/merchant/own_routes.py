"""Tables of a profile for a merchant that speaks our JSON: routes, accounts, parts of its page."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from harness.core.control import Model
from harness.merchant.rungs.observed import RoutePath

TestId = Annotated[str, Field(min_length=1)]


class Paths(Model):
    """Where the merchant's own routes are, of a merchant that speaks our JSON. Each may be left out."""

    login: RoutePath | None = None
    payment: RoutePath | None = None
    """The page a shopper pays on."""
    create_order: RoutePath | None = None
    query: RoutePath | None = None
    confirm: RoutePath | None = None
    """What the "I have paid" button calls."""
    refund: RoutePath | None = None
    """What gives an order back, or a part of it."""
    card_refund: RoutePath | None = None
    """What sends a refund that found no way to its payer to a card of theirs."""
    close: RoutePath | None = None
    """What the "cancel" button calls."""
    notify: RoutePath | None = None
    """Where callbacks about no certain order go; each order names its own address."""
    sign_in: RoutePath = "/login"
    """The page with the sign-in form."""
    status: RoutePath | None = None
    """GET: what the merchant says of its payment services."""
    mcp_health: RoutePath | None = None
    """GET: which providers answer over MCP."""
    payment_return: RoutePath | None = None
    """The page that the H5 cashier returns to, `?orderId=…` behind it."""
    bridge: RoutePath | None = None
    """What the page tells how WeChat's bridge ended."""


class Credentials(Model):
    """A test account of the merchant."""

    email: str = ""
    password: str = Field(default="", repr=False)


class TestIds(Model):
    """The `data-testid` of each part of the payment page; left out, those of the plan."""

    method_wechat: TestId = "payment-method-wechat"
    method_alipay: TestId = "payment-method-alipay"
    type_h5: TestId = "payment-type-h5"
    type_qr: TestId = "payment-type-qr"
    type_jsapi: TestId = "payment-type-jsapi"
    amount: TestId = "custom-amount"
    create: TestId = "create-payment-button"
    result: TestId = "payment-result"
    indicator: TestId = "mcp-indicator"
    experience_warning: TestId = "mcp-experience-warning"
    qr: TestId = "payment-qr"
    confirm: TestId = "payment-confirm-button"
    status: TestId = "payment-status"
    paid_amount: TestId = "payment-amount"
    order_number: TestId = "order-number"
    error: TestId = "payment-error"
    h5_link: TestId = "payment-h5-link"
    """Leads to the H5 cashier."""
    bridge: TestId = "payment-bridge-button"
    """Opens WeChat's bridge once more."""
    bridge_result: TestId = "payment-bridge-result"
    """What the page says of how the bridge ended."""

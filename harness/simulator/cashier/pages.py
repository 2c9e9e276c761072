"""Draws the cashier's pages: server-rendered, everything escaped, nothing fetched, no script."""

from __future__ import annotations

import base64
import hashlib
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from starlette.responses import HTMLResponse

from harness.control import Text
from harness.money import Fen
from harness.simulator.cashier.words import Notice

_TEMPLATES = Environment(
    loader=PackageLoader("harness.simulator.cashier"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_STYLE = files("harness.simulator.cashier").joinpath("templates/cashier.css").read_text(encoding="utf-8")
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
"""The page is its own evidence that nothing is loaded from elsewhere and no script runs."""

OUTCOMES = {
    "pay": Text(zh="支付成功", en="Paid"),
    "cancel": Text(zh="已取消", en="Cancelled: nothing was charged"),
    "fail": Text(zh="支付失败", en="Payment failed: nothing was charged"),
}
"""What the result page says, by the button that was pressed."""


def checkout(
    *, merchant: str, description: str, out_trade_no: str, amount: Fen, code_url: str, openid: str
) -> HTMLResponse:
    """The page with the amount and the three buttons."""
    return _page(
        "checkout.html",
        merchant=merchant,
        description=description,
        out_trade_no=out_trade_no,
        amount=amount.yuan,
        code_url=code_url,
        openid=openid,
    )


def result(*, outcome: str, merchant: str, amount: Fen, paid: Fen) -> HTMLResponse:
    """The page after a button was pressed; `paid` is below `amount` where a coupon gave the rest."""
    return _page(
        "result.html",
        outcome=outcome,
        text=OUTCOMES[outcome],
        merchant=merchant,
        amount=amount.yuan,
        paid=paid.yuan,
    )


def notice(what: Notice) -> HTMLResponse:
    """A page that only says something."""
    return _page("notice.html", status=what.status, text=what.text)


def _page(template: str, *, status: int = 200, **values: object) -> HTMLResponse:
    # The style is ours and constant; escaping it would change the bytes its hash stands for.
    html = _TEMPLATES.get_template(template).render(style=Markup(_STYLE), **values)  # noqa: S704
    return HTMLResponse(html, status_code=status, headers=_HEADERS)

"""Draws the cashier's pages: server-rendered, everything escaped, nothing fetched from elsewhere.

Only the H5 middle page has a script: the live one holds `deeplink` or `error_msg`, and leads back.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from starlette.responses import HTMLResponse

from harness.core.control import Text
from harness.core.money import Fen
from harness.simulator.cashier.payments import Payee
from harness.simulator.cashier.words import OUTCOMES, Notice

_TEMPLATES = Environment(
    loader=PackageLoader("harness.simulator.cashier"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_TEMPLATE_FILES = files("harness.simulator.cashier").joinpath("templates")
_STYLE = _TEMPLATE_FILES.joinpath("cashier.css").read_text(encoding="utf-8")
_H5_SCRIPT = _TEMPLATE_FILES.joinpath("h5.js").read_text(encoding="utf-8")
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
"""The page is its own evidence that nothing is loaded from elsewhere and no script runs but the nonce's."""


def checkout(
    *, payee: Payee, description: str, out_trade_no: str, amount: Fen, code_url: str, openid: str
) -> HTMLResponse:
    """The page with the amount and the three buttons."""
    return _page(
        "checkout.html",
        payee=payee,
        description=description,
        out_trade_no=out_trade_no,
        amount=amount.yuan,
        code_url=code_url,
        openid=openid,
    )


def result(*, outcome: str, payee: Payee, amount: Fen, paid: Fen) -> HTMLResponse:
    """The page after a button was pressed; `paid` is below `amount` where a coupon gave the rest."""
    return _page(
        "result.html",
        outcome=outcome,
        text=OUTCOMES[outcome],
        payee=payee,
        amount=amount.yuan,
        paid=paid.yuan,
    )


def notice(what: Notice) -> HTMLResponse:
    """A page that only says something."""
    return _page("notice.html", status=what.status, text=what.text)


def h5(
    *,
    payee: Payee,
    description: str,
    out_trade_no: str,
    amount: Fen,
    deeplink: str,
    prepay_id: str,
    token: str,
    redirect_url: str,
) -> HTMLResponse:
    """The H5 middle page; `redirect_url` is where it leads back to, empty for the page before."""
    return _scripted(
        "h5.html",
        payee=payee,
        description=description,
        out_trade_no=out_trade_no,
        amount=amount.yuan,
        deeplink=deeplink,
        prepay_id=prepay_id,
        token=token,
        redirect_url=redirect_url,
        script=Markup(_H5_SCRIPT),  # noqa: S704 - ours and constant
    )


def h5_error(text: Text) -> HTMLResponse:
    """The H5 middle page that lets nobody through; like the live one it comes with HTTP 200."""
    return _scripted("h5_error.html", text=text)


def _scripted(template: str, **values: Any) -> HTMLResponse:
    """A page whose scripts are those that carry this answer's own nonce, and that calls only us."""
    once = secrets.token_urlsafe(16)
    page = _page(template, nonce=once, **values)
    policy = page.headers["Content-Security-Policy"]
    page.headers["Content-Security-Policy"] = f"{policy}; script-src 'nonce-{once}'; connect-src 'self'"
    return page


def _page(template: str, *, status: int = 200, **values: object) -> HTMLResponse:
    # The style is ours and constant; escaping it would change the bytes its hash stands for.
    html = _TEMPLATES.get_template(template).render(style=Markup(_STYLE), **values)  # noqa: S704
    return HTMLResponse(html, status_code=status, headers=_HEADERS)

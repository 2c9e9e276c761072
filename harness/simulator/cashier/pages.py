"""Draws the cashier's pages: server-rendered, everything escaped, nothing fetched from elsewhere.

Only WeChat's H5 middle page and Alipay's cashier have a script: the live ones lead onward and back.
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

from harness.simulator.cashier.words import Notice

_TEMPLATES = Environment(
    loader=PackageLoader("harness.simulator.cashier"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_TEMPLATE_FILES = files("harness.simulator.cashier").joinpath("templates")
_STYLE = _TEMPLATE_FILES.joinpath("cashier.css").read_text(encoding="utf-8")
_STYLES = {
    "": _STYLE,
    "alipay.css": _STYLE + _TEMPLATE_FILES.joinpath("alipay.css").read_text(encoding="utf-8"),
}
"""By what is added to the plain one."""
_SCRIPTS = {
    name: _TEMPLATE_FILES.joinpath(name).read_text(encoding="utf-8") for name in ("h5.js", "alipay.js")
}


def _headers(style: str) -> dict[str, str]:
    """The page is its own evidence that nothing comes from elsewhere and no script runs but the nonce's."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return {
        "Cache-Control": "no-store",
        "Content-Security-Policy": (
            f"default-src 'none'; style-src 'sha256-{digest}'; form-action 'self'; "
            "base-uri 'none'; frame-ancestors 'none'"
        ),
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }


_HEADERS = {name: _headers(style) for name, style in _STYLES.items()}


def notice(what: Notice) -> HTMLResponse:
    """A page that only says something."""
    return page("notice.html", status=what.status, text=what.text)


def scripted(template: str, *, script: str = "h5.js", **values: Any) -> HTMLResponse:
    """A page whose scripts are those that carry this answer's own nonce, and that calls only us."""
    once = secrets.token_urlsafe(16)
    answer = page(template, nonce=once, script=Markup(_SCRIPTS[script]), **values)  # noqa: S704 - ours and constant
    policy = answer.headers["Content-Security-Policy"]
    answer.headers["Content-Security-Policy"] = f"{policy}; script-src 'nonce-{once}'; connect-src 'self'"
    return answer


def page(template: str, *, status: int = 200, style: str = "", **values: object) -> HTMLResponse:
    """A template with every place in it filled.

    Args:
        style: what is added to the plain one, by its file's name.
    """
    # The style is ours and constant; escaping it would change the bytes its hash stands for.
    html = _TEMPLATES.get_template(template).render(style=Markup(_STYLES[style]), **values)  # noqa: S704
    return HTMLResponse(html, status_code=status, headers=_HEADERS[style])

"""The page that a person pays from: the code, the link or the JSAPI call of one order, without anything else.

It is served on loopback for as long as the payment is waited for, and can be written as a file, which is the
way to a phone for JSAPI: WeChat opens that bridge only below the account's payment directory.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from harness.core.control import Language
from harness.core.payment import JsapiParameters
from harness.core.texts import read_texts
from harness.core.whole_file import write_whole
from harness.plugin.attended.qr_text import inline
from harness.processes.serving import listen, serving

_TEXTS = read_texts(Path(__file__).with_name("sayings.yaml"))
_STYLE = """
:root { color-scheme: light }
body { margin: 0 auto; max-width: 30rem; padding: 2rem 1rem; background: #fff; color: #1a1a1a;
  font: 1.1rem/1.5 system-ui, "PingFang SC", "Noto Sans CJK SC", sans-serif; text-align: center }
svg { width: min(80vw, 20rem); height: auto }
code { display: block; overflow-wrap: anywhere; font-size: .9rem }
button, .link { display: inline-block; padding: .8rem 1.6rem; border: 0; border-radius: .4rem; font: inherit;
  background: #07602f; color: #fff; text-decoration: none }
"""
_SCRIPT = """
const parameters = JSON.parse(document.getElementById('parameters').textContent);
const ended = document.getElementById('ended');
document.getElementById('pay').addEventListener('click', () => {
  if (typeof WeixinJSBridge === 'undefined') { ended.textContent = ended.dataset.outside; return; }
  WeixinJSBridge.invoke('getBrandWCPayRequest', parameters, (answer) => {
    ended.textContent = answer.err_msg;
  });
});
"""


def page_of(
    *,
    language: Language,
    number: str,
    yuan: str,
    seconds: float,
    scan: str = "",
    link: str = "",
    jsapi: JsapiParameters | None = None,
    saying: str = "scan_wechat",
) -> str:
    """The page of one order, as HTML.

    Args:
        number: the order's.
        seconds: how long it is waited for.
        scan: what its code holds.
        link: where a phone's browser goes.
        jsapi: what WeChat's bridge is given.
        saying: which sentence of `sayings.yaml` says what to do.
    """
    seen = {"yuan": yuan, "seconds": f"{seconds:.0f}"}

    def told(section: str, name: str) -> str:
        return escape(_TEXTS[section][name].spoken(language).format_map(_Loose(seen)))

    parts = [f"<h1>¥{escape(yuan)}</h1>", f"<p>{told('said', saying)}</p>"]
    if scan:
        parts.append(inline(scan))
    if link:
        leads = f'class="link" rel="noreferrer" href="{escape(link)}"'
        parts.append(f"<p><a {leads}>{told('page', 'link')}</a></p>")
        parts.append(f"<code>{escape(link)}</code>")
    nonce = secrets.token_urlsafe(12)
    if jsapi is not None:
        held = json.dumps(bridge_call(jsapi)).replace("<", "\\u003c")
        parts += [
            f'<p><button id="pay" type="button">{told("page", "press")}</button></p>',
            f'<p id="ended" role="status" data-outside="{told("page", "outside")}"></p>',
            f'<script type="application/json" id="parameters" nonce="{nonce}">{held}</script>',
            f'<script nonce="{nonce}">{_SCRIPT}</script>',
        ]
    parts += [f"<code>{escape(number)}</code>", f"<p><small>{told('page', 'once')}</small></p>"]
    policy = f"default-src 'none'; style-src 'unsafe-inline'; script-src 'nonce-{nonce}'"
    return (
        f'<!doctype html><html lang="{"zh-CN" if language == "zh" else "en"}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{told('page', 'title')}</title><style>{_STYLE}</style></head>"
        f"<body><main>{''.join(parts)}</main></body></html>\n"
    )


def bridge_call(parameters: JsapiParameters) -> dict[str, str]:
    """The six parameters under the names that `getBrandWCPayRequest` wants (facts 7.2)."""
    return {
        "appId": parameters.appid,
        "timeStamp": parameters.timestamp,
        "nonceStr": parameters.nonce,
        "package": parameters.package,
        "signType": parameters.sign_type,
        "paySign": parameters.pay_sign,
    }


def write_page(path: Path, html: str) -> None:
    """Keep the page where somebody can take it to a phone.

    Raises:
        OSError: it cannot be written there.
    """
    write_whole(path, html)


@contextmanager
def served(html: str) -> Iterator[str]:
    """Serve the page on loopback until the block ends; yields its address, which nobody can guess.

    A page elsewhere whose name was rebound to this machine is not answered.

    Raises:
        EnvironmentUnreachable: no port is free.
    """
    listener = listen()
    path = f"/{secrets.token_urlsafe(9)}"
    host = f"127.0.0.1:{listener.getsockname()[1]}"

    async def page(request: Request) -> Response:
        if request.headers.get("host") != host:
            return PlainTextResponse("not here", 403)
        headers = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
        return Response(html, media_type="text/html; charset=utf-8", headers=headers)

    with serving(Starlette(routes=[Route(path, page, methods=["GET"])]), listener) as address:
        yield f"{address}{path}"


class _Loose(dict[str, str]):
    """Leaves a place that nothing is known of as it is."""

    def __missing__(self, key: str) -> str:
        return f"{{{key}}}"

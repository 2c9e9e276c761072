"""The console's page and its files: one page for every address, filled by its script."""

from __future__ import annotations

import secrets
from importlib.resources import files
from pathlib import Path
from typing import get_args

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse, Response

from harness.core.texts import read_texts
from harness.levers.actions import ACTIONS
from harness.levers.models import FaultOperation

_TEMPLATE = Environment(
    loader=PackageLoader("harness.simulator.console"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
).get_template("console.html")
_WORDS = {
    section: {name: text.model_dump() for name, text in texts.items()}
    for section, texts in read_texts(Path(__file__).with_name("words.yaml")).items()
}
_TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
_FILES = {
    each.name: (each.read_bytes(), _TYPES[Path(each.name).suffix])
    for each in files("harness.simulator.console").joinpath("assets").iterdir()
    if Path(each.name).suffix in _TYPES
}
_FAULTS = {
    "operations": get_args(FaultOperation),
    "actions": {
        name: {
            "takes": [each.__name__ for each in action.takes],
            "limits": action.limits,
            "only": action.only,
        }
        for name, action in ACTIONS.items()
    },
}
HEADERS = {
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def page(token: str) -> Response:
    """The page; scripts and styles are those with its own nonce, and no script may write markup.

    Args:
        token: what its buttons show.
    """
    once = secrets.token_urlsafe(16)
    html = _TEMPLATE.render(nonce=once, token=token, words=_WORDS, faults=_FAULTS)
    policy = (
        f"default-src 'none'; script-src 'nonce-{once}'; style-src 'nonce-{once}'; connect-src 'self'; "
        "img-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    )
    return HTMLResponse(html, headers=HEADERS | {"Content-Security-Policy": policy})


def asset(name: str) -> Response:
    """A file of the page; 404 for any other name."""
    if name not in _FILES:
        return Response(status_code=404)
    content, kind = _FILES[name]
    return Response(content, media_type=kind, headers=HEADERS)

"""A real browser, one for all tests of a module, and pages that the test itself serves on loopback."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from harness.browser.devices import DESKTOP
from harness.processes.serving import listen, serving

Serve = Callable[[Mapping[str, str | Response]], str]


@pytest.fixture
def desktop(chromium: Browser) -> Iterator[BrowserContext]:
    """A desk with nothing remembered."""
    context = chromium.new_context(**DESKTOP)
    yield context
    context.close()


@pytest.fixture
def tab(desktop: BrowserContext) -> Page:
    """An empty tab on the desk."""
    return desktop.new_page()


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Serves pages by path on loopback and returns the address."""
    with ExitStack() as servers:

        def start(pages: Mapping[str, str | Response]) -> str:
            def answer(request: Request) -> Response:
                body = pages.get(request.url.path)
                if body is None:
                    return HTMLResponse("nothing here", status_code=404)
                return body if isinstance(body, Response) else HTMLResponse(body)

            app = Starlette(routes=[Route("/{path:path}", answer, methods=["GET", "POST"])])
            return servers.enter_context(serving(app, listen()))

        yield start

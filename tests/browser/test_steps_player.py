"""Steps are played in a process of their own, and the code is found on whichever page they led to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from harness.merchant.rungs.player import StepsPlayer
from harness.processes.serving import listen, serving
from tests.browser.conftest import Serve
from tests.browser.test_shown_codes import FOLLOW, HEAD, ISSUED, TALL, code, picture

LATE = (
    '<img><script>setTimeout(() => { document.querySelector("img").src = '
    f'"{picture(ISSUED)}" }}, 400)</script>'
)
FRAME = f"""<iframe width=400 height=400 srcdoc="{HEAD}{code(ISSUED).replace('"', "&quot;")}"></iframe>"""
BOX = f"<div style='height:300px;overflow:auto'>{TALL}{code(ISSUED)}</div>"


@pytest.fixture
def player() -> Iterator[StepsPlayer]:
    playing = StepsPlayer()
    yield playing
    playing.close()


@pytest.mark.parametrize("target", ["", "target=_blank"], ids=["same tab", "new tab"])
@pytest.mark.parametrize("drawn", [LATE, FRAME, BOX], ids=["late", "in a frame", "in a box that scrolls"])
def test_the_code_is_read_off_the_page_that_the_steps_led_to(
    serve: Serve, player: StepsPlayer, drawn: str, target: str
) -> None:
    pages = {"/": f"{HEAD}<a href=/pay {target}>去支付</a>", "/pay": f"{HEAD}{drawn}{code(FOLLOW)}"}
    steps: list[dict[str, object]] = [{"goto": "/"}, {"click": True, "role": "link", "name": "去支付"}]
    told = player.ask(asked(serve(pages), steps))
    assert "failed" not in told
    assert told["url"].endswith("/pay")
    assert told["status"] == 200
    assert ISSUED in player.ask({"codes": ISSUED})["codes"]


def test_each_order_begins_with_the_shoppers_cookies_alone(serve: Serve, player: StepsPlayer) -> None:
    base_url = serve({"/": f"{HEAD}<script>document.cookie += ';'; document.cookie = 'left=1'</script>"})
    question = asked(base_url, [{"goto": "/"}])
    mine = {"name": "session", "value": "li", "domain": "127.0.0.1", "path": "/"}
    question["state"] = {"cookies": [mine], "origins": []}
    for _ in range(2):
        told = player.ask(question)
        assert {each["name"] for each in told["cookies"]} == {"session", "left"}
    question["steps"] = [{"goto": "/nowhere"}]
    assert {each["name"] for each in player.ask(question)["cookies"]} == {"session"}


@pytest.mark.parametrize("target", ["", "target=_blank"], ids=["same tab", "new tab"])
def test_what_signs_the_shopper_in_is_not_sent_to_hosts_of_its_scripts(
    player: StepsPlayer, target: str
) -> None:
    with ExitStack() as servers:
        theirs, sent_to_them = _hearing(servers, {})
        pages = {
            "/": HTMLResponse(f"{HEAD}<script src={theirs}/a.js></script><a href=/order {target}>买</a>"),
            "/order": RedirectResponse("/pay", 303),
            "/pay": HTMLResponse(HEAD),
        }
        mine, sent_to_me = _hearing(servers, pages)
        steps: list[dict[str, object]] = [{"goto": "/"}, {"click": True, "role": "link", "name": "买"}]
        player.ask(asked(mine, steps) | {"headers": {"Authorization": "Bearer t"}})
    assert {path: told for path, told in sent_to_me if path in pages} == dict.fromkeys(pages, "Bearer t")
    assert {told for path, told in sent_to_them if path == "/a.js"} == {None}


def _hearing(servers: ExitStack, pages: Mapping[str, Response]) -> tuple[str, list[tuple[str, str | None]]]:
    """A server and what it was sent as Authorization, by path."""
    heard: list[tuple[str, str | None]] = []

    def answer(request: Request) -> Response:
        heard.append((request.url.path, request.headers.get("authorization")))
        return pages.get(request.url.path, HTMLResponse(""))

    return servers.enter_context(serving(Starlette(routes=[Route("/{path:path}", answer)]), listen())), heard


def test_a_step_that_finds_nothing_tells_what_there_is(serve: Serve, player: StepsPlayer) -> None:
    steps: list[dict[str, object]] = [{"goto": "/"}, {"click": True, "css": "#no-such[", "text": None}]
    told = player.ask(asked(serve({"/": f"{HEAD}<button>立即购买</button>"}), steps))
    assert told["failed"].startswith("step 2 (click): ")
    assert told["seen"] == ["立即购买"]


def asked(base_url: str, steps: Sequence[Mapping[str, object]]) -> dict[str, object]:
    return {
        "kind": "qr",
        "base_url": base_url,
        "headers": {},
        "state": {"cookies": [], "origins": []},
        "values": {},
        "steps": [{name: value for name, value in each.items() if value is not None} for each in steps],
    }

"""SDKs whose host is fixed reach the simulator, and nothing that an app asks for leaves this machine."""

from __future__ import annotations

import os
import socket
import threading
import urllib.request
from contextlib import ExitStack
from typing import Any

import httpx
import pytest
from alipay import AliPay
from wechatpayv3 import WeChatPay, WeChatPayType

from harness.processes.serving import listen
from harness.signing.keys import private_pem, public_pem
from harness.simulator.as_platform.playing import playing_platforms
from harness.simulator.as_platform.variables import variables
from tests.simulator.as_platform.conftest import ALLOWED, Network, Played, answered, reached

pytestmark = pytest.mark.filterwarnings("ignore:X509.* is deprecated:DeprecationWarning")


@pytest.fixture
def started(platforms: Played, monkeypatch: pytest.MonkeyPatch) -> Played:
    """This process, as if `golive exec` had started it."""
    for name, value in variables(platforms.playing, os.environ).items():
        monkeypatch.setenv(name, value)
    # urllib keeps the proxies of whoever asked first in this process.
    monkeypatch.setattr(urllib.request, "_opener", None)
    return platforms


def here(network: Network) -> bool:
    """Whether connections were made, each to this machine, and no name was looked up but its own."""
    went = {place[0] for place in network.connected} | {*network.looked_up}
    return bool(network.connected) and went <= {"127.0.0.1", "localhost"}


def test_the_sdk_of_wechat_pay_orders_at_the_host_it_has_built_in(started: Played, network: Network) -> None:
    values = started.environment
    sdk: Any = WeChatPay(
        wechatpay_type=WeChatPayType.NATIVE,
        mchid=values["WECHAT_PAY_MCH_ID"],
        private_key=values["WECHAT_PAY_PRIVATE_KEY"],
        cert_serial_no=values["WECHAT_PAY_CERT_SERIAL"],
        appid=values["WECHAT_PAY_APP_ID"],
        apiv3_key=values["WECHAT_PAY_APIV3_KEY"],
        notify_url=values["WECHAT_PAY_NOTIFY_URL"],
        public_key=values["WECHAT_PAY_PUBLIC_KEY"],
        public_key_id=values["WECHAT_PAY_PUBLIC_KEY_ID"],
    )
    code, answer = sdk.pay(description="龙井 250 克", out_trade_no="as-platform-1", amount={"total": 1990})
    assert (code, "weixin://wxpay/bizpayurl?pr=" in answer) == (200, True)
    assert started.simulator.account.find("as-platform-1").request.total == 1990
    assert here(network)


@pytest.mark.parametrize("sandbox", [False, True])
def test_the_sdk_of_alipay_orders_at_either_gateway_it_has_built_in(
    started: Played, network: Network, sandbox: bool
) -> None:
    identity = started.simulator.identity.alipay
    sdk: Any = AliPay(
        appid=identity.app_id,
        app_private_key_string=private_pem(identity.app_key),
        alipay_public_key_string=public_pem(identity.platform_key.public_key()),
        debug=sandbox,
    )
    ordered = sdk.api_alipay_trade_precreate("龙井 250 克", f"as_platform_{sandbox}", "19.90")
    assert ordered["qr_code"].startswith("https://qr.alipay.com/")
    assert here(network)


def test_another_host_goes_nowhere_and_is_named_once(started: Played, network: Network) -> None:
    for _ in range(2):
        with pytest.raises(httpx.ProxyError, match=r"golive: www\.example\.com leads nowhere"):
            httpx.get("https://www.example.com/")
    assert httpx.get("http://www.example.com/").status_code == 403
    assert started.refused == [
        "www.example.com leads nowhere; golive simulator --allow www.example.com lets it through"
    ]
    assert here(network)


def test_this_machine_is_reached_without_the_proxy(started: Played, network: Network) -> None:
    assert httpx.get(f"{started.playing.simulator}/v3/certificates").status_code == 401
    assert network.connected == [("127.0.0.1", int(started.playing.simulator.rpartition(":")[2]))]


def test_a_request_that_a_client_has_the_proxy_send_on_arrives(platforms: Played) -> None:
    answer = answered(
        platforms.playing.proxy,
        "GET https://api.mch.weixin.qq.com/v3/certificates?a=%2F HTTP/1.1\r\nHost: api.mch.weixin.qq.com\r\n"
        "Proxy-Connection: keep-alive\r\nAccept: application/json\r\nUser-Agent: old\r\n\r\n",
    )
    assert answer.startswith(b"HTTP/1.1 401 ")
    assert b"SIGN_ERROR" in answer


def test_an_allowed_host_is_reached_and_one_that_is_down_is_told_so(
    platforms: Played, network: Network
) -> None:
    with listen() as partner:
        port = partner.getsockname()[1]
        says_hello = threading.Thread(target=lambda: _greet(partner))
        says_hello.start()
        answer = answered(platforms.playing.proxy, reached(port, ALLOWED))
        says_hello.join()
    assert answer == b"HTTP/1.1 200 Connection established\r\n\r\nhello"
    assert ALLOWED in network.looked_up  # so a name elsewhere would be seen
    down = answered(platforms.playing.proxy, reached(port, ALLOWED))
    assert down.startswith(f"HTTP/1.1 502 golive: {ALLOWED} does not answer: ".encode())


def _greet(partner: socket.socket) -> None:
    with partner.accept()[0] as caller:
        caller.sendall(b"hello")


@pytest.mark.parametrize(
    ("sent", "answer"),
    [
        ("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", b"HTTP/1.1 400 golive: this is a proxy: name a host"),
        ("CONNECT api.mch.weixin.qq.com HTTP/1.1\r\n\r\n", b"HTTP/1.1 400 "),
        ("CONNECT [::1:443 HTTP/1.1\r\n\r\n", b"HTTP/1.1 400 "),
        ("CONNECT api.mch.weixin.qq.com:99999 HTTP/1.1\r\n\r\n", b"HTTP/1.1 400 "),
        ("\r\n\r\n", b"HTTP/1.1 400 "),
        (
            "CONNECT \x1b31m.example.com:443 HTTP/1.1\r\n\r\n",
            b"HTTP/1.1 403 golive: that is no name of a host",
        ),
        ("CONNECT a:443 HTTP/1.1\r\nX: " + "x" * 70_000, b""),
        ("CONNECT api.mch", b""),
    ],
)
def test_what_is_no_request_to_a_proxy_is_refused_and_harms_nothing(
    platforms: Played, sent: str, answer: bytes
) -> None:
    assert answered(platforms.playing.proxy, sent).startswith(answer)
    assert answered(platforms.playing.proxy, reached(80)).startswith(b"HTTP/1.1 403 ")


def test_it_ends_without_a_word_while_others_still_talk(caplog: pytest.LogCaptureFixture) -> None:
    with listen() as behind, ExitStack() as callers:
        with playing_platforms(behind, refused=print) as playing:
            host, _, port = playing.proxy.removeprefix("http://").partition(":")
            half, tunnel = (
                callers.enter_context(socket.create_connection((host, int(port)), timeout=10))
                for _ in range(2)
            )
            half.sendall(b"CONNECT api.mch")
            tunnel.sendall(reached(behind.getsockname()[1], "127.0.0.1").encode())
            assert tunnel.recv(100).startswith(b"HTTP/1.1 200 ")
        assert (half.recv(1), tunnel.recv(1)) == (b"", b"")
        assert not playing.folder.exists()
    assert caplog.messages == []

"""Each service is played by a local server: what it gets, how it refuses, and what is said of that."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from harness.core.errors import ConfigurationError
from harness.messages.configuration import Messages, Receiver
from harness.messages.message import Message
from harness.messages.send import ATTEMPTS, Sent, send, shown
from harness.messages.services import SERVICES, size_of
from tests.messages.service import Answer, PlayedService, played_service

KEY = "693a91f6-7d3c-4bc4-97a0-0ec2sifa5aaa"
SECRET = "SEC0123456789abcdef"
MESSAGE = Message(
    "NO-GO",
    ("new: CBK-03 fails", "readiness 41.2 %"),
    "https://ci.example.com/runs/1/report.html",
    "Page",
    "bad",
    {"run": "1"},
)
TAKEN = {
    "wecom": {"errcode": 0},
    "dingtalk": {"errcode": 0, "errmsg": "ok"},
    "feishu": {"code": 0},
    "json": {},
}
ALL = sorted(SERVICES)


def sent_to(
    service: str, *answers: Answer, secret: bool = False, message: Message = MESSAGE
) -> tuple[Sent, PlayedService, list[float]]:
    """Send to a played service; also for how long was waited between attempts."""
    waited = list[float]()
    with played_service(*(answers or (Answer(body=TAKEN[service]),))) as played:
        receiver = Receiver.model_validate(
            {"service": service, "url_from": "URL"} | ({"secret_from": "SECRET"} if secret else {})
        )
        environment = {"URL": f"{played.url}/cgi-bin/hook?key={KEY}", "SECRET": SECRET}
        (found,) = send(
            message,
            Messages(to=(receiver,)),
            environment=environment,
            sleep=waited.append,
            now=lambda: 1_800_000_000.5,
        )
    return found, played, waited


@pytest.mark.parametrize("service", ALL)
def test_a_message_arrives_with_verdict_change_readiness_and_link(service: str) -> None:
    found, played, waited = sent_to(service)
    assert found == Sent(SERVICES[service].title)
    (body,) = played.bodies
    told = json.dumps(body, ensure_ascii=False)
    for part in ("NO-GO", "CBK-03", "41.2 %", MESSAGE.link):
        assert part in told
    assert waited == []
    assert 'isAtAll": true' not in told


def test_dingtalks_address_is_signed_with_the_documented_signature() -> None:
    _, played, _ = sent_to("dingtalk", secret=True)
    query = parse_qs(urlsplit(played.paths[0]).query)
    assert query["timestamp"] == ["1800000000500"]
    mac = hmac.new(SECRET.encode(), f"1800000000500\n{SECRET}".encode(), hashlib.sha256).digest()
    assert query["sign"] == [base64.b64encode(mac).decode()]
    assert query["key"] == [KEY]


def test_feishus_body_is_signed_with_the_documented_signature() -> None:
    _, played, _ = sent_to("feishu", secret=True)
    mac = hmac.new(f"1800000000\n{SECRET}".encode(), b"", hashlib.sha256).digest()
    assert played.bodies[0]["timestamp"] == "1800000000"
    assert played.bodies[0]["sign"] == base64.b64encode(mac).decode()


@pytest.mark.parametrize(
    ("service", "answer"),
    [
        ("wecom", {"errcode": 93000, "errmsg": f"invalid webhook url, hint: key={KEY}"}),
        ("wecom", {"errcode": 45009, "errmsg": "api freq out of limit"}),
        ("dingtalk", {"errcode": 310000, "errmsg": f"sign not match {SECRET}"}),
        ("dingtalk", {"errcode": 130101, "errmsg": "send too fast, exceed 20 times per minute"}),
        ("feishu", {"code": 19021, "msg": "sign match fail or timestamp is not within one hour"}),
        ("feishu", {"code": 9499, "msg": "Bad Request"}),
        ("feishu", {"StatusCode": 0}),
        ("wecom", {"errcode": "0"}),
        ("wecom", {"errcode": False}),
        ("wecom", ["errcode"]),
        ("wecom", {"errcode": {"a": 1}, "errmsg": ["x"]}),
        ("feishu", {"code": 0.0}),
        ("dingtalk", b"<html>log in first</html>"),
        ("dingtalk", b"\xff\xfe"),
    ],
)
def test_a_refusal_with_http_200_is_a_refusal_and_told_without_a_secret(service: str, answer: object) -> None:
    found, played, _ = sent_to(service, Answer(body=answer), secret=service != "wecom")
    assert found.problem
    assert KEY not in found.problem
    assert SECRET not in found.problem
    assert len(played.bodies) == 1  # what would be refused again is not sent again


@pytest.mark.parametrize(
    ("service", "busy"),
    [
        *((each, Answer(429, {})) for each in ALL),
        *((each, Answer(503, b"")) for each in ALL),
        ("wecom", Answer(200, {"errcode": -1, "errmsg": "system busy"})),
        ("feishu", Answer(200, {"code": 11232, "msg": "frequency limited"})),
    ],
)
def test_who_is_busy_is_asked_again(service: str, busy: Answer) -> None:
    found, played, waited = sent_to(service, busy, busy, Answer(body=TAKEN[service]))
    assert found.problem == ""
    assert len(played.bodies) == ATTEMPTS
    assert waited == [1.0, 3.0]


def test_who_stays_busy_is_left_after_three_attempts() -> None:
    found, played, _ = sent_to("json", Answer(502, b""))
    assert (found.problem, len(played.bodies)) == ("HTTP 502", ATTEMPTS)


@pytest.mark.parametrize(
    ("asked", "waited"), [("2", 2.0), ("3600", 10.0), ("soon", 1.0), ("-5", 1.0), ("nan", 1.0)]
)
def test_a_service_may_ask_for_a_pause_within_reason(asked: str, waited: float) -> None:
    _, _, paused = sent_to("json", Answer(429, b"", {"Retry-After": asked}), Answer(body={}))
    assert paused == [waited]


@pytest.mark.parametrize("status", [301, 302, 307, 400, 401, 403, 404, 410])
def test_no_redirect_is_followed_and_no_refusal_repeated(status: int) -> None:
    found, played, _ = sent_to("wecom", Answer(status, b"", {"Location": "https://evil.example/"}))
    assert (found.problem, len(played.bodies)) == (f"HTTP {status}", 1)


def test_who_does_not_answer_is_left_after_five_seconds_and_never_told_twice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("harness.messages.send.TIMEOUT_S", 0.3)
    found, played, _ = sent_to("wecom", Answer(body=TAKEN["wecom"], hangs_s=3))
    assert found.problem == "127.0.0.1 did not answer within 0.3 s"
    assert len(played.bodies) == 1


def test_a_huge_answer_is_not_read() -> None:
    found, _, _ = sent_to("json", Answer(body=b"x" * 200_000))
    assert found.problem


def test_nobody_there_is_told_without_the_address() -> None:
    with played_service(Answer()) as played:
        url = played.url
    receiver = Receiver(service="wecom", url_from="URL")
    environment = {"URL": f"{url}/hook?key={KEY}"}
    (found,) = send(MESSAGE, Messages(to=(receiver,)), environment=environment, sleep=lambda _: None)
    assert found.problem.startswith("no connection to 127.0.0.1")
    assert KEY not in found.problem


@pytest.mark.parametrize(
    "url",
    [
        "",
        "  ",
        "example",
        "ftp://x.example/a",
        "http://x.example/hook?key=abcdefgh",
        "http://[",
        "https://x\n.example",
    ],
)
def test_an_address_that_is_none_is_told_by_the_variables_name(url: str) -> None:
    receiver = Receiver(service="wecom", url_from="HOOK_URL")
    (found,) = send(MESSAGE, Messages(to=(receiver,)), environment={"HOOK_URL": url})
    assert "HOOK_URL" in found.problem
    assert not url.strip() or url.strip() not in found.problem


@pytest.mark.parametrize("host", ["xn--.com", "a..b", f"{'a' * 70}.com"])
def test_a_host_that_no_name_can_be_is_told_without_the_address(host: str) -> None:
    receiver = Receiver(service="wecom", url_from="URL")
    (found,) = send(
        MESSAGE, Messages(to=(receiver,)), environment={"URL": f"https://{host}/hook?key={KEY}"}, sleep=print
    )
    assert host in found.problem
    assert KEY not in found.problem


def test_a_secret_that_is_not_set_is_told() -> None:
    receiver = Receiver(service="dingtalk", url_from="URL", secret_from="KEY_OF_IT")
    (found,) = send(MESSAGE, Messages(to=(receiver,)), environment={"URL": "https://x.example"})
    assert found.problem == "the environment variable KEY_OF_IT is not set"


def test_one_that_cannot_be_reached_keeps_no_other_from_being_told() -> None:
    with played_service(Answer(body=TAKEN["feishu"])) as played:
        receivers = (Receiver(service="wecom", url_from="GONE"), Receiver(service="feishu", url_from="THERE"))
        found = send(MESSAGE, Messages(to=receivers), environment={"THERE": played.url})
    assert [bool(each.problem) for each in found] == [True, False]


def test_a_companys_proxy_is_honoured(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is asked for a tunnel, refuses, and that is told; this machine itself is reached without it."""
    with played_service(Answer(body={})) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
        receivers = (Receiver(service="json", url_from="FAR"), Receiver(service="json", url_from="NEAR"))
        environment = {"FAR": "https://hook.example.com/x", "NEAR": proxy.url}
        far, near = send(MESSAGE, Messages(to=receivers), environment=environment, sleep=lambda _: None)
    assert near.problem == ""
    assert far.problem == "hook.example.com did not answer: ProxyError"


@pytest.mark.parametrize("service", ALL)
@pytest.mark.parametrize("line", ["x" * 300_000, "👨‍👩‍👧" * 30_000, "验" * 100_000, 'a"\\' * 50_000])
def test_a_message_of_any_length_fits(service: str, line: str) -> None:
    body = SERVICES[service].shaped(Message("NO-GO", ("first line", line, "last line"), MESSAGE.link, "Page"))
    size = len(body["markdown"]["content"].encode()) if service == "wecom" else size_of(body)
    limit = {"wecom": 4096, "dingtalk": 20_000, "feishu": 20_000, "json": 256 * 1024}[service]
    assert limit * 0.5 < size <= limit
    told = json.dumps(body, ensure_ascii=False)
    assert "first line" in told
    assert MESSAGE.link in told


@pytest.mark.parametrize("service", ALL)
def test_a_title_of_any_length_fits(service: str) -> None:
    body = SERVICES[service].shaped(Message("验" * 200_000, ("x" * 300_000,)))
    assert size_of(body) <= 256 * 1024 + 200
    if service == "wecom":
        assert len(body["markdown"]["content"].encode()) <= 4096


def test_what_would_be_sent_is_shown_without_addresses() -> None:
    receivers = tuple(Receiver.model_validate({"service": each, "url_from": "URL"}) for each in ALL)
    told = shown(MESSAGE, Messages(to=receivers))
    assert [title for title, _ in told] == [SERVICES[each].title for each in ALL]
    assert "timestamp" not in json.dumps(told)


def configured(tmp_path: Path, text: str) -> Messages:
    path = tmp_path / "golive.toml"
    path.write_text(text, "utf-8")
    return Messages.read(path)


def test_without_a_table_nobody_is_told(tmp_path: Path) -> None:
    assert Messages.read(tmp_path / "golive.toml") == Messages()
    assert configured(tmp_path, "[endpoints]\n").to == ()


def test_the_table_names_variables(tmp_path: Path) -> None:
    found = configured(
        tmp_path,
        '[messages]\nbase_url = "https://ci.example.com/runs/"\nlanguage = "en"\n'
        '[[messages.to]]\nservice = "dingtalk"\nurl_from = "A"\nsecret_from = "B"\n',
    )
    assert found.to == (Receiver(service="dingtalk", url_from="A", secret_from="B"),)
    assert found.link("2026/../x y") == "https://ci.example.com/runs/2026%2F..%2Fx%20y/report.html"


@pytest.mark.parametrize(
    "text",
    [
        "[messages",
        "messages = 3",
        '[messages]\nto = "x"',
        '[[messages.to]]\nservice = "slack"\nurl_from = "A"',
        '[[messages.to]]\nservice = "wecom"\nurl_from = "https://qyapi.weixin.qq.com/hook?key=SECRETKEY"',
        '[[messages.to]]\nservice = "wecom"\nurl_from = "A"\nsecret_from = "B"',
        '[[messages.to]]\nservice = "wecom"\nurl = "https://qyapi.weixin.qq.com/hook?key=SECRETKEY"',
        '[messages]\nbase_url = "javascript:alert(1)"',
        '[messages]\nbase_url = "https://user:SECRETKEY@ci.example.com"',
        '[messages]\nbase_url = "https://ci.example.com/?x=1"',
        '[messages]\nbase_url = "https://ci.example.com/?"',
        '[messages]\nbase_url = "https://ci.example.com/) [x](https://evil.example"',
        '[messages]\nlanguage = "fr"',
    ],
)
def test_a_table_that_is_wrong_is_refused_and_its_secrets_stay_untold(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        configured(tmp_path, text)
    assert "SECRETKEY" not in str(refused.value)
    assert refused.value.exit_code == 4

"""`golive callback` against verifiers of others: `wechatpayv3` and `python-alipay-sdk` as merchants."""

from __future__ import annotations

import asyncio
import json
import re
import socket
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Lock
from typing import Any

import click
import pytest
from alipay import AliPay
from click.testing import CliRunner
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from harness.callbacks.apiv3.attacks import ATTACKS
from harness.callbacks.callback import Callback
from harness.cli import golive
from harness.core.errors import (
    ConfigurationError,
    EnvironmentUnreachable,
    GoLiveError,
    UnsafeRequest,
    UsageError,
)
from harness.levers.client import LeversClient
from harness.levers.models import Fault
from harness.processes.serving import listen, serving
from harness.signing.keys import bare_private, bare_public, private_pem
from harness.simulator.account.env_text import environment_text
from harness.simulator.account.key_mode import KeyMode
from harness.simulator.embedded import RunningSimulator
from tests.callback_sender import misbehaving
from tests.interop.sdk_side import Mailbox, connect, sdk_mode
from tests.interop.test_sdk_callbacks import verdict as opened

pytestmark = pytest.mark.filterwarnings("ignore:X509.* is deprecated:DeprecationWarning")
NewNumber = Callable[[], str]
HAN = re.compile("[\u4e00-\u9fff]")
BEYOND_THE_SDK = {"CBK-04", "CBK-06"}
"""It looks at no moment and sees one line a header: see `test_sdk_callbacks`."""


@pytest.fixture(scope="module")
def env_file(environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("callback_sender") / ".env.simulator"
    path.write_text(environment_text(environment), "utf-8")
    return path


@pytest.fixture(scope="module")
def merchants(
    simulator: RunningSimulator, environment: dict[str, str], key_mode: KeyMode
) -> Iterator[dict[str, str]]:
    """Addresses of two merchants who answer as their SDK verifies, and know nothing of any order."""
    wechat = connect(environment, sdk_mode(key_mode), simulator.base_url)
    identity = simulator.simulator.identity.alipay
    alipay = AliPay(
        appid=identity.app_id,
        app_notify_url=None,
        app_private_key_string=private_pem(identity.app_key),
        alipay_public_key_string="-----BEGIN PUBLIC KEY-----\n"
        f"{bare_public(identity.platform_key.public_key())}\n-----END PUBLIC KEY-----",
    )

    async def to_wechat(request: Request) -> Response:
        came = Callback(tuple(request.headers.items()), await request.body())
        try:
            found = opened(wechat, came)
        except (ValueError, TypeError, KeyError, AttributeError):
            found = None
        return Response(status_code=204 if found else 401)

    async def to_alipay(request: Request) -> Response:
        members = {name: str(value) for name, value in (await request.form()).items()}
        held = alipay.verify(members, members.pop("sign", ""))
        return Response("success" if held else "fail")

    routes = [Route(path, to, methods=["POST"]) for path, to in (("/w", to_wechat), ("/a", to_alipay))]
    with serving(Starlette(routes=routes), listen()) as base:
        yield {"apiv3": f"{base}/w", "alipay": f"{base}/a"}


def run(*arguments: object) -> tuple[int, str]:
    """What `golive callback` ends with, and prints."""
    done = CliRunner(env={"LC_ALL": "C"}).invoke(
        golive, ["callback", *map(str, arguments)], standalone_mode=False
    )
    if isinstance(done.exception, GoLiveError | click.ClickException):
        raise done.exception
    assert done.exception is None
    return done.return_value, done.stdout


def sent(*arguments: object) -> tuple[int, dict[str, Any]]:
    code, said = run("send", *arguments, "--json")
    document: dict[str, Any] = json.loads(said)
    assert document["exit_code"] == code
    return code, document


def placed(sdk: Any, number: str) -> str:
    sdk.pay(description="龙井 250 克", out_trade_no=number, amount={"total": 1990})
    return number


def test_a_foreign_verifier_takes_what_is_genuine_and_no_forged_signature(
    sdk: Any, env_file: Path, merchants: dict[str, str], new_number: NewNumber, levers: LeversClient
) -> None:
    number = placed(sdk, new_number())
    where = ("--order", number, "--to", merchants["apiv3"], "--env-file", env_file)
    genuine = ("genuine", "late", "duplicate", "reordered", "coupon", "unknown-member", "refund", "CBK-07")
    code, document = sent(*genuine, "CBK-02", "probe", *where)
    assert code == 0, [each for each in document["callbacks"] if each["verdict"] != "careful"]
    assert document["order"]["standing"] == "unpaid"
    by_id = {each["id"]: each for each in document["callbacks"]}
    assert len(by_id["duplicate"]["deliveries"]) == 20
    (delivery,) = by_id["genuine"]["deliveries"]
    assert delivery["answer"]["status"] == 204
    assert delivery["latency_ms"] > 0
    assert dict(delivery["request"]["headers"]).keys() >= {"Host", "Content-Length", "Wechatpay-Signature"}
    levers.pay(out_trade_no=number)
    code, document = sent("forged", *where)
    careless = {each["control"] for each in document["callbacks"] if each["verdict"] == "careless"}
    assert (code, careless) == (1, BEYOND_THE_SDK)
    assert (len(document["callbacks"]), document["not_sent"]) == (len(ATTACKS), 0)


def test_whoever_asks_the_platform_may_refuse_what_it_does_not_know(
    sdk: Any, env_file: Path, new_number: NewNumber, levers: LeversClient
) -> None:
    number = placed(sdk, new_number())
    asks = True

    async def by_query(request: Request) -> Response:
        if opened(sdk, Callback(tuple(request.headers.items()), await request.body())) is None:
            return Response(status_code=401)
        if not asks:
            return Response(status_code=500)
        _, found = await run_in_threadpool(sdk.query, out_trade_no=number)
        return Response(status_code=204 if json.loads(found)["trade_state"] == "SUCCESS" else 500)

    with serving(Starlette(routes=[Route("/n", by_query, methods=["POST"])]), listen()) as base:
        asked = ("genuine", "duplicate", "other-key", "--order", number)
        where = ("--to", f"{base}/n", "--env-file", env_file)
        code, document = sent(*asked, *where)
        assert code == 2
        found = [(each["verdict"], each["open_because"]) for each in document["callbacks"]]
        assert found == [("open", "asked"), ("open", "asked"), ("careful", None)]
        told = run("send", *asked, *where, "--lang", "en")[1]
        assert "○ not judged (it asked the platform, which tells something else" in told
        assert "nothing says whether 2 were answered as a careful merchant answers" in told
        assert "○ 不作评判（商户查询了平台" in run("send", *asked, *where, "--lang", "zh")[1]
        asks = False
        assert sent(*asked, *where)[0] == 1
        asks = True
        levers.pay(out_trade_no=number)
        code, document = sent(*asked, *where)
        assert (code, {each["verdict"] for each in document["callbacks"]}) == (0, {"careful"})


def test_whoever_locks_the_order_and_refuses_to_wait_is_careful(
    sdk: Any, env_file: Path, new_number: NewNumber
) -> None:
    number = placed(sdk, new_number())
    lock = Lock()

    async def locks(request: Request) -> Response:
        if opened(sdk, Callback(tuple(request.headers.items()), await request.body())) is None:
            return Response(status_code=401)
        if not lock.acquire(blocking=False):
            return Response('{"code":"FAIL"}', 503)
        await asyncio.sleep(0.2)  # it books
        lock.release()
        return Response(status_code=204)

    with serving(Starlette(routes=[Route("/n", locks, methods=["POST"])]), listen()) as base:
        asked = ("duplicate", "--order", number, "--to", f"{base}/n", "--env-file", env_file)
        code, document = sent(*asked)
        (callback,) = document["callbacks"]
        statuses = Counter(each["answer"]["status"] for each in callback["deliveries"])
        assert (code, callback["verdict"], set(statuses)) == (0, "careful", {204, 503})
        assert [each["answer"]["status"] for each in callback["afterwards"]] == [204]
        told = run("send", *asked, "--lang", "en")[1]
        assert "once more, alone, after those were answered: HTTP 204 ×1" in told
        assert "✓ a careful merchant answers so (a copy alone, afterwards, to be taken over)" in told


def test_a_payment_that_nobody_made_has_one_number(
    sdk: Any, new_number: NewNumber, levers: LeversClient
) -> None:
    one, other = (placed(sdk, new_number()) for _ in range(2))
    numbers = [
        levers.notification(each, as_if_paid=True)["transaction_id"] for each in (one, one, other, other)
    ]
    assert numbers[0] == numbers[1] != numbers[2] == numbers[3]
    assert levers.pay(out_trade_no=one).transaction_id not in numbers


def test_an_order_made_up_in_a_file_needs_no_simulator(
    simulator: RunningSimulator, environment: dict[str, str], merchants: dict[str, str], tmp_path: Path
) -> None:
    names = ("WECHAT_PAY_APP_ID", "WECHAT_PAY_MCH_ID", "WECHAT_PAY_APIV3_KEY", "WECHAT_PAY_PUBLIC_KEY_ID")
    alone = {name: environment[name] for name in (*names, "ALIPAY_APP_ID", "ALIPAY_SELLER_ID")}
    (tmp_path / "my.env").write_text(environment_text(alone), "utf-8")
    identity = simulator.simulator.identity
    keys = {"apiv3": identity.private_key(identity.callbacks_by), "alipay": identity.alipay.platform_key}
    for form, key in keys.items():
        assert key is not None
        (tmp_path / "platform.pem").write_text(bare_private(key), "utf-8")
        order = {"form": form, "out_trade_no": "T1001", "total": 1990, "refund": {"out_refund_no": "R1"}}
        (tmp_path / "order.json").write_text(json.dumps(order), "utf-8")
        code, document = sent(
            *("genuine", "late", "duplicate", "coupon", "refund", "partial-refund", "unknown-member"),
            *("probe", "CBK-02", "--to", merchants[form], "--file", tmp_path / "order.json"),
            *("--env-file", tmp_path / "my.env", "--platform-key", tmp_path / "platform.pem"),
        )
        assert code == 0, [each for each in document["callbacks"] if each["verdict"] != "careful"]
        assert {each["expected"] for each in document["callbacks"]} >= {"taken-over", "refused"}


def test_what_is_printed_teaches_in_both_languages(
    sdk: Any, env_file: Path, merchants: dict[str, str], new_number: NewNumber
) -> None:
    placed(sdk, new_number())
    asked = ("send", "genuine", "duplicate", "past-1-day", "--to", merchants["apiv3"], "--env-file", env_file)
    code, said = run(*asked, "--lang", "en")
    assert code == 1
    for part in (
        "the simulator has no payment of it",
        f"> POST {merchants['apiv3']}",
        "> Wechatpay-Timestamp: ",
        '> {"id":"',
        "< HTTP 204",
        "HTTP 204 ×20",
        "✓ a careful merchant answers so (to be taken over): HTTP 204",
        "✗ a careful merchant does not answer so (to be refused): HTTP 204",
        "2 of 3 were answered as a careful merchant answers",
        "that a payment or a refund is booked once, no answer tells",
    ):
        assert part in said
    assert not HAN.search(said.replace("支付成功", ""))
    _, chinese = run(*asked, "--lang", "zh")
    assert "谨慎的商户不会这样应答（应拒绝）：HTTP 204" in chinese
    assert "only forgeries were sent" in run("send", "other-key", *asked[4:], "--lang", "en")[1]


def test_attempts_of_the_simulator_are_listed_and_sent_again(
    sdk: Any, env_file: Path, new_number: NewNumber, levers: LeversClient, mailbox: Mailbox
) -> None:
    number = placed(sdk, new_number())
    levers.add_fault(Fault(operation="notify", action="probe_signature", out_trade_no=number))
    levers.pay(out_trade_no=number)
    (attempt,) = json.loads(run("list", "--attempts", "--env-file", env_file, "--last", 1, "--json")[1])[
        "attempts"
    ]
    assert (attempt["id"], attempt["signature_kind"], attempt["status"]) == (f"{number}#1", "probe", 204)
    code, said = run("resend", f"{number}#1", "--env-file", env_file, "--json")
    assert (code, json.loads(said)["callbacks"][0]["verdict"]) == (1, "careless")  # the mailbox takes any
    levers.redeliver(number)
    code, said = run("resend", f"{number}#2", "--env-file", env_file, "--lang", "en")
    assert code == 0
    assert f"{number}#3" in said
    assert [headers["wechatpay-signature"][:12] == "WECHATPAY/SI" for headers, _ in mailbox.received] == [
        True,
        True,
        False,
        False,
    ]
    assert sdk.callback(*mailbox.received[-1])["resource"]["out_trade_no"] == number
    _, listed = run("list", "--order", number, "--env-file", env_file, "--lang", "en")
    assert [line.split()[0] for line in listed.splitlines()] == [f"{number}#{count}" for count in (3, 2, 1)]
    _, newest = run("list", "--order", number, "--last", 1, "--env-file", env_file, "--json")
    assert [each["id"] for each in json.loads(newest)["attempts"]] == [f"{number}#3"]
    unpaid = placed(sdk, new_number())
    _, listed = run("list", "--order", unpaid, "--env-file", env_file, "--lang", "en")
    assert "about that order" in listed


def test_a_refund_that_was_made_is_told_as_it_was(
    sdk: Any,
    env_file: Path,
    merchants: dict[str, str],
    new_number: NewNumber,
    levers: LeversClient,
    mailbox: Mailbox,
) -> None:
    number = placed(sdk, new_number())
    levers.pay(out_trade_no=number)
    levers.add_fault(Fault(operation="refund-notify", action="wrong_signature", out_trade_no=number))
    sdk.refund(
        out_refund_no=f"{number}-R",
        out_trade_no=number,
        notify_url=mailbox.url,
        amount={"refund": 500, "total": 1990, "currency": "CNY"},
    )
    levers.end_refund(f"{number}-R", "SUCCESS")
    _, document = sent(
        *("refund", "partial-refund", "--order", number, "--to", merchants["apiv3"], "--env-file", env_file)
    )
    assert [each["expected"] for each in document["callbacks"]] == ["any", "taken-over"]
    assert levers.audit(number).trade_state == "REFUND"
    assert levers.notification(number)["trade_state"] == "SUCCESS"  # what was given back is told by itself
    mailbox.received.clear()
    code, said = run("resend", f"{number}/{number}-R#1", "--env-file", env_file, "--json")
    assert (code, json.loads(said)["callbacks"][0]["id"]) == (1, "wrong")
    levers.redeliver_refund(f"{number}-R")
    run("resend", f"{number}/{number}-R#2", "--env-file", env_file)
    assert [json.loads(body)["event_type"] for _, body in mailbox.received] == ["REFUND.SUCCESS"] * 3
    assert sdk.callback(*mailbox.received[0]) is None
    assert sdk.callback(*mailbox.received[2])["resource"]["out_refund_no"] == f"{number}-R"


def test_what_can_be_sent_is_listed_with_the_answer_it_wants() -> None:
    _, said = run("list", "--lang", "en")
    assert "form apiv3:" in said
    assert re.search(r"^  other-key +CBK-02 .* → to be refused$", said, re.MULTILINE)
    forms = json.loads(run("list", "--form", "alipay", "--json")[1])["forms"]
    assert {each["id"]: each["expected"] for each in forms["alipay"]}["genuine"] == "taken-over"


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (("send", "genuine", "--to", "http://203.0.113.7/notify"), UnsafeRequest),
        (("send", "genuine", "--to", "127.0.0.1/notify"), UsageError),
        (("send", "no-such-callback"), UsageError),
        (("send", "genuine", "--order", "no-such-order"), UsageError),
        (("send", "genuine", "--order", "1", "--file", "order.yaml"), UsageError),
        (("send", "genuine", "--platform-key", "key.pem"), UsageError),
        (("send", "genuine", "--ca-file", __file__), UsageError),
        (("resend", "no-such-attempt"), UsageError),
        (("list", "--order", "no-such-order"), UsageError),
        (("list", "--order", ""), UsageError),
        (("list", "--attempts", "--form", "apiv3"), UsageError),
        (("send", "genuine", "--order", ""), UsageError),
        (("send", "genuine", "--order", ".."), UsageError),
        (("send", "genuine", "--to", ""), UsageError),
    ],
    ids=range(14),
)
def test_what_cannot_be_done_is_refused_before_anything_is_sent(
    sdk: Any,
    env_file: Path,
    new_number: NewNumber,
    mailbox: Mailbox,
    arguments: tuple[str, ...],
    error: type[GoLiveError],
) -> None:
    placed(sdk, new_number())
    with pytest.raises(error) as refused:
        run(*arguments, "--env-file", env_file)
    assert refused.value.exit_code == 4
    assert refused.value.remedy
    assert mailbox.received == []


@pytest.mark.parametrize(
    ("settings", "error", "why"),
    [
        ({"GOLIVE_LEVERS_TOKEN": "of-an-earlier-start"}, ConfigurationError, "knows no such token"),
        ({"WECHAT_PAY_MCH_ID": "1900000109"}, ConfigurationError, "knows no such account"),
        ({"GOLIVE_LEVERS_URL": "{other}"}, EnvironmentUnreachable, "no simulator answers there"),
        ({"GOLIVE_LEVERS_URL": "{endless}"}, EnvironmentUnreachable, "no simulator answers there"),
    ],
    ids=["token", "account", "another server", "a server without end"],
)
def test_settings_of_another_simulator_are_told_as_that(
    environment: dict[str, str], tmp_path: Path, settings: dict[str, str], error: type[GoLiveError], why: str
) -> None:
    async def says_anything(request: Request) -> Response:
        del request
        return Response("{}")

    routes = [Route("/{path:path}", says_anything)]
    with serving(Starlette(routes=routes), listen()) as other, misbehaving.merchant(_without_end) as endless:
        changed = {name: value.format(other=other, endless=endless) for name, value in settings.items()}
        (tmp_path / "old.env").write_text(environment_text(environment | changed), "utf-8")
        for asked in (("send", "genuine"), ("list", "--attempts"), ("resend", "T10001#1")):
            with pytest.raises(error, match=why):
                run(*asked, "--env-file", tmp_path / "old.env")


def _without_end(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        connection.sendall(bytes(1 << 16))

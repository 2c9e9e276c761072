"""What a shop does while MCP or the platform is broken, and which answers it believes."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from harness.core.errors import GoLiveError, SignatureInvalid, UnknownOutcome
from harness.core.money import Fen
from harness.core.payment import Order, Product
from harness.gateways.protocol import PaymentGateway
from harness.levers.actions import FORGED_CODE
from harness.levers.models import Fault, FaultOperation
from harness.merchant.answers import Answered
from harness.merchant.inner_details import inner_details
from harness.processes.serving import listen, serving
from harness.settings.env_file import EnvFile
from harness.settings.model import Settings
from harness.simulator.account.throwaway_ca import throw_away_ca
from tests.shop.conftest import Trade, new_order_id


def boasts_of_mcp(trade: Trade) -> bool:
    created = trade.ask()
    audit = trade.levers.audit(str(created.out_trade_no))
    return created.mcp_enabled is True and audit.dialect == "apiv3"


def reports_what_is_not(trade: Trade) -> bool:
    return trade.merchant.status().alipay is True


def gives_up_with_mcp(trade: Trade) -> bool:
    trade.levers.add_fault(Fault(operation="create", action="refuse", dialect="mcp", times=50))
    created = trade.ask()
    trade.levers.clear_faults()
    return not created.created


def orders_twice(trade: Trade) -> bool:
    before = set(trade.levers.orders())
    trade.levers.add_fault(Fault(operation="create", action="drop_after_acceptance", dialect="mcp"))
    assert trade.ask().created
    trade.levers.clear_faults()
    return len(set(trade.levers.orders()) - before) > 1


def never_returns_to_mcp(trade: Trade) -> bool:
    before = trade.levers.audit(trade.order()).dialect
    trade.levers.add_fault(Fault(operation="any", action="refuse", dialect="mcp", times=1000))
    trade.ask()
    trade.levers.clear_faults()
    trade.merchant.advance(trade.profile.mcp_recovery_s)
    return before == "mcp" and trade.levers.audit(trade.order()).dialect != before


def ignores_the_switch(trade: Trade) -> bool:
    settings = Settings.load(EnvFile.of(trade.environment))
    off = replace(settings, mcp=replace(settings.mcp, enabled=False))
    gateway = trade.running.shop.practices.gateway(off, (), time.monotonic)
    try:
        return gateway.dialect != "apiv3"
    finally:
        gateway.close_connections()


def talks_to_an_impostor(trade: Trade) -> bool:
    """Over TLS to somebody whom no authority knows; a correct shop does not get as far as a question."""
    asked: list[str] = []

    async def impostor(request: Request) -> Response:
        asked.append(request.url.path)
        return Response(status_code=404)

    app = Starlette(routes=[Route("/{path:path}", impostor)])
    with tempfile.TemporaryDirectory() as folder:
        tls = throw_away_ca(Path(folder)).tls
        with listen() as listener, serving(app, listener, tls) as address:
            values = {**trade.environment, "WECHAT_PAY_BASE_URL": address, "PAYMENT_MCP_ENABLED": "false"}
            settings = Settings.load(EnvFile.of(values, "an impostor's"), target="simulator")
            gateway = trade.running.shop.practices.gateway(settings, (), time.monotonic)
            with suppress(GoLiveError):
                gateway.query("N1")
            gateway.close_connections()
    return bool(asked)


@contextmanager
def classic_gateway(trade: Trade) -> Iterator[PaymentGateway]:
    """The shop's way to the classic API, MCP switched off."""
    settings = Settings.load(EnvFile.of(trade.environment))
    off = replace(settings, mcp=replace(settings.mcp, enabled=False))
    gateway = trade.running.shop.practices.gateway(off, (), time.monotonic)
    try:
        yield gateway
    finally:
        trade.levers.clear_faults()
        gateway.close_connections()


def new_order() -> Order:
    return Order(
        out_trade_no=new_order_id(),
        product=Product.NATIVE,
        amount=Fen(1990),
        description="龙井",
        notify_url="http://127.0.0.1:1/n",
    )


def shows_a_forged_code(trade: Trade, how: str) -> bool:
    with classic_gateway(trade) as gateway:
        trade.levers.add_fault(Fault(operation="create", action="forged_answer", value=how, dialect="apiv3"))
        try:
            return gateway.create(new_order()).code_url == FORGED_CODE
        except SignatureInvalid:
            return False


def believes_another_keys_answer(trade: Trade) -> bool:
    return shows_a_forged_code(trade, "another-key")


def believes_an_unsigned_answer(trade: Trade) -> bool:
    return shows_a_forged_code(trade, "unsigned")


def believes_a_kept_answer(trade: Trade) -> bool:
    return shows_a_forged_code(trade, "stale")


def believes_a_forged_query(trade: Trade) -> bool:
    forged = Fault(operation="query", action="forged_answer", value="tampered", dialect="apiv3")
    with classic_gateway(trade) as gateway:
        order = new_order()
        gateway.create(order)
        trade.levers.add_fault(forged)
        try:
            return gateway.query(order.out_trade_no).trade_state == "SUCCESS"
        except SignatureInvalid:
            return False


def outlasts_a_trickle(trade: Trade) -> bool:
    with classic_gateway(trade) as gateway:
        trade.levers.add_fault(Fault(operation="create", action="trickle", value=6, dialect="apiv3"))
        try:
            return bool(gateway.create(new_order()).code_url)
        except UnknownOutcome:
            return False


@contextmanager
def broken(
    trade: Trade, operation: FaultOperation, action: str, value: int | None = None
) -> Iterator[Answered]:
    """What a shopper is answered while the platform is broken on every wire."""
    trade.levers.clear_faults()
    trade.levers.add_fault(Fault(operation=operation, action=action, value=value, times=1000))
    request = trade.merchant.order_request(order_id=new_order_id(), amount_yuan="19.90")
    yield trade.merchant.answer_to_order(request)
    trade.levers.clear_faults()
    trade.merchant.advance(trade.profile.mcp_recovery_s)


def storms_a_busy_platform(trade: Trade) -> bool:
    with broken(trade, "create", "status", 429):
        return len(trade.levers.faults_met()) > 10


def changes_the_number_after_an_error(trade: Trade) -> bool:
    with broken(trade, "create", "status", 500):
        return len({each.out_trade_no for each in trade.levers.faults_met()}) > 1


def shows_its_code(trade: Trade) -> bool:
    with broken(trade, "any", "refuse") as answered:
        return inner_details(answered.text) == "a Python traceback"


def hands_out_a_code_of_its_own(trade: Trade) -> bool:
    with broken(trade, "any", "refuse") as answered:
        return "weixin://" in answered.text


def calls_an_order_paid_that_nobody_answers_for(trade: Trade) -> bool:
    with broken(trade, "any", "reset") as answered:
        return answered.status == 409


def told_of_a_key(trade: Trade, meanwhile: Callable[[], object] = lambda: None) -> bool:
    """Tell a shop of a new key, and put everything back; whether it had taken it."""
    issued, shop = trade.levers.apply_for_certificate(), trade.running.shop
    before = shop.renewable.settings
    try:
        with ThreadPoolExecutor(1) as pool:
            taking = pool.submit(shop.take_key, issued.key_pem, issued.serial)
            meanwhile()
            taking.result()
        return shop.renewable.wechat.certificate_serial == issued.serial
    finally:
        shop.renewable.renew(before)
        trade.levers.revoke_certificate(issued.serial)


def signs_by_its_old_key(trade: Trade) -> bool:
    return not told_of_a_key(trade)


def refuses_orders_while_it_takes_a_key(trade: Trade) -> bool:
    answered: list[bool] = []

    def order() -> None:
        ends = time.monotonic() + 0.5
        while time.monotonic() < ends and all(answered):
            answered.append(trade.ask().created)

    told_of_a_key(trade, order)
    return not all(answered)

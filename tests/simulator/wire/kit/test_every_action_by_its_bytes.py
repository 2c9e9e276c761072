"""Every action on every operation of every wire: it counts as met where its bytes show it, and only there."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from harness.callbacks.callback import STRANGER
from harness.levers.actions import ACTIONS, FORGERIES
from harness.levers.client import LeversClient
from harness.levers.models import Fault
from harness.simulator.embedded import running_simulator
from tests.simulator.merchant_side import Answer
from tests.simulator.raw_wires import RawWire, Wires, numbered

IDS = ("apiv3", "alipay", "alipay-v3", "envelope", "alipay-envelope", "mcp", "alipay-mcp")
LATE_S = 0.12
VALUES: Mapping[str, object] = {
    "status": 503,
    "delay": LATE_S,
    "trickle": LATE_S,
    "timeout_after_acceptance": LATE_S,
    "wrong_amount": 7,
    "trade_state": "MADE-UP",
    "status_after_acceptance": 503,
    "refund_ends": "PROCESSING",
}
ALTERING = ("wrong_amount", "foreign_mchid", "unknown_members", "trade_state")
ENDING = ("refuse", "reset", "drop_after_acceptance")
SIGNING = ("unsigned", "wrong_signature", "probe_signature")


@dataclass
class Bench:
    """A merchant who sees bytes, beside the levers."""

    wires: dict[str, RawWire]
    levers: LeversClient

    def ready(self, wire: RawWire, operation: str) -> str:
        """An order in the state in which the operation succeeds; its number."""
        number = numbered()
        if operation != "create":
            wire.asks["create"](number)
        if operation in ("query", "refund", "refund-query"):
            self.levers.pay(out_trade_no=number)
        if operation == "refund-query":
            wire.asks["refund"](number)
        return number

    def under(self, rule: Mapping[str, object], wire: RawWire, operation: str, number: str) -> Heard:
        """What one request hears under a rule, and how often the rule says that it hit something."""
        self.levers.clear_faults()
        self.levers.add_fault(Fault.model_validate({"operation": operation, **rule}))
        begun = time.monotonic()
        try:
            answer: Answer | None = wire.asks[operation](number)
        except httpx.HTTPError:
            answer = None
        took_s = time.monotonic() - begun
        met = len(self.levers.faults_met())
        left = len(self.levers.rules())
        self.levers.clear_faults()
        return Heard(answer, took_s, met, left)


@dataclass(frozen=True)
class Heard:
    """None: the connection ended without an answer."""

    answer: Answer | None
    took_s: float
    met: int
    left: int
    """Rules that can still hit something."""


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    with (
        running_simulator(experience=False, alipay_certified=True) as running,
        LeversClient(running.levers_url, running.levers_token) as levers,
    ):
        wires = Wires(running, "http://127.0.0.1:9/x")
        with wires.side.runner:
            yield Bench({each.id: each for each in wires.all()}, levers)


def cases(operation: str) -> Iterator[dict[str, object]]:
    """Every action that the operation may have, with a value."""
    for name, action in ACTIONS.items():
        if action.paying or (action.only and operation not in action.only):
            continue
        values = FORGERIES if action.forged else (VALUES.get(name),)
        for value in values:
            yield {"action": name} if value is None else {"action": name, "value": value}


@pytest.mark.parametrize("id_", IDS)
def test_an_action_counts_as_met_where_the_wire_shows_it_and_only_there(bench: Bench, id_: str) -> None:
    wire = bench.wires[id_]
    wrong = []
    for operation in wire.asks:
        genuine = wire.asks[operation](bench.ready(wire, operation))
        assert genuine.status < 300 or operation == "bill", (operation, genuine.body)
        for rule in cases(operation):
            number = bench.ready(wire, operation)
            before = genuine if operation in ("create", "close", "refund") else wire.asks[operation](number)
            heard = bench.under(rule, wire, operation, number)
            shown = _shown(wire, rule, before, heard)
            if (heard.met, heard.left) != ((1, 0) if shown else (0, 1)):
                wrong.append((operation, rule, heard))
    assert wrong == []


def _shown(wire: RawWire, rule: Mapping[str, object], genuine: Answer, heard: Heard) -> bool:
    """Whether the bytes are what the action says, judged without a look at how it is done."""
    action, answer = str(rule["action"]), heard.answer
    if answer is None:
        return action in ENDING
    holds = wire.holds(answer) if wire.holds is not None and answer.status < 300 else True
    if action in ALTERING:
        assert holds, f"{action} is truly signed"
    forged = action == "forged_answer" and rule["value"] != "stale"
    return (not holds) if forged or action in SIGNING else SHOWS[action](genuine, answer, heard.took_s)


def _refused(genuine: Answer, answer: Answer, _: float) -> bool:
    return answer.body != genuine.body and (answer.status == 503 or b"SERVICE_UNAVAILABLE" in answer.body)


def _late(genuine: Answer, answer: Answer, took_s: float) -> bool:
    return took_s >= 0.9 * LATE_S and answer.status == genuine.status


def _otherwise(*names: str) -> Callable[[Answer, Answer, float], bool]:
    """Whether a member called so says something else."""

    def otherwise(genuine: Answer, answer: Answer, _: float) -> bool:
        told, truth = _told(answer), _told(genuine)
        named = [path for path in told if path.rpartition(".")[2].lower().endswith(names)]
        return any(told[path] != truth.get(path) for path in named)

    return otherwise


def _undone(genuine: Answer, answer: Answer, _: float) -> bool:
    """Whether no refund is said to be there."""
    told = [value for path, value in _told(answer).items() if path != ".message"]
    return answer.status == 200 and not {"SUCCESS", "Y"} & set(map(str, told))


SHOWS: Mapping[str, Callable[[Answer, Answer, float], bool]] = {
    **dict.fromkeys(("status", "status_after_acceptance"), _refused),
    **dict.fromkeys(("delay", "trickle", "timeout_after_acceptance"), _late),
    **dict.fromkeys(ENDING, lambda *_: False),
    "unknown_members": lambda genuine, answer, _: STRANGER in answer.body.decode(),
    "trade_state": lambda genuine, answer, _: "MADE-UP" in answer.body.decode(),
    "wrong_amount": _otherwise("amount", "total", "fee", "refund"),
    "foreign_mchid": _otherwise("mchid", "merchantid", "seller_id"),
    "unknown_serial": lambda genuine, answer, _: _serial(answer) != _serial(genuine),
    "refund_ends": _undone,
    "stale_signature": lambda genuine, answer, _: _old(answer),
    "forged_answer": lambda genuine, answer, _: _old(answer) or _mirrored(_told(answer)),
}
"""By action; takes the answer that would have come, the one that came, and how long it took."""


def _told(answer: Answer) -> dict[str, Any]:
    """Every scalar of a body, by the path to it."""
    try:
        return dict(_scalars(json.loads(answer.body), ""))
    except ValueError:
        return {}


def _scalars(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict | list):
        pairs = value.items() if isinstance(value, dict) else enumerate(value)
        for name, each in pairs:
            yield from _scalars(each, f"{path}.{name}")
    else:
        yield path, value


def _serial(answer: Answer) -> str:
    body = _told(answer).get(".alipay_cert_sn", "")
    return str(answer.header("wechatpay-serial") or answer.header("alipay-sn") or body)


def _old(answer: Answer) -> bool:
    """Whether it says that it was signed long ago."""
    body = _told(answer).get(".timestamp")
    stamps = (answer.header("wechatpay-timestamp"), answer.header("alipay-timestamp"), body)
    found = next((int(each) for each in stamps if each), 0)
    seconds = found / 1000 if found > 10**11 else found
    return bool(found) and time.time() - seconds > 3000


def _mirrored(told: Mapping[str, Any]) -> bool:
    """Whether it is about another order than any of ours: what an Alipay answer is that somebody kept."""
    return any(path.endswith("out_trade_no") and str(value).endswith("war") for path, value in told.items())


@pytest.mark.parametrize("id_", IDS)
def test_a_rule_for_one_wire_hits_by_its_numbers_there_and_nobody_elsewhere(bench: Bench, id_: str) -> None:
    wire = bench.wires[id_]
    numbers = {each.id: bench.ready(each, "query") for each in bench.wires.values()}
    rule = {"nth": 2, "every": 3, "times": 2, "dialect": wire.dialect, "action": "refuse"}
    bench.levers.clear_faults()
    bench.levers.add_fault(Fault.model_validate({"operation": "query", **rule}))
    ended = []
    for turn in range(1, 10):
        for each in bench.wires.values():
            if each.dialect == wire.dialect and each is not wire:
                continue
            try:
                each.asks["query"](numbers[each.id])
            except httpx.HTTPError:
                ended.append((turn, each.id))
    assert ended == [(2, id_), (5, id_)]
    assert [each.out_trade_no for each in bench.levers.faults_met()] == [numbers[id_]] * 2
    bench.levers.clear_faults()


@pytest.mark.parametrize("id_", IDS)
def test_a_rule_about_an_order_meets_it_by_whichever_number_it_is_asked_for(bench: Bench, id_: str) -> None:
    wire = bench.wires[id_]
    number, other = bench.ready(wire, "refund-query"), bench.ready(wire, "refund-query")
    for operation in ("query", "refund-query"):
        for narrowed in ({"out_trade_no": number}, {"out_trade_no": number, "amount": 1990}):
            rule = {"action": "refuse", **narrowed}
            assert bench.under(rule, wire, operation, other).met == 0
            assert bench.under(rule, wire, operation, number).met == 1, (operation, narrowed)

"""Payments at a simulator with `--db` that is killed again and again: what it acknowledged must be there.

Shoppers order and pay over real HTTP with the settings of the first start, one on each wire of both
providers. Whatever gets no answer is an unknown outcome; after the next start it is asked for once more, as a
merchant does.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from subprocess import Popen

from harness.core.dialects import all_dialects, dialect
from harness.core.errors import EnvironmentUnreachable, GoLiveError, HarnessError
from harness.core.money import Fen
from harness.core.payment import Order, Product, Provider
from harness.gateways.choose import open_gateway
from harness.gateways.protocol import DialectGateway
from harness.levers.client import LeverRefused, LeversClient
from harness.processes.child import end, golive_command, last_words, start
from harness.processes.serving import port_for_a_program
from harness.settings.env_file import EnvFile
from harness.settings.model import Settings
from tests.soak.conservation import off_ledger
from tests.soak.expected import Expected
from tests.soak.fates import End, Fate
from tests.soak.life import Unbalanced, closing_connections

WIRES = tuple(each.id for each in all_dialects())
AMOUNT = Fen(1990)
START_S = 30.0
PATIENCE_S = 120.0
"""For one payment, restarts included."""
NOWHERE = "http://127.0.0.1:9/notify"
"""Where nobody takes callbacks, so that each of them waits for its next attempt."""

PAID = {each: Fate(provider=each, kind="qr", total=AMOUNT, end=End.PAID) for each in Provider}


def wire_of(number: str) -> str:
    """Over which an order was placed; its number says so."""
    return WIRES[int(number[-6:]) % len(WIRES)]


@dataclass(slots=True)
class Killed:
    """What was acknowledged, and how often the platform was killed meanwhile."""

    ordered: set[str] = field(default_factory=set)
    paid: dict[str, str] = field(default_factory=dict)
    """The platform's own number of each payment."""
    unknown: int = 0
    """Requests that got no answer."""
    kills: int = 0
    starts_s: list[float] = field(default_factory=list)

    def summary(self) -> str:
        """For a person."""
        slowest, wires = max(self.starts_s), len(set(map(wire_of, self.paid)))
        return (
            f"{len(self.paid):,} payments over {wires} wires, kill -9 {self.kills} times: "
            f"{self.unknown} requests got no answer, "
            f"0 acknowledged orders lost, ledger balanced, settings as at the first start "
            f"(slowest start {slowest:.1f} s)"
        )


class Platform:
    """`golive simulator --db` on one port, which is killed and started again."""

    def __init__(self, folder: Path) -> None:
        self._env_file, self._log = folder / "env.simulator", folder / "simulator.log"
        self._command = golive_command(
            "simulator",
            f"--port={port_for_a_program()}",
            "--no-experience-limits",
            "--force",
            f"--notify-url={NOWHERE}",
            f"--write-env={self._env_file}",
            f"--db={folder / 'golive.db'}",
        )
        self._child: Popen[bytes] | None = None

    def start(self) -> float:
        """Seconds until it answers.

        Raises:
            EnvironmentUnreachable: it does not.
        """
        began = time.monotonic()
        self._child = start(self._command, log=self._log)
        while not any(line.startswith("  stop ") for line in self._log.read_text("utf-8").splitlines()):
            if self._child.poll() is not None or time.monotonic() > began + START_S:
                raise EnvironmentUnreachable(
                    f"the simulator did not start: {last_words(self._log)}", where="soak"
                )
            time.sleep(0.02)
        return time.monotonic() - began

    def kill(self) -> None:
        """SIGKILL: nothing of it runs on for a moment."""
        if self._child is not None:
            self._child.kill()
            self._child.wait()

    def close(self) -> None:
        """The end."""
        if self._child is not None:
            end(self._child)

    def environment(self) -> dict[str, str]:
        """The settings that it wrote when it last started."""
        return dict(EnvFile.read(self._env_file).values)


def killed_again_and_again(
    folder: Path, payments: int, kills: int, seed: int, *, say: Callable[[str], None]
) -> Killed:
    """Let so many payments happen, and kill the platform so often in the middle of them.

    Args:
        seed: of the moments at which it is killed.
        say: told of each kill.

    Raises:
        Unbalanced: something that was acknowledged is lost, a fen is missing, or the settings have changed.
    """
    random, platform, told = Random(seed), Platform(folder), Killed()  # noqa: S311 - a soak, no secret
    told.starts_s.append(platform.start())
    try:
        settings = platform.environment()
        at = sorted(random.sample(range(1, payments), kills))
        with _shopping(settings, payments, told) as done:
            for moment in at:
                while len(told.paid) < moment and not done():
                    time.sleep(random.random() / 500)
                platform.kill()
                told.kills += 1
                told.starts_s.append(platform.start())
                say(
                    f"kill -9 {told.kills}/{kills} after {len(told.paid):,} payments, "
                    f"up again in {told.starts_s[-1]:.1f} s"
                )
        if platform.environment() != settings:
            raise Unbalanced("the settings of the last start are not those of the first")
        look(settings, told)
    finally:
        platform.close()
    return told


@contextmanager
def _shopping(settings: dict[str, str], payments: int, told: Killed) -> Iterator[Callable[[], bool]]:
    """Shoppers who order and pay meanwhile; all have done so when the block has ended."""
    lock, of_merchant = threading.Lock(), Settings.load(EnvFile.of(settings))
    with ThreadPoolExecutor(len(WIRES), thread_name_prefix="shopper") as pool:

        def shop(first: int) -> None:
            with (
                closing_connections(open_gateway(WIRES[first], of_merchant)) as gateway,
                LeversClient(settings["GOLIVE_LEVERS_URL"], settings["GOLIVE_LEVERS_TOKEN"]) as levers,
            ):
                for number in range(first, payments, len(WIRES)):
                    _pay(gateway, levers, f"killed_{number:06d}", told, lock)

        shoppers = [pool.submit(shop, each) for each in range(len(WIRES))]
        yield lambda: all(each.done() for each in shoppers)
        for each in shoppers:
            each.result()


def _pay(
    gateway: DialectGateway, levers: LeversClient, number: str, told: Killed, lock: threading.Lock
) -> None:
    native = Product.NATIVE in dialect(wire_of(number)).products
    order = Order(
        out_trade_no=number,
        product=Product.NATIVE if native else Product.H5,
        amount=AMOUNT,
        description="tea",
        notify_url=NOWHERE,
        payer_client_ip="127.0.0.1",
        h5_type="Wap",
    )
    _until_answered(lambda: gateway.create(order), told, lock)
    told.ordered.add(number)

    def pay() -> str:
        try:
            return str(levers.pay(out_trade_no=number).transaction_id)
        except LeverRefused as refused:
            if refused.reason != "paid":
                raise Unbalanced(f"{number}: acknowledged, and now {refused.reason}") from refused
            return gateway.query(number).transaction_id or ""

    told.paid[number] = _until_answered(pay, told, lock)


def _until_answered(ask: Callable[[], object], told: Killed, lock: threading.Lock) -> str:
    deadline = time.monotonic() + PATIENCE_S
    while True:
        try:
            return str(ask())
        except LeverRefused:
            raise
        except GoLiveError as error:
            if time.monotonic() > deadline:
                raise HarnessError(f"no answer within {PATIENCE_S:g} s: {error}", where="soak") from error
            with lock:
                told.unknown += 1
            time.sleep(0.05)


def look(settings: dict[str, str], told: Killed) -> None:
    """Compare what was acknowledged with what there is.

    Raises:
        Unbalanced: they differ.
    """
    wanted = Expected()
    with LeversClient(settings["GOLIVE_LEVERS_URL"], settings["GOLIVE_LEVERS_TOKEN"]) as levers:
        known = set(levers.orders())
        if lost := sorted(told.ordered - known):
            raise Unbalanced(f"{len(lost)} acknowledged orders are lost: {lost[:5]}")
        for number, transaction in told.paid.items():
            audit = levers.audit(number)
            paid = [each.detail["transaction_id"] for each in audit.events if each.kind == "paid"]
            if audit.trade_state != "SUCCESS" or paid != [transaction]:
                raise Unbalanced(
                    f"{number}: acknowledged as {transaction}, and {audit.trade_state} as {paid}"
                )
            levers.resend(number)  # what nobody has taken is still to be sent, whatever was killed
            wanted.fates[number] = PAID[dialect(wire_of(number)).provider]
        ledger = levers.ledger(entries=False)
    accounts = {
        Provider.WECHAT: settings["WECHAT_PAY_MCH_ID"],
        Provider.ALIPAY: settings["ALIPAY_SELLER_ID"],
    }
    if differences := list(off_ledger(ledger, wanted, accounts)):
        raise Unbalanced("\n".join(differences))

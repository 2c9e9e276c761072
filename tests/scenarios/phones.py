"""Somebody with a phone, played: a simulator that a run meets as a real target, and whoever pays there.

The run sees https and no levers. The test holds the levers, and a thread of it does what a person would.
"""

from __future__ import annotations

import json
import os
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from harness.core.errors import UsageError
from harness.levers.client import LeversClient
from harness.shop.embedded import running_shop
from harness.simulator.embedded import RunningSimulator, running_simulator
from tests.plugin.target.tls_endpoint import NOTIFY_URL, settings_file
from tests.scenarios.outside_app import SHOP
from tests.scenarios.running import PROJECT, Rehearsed
from tests.scenarios.warm import run_warm

LONGEST_S = 90
OPENID = "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"
Acts = Callable[[LeversClient, str], object]
"""What the person does when they see an order, by its number."""
ANSWERS = """by = "release manager"
[answers]
"PAY-01 opened" = true
"PAY-01 told" = true
"PAY-02 opened" = true
"PAY-02 told" = true
"PAY-03 opened" = true
"PAY-03 told" = true
"PAY-04 opened" = true
"PAY-04 told" = true
"PAY-05 opened" = true
"PAY-05 told" = true
"PAY-12 logged" = true
"PAY-13 status" = true
"EXP-01 refused" = true
"CBK-01 logged" = true
"CBK-01 shown" = true
"EXP-04 payee" = true
"EXP-04 page" = true
"""


def pays(levers: LeversClient, number: str) -> None:
    """Scan and pay."""
    levers.pay(out_trade_no=number)


def cancels(levers: LeversClient, number: str) -> None:
    """Scan, and go back."""
    levers.pay(out_trade_no=number, outcome="cancel")


def looks_away(levers: LeversClient, number: str) -> None:
    """Do nothing."""


@dataclass(slots=True)
class Place:
    """A target that looks real, with the files that lead there."""

    folder: Path
    simulator: RunningSimulator
    levers: LeversClient
    env_file: Path
    ca_file: Path
    profile: Path | None = None
    took: list[str] = field(default_factory=list)
    """Orders that somebody with a phone has seen."""
    refunds_end: bool = True

    @property
    def target(self) -> str:
        assert self.simulator.door is not None
        return self.simulator.door.url

    def arguments(self, *more: str) -> list[str]:
        """What is typed, but for the folder of the record."""
        given = dict(each.partition("=")[::2] for each in more if "=" in each)
        usual = {
            "--target": self.target,
            "--env-file": str(self.env_file),
            "--ca-file": str(self.ca_file),
            "--budget-fen": "100",
            "--rate": "50",
            "--wait": "15",
        }
        kept = [f"{name}={value}" for name, value in usual.items() if name not in given]
        typed = [each for each in more if not each.endswith("=")]  # an empty one takes the usual one away
        return ["pay", "--attended", *kept, *typed]

    def answers(self, text: str = ANSWERS) -> str:
        """The option that names a file with these answers."""
        path = self.folder / f"answers-{len(list(self.folder.glob('answers-*')))}.toml"
        path.write_text(text, "utf-8")
        return f"--answers={path}"

    def state(self, number: str) -> str:
        """How the platform has an order."""
        return str(self.simulator.simulator.account.find(number).state)

    def attended(self, name: str, *more: str, person: Acts = pays) -> Rehearsed:
        """One `golive pay`, with somebody who acts on each order that it makes."""
        with self.somebody(person):
            return self.alone(name, *more)

    def alone(self, name: str, *more: str) -> Rehearsed:
        """One `golive pay`; whoever is to act on its orders is there already."""
        folder = self.folder / name / "run"
        done = run_warm(
            ["golive", *self.arguments(*more), f"--out={folder}"],
            cwd=PROJECT,
            environment=environment(),
            timeout_s=LONGEST_S,
        )
        return Rehearsed(folder, done.returncode, done.stdout + done.stderr, "")

    def _written(self) -> list[str]:
        """Orders that a record speaks of: an order of Alipay's is none before somebody scans its code."""
        lines = [
            json.loads(line)
            for path in self.folder.glob("*/run/artifacts/payments.ndjson")
            for line in path.read_text("utf-8").splitlines()
        ]
        return [line["out_trade_no"] for line in lines if line["event"] == "ordered"]

    def _give_back(self) -> None:
        """Let refunds that were asked for come to an end, which by the platform's clock takes a while."""
        if not self.refunds_end:
            return
        for number in self.took:
            with suppress(UsageError):
                if self.levers.refund(f"{number}R").status == "PROCESSING":
                    self.levers.end_refund(f"{number}R", "SUCCESS")

    @contextmanager
    def somebody(self, person: Acts) -> Iterator[None]:
        """A person acts, once, on each order that comes up meanwhile."""
        before, over = {*self.levers.orders(), *self._written()}, threading.Event()

        def watch() -> None:
            while not over.is_set():
                for number in [*self.levers.orders(), *self._written()]:
                    if number not in before:
                        before.add(number)
                        self.took.append(number)
                        person(self.levers, number)
                self._give_back()
                time.sleep(0.05)

        thread = threading.Thread(target=watch, daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join(10)


@contextmanager
def place(folder: Path, *, notify_url: str = NOTIFY_URL, **settings: str | None) -> Iterator[Place]:
    """A target that speaks the classic API alone, unless told otherwise."""
    with running_simulator(https=True) as simulator, _levers(simulator) as levers:
        yield _place(folder, simulator, levers, notify_url, settings)


@contextmanager
def place_with_app(folder: Path, dialect: str = "apiv3") -> Iterator[Place]:
    """A target that looks real, and our shop as somebody's app that sells there over one wire."""
    with running_simulator(https=True) as simulator, _levers(simulator) as levers:
        spoken: dict[str, str] = {"PAYMENT_MCP_ENABLED": "false", "GOLIVE_TEST_OPENID": OPENID}
        if dialect != "apiv3":
            spoken |= {"PAYMENT_MCP_ENABLED": "true", "WECHAT_MCP_DIALECT": dialect}
        with running_shop({**simulator.environment(notify_url=NOTIFY_URL), **spoken}) as shop:
            made = _place(folder, simulator, levers, shop.notify_url, {**spoken})
            text = SHOP.replace("http://127.0.0.1:3000", shop.base_url)
            text = re.sub(r"^build = .*$", 'build = "app-1"', text, flags=re.MULTILINE)
            text = re.sub(r"^dialect = .*$", f'dialect = "{dialect}"', text, flags=re.MULTILINE)
            made.profile = folder / "app.toml"
            made.profile.write_text(text.replace('token = ""', f'token = "{shop.observer_token}"'), "utf-8")
            yield made


def environment() -> dict[str, str]:
    """Of the command: nothing of this pytest."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}


def _levers(simulator: RunningSimulator) -> LeversClient:
    return LeversClient(simulator.levers_url, simulator.levers_token)


def _place(
    folder: Path,
    simulator: RunningSimulator,
    levers: LeversClient,
    notify_url: str,
    settings: dict[str, str | None],
) -> Place:
    assert simulator.door is not None
    address = simulator.door.url
    values = {
        name: value.replace(simulator.base_url, address)
        for name, value in simulator.environment(notify_url=notify_url).items()
    }
    chosen: dict[str, str | None] = {"PAYMENT_MCP_ENABLED": "false", **settings}
    if chosen.pop("alipay", None):
        chosen |= {name: value for name, value in values.items() if name.startswith("ALIPAY_")}
    env_file = settings_file(folder / ".env.real", values, **chosen)
    ca_file = folder / "ca.pem"
    ca_file.write_text(simulator.door.ca_pem, "utf-8")
    return Place(folder, simulator, levers, env_file, ca_file)

"""Ways to place signed orders with Locust, for comparison: `locust -f bench/load_users.py NAME`.

`BareSigner` is a FastHttpUser that signs each request and looks at no answer. `OurCreate` does what our load
does: signs, verifies every answer, records it exactly, and tells Locust. Each sends `REQUESTS` orders one
after another and prints the CPU seconds that took. `Paced` places one order a second, as users of plain
Locust do, and prints how many there were and how many took longer than two seconds.
"""

from __future__ import annotations

import itertools
import json
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from locust import FastHttpUser, constant_pacing, events, task

from bench.servers import READY
from harness.core.dialects import dialects
from harness.core.money import Fen
from harness.settings import EnvFile, Settings
from harness.signing.wechat_v3 import RequestSigner
from load.measurement import Measurement
from load.own_time import OwnTime
from load.terminal import Recent
from load.users import mix
from load.users.client import Client, FinishedRequest
from load.users.connections import Connections
from load.users.flows import Flows
from load.users.wire import open_wires

REQUESTS = int(os.environ.get("BENCH_REQUESTS", "1000"))
WARM_UP = 50
SLOW_MS = 2_000
SETTINGS = Settings.load(EnvFile.read(Path(os.environ["BENCH_ENV_FILE"])))
PATH = "/v3/pay/transactions/native"


class _Signing(FastHttpUser):
    """Places orders one by one with Locust's own session, and looks at no answer."""

    abstract = True
    host = SETTINGS.wechat.base_url

    def on_start(self) -> None:
        """What every request has in common."""
        wechat = SETTINGS.wechat
        self._signer = RequestSigner(wechat.mchid, wechat.certificate_serial, wechat.private_key)
        self._prefix = f"BARE{secrets.token_hex(6)}"
        self._numbers = itertools.count()
        self._fixed = {
            "Accept": "application/json",
            "Content-Type": "application/json",
            "User-Agent": "bare",
            "Wechatpay-Serial": wechat.platform_key_id,
        }

    def order(self) -> None:
        """One order, signed."""
        wechat = SETTINGS.wechat
        body = json.dumps(
            {
                "appid": wechat.appid,
                "mchid": wechat.mchid,
                "description": "GoLive load",
                "notify_url": wechat.notify_url,
                "amount": {"total": 1, "currency": "CNY"},
                "out_trade_no": f"{self._prefix}{next(self._numbers):08d}",
            },
            separators=(",", ":"),
        )
        nonce = secrets.token_hex(16).upper()
        signed = self._signer.authorization("POST", PATH, body.encode(), nonce=nonce)
        self.client.post(PATH, data=body, headers={**self._fixed, "Authorization": signed}, name="create")


class BareSigner(_Signing):
    """Signs the same bytes, and nothing else."""

    @task
    def place(self) -> None:
        """Every order."""
        for _ in range(WARM_UP):
            self.order()
        with _told(self):
            for _ in range(REQUESTS):
                self.order()


class Paced(_Signing):
    """Waits for its answer, then for the rest of its second: the closed loop."""

    wait_time = constant_pacing(1)

    @task
    def place(self) -> None:
        """One order."""
        self.order()


class OurCreate(FastHttpUser):
    """The flow `create` of a load."""

    host = SETTINGS.wechat.base_url

    @task
    def place(self) -> None:
        """Every order, each due now."""
        measurement = Measurement(started=datetime.now(UTC))
        connections = Connections.to(self.host, at_once=1)
        client = Client(connections, measurement, own=OwnTime(), listeners=(Recent(), self._tell_locust))
        wires = open_wires(
            dialects(classic=True), SETTINGS, notify_url=SETTINGS.wechat.notify_url, amount=Fen(1)
        )
        flows = Flows(wires, {wire.origin: client for wire in wires.values()})
        (part,) = mix.parse("create/native/apiv3")
        for _ in range(WARM_UP):
            flows.prepare(part)(time.perf_counter())
        with _told(self):
            for _ in range(REQUESTS):
                flows.prepare(part)(time.perf_counter())
        if any(each.failures for each in measurement.series.values()):
            os._exit(1)

    def _tell_locust(self, sample: FinishedRequest) -> None:
        self.environment.events.request.fire(
            request_type=sample.key.endpoint,
            name=sample.key.name,
            response_time=(sample.done - sample.due) / 1000,
            response_length=sample.size,
            exception=sample.failure,
            context={},
        )


class _Slow:
    """Counts Locust's own request events."""

    def __init__(self) -> None:
        self._requests = self._slow = 0

    def heard(self, response_time: float, **ignored: Any) -> None:
        """One request ended; milliseconds."""
        self._requests += 1
        self._slow += response_time > SLOW_MS

    def say(self, environment: Any, **ignored: Any) -> None:
        """At the end, where nothing else is said."""
        if any(each is Paced for each in environment.user_classes):
            print(f"{READY}{self._requests} {self._slow}", flush=True)


_SLOW = _Slow()
events.request.add_listener(_SLOW.heard)  # type: ignore[no-untyped-call]
events.quitting.add_listener(_SLOW.say)  # type: ignore[no-untyped-call]


@contextmanager
def _told(user: Any) -> Iterator[None]:
    """Print the CPU seconds of the block, and end."""
    before = time.process_time()
    yield
    failures = user.environment.stats.total.num_failures
    print(f"{READY}{time.process_time() - before:.6f} {failures}", flush=True)
    user.environment.runner.quit()

"""Two ways to place signed orders with Locust, for comparison: `locust -f bench/load_users.py NAME`.

`BareSigner` is a FastHttpUser that signs each request and looks at no answer. `OurCreate` does what our load
does: signs, verifies every answer, records it exactly, and tells Locust. Each sends `REQUESTS` orders one
after another and prints the CPU seconds that took.
"""

from __future__ import annotations

import json
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from locust import FastHttpUser, task

from bench.servers import READY
from harness.money import Fen
from harness.payment import Dialect
from harness.settings import EnvFile, Settings
from harness.signing.wechat_v3 import RequestSigner
from load.measurement import Measurement
from load.progress import Recent
from load.users import mix
from load.users.apiv3 import ApiV3Wire
from load.users.client import Client, Sample, WireClock
from load.users.flows import Flows

REQUESTS = int(os.environ.get("BENCH_REQUESTS", "1000"))
WARM_UP = 50
SETTINGS = Settings.load(EnvFile.read(Path(os.environ["BENCH_ENV_FILE"])))
PATH = "/v3/pay/transactions/native"


class BareSigner(FastHttpUser):
    """Signs the same bytes, and nothing else."""

    host = SETTINGS.wechat.base_url

    @task
    def place(self) -> None:
        """Every order."""
        wechat = SETTINGS.wechat
        signer = RequestSigner(wechat.mchid, wechat.certificate_serial, wechat.private_key)
        prefix = f"BARE{secrets.token_hex(6)}"
        fixed = {
            "Accept": "application/json",
            "Content-Type": "application/json",
            "User-Agent": "bare",
            "Wechatpay-Serial": wechat.platform_key_id,
        }

        def one(number: int) -> None:
            body = json.dumps(
                {
                    "appid": wechat.appid,
                    "mchid": wechat.mchid,
                    "description": "GoLive load",
                    "notify_url": wechat.notify_url,
                    "amount": {"total": 1, "currency": "CNY"},
                    "out_trade_no": f"{prefix}{number:08d}",
                },
                separators=(",", ":"),
            ).encode()
            nonce = secrets.token_hex(16).upper()
            signed = signer.authorization("POST", PATH, body, nonce=nonce)
            self.client.post(
                PATH, data=body.decode(), headers={**fixed, "Authorization": signed}, name="create"
            )

        for number in range(WARM_UP):
            one(number)
        with _told(self):
            for number in range(WARM_UP, WARM_UP + REQUESTS):
                one(number)


class OurCreate(FastHttpUser):
    """The flow `create` of a load."""

    host = SETTINGS.wechat.base_url

    @task
    def place(self) -> None:
        """Every order, each due now."""
        measurement = Measurement.begin(datetime.now(UTC))
        pool = self.client.client.clientpool.get_client(f"{self.host}/")
        client = Client(pool, measurement, clock=WireClock(), listeners=(Recent(), self._tell_locust))
        wire = ApiV3Wire(SETTINGS.wechat, openid="", notify_url=SETTINGS.wechat.notify_url, amount=Fen(1))
        flows = Flows({Dialect.APIV3: wire}, {wire.origin: client})
        (part,) = mix.parse("create/native/apiv3")
        for _ in range(WARM_UP):
            flows.prepare(part)(time.perf_counter())
        with _told(self):
            for _ in range(REQUESTS):
                flows.prepare(part)(time.perf_counter())
        if any(each.failures for each in measurement.series.values()):
            os._exit(1)

    def _tell_locust(self, sample: Sample) -> None:
        self.environment.events.request.fire(
            request_type=sample.key.endpoint,
            name=sample.key.name,
            response_time=(sample.done - sample.due) / 1000,
            response_length=sample.size,
            exception=sample.failure,
            context={},
        )


@contextmanager
def _told(user: Any) -> Iterator[None]:
    """Print the CPU seconds of the block, and end."""
    before = time.process_time()
    yield
    failures = user.environment.stats.total.num_failures
    print(f"{READY}{time.process_time() - before:.6f} {failures}", flush=True)
    user.environment.runner.quit()

"""A developer's side of one simulator's console: looks, and presses buttons, without a browser."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from harness.simulator.server import Simulator
from tests.simulator.merchant_side import NUMBER, Answer, MerchantSide, RawHeaders

HERE = "127.0.0.1:8765"
_TOKEN = re.compile(r'<meta name="console-token" content="([^"]+)">')


@dataclass
class ConsoleSide:
    """Speaks to /console of the simulator that a merchant speaks to."""

    merchant: MerchantSide

    @property
    def simulator(self) -> Simulator:
        """The platform that is looked at."""
        return self.merchant.simulator

    @cached_property
    def token(self) -> str:
        """What stands in the page."""
        found = _TOKEN.search(self.get("").body.decode())
        assert found is not None
        return found[1]

    def get(self, path: str, **headers: str) -> Answer:
        """A GET below /console; `sec_fetch_site="…"` adds or replaces a header, an empty one omits it."""
        return self.merchant.send("GET", f"/console{path}", b"", _headers(headers))

    def seen(self, path: str) -> Any:
        """What the console tells."""
        answer = self.get(f"/data{path}", sec_fetch_site="same-origin")
        assert answer.status == 200, answer.body
        return answer.json

    def order(self, number: str = NUMBER) -> Any:
        """Everything about one order."""
        return self.seen(f"/orders/{number}")

    def post(self, name: str, told: object, **headers: str) -> Answer:
        """Press a button, with these headers in place of a page's own."""
        own = {"origin": f"http://{HERE}", "sec_fetch_site": "same-origin", "x_golive_console": self.token}
        body = json.dumps(told).encode()
        sent = [*_headers(own | headers), (b"content-length", str(len(body)).encode())]
        return self.merchant.send("POST", f"/console/acts/{name}", body, sent)

    def act(self, name: str, /, **told: object) -> Any:
        """Press a button that works."""
        answer = self.post(name, told)
        assert answer.status == 200, answer.body
        return answer.json

    def press(self, name: str, /, number: str = NUMBER, **told: object) -> Any:
        """Press a button of an order."""
        return self.act(name, account=self.order(number)["account"], number=number, **told)


def _headers(changed: dict[str, str]) -> RawHeaders:
    given = {"host": HERE} | {name.replace("_", "-"): value for name, value in changed.items()}
    return [(name.encode(), value.encode()) for name, value in given.items() if value]

"""Endpoints over TLS for tests: certificates of a throw-away CA, good ones and bad ones."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import trustme
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from harness.processes.serving import Tls
from harness.simulator.account.env_text import environment_text

NOTIFY_URL = "http://127.0.0.1:3000/api/payment/notify/wechat"
LEVERS = ("GOLIVE_LEVERS_URL", "GOLIVE_LEVERS_TOKEN")


def certified(
    folder: Path, ca: trustme.CA, name: str = "127.0.0.1", *, not_after: datetime | None = None
) -> Tls:
    """A certificate of that CA for that name, as files."""
    issued = ca.issue_cert(name, not_before=datetime(2020, 1, 1), not_after=not_after)  # noqa: DTZ001
    tls = Tls(folder / f"{name}.pem", folder / f"{name}.key")
    for number, blob in enumerate(issued.cert_chain_pems):
        blob.write_to_path(str(tls.certificate), append=number > 0)
    issued.private_key_pem.write_to_path(str(tls.key))
    return tls


def believed(folder: Path, ca: trustme.CA) -> Path:
    """The file that says whom to believe."""
    path = folder / "ca.pem"
    ca.cert_pem.write_to_path(str(path))
    return path


def settings_file(path: Path, values: Mapping[str, str], **changed: str | None) -> Path:
    """A settings file without levers and Alipay, as a real endpoint's is; None deletes a line."""
    kept = {
        name: value for name, value in values.items() if name not in LEVERS and not name.startswith("ALIPAY_")
    }
    for name, value in changed.items():
        if value is None:
            kept.pop(name, None)
        else:
            kept[name] = value
    path.write_text(environment_text(kept), "utf-8")
    path.chmod(0o600)
    return path


class Elsewhere:
    """Sends everybody somewhere else, and remembers who came."""

    def __init__(self) -> None:
        self.came: list[str] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            for _ in range(2):
                kind = (await receive())["type"]
                await send({"type": f"{kind}.complete"})
            return
        self.came.append(f"{scope['method']} {scope['path']}")
        moved = Response(status_code=307, headers={"Location": "https://evil.example/"})
        await moved(scope, receive, send)

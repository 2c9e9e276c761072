"""Which media types come and go; the SDK alone refuses others with plain text, or with nothing at all."""

from __future__ import annotations

from starlette.types import Scope

from harness.simulator.wire.mcp.errors import RpcRefusal
from harness.simulator.wire.mcp.versions import header

JSON = "application/json"
_FITS = frozenset({JSON, "application/*", "*/*"})


def check(scope: Scope) -> None:
    """A message comes as JSON, and its answer is JSON.

    Raises:
        RpcRefusal: 415 or 406.
    """
    if _bare(header(scope, b"content-type") or "") != JSON:
        raise RpcRefusal(415, f"a message comes as {JSON}: say so in Content-Type")
    accept = header(scope, b"accept")
    if accept and not any(_bare(each) in _FITS for each in accept.split(",")):
        raise RpcRefusal(406, f"answers are {JSON}: Accept has to let it in")


def _bare(kind: str) -> str:
    return kind.partition(";")[0].strip().lower()

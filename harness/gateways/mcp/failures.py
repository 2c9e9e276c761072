"""What went wrong in a protocol session, in the words of the project's error tree."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from mcp.shared.exceptions import MCPError
from mcp_types import (
    CONNECTION_CLOSED,
    HEADER_MISMATCH,
    INTERNAL_ERROR,
    INVALID_PARAMS,
    METHOD_NOT_FOUND,
    REQUEST_TIMEOUT,
    UNSUPPORTED_PROTOCOL_VERSION,
)

from harness.core.errors import (
    EnvironmentUnreachable,
    GoLiveError,
    PlatformRefusal,
    TargetFailure,
    UnknownOutcome,
    UnsafeRequest,
)
from harness.gateways.channel import QUERY_FIRST
from harness.gateways.mcp.transport import Watch
from harness.gateways.refusals import ChannelRefusal, refusal
from harness.gateways.wire_json import read_object


def not_opened(watch: Watch, error: Exception) -> GoLiveError:
    """Why there is no session. No order was sent, whatever happened."""
    if isinstance(watch.failure, UnsafeRequest):
        return watch.failure
    if watch.failure is not None:
        return EnvironmentUnreachable(
            watch.failure.what,
            where="handshake",
            remedy="start the endpoint or check its address; no order was sent over it",
        )
    code, message = _words(watch, error)
    return ChannelRefusal(
        watch.status or 0, code, message or "the handshake failed", where="handshake", request_id=_id(watch)
    )


def failed(watch: Watch, error: Exception) -> GoLiveError:
    """What a call that ended in an error of the library means."""
    if watch.failure is not None:
        return watch.failure
    status = watch.status
    if status is None or isinstance(error, TimeoutError) or status == 202 or 300 <= status < 400:
        return _unknown(
            watch, f"HTTP {status} settles nothing" if status else "the session ended before the answer came"
        )
    code, message = _words(watch, error)
    if status >= 400:
        return refusal(status, code, message, where=watch.operation, request_id=_id(watch))
    if isinstance(error, MCPError) and error.code in _MEANS:
        return _MEANS[error.code](watch, message)
    return TargetFailure(
        f"an answer that is not what the protocol says: {error}",
        where=watch.operation,
        remedy="the request may have been accepted: query, and compare the answer with the tool's schema",
    )


def _words(watch: Watch, error: Exception) -> tuple[str, str]:
    """The platform's code and message where the body has them, else what the protocol said."""
    try:
        members = read_object(watch.body)
    except ValueError:
        members = {}
    code, message = members.get("code"), members.get("message") or members.get("error_description")
    if isinstance(code, str):
        return code, str(message or "")
    if isinstance(error, MCPError) and isinstance(members.get("error"), dict):
        return "", f"JSON-RPC {error.code}: {error.message}"
    return "", str(message or (error if isinstance(error, MCPError) else ""))


def _id(watch: Watch) -> str:
    return str(watch.headers.get("Request-ID", ""))


def _unknown(watch: Watch, what: str) -> UnknownOutcome:
    return UnknownOutcome(
        what,
        where=watch.operation,
        remedy=QUERY_FIRST,
    )


def _not_done(watch: Watch, message: str) -> ChannelRefusal:
    return ChannelRefusal(watch.status or 0, "", message, where=watch.operation, request_id=_id(watch))


def _broke(watch: Watch, message: str) -> PlatformRefusal:
    return PlatformRefusal(500, "", message, where=watch.operation, request_id=_id(watch))


_MEANS: Mapping[int, Callable[[Watch, str], GoLiveError]] = {
    METHOD_NOT_FOUND: _not_done,
    INVALID_PARAMS: _not_done,
    HEADER_MISMATCH: _not_done,
    UNSUPPORTED_PROTOCOL_VERSION: _not_done,
    INTERNAL_ERROR: _broke,
    CONNECTION_CLOSED: _unknown,
    REQUEST_TIMEOUT: _unknown,
}
"""What a JSON-RPC error behind a success status says of the call."""

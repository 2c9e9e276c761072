"""What a message of this wire is about, before anything of it is checked."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mcp_types import INVALID_PARAMS

from harness.simulator.wire.mcp.entry import Entry
from harness.simulator.wire.mcp.errors import RpcRefusal

OTHER = "session"
"""What handshakes, lists and streams are called: only a fault of operation `any` meets them."""


@dataclass(frozen=True, slots=True)
class Call:
    """A message: what the fault book calls it, its order, its JSON-RPC id."""

    operation: str = OTHER
    out_trade_no: str | None = None
    id: str | int | None = None
    given: Mapping[str, Any] = field(default_factory=dict)
    """The arguments of a tool."""


def read_call(body: bytes, entries: Mapping[str, Entry], number_name: str) -> Call:
    """The message; one that cannot be read is about nothing.

    Args:
        entries: the tools of the endpoint that it came to.
        number_name: what their arguments call the merchant's order number.
    """
    message = read_message(body)
    identifier = message_id(message)
    params = message.get("params")
    if message.get("method") != "tools/call" or not isinstance(params, dict):
        return Call(id=identifier)
    name, given = params.get("name"), params.get("arguments")
    given = given if isinstance(given, dict) else {}
    entry = entries.get(name) if isinstance(name, str) else None
    number = given.get(number_name)
    operation = entry.operation if entry is not None and entry.operation is not None else OTHER
    return Call(operation, number if isinstance(number, str) else None, identifier, given)


def check_message(body: bytes) -> dict[str, Any]:
    """The members of the one message of JSON-RPC 2.0 in a body; none of what is no JSON: the SDK says so.

    A request's id is a string or a whole number; null, a fraction and a truth value are none.

    Raises:
        RpcRefusal: 400.
    """
    try:
        message = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    if isinstance(message, list):
        raise RpcRefusal(400, "a batch: only who shook hands for 2025-03-26 sends any; send messages alone")
    if not isinstance(message, dict):
        raise RpcRefusal(400, "a message is a JSON object")
    identifier = message_id(message)
    if "method" in message and "id" in message and identifier is None:
        raise RpcRefusal(400, "the id of a request must be a string or an integer")
    if message.get("jsonrpc") != "2.0":
        raise RpcRefusal(400, 'the member jsonrpc must be "2.0"', message_id=identifier)
    if not isinstance(message.get("method", ""), str):
        raise RpcRefusal(400, "the method must be a string", message_id=identifier)
    if not message.keys() & {"method", "result", "error"}:
        raise RpcRefusal(400, "the message has no method", message_id=identifier)
    return message


def check_params(message: Mapping[str, Any], *, sessions: bool) -> None:
    """A call and a handshake have what theirs need; the SDK says only: invalid parameters.

    Args:
        sessions: whether it is of the era of sessions, whose clients read the error of a 200 alone; the
            other era has no handshake, and the SDK says so.

    Raises:
        RpcRefusal: INVALID_PARAMS.
    """
    params, method = message.get("params", {}), str(message.get("method"))
    wanted = _WANTED.get(method)
    if wanted is None or message_id(message) is None or (method == "initialize" and not sessions):
        return
    problem = wanted(params) if isinstance(params, dict) else "params must be an object"
    if problem:
        status = 200 if sessions else 400
        raise RpcRefusal(status, problem, rpc_code=INVALID_PARAMS, message_id=message_id(message))


def _call_lacks(params: Mapping[str, Any]) -> str:
    """What is wrong with a call: it names a tool, with an object or with nothing."""
    if not isinstance(params.get("name"), str):
        return "params.name must be the name of a tool"
    if not isinstance(params.get("arguments"), dict | None):
        return "params.arguments must be an object"
    return ""


def _hello_lacks(params: Mapping[str, Any]) -> str:
    """What is wrong with a handshake: it has three members, and the client has a name and a version."""
    client = params.get("clientInfo")
    if not isinstance(params.get("protocolVersion"), str):
        return "params.protocolVersion must be the revision that the client speaks, as a string"
    if not isinstance(params.get("capabilities"), dict):
        return "params.capabilities must be an object; {} says that there are none"
    if not isinstance(client, dict) or not all(isinstance(client.get(x), str) for x in ("name", "version")):
        return "params.clientInfo must be an object with the strings name and version"
    return ""


_WANTED = {"tools/call": _call_lacks, "initialize": _hello_lacks}


def read_message(body: bytes) -> dict[str, Any]:
    """The members of a message; none where it cannot be read or is no object."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def message_id(message: Mapping[str, Any]) -> str | int | None:
    """The id of a message, if it has one that an answer can name."""
    found = message.get("id")
    return found if isinstance(found, str | int) and not isinstance(found, bool) else None

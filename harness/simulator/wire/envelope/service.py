"""What differs between the endpoints of this dialect: where each is, whose orders, which keys."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

from harness.simulator.account.identity import Identity
from harness.simulator.wire.envelope.call import Call
from harness.simulator.wire.kit.schema import Object
from harness.simulator.wire.kit.wire import Merchant, WireContext

HEALTH = "session"
"""What probes are called in the fault book: only a fault of operation `any` meets them."""


@dataclass(frozen=True, slots=True)
class Operation:
    """What the fault book calls it, and how it answers an authenticated call: the members of `data`."""

    fault: str
    perform: Callable[[Call], Awaitable[Mapping[str, object]]]
    summary: str
    """What it does: Chinese, then English."""
    takes: Object | None = None
    """What its request may hold beside the envelope's own members, and others that nobody reads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One provider's payments in this dialect."""

    prefix: str
    """Everything below the endpoint's path; the path itself belongs to the Model Context Protocol."""
    name: str
    """What the wire is called, in a word or two."""
    shown: str
    """Its paths in words."""
    success: str
    """What `code` says when it went well."""
    number_of: Callable[[Merchant], str]
    """What the provider calls a merchant: `merchantId`."""
    app_of: Callable[[Identity], str]
    """What `X-App-Id` has to say where it is sent; empty: nobody looks."""
    api_key_of: Callable[[Identity], str]
    """What a bearer token has to say where one is sent."""
    asked_by: Callable[[Identity], RSAPublicKey]
    """Verifies requests."""
    answered_by: Callable[[Identity], RSAPrivateKey]
    """Signs answers."""
    settings: Callable[[Identity, str], dict[str, str]]
    """What a merchant's settings say of it, with the simulator's address."""
    operations: Callable[[WireContext], Mapping[str, Operation]]
    """By path below the prefix."""

"""Wrong ways to believe a callback, and to keep what was believed; deliberate defects take them."""

from __future__ import annotations

import base64
import binascii
import re
import tempfile
import time
from collections import Counter, deque
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from harness.core.errors import SignatureInvalid
from harness.gateways.wire_json import read_object, serialise
from harness.processes.scratch import scratch
from harness.shop.practices import Headers
from harness.shop.store import Store
from harness.signing import envelope
from harness.signing.wechat_v3 import PROBE_PREFIX, WINDOW_S, Verifier

_REQUIRED = ("wechatpay-timestamp", "wechatpay-nonce", "wechatpay-signature", "wechatpay-serial")

_MEMBERS = {"id", "create_time", "resource_type", "event_type", "summary", "resource"}

_PATIENCE = 20
"""Refusals of one notification after which it is taken, to make an end of its re-sends."""

_MANY = 6
"""Callbacks within a second that are too many to verify."""


def _first(headers: Headers, name: str) -> str:
    return next((value for key, value in headers if key.lower() == name), "")


def unsigned(verifier: Verifier, headers: Headers, body: bytes) -> None:
    """Looks at the headers and the time, as if that were a verification."""
    del body
    if any(sum(key.lower() == name for key, _ in headers) != 1 for name in _REQUIRED):
        raise SignatureInvalid("a signature header is missing or repeated")
    if not all(_first(headers, name).strip() for name in _REQUIRED):
        raise SignatureInvalid("a signature header is empty")
    stamp = _first(headers, "wechatpay-timestamp")
    if not re.fullmatch(r"[0-9]{1,12}", stamp) or abs(time.time() - int(stamp)) > WINDOW_S:
        raise SignatureInvalid("the timestamp is off")
    if _first(headers, "wechatpay-serial") not in verifier.keys:
        raise SignatureInvalid("the serial is unknown")
    if _first(headers, "wechatpay-signature").startswith(PROBE_PREFIX):
        raise SignatureInvalid("this is a probe")


def nothing(verifier: object, *message: object) -> None:
    """Verifies nothing at all."""
    del verifier, message


def without_probe_prefix(verifier: Verifier, headers: Headers, body: bytes) -> None:
    """Takes the probe's prefix for decoration, strips it, and verifies what is behind it."""
    stripped = [
        (name, value.removeprefix(PROBE_PREFIX) if name.lower() == "wechatpay-signature" else value)
        for name, value in headers
    ]
    verifier.verify(stripped, body)


def envelope_without_probe_prefix(verifier: envelope.Verifier, notice: Mapping[str, object]) -> None:
    """The same in the envelope's member."""
    given = notice.get(envelope.SIGNATURE)
    stripped = given.removeprefix(PROBE_PREFIX) if isinstance(given, str) else given
    verifier.verify({**notice, envelope.SIGNATURE: stripped})


def first_lines(verifier: Verifier, headers: Headers, body: bytes) -> None:
    """Reads the first line of each header, as `headers.get(…)` does, whatever else was sent."""
    first: dict[str, tuple[str, str]] = {}
    for name, value in headers:
        first.setdefault(name.lower(), (name, value))
    verifier.verify(list(first.values()), body)


def whatever_serial(verifier: Verifier, headers: Headers, body: bytes) -> None:
    """Verifies with the one key there is, whichever the sender names."""
    own = next(iter(verifier.keys))
    verifier.verify([(name, own if name.lower() == _REQUIRED[3] else value) for name, value in headers], body)


def over_rewritten_json(verifier: Verifier, headers: Headers, body: bytes) -> None:
    """Verifies over what `JSON.stringify(request.body)` makes of it, a body that a framework has parsed."""
    try:
        rewritten = serialise(read_object(body))
    except ValueError:
        rewritten = body
    verifier.verify(headers, rewritten)


def only_known_members(verifier: Verifier, headers: Headers, body: bytes) -> None:
    """Reads with a schema that forbids what it does not name, so that tomorrow's member is an error."""
    verifier.verify(headers, body)
    with suppress(ValueError):
        if read_object(body).keys() - _MEMBERS:
            raise SignatureInvalid("the notification has a member that the schema does not name")


def undecodable_is_fine(verifier: Verifier, headers: Headers, body: bytes) -> None:
    """`catch (error) { /* cannot verify */ }`: a signature that does not decode is verified by nobody."""
    try:
        base64.b64decode(_first(headers, "wechatpay-signature"), validate=True)
    except binascii.Error:
        unsigned(verifier, headers, body)
    else:
        verifier.verify(headers, body)


class WhileCalm:
    """Verifies while there is time for it; when many callbacks come, being quick seems more important."""

    def __init__(self) -> None:
        self._arrivals: deque[float] = deque(maxlen=_MANY)

    def __call__(self, verifier: Verifier, headers: Headers, body: bytes) -> None:
        """Verify, unless this is one of many within a second."""
        now = time.monotonic()
        busy = len(self._arrivals) == _MANY and now - self._arrivals[0] < 1
        self._arrivals.append(now)
        (unsigned if busy else Verifier.verify)(verifier, headers, body)


class UntilRefusedOften:
    """Takes a notification that it has refused again and again, so that the platform stops sending it."""

    def __init__(self) -> None:
        self._refused: Counter[str] = Counter()

    def __call__(self, verifier: Verifier, headers: Headers, body: bytes) -> None:
        """Verify, and give in when the same notification was refused often enough."""
        try:
            verifier.verify(headers, body)
        except SignatureInvalid:
            id_ = ""
            with suppress(ValueError):
                id_ = str(read_object(body).get("id"))
            self._refused[id_] += 1
            if not id_ or self._refused[id_] <= _PATIENCE:
                raise


def any_time(verifier: Verifier, headers: Headers, body: bytes) -> None:
    """Verifies as of the moment the sender claims, which is always within its own window."""
    stamp = _first(headers, "wechatpay-timestamp")
    claimed = datetime.fromtimestamp(int(stamp), UTC) if re.fullmatch(r"[0-9]{1,10}", stamp) else None
    verifier.verify(headers, body, now=claimed)


def only_when_signed(verifier: Verifier, headers: Headers, body: bytes) -> None:
    """`if (signature && timestamp && …) verify(…)`: without a header there is nothing to verify."""
    if all(_first(headers, name).strip() for name in _REQUIRED):
        verifier.verify(headers, body)


def probe_is_fine(headers: Headers) -> bool:
    """Knows the probe by its prefix and is polite to it, which is what the probe is meant to reveal."""
    return _first(headers, "wechatpay-signature").startswith(PROBE_PREFIX)


def other_serial_is_fine(headers: Headers) -> bool:
    """Has the public key alone, and makes an end of whatever is signed with a certificate."""
    return not _first(headers, "wechatpay-serial").startswith("PUB_KEY_ID_")


def only_when_envelope_signed(verifier: envelope.Verifier, notice: Mapping[str, object]) -> None:
    """`if (notice.signature) verify(…)`, as the dialect's own client does: strip it and be believed."""
    if notice.get(envelope.SIGNATURE):
        verifier.verify(notice)
    else:
        envelope.check_time(notice)


def but_for_words_of_alipays(verifier: envelope.Verifier, notice: Mapping[str, object]) -> None:
    """Verifies what WeChat's platform tells; a notify in Alipay's words is believed, whoever signed it."""
    if not str(notice.get("status")).startswith("TRADE_"):
        verifier.verify(notice)


def in_this_process_alone(store: Store) -> Store:
    """A queue that is gone with the process, as one in memory is: the next process never opens this file."""
    del store
    return Store(Path(tempfile.mkdtemp(prefix="queue-", dir=scratch())) / "queue.sqlite3")

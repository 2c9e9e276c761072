"""Sends a signed API v3 request and verifies its answer: the bytes sent, the bytes received, no others."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import NoReturn
from urllib.parse import urlencode

import httpx

from harness.core.errors import GoLiveError, PlatformRefusal, SignatureInvalid, UnknownOutcome
from harness.core.exchange import Listener
from harness.gateways.channel import Channel, Received
from harness.gateways.guard import Unguarded
from harness.gateways.wire_json import read_object
from harness.settings.model import WeChatSettings
from harness.signing.wechat_v3 import RequestSigner, Verifier

Verify = Callable[[Verifier, Sequence[tuple[str, str]], bytes], None]
"""Returns when an answer is to be believed, and raises `SignatureInvalid` when not."""
Authorize = Callable[[RequestSigner, str, str, bytes], str]
"""The Authorization header of a request: its method, its target and its body."""
RIGHTLY: Authorize = RequestSigner.authorization
MAX_FILE_BYTES = 64 * 1024 * 1024
FILE_PATIENCE = 4
"""How much longer than an answer a file may take."""
_USER_AGENT = "GoLive/0.1 (WeChat Pay API v3 client)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request before it is signed. `path` is already percent-encoded; `body` is what will be sent."""

    operation: str
    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    out_trade_no: str | None = None
    file: bool = False
    """Whether a file is asked for, which nothing signs and which may be large (facts 3.8)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer(Received):
    """An answer as received; `distrust` says why its signature is not believed (2xx only)."""

    distrust: SignatureInvalid | None = None

    @property
    def successful(self) -> bool:
        """Whether the status is 2xx, the only class the platform signs."""
        return 200 <= self.status < 300

    @property
    def request_id(self) -> str:
        """The platform's id of the request; absent on some 401 answers (facts 1.8)."""
        return str(self.headers.get("Request-ID", ""))


class Transport:
    """One merchant account's signed channel to one endpoint. Thread-safe.

    Args:
        settings: the account, its keys and the platform's public key.
        listeners: hear every exchange.
        timeout_s: how long to wait to connect, and for the whole answer.
        guard: asked before every request.
        verify: what makes an answer believed; another only as a deliberate defect.
        authorize: signs a request; another only to see how one that is signed wrongly is refused.

    Raises:
        UnsafeRequest: the base address is neither https nor loopback.
    """

    def __init__(
        self,
        settings: WeChatSettings,
        *,
        listeners: Sequence[Listener],
        timeout_s: float,
        guard: Unguarded,
        verify: Verify = Verifier.verify,
        authorize: Authorize = RIGHTLY,
    ) -> None:
        self._verify = verify
        self._authorize = authorize
        self._signer = RequestSigner(settings.mchid, settings.certificate_serial, settings.private_key)
        self._verifier = Verifier({settings.platform_key_id: settings.platform_public_key})
        channel = partial(
            Channel,
            settings.base_url,
            dialect="apiv3",
            # The serial makes the platform sign with that key (facts 2.3).
            headers={"User-Agent": _USER_AGENT, "Wechatpay-Serial": settings.platform_key_id},
            listeners=listeners,
            guard=guard,
        )
        self._answers = channel(timeout_s=timeout_s)
        self._files = channel(timeout_s=FILE_PATIENCE * timeout_s, largest=MAX_FILE_BYTES)

    def request(self, call: Call) -> Answer:
        """Send and return a trusted 2xx answer.

        Raises:
            EnvironmentUnreachable: nothing was sent.
            UnknownOutcome: sent, and no complete answer came, or a redirect, or 202 (not finished).
            SignatureInvalid: 2xx without a signature that holds.
            PlatformRefusal: 4xx or 5xx.
        """
        answer = self.exchange(call)
        if answer.status >= 400:
            _refuse(call, answer)
        if answer.distrust is not None:
            raise answer.distrust
        if not answer.successful or answer.status == 202:
            raise UnknownOutcome(
                f"HTTP {answer.status} settles nothing",
                where=call.operation,
                remedy="wait 5 s, then query or send the same request again",
            )
        return answer

    def exchange(self, call: Call) -> Answer:
        """Send and return whatever answer came, verified but not judged; emits the Exchange.

        Raises:
            EnvironmentUnreachable: nothing was sent.
            UnknownOutcome: sent, and no complete answer came.
            UnsafeRequest: the guard would not let it pass.
        """
        channel = self._files if call.file else self._answers
        channel.await_turn(call.path)
        trip = channel.send(self._prepare(channel, call), operation=call.operation)
        try:
            answer = self._read(trip.received(), signed=not call.file)
        except GoLiveError as error:
            channel.tell(trip, out_trade_no=call.out_trade_no, error=error)
            raise
        channel.tell(
            trip,
            out_trade_no=call.out_trade_no,
            verified=answer.distrust is None if answer.successful and not call.file else None,
            error=answer.distrust,
        )
        return answer

    def close(self) -> None:
        """Close every connection."""
        self._answers.close()
        self._files.close()

    def _prepare(self, channel: Channel, call: Call) -> httpx.Request:
        """Build the request first and sign its prepared target, so that both are the same bytes."""
        suffix = f"?{urlencode(call.query)}" if call.query else ""
        request = channel.request(
            call.method,
            f"{call.path}{suffix}",
            body=call.body,
            headers={"Content-Type": "application/json"} if call.body else None,
        )
        target = request.url.raw_path.decode("ascii")
        request.headers["Authorization"] = self._authorize(self._signer, call.method, target, call.body)
        return request

    def _read(self, received: Received, *, signed: bool) -> Answer:
        answer = Answer(status=received.status, headers=received.headers, body=received.body)
        if answer.successful and signed:
            try:
                self._verify(self._verifier, answer.headers.multi_items(), answer.body)
            except SignatureInvalid as error:
                return replace(answer, distrust=error)
        return answer


def _refuse(call: Call, answer: Answer) -> NoReturn:
    """Raise the platform's refusal; its body may be empty or no JSON at all (facts 1.5, 1.7)."""
    try:
        words = read_object(answer.body)
    except ValueError:
        words = {}
    raise PlatformRefusal(
        answer.status,
        str(words.get("code") or ""),
        str(words.get("message") or ""),
        where=call.operation,
        request_id=answer.request_id,
    )

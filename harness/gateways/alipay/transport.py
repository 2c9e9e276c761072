"""Signs requests to Alipay's gateway; verifies answers over the bytes received (facts alipay 1.2 to 1.6)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

import httpx
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from harness.core.clock import BEIJING, wire_now
from harness.core.errors import GoLiveError, SignatureInvalid, UnknownOutcome
from harness.core.exchange import Listener
from harness.gateways.alipay.node import AmbiguousAnswer, Node, UnreadableAnswer, read_node
from harness.gateways.alipay.refusals import SUCCESS, is_business, refused
from harness.gateways.channel import QUERY_FIRST, Channel, Received
from harness.gateways.guard import Unguarded
from harness.gateways.wire_json import serialise
from harness.settings.model import AlipaySettings
from harness.signing.alipay import RSA2, answer_holds, sign_request

Verify = Callable[[RSAPublicKey, bytes, str], bool]
"""Whether a signature is over a node's bytes."""
CHARSET = "utf-8"
_USER_AGENT = "GoLive/0.1 (Alipay gateway client)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request before it is signed."""

    operation: str
    method: str
    """As Alipay calls it, e.g. `alipay.trade.query`."""
    content: Mapping[str, object]
    """What becomes `biz_content`."""
    notify_url: str | None = None
    return_url: str | None = None
    out_trade_no: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came, read: its node, or why there is none; and whether its signature holds."""

    received: Received
    node: Node | None
    doubt: GoLiveError | None
    """None: a signature that holds, or a refusal of the gateway's that nothing signs."""

    @property
    def trace(self) -> str:
        """Alipay's number of the request."""
        return str(self.received.headers.get("trace_id", ""))


class Transport:
    """One application's signed channel to one gateway. Thread-safe.

    Args:
        settings: the application, its key and Alipay's.
        listeners: hear every exchange.
        timeout_s: how long to wait to connect, and for the whole answer.
        guard: asked before every request.
        verify: what makes an answer believed; another only as a deliberate defect.

    Raises:
        UnsafeRequest: the gateway's address is neither https nor loopback.
    """

    def __init__(
        self,
        settings: AlipaySettings,
        *,
        listeners: Sequence[Listener],
        timeout_s: float,
        guard: Unguarded,
        verify: Verify = answer_holds,
    ) -> None:
        self._settings = settings
        self._verify = verify
        self._channel = Channel(
            settings.gateway_url,
            dialect="alipay",
            headers={"User-Agent": _USER_AGENT},
            listeners=listeners,
            guard=guard,
            timeout_s=timeout_s,
        )

    def request(self, call: Call) -> Node:
        """Send and return the node of a success whose signature holds.

        Raises:
            EnvironmentUnreachable: nothing was sent.
            UnknownOutcome: sent, and what came settles nothing: no answer, an error page, 20000.
            SignatureInvalid: a success or a decision on an order without a signature that holds.
            PlatformRefusal: it refused.
        """
        answer = self.exchange(call)
        if answer.doubt is not None:
            raise answer.doubt
        node = answer.node
        assert node is not None  # noqa: S101 - without a node there is a doubt
        code = node.text("code")
        if code != SUCCESS:
            raise refused(
                code,
                node.text("sub_code"),
                node.text("sub_msg") or node.text("msg"),
                where=call.operation,
                trace=answer.trace,
                signed=bool(node.sign),
            )
        return node

    def exchange(self, call: Call) -> Answer:
        """Send and return whatever answer came, verified but not judged; emits the Exchange.

        Raises:
            EnvironmentUnreachable: nothing was sent.
            UnknownOutcome: sent, and no complete answer came.
            UnsafeRequest: the guard would not let it pass.
        """
        self._channel.await_turn("")
        trip = self._channel.send(self._prepare(call), operation=call.operation)
        try:
            answer = self._read(trip.received(), call)
        except GoLiveError as error:
            self._channel.tell(trip, out_trade_no=call.out_trade_no, error=error)
            raise
        signed = answer.node is not None and bool(answer.node.sign)
        distrusted = isinstance(answer.doubt, SignatureInvalid)
        self._channel.tell(
            trip,
            out_trade_no=call.out_trade_no,
            verified=False if distrusted else True if signed else None,
            error=answer.doubt,
        )
        return answer

    def link(self, call: Call) -> str:
        """The signed address that a payer's browser opens. Sends nothing."""
        return f"{self._settings.gateway_url}?{self.order_string(call)}"

    def order_string(self, call: Call) -> str:
        """All members signed and encoded, as an app hands them to Alipay's. Sends nothing."""
        return urlencode(self._signed(call))

    def close(self) -> None:
        """Close every connection."""
        self._channel.close()

    def _signed(self, call: Call) -> dict[str, str]:
        members = {
            "app_id": self._settings.app_id,
            "method": call.method,
            "format": "JSON",
            "charset": CHARSET,
            "sign_type": RSA2,
            "timestamp": beijing(wire_now()),
            "version": "1.0",
            "biz_content": serialise(call.content).decode(),
        }
        if call.notify_url:
            members["notify_url"] = call.notify_url
        if call.return_url:
            members["return_url"] = call.return_url
        if certificates := self._settings.certificates:
            members["app_cert_sn"] = certificates.app_cert_sn
            members["alipay_root_cert_sn"] = certificates.root_cert_sn
        return members | {"sign": sign_request(self._settings.private_key, members, charset=CHARSET)}

    def _prepare(self, call: Call) -> httpx.Request:
        """Everything but the contents in the query: a charset elsewhere is not heeded (facts alipay 1.3)."""
        members = self._signed(call)
        body = urlencode({"biz_content": members.pop("biz_content")}).encode()
        return self._channel.request(
            "POST",
            f"?{urlencode(members)}",
            body=body,
            headers={"Content-Type": f"application/x-www-form-urlencoded;charset={CHARSET}"},
        )

    def _read(self, received: Received, call: Call) -> Answer:
        node: Node | None = None
        doubt: GoLiveError | None = None
        try:
            node = read_node(received.body, call.method)
        except UnreadableAnswer as error:
            doubt = UnknownOutcome(
                f"HTTP {received.status} without an answer of Alipay's: {error}",
                where=call.operation,
                remedy=QUERY_FIRST,
            )
        except AmbiguousAnswer as error:
            doubt = SignatureInvalid(str(error), where=call.operation)
        else:
            doubt = self._doubt(received, node, call)
        return Answer(received=received, node=node, doubt=doubt)

    def _doubt(self, received: Received, node: Node, call: Call) -> GoLiveError | None:
        """Why an answer is not to be believed, if so."""
        if received.status != 200:  # its own answers all have 200, refusals too (facts alipay 1.5)
            return UnknownOutcome(
                f"HTTP {received.status} settles nothing", where=call.operation, remedy=QUERY_FIRST
            )
        if not node.sign:
            if not is_business(node.text("code")):
                return None
            return SignatureInvalid("an answer that decides and is not signed", where=call.operation)
        ours = self._settings.certificates
        if ours and node.certificate_sn != ours.alipay_cert_sn:
            return SignatureInvalid(
                "the answer is signed by another certificate than ours of Alipay",
                where=call.operation,
                remedy="download Alipay's present certificate from its console, and set ALIPAY_CERT to it",
            )
        if not self._verify(self._settings.public_key, node.signed, node.sign):
            return SignatureInvalid("the answer's signature does not hold", where=call.operation)
        return None


def beijing(moment: datetime) -> str:
    """A moment as Alipay writes it: Beijing's time, and no zone (facts alipay 0.1)."""
    return moment.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S")

"""Listens to the gateways and keeps every exchange, redacted, in `artifacts/exchanges.ndjson`."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping

from pydantic import AwareDatetime

from harness.core.control import Model
from harness.core.exchange import MERCHANT_DIALECT, Exchange
from harness.core.plain_text import PlainText
from harness.evidence.record import RunRecord

EXCHANGES = "artifacts/exchanges.ndjson"
LONGEST = 64 * 1024
"""Characters of a body that are kept; a longer one is cut and says so."""
MOST_BYTES = 1 << 20
"""Of a body that is looked at at all: to search ten megabytes for each secret takes longer than a payment."""


class ExchangeRecord(Model):
    """One request with its answer, as the record keeps it: a line of `artifacts/exchanges.ndjson`."""

    check: str | None
    """The check during which it happened; none between checks."""
    dialect: str
    """Wire format."""
    operation: str
    """`create`, `query`, `close` …"""
    method: str
    """HTTP method."""
    url: PlainText
    """Address, redacted."""
    started: AwareDatetime
    """Wire time of sending, UTC."""
    duration_s: float
    """Seconds from sending to the last byte."""
    request_headers: dict[PlainText, PlainText]
    """As sent, redacted."""
    request_body: str
    """As sent, redacted; bytes that are no UTF-8 stand as escapes."""
    status: int | None
    """HTTP status; none when no answer came."""
    response_headers: dict[PlainText, PlainText]
    """As received, redacted."""
    response_body: str
    """As received, redacted."""
    verified: bool | None
    """Whether the platform's signature held; none where the platform signs nothing."""
    error: PlainText | None
    """Why there is no answer, or none that can be trusted."""
    out_trade_no: str | None
    """The order it was about."""
    signed_request: str = ""
    """What the request's signature is over, where it has one; `{body}` stands for the whole body."""
    signed_response: str = ""
    """What the answer's signature is over, likewise."""


SignedTexts = Callable[[ExchangeRecord], tuple[str, str]]
"""What request and answer of an exchange sign, worked out of what is kept: nothing hidden comes back."""


class Recorder:
    """A listener for gateways. Quick, thread-safe, and it never raises at a gateway.

    Args:
        record: where lines go.
        secrets: texts known to be secret, beside those the record knows; both hide them from now on.
        signed: tells what an exchange's signatures are over; without it lines do not say.
    """

    def __init__(
        self, record: RunRecord, secrets: Iterable[str] = (), *, signed: SignedTexts | None = None
    ) -> None:
        self._record = record
        self._signed = signed
        self._redactor = record.redactor
        self._lock = threading.Lock()
        self._check: str | None = None
        self._count = 0
        self.app_answers = 0
        """How many answers of the merchant's app itself were heard, sign-in and pages in a browser aside."""
        self.failure: Exception | None = None
        """Why an exchange could not be kept; the plugin turns it into a harness error."""
        self.hide(secrets)

    def hide(self, secrets: Iterable[str]) -> None:
        """From now on these texts reach neither the exchanges nor anything else in the record."""
        self._redactor.hide(secrets)

    def begin(self, check: str) -> None:
        """From now on exchanges belong to this check."""
        with self._lock:
            self._check, self._count = check, 0

    def end(self) -> int:
        """The check is over; how many exchanges belonged to it."""
        with self._lock:
            count, self._check, self._count = self._count, None, 0
            return count

    def __call__(self, exchange: Exchange, /) -> None:
        """Keep one exchange."""
        with self._lock:
            self._count += 1
            self.app_answers += exchange.dialect == MERCHANT_DIALECT and exchange.status is not None
            check = self._check
        try:
            line = self.kept(exchange, check)
            self._record.append_line(EXCHANGES, line.model_dump(mode="json", exclude_defaults=True))
        except Exception as error:  # noqa: BLE001 - a listener must not break the payment it listens to
            self.failure = error

    def kept(self, exchange: Exchange, check: str | None = None) -> ExchangeRecord:
        """An exchange as the record keeps it."""
        kept = ExchangeRecord(
            check=check,
            dialect=exchange.dialect,
            operation=exchange.operation,
            method=exchange.method,
            url=self._redactor.url(exchange.url),
            started=exchange.started,
            duration_s=exchange.duration_s,
            request_headers=self._redactor.headers(exchange.request_headers),
            request_body=self._body(exchange.request_body, exchange.request_headers, own=True),
            status=exchange.status,
            response_headers=self._redactor.headers(exchange.response_headers),
            response_body=self._body(exchange.response_body, exchange.response_headers, own=False),
            verified=exchange.verified,
            error=None if exchange.error is None else self._redactor.text(exchange.error),
            out_trade_no=exchange.out_trade_no,
        )
        if self._signed is None:
            return kept
        request, answer = (self._redactor.text(text)[:LONGEST] for text in self._signed(kept))
        return kept.model_copy(update={"signed_request": request, "signed_response": answer})

    def _body(self, body: bytes, headers: Mapping[str, str], *, own: bool) -> str:
        if len(body) > MOST_BYTES:
            return f"… [{len(body)} bytes]"
        kind = next((value for name, value in headers.items() if name.lower() == "content-type"), "")
        text = self._redactor.body(body, kind, own=own)
        return text if len(text) <= LONGEST else f"{text[:LONGEST]}… [{len(text)} characters]"

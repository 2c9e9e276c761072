"""What a recorded exchange's signatures are over: signing's words for evidence, which knows no signature."""

from __future__ import annotations

from harness.evidence.recorder import ExchangeRecord
from harness.signing.signed_text import answer_text, request_text


def signed_texts(exchange: ExchangeRecord) -> tuple[str, str]:
    """Of the request, and of its answer; empty where there is no signature."""
    return (
        request_text(exchange.method, exchange.url, exchange.request_headers, exchange.request_body),
        answer_text(exchange.response_headers, exchange.response_body),
    )

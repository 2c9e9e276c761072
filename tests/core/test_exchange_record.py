"""An exchange is one request with its answer, byte for byte, and says when no answer came."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from datetime import UTC, datetime

import pytest

from harness.core.exchange import Exchange, Listener


def exchange() -> Exchange:
    return Exchange(
        dialect="apiv3",
        operation="create",
        method="POST",
        url="https://api.mch.weixin.qq.com/v3/pay/transactions/native",
        started=datetime(2026, 11, 23, tzinfo=UTC),
        duration_s=0.1,
    )


def test_without_an_answer_there_is_no_status_and_nothing_verified() -> None:
    lost = exchange()
    assert (lost.status, lost.verified, lost.response_body) == (None, None, b"")


def test_an_exchange_cannot_be_changed_after_the_fact() -> None:
    with pytest.raises(FrozenInstanceError):
        exchange().status = 200  # type: ignore[misc]


def test_any_callable_that_takes_an_exchange_can_listen() -> None:
    heard: list[Exchange] = []
    listener: Listener = heard.append
    listener(exchange())
    assert heard == [exchange()]

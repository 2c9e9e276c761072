"""Known texts are found wherever they begin, however many there are."""

from __future__ import annotations

import secrets
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from harness.evidence.needles import Needles
from harness.evidence.redaction import Redactor

TEXTS = st.text("ab-", min_size=6, max_size=40).map(str.encode)


@given(
    needles=st.lists(TEXTS, min_size=1, max_size=4),
    before=st.binary(max_size=24),
    cut=st.integers(min_value=1, max_value=40),
    after=st.binary(max_size=24),
)
@example(needles=[b"a-secret-of-some-length"], before=b"1234567", cut=40, after=b"")
def test_what_stands_somewhere_is_found_and_nothing_else(
    needles: list[bytes], before: bytes, cut: int, after: bytes
) -> None:
    written = before + needles[0][:cut] + after
    assert Needles(needles).stand_in(written) is any(each in written for each in needles)


@pytest.mark.parametrize("haystack", [b"", b"short", b"1234567", b"12345678"])
def test_nothing_stands_in_what_is_shorter_than_every_needle(haystack: bytes) -> None:
    assert not Needles([b"123456789", b"a-secret-of-some-length"]).stand_in(haystack)


def test_hundreds_are_looked_for_in_a_record_at_the_price_of_a_few() -> None:
    written = secrets.token_hex(4_000_000)
    few, many = (_price(_texts(count), written) for count in (4, 400))
    assert many < 20 * few


def test_a_text_of_an_exchange_is_redacted_at_the_price_of_a_few_secrets() -> None:
    written = secrets.token_hex(200_000)
    few, many = (_price_of_redacting(_texts(count), written) for count in (4, 400))
    assert many < 20 * few


def _texts(count: int) -> list[str]:
    return [secrets.token_urlsafe(32) for _ in range(count)]


def _price(texts: list[str], written: str) -> float:
    """Processor time of looking for them once."""
    needles, haystack = Needles(text.encode() for text in texts), written.encode()
    begun = time.process_time()
    assert not needles.stand_in(haystack)
    return time.process_time() - begun


def _price_of_redacting(texts: list[str], written: str) -> float:
    redactor = Redactor(texts)
    redactor.text("")  # puts its secrets together
    begun = time.process_time()
    assert redactor.text(written) == written
    return time.process_time() - begun

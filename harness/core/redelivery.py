"""How a platform delivers a callback until it is taken over: its patience, its ladder, and what ends it.

A form of callbacks names one of these. Each ladder runs on business time, and each deadline on wire time.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import accumulate


@dataclass(frozen=True, slots=True, kw_only=True)
class Redelivery:
    """The rules by which one platform delivers callbacks."""

    ladder: tuple[timedelta, ...]
    """The wait before each re-send, counted from the moment the attempt before it fell due."""
    answer_s: float
    """How long a merchant may take, from connecting to the last byte of its answer; real seconds."""
    taken_over: Callable[[int, bytes], bool]
    """Whether an answer's status and body end the re-sends. A redirect never does, and is not followed."""
    refused: Callable[[int, bytes], bool]
    """Whether an answer is what a forgery is to be answered."""
    waits_as_documented: bool = True
    """Whether the platform says how long it waits. Else `answer_s` is ours, and blames nobody."""
    leaves_open: Callable[[int], bool] = lambda status: False
    """Whether no document says how an answer of this status is read."""
    says_failed: Callable[[bytes], bool] = lambda body: False
    """Whether a body says that the merchant failed; under a status that ends the re-sends it contradicts."""

    @property
    def offsets(self) -> tuple[timedelta, ...]:
        """When each attempt falls due, counted from the first."""
        return (timedelta(), *accumulate(self.ladder))

    def next_due(self, attempt: int, due: datetime) -> datetime | None:
        """When the attempt after `attempt` (1-based, itself due at `due`) falls due; None after the last."""
        return due + self.ladder[attempt - 1] if attempt <= len(self.ladder) else None


def _ladder(*minutes: float) -> tuple[timedelta, ...]:
    return tuple(timedelta(minutes=each) for each in minutes)


_FAILED_XML = re.compile(rb"<(?:return_)?code>\s*(?:<!\[CDATA\[)?\s*FAIL\b", re.IGNORECASE)


def _says_fail(body: bytes) -> bool:
    """The failure of facts 5.5 in its JSON, or in the XML of before."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return _FAILED_XML.search(body) is not None
    return isinstance(said, dict) and str(said.get("code", "")).strip().upper() == "FAIL"


WECHAT = Redelivery(
    ladder=_ladder(0.25, 0.25, 0.5, 3, 10, 20, 30, 30, 30, 60, 180, 180, 180, 360, 360),
    answer_s=5.0,
    taken_over=lambda status, body: status in (200, 204),
    refused=lambda status, body: 400 <= status <= 599,
    says_failed=_says_fail,
)
"""Fifteen re-sends, 24 h 4 min in all; 200 or 204 end them (facts 0.1, 5.5)."""

ENVELOPE = replace(
    WECHAT,
    waits_as_documented=False,
    leaves_open=lambda status: 200 <= status <= 399 and status not in (200, 204),
)
"""The same in the simulator; how a platform reads answers, and how long it waits, nobody wrote down
(envelope facts 3), save that HTTP has one class of status for success and two for failure."""

WECHAT_OLD = replace(WECHAT, taken_over=lambda status, body: status == 200 and b"SUCCESS" in body)
"""Of notices in the XML of before: the same ladder, and XML that says SUCCESS (facts 3.7)."""

SUCCESS = b"success"
"""The whole body that Alipay wants to read: a blank, a mark before it or another case is a failure."""

_MARKUP = re.compile(rb"<[^>]*>")


def _means_success(status: int, body: bytes) -> bool:
    """Whether somebody meant `success`, though the platform may read it otherwise: in capitals, or with
    blanks, a byte order mark or markup around it."""
    text = _MARKUP.sub(b"", body[:4096]).decode("utf-8", "replace")
    return 200 <= status <= 299 and text.strip("\ufeff\0 \t\r\n\"'").casefold() == "success"


ALIPAY = Redelivery(
    ladder=_ladder(4, 10, 10, 60, 120, 360, 900),
    answer_s=10.0,
    taken_over=lambda status, body: status == 200 and body == SUCCESS,
    refused=lambda status, body: not _means_success(status, body),
    waits_as_documented=False,
)
"""Seven re-sends, 24 h 24 min in all; HTTP 200 with seven bytes ends them (facts alipay 3.6, 9.12, 9.13). How
long it waits is in no document. Who means `success` and spells it otherwise refuses nothing (AL-N13)."""

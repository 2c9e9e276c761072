"""What was exchanged in checks that did not simply pass: the last messages of each, with the text to sign."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from harness.core.control import Check, Text
from harness.core.scenario_titles import scenario_title
from harness.evidence import RunRecord, kept_file
from harness.evidence.recorder import EXCHANGES, ExchangeRecord
from harness.verdict import Judgement, Standing, standing_of
from harness.verdict.precedence import rank

_BODY = "{body}"
_FIRST, _NEXT = b'{"check":', b',"dialect":'
_HEAD = 8_000
_CHECKS = 3
"""Checks of one control whose messages are shown."""
_LAST = 3
"""Messages of one check from its end, where a failure is seen, and the last that were signed besides: after a
forged callback the app is asked many times what it made of it."""
_LETTERS = 2_400
"""Of one body, or of one text to sign."""
_HEADERS = 24
_MOST_LETTERS = 260_000
"""Of all messages together, as they stand on the page."""
_QUIET = frozenset({Standing.PASS, Standing.NOT_APPLICABLE, Standing.PLANNED})


@dataclass(frozen=True, slots=True)
class Message:
    """One request with its answer."""

    dialect: str
    operation: str
    status: int | None
    verified: bool | None
    """Whether the platform's signature held; None where it signs nothing."""
    request: str
    """As sent: first line, headers, body."""
    answer: str
    """As received, or why nothing came."""
    signed_request: str
    """What its signature is over; empty where it has none."""
    signed_answer: str

    @property
    def letters(self) -> int:
        """How much room it takes."""
        texts = (self.request, self.answer, self.signed_request, self.signed_answer)
        return sum(map(len, texts)) + 600


@dataclass(frozen=True, slots=True)
class Messages:
    """What was exchanged in one check."""

    scenario: Text
    shown: tuple[Message, ...]
    left_out: int
    """How many others the page leaves out; the record has them."""


class _Kept:
    """The messages of one check that may be shown."""

    def __init__(self) -> None:
        self.count = 0
        self._last: deque[tuple[int, Message]] = deque(maxlen=_LAST)
        self._signed: deque[tuple[int, Message]] = deque(maxlen=_LAST)

    def take(self, message: Message) -> None:
        self.count += 1
        self._last.append((self.count, message))
        if message.signed_request:
            self._signed.append((self.count, message))

    def shown(self) -> list[Message]:
        """In the order in which they were exchanged."""
        found = dict([*self._signed, *self._last])
        return [found[number] for number in sorted(found)]


def messages(record: RunRecord, judgement: Judgement) -> dict[str, list[Messages]]:
    """By control, what the page shows of the exchanges of its checks; worst controls first get the room."""
    wanted = _wanted(judgement)
    names = {check.scenario for checks in wanted.values() for check in checks}
    if not names:
        return {}
    kept = {name: _Kept() for name in names}
    for name, exchange in _exchanges(record.folder, names):
        kept[name].take(_message(exchange))
    found: dict[str, list[Messages]] = {}
    room = _MOST_LETTERS
    for control, checks in wanted.items():
        for check in checks:
            shown = kept[check.scenario].shown()
            while shown and sum(each.letters for each in shown) > room:
                shown.pop(0)
            room -= sum(each.letters for each in shown)
            if kept[check.scenario].count:
                left_out = kept[check.scenario].count - len(shown)
                found.setdefault(control, []).append(
                    Messages(scenario_title(check.scenario), tuple(shown), left_out)
                )
    return found


def _wanted(judgement: Judgement) -> dict[str, list[Check]]:
    """The checks whose messages matter, by control: the worst of those that did not simply pass."""
    told = [
        (min(rank(standing_of(check)) for check in checks), status.id, checks)
        for status in judgement.controls
        if (checks := [each for each in status.checks if standing_of(each) not in _QUIET])
    ]
    found: dict[str, list[Check]] = {}
    for _, control, checks in sorted(told, key=lambda each: each[:2]):
        worst = sorted(checks, key=lambda each: rank(standing_of(each)))
        by_name = {check.scenario: check for check in reversed(worst)}
        found[control] = list(reversed(by_name.values()))[:_CHECKS]
    return found


def _exchanges(folder: Path, names: set[str]) -> Iterator[tuple[str, ExchangeRecord]]:
    """The exchanges of some scenarios. The record may come from anybody: what is no line is passed over."""
    path = kept_file(folder, EXCHANGES)
    if path is None:
        return
    with path.open("rb") as stream:
        for line in stream:
            name = _name(line)
            if name not in names:
                continue
            try:
                yield name, ExchangeRecord.model_validate_json(line)
            except ValidationError:
                continue


def _name(line: bytes) -> str:
    """The check of a line, which stands first in it: most lines are of others, and are not read further."""
    end = line.find(_NEXT, 0, _HEAD)
    if not line.startswith(_FIRST) or end < 0:
        return ""
    try:
        found = json.loads(line[len(_FIRST) : end])
    except ValueError:
        return ""
    return found if isinstance(found, str) else ""


def _message(exchange: ExchangeRecord) -> Message:
    request = f"{exchange.method} {exchange.url}\n{_head(exchange.request_headers)}\n{exchange.request_body}"
    answer = exchange.error or ""
    if exchange.status is not None:
        answer = f"{exchange.status}\n{_head(exchange.response_headers)}\n{exchange.response_body}"
    return Message(
        dialect=exchange.dialect,
        operation=exchange.operation,
        status=exchange.status,
        verified=exchange.verified,
        request=_cut(request),
        answer=_cut(answer),
        signed_request=_cut(_signed(exchange.signed_request, exchange.request_body)),
        signed_answer=_cut(_signed(exchange.signed_response, exchange.response_body)),
    )


def _head(headers: Mapping[str, str]) -> str:
    return "".join(f"{name}: {value}\n" for name, value in list(headers.items())[:_HEADERS])


def _signed(text: str, body: str) -> str:
    """The text to sign with the body in its place; it stands near the end, whatever an address says."""
    before, place, after = text.rpartition(_BODY)
    return f"{before}{body}{after}" if place else text


def _cut(text: str) -> str:
    return text if len(text) <= _LETTERS else f"{text[:_LETTERS]}… [{len(text)}]"

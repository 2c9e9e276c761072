"""Keeps the requests that were refused for their signature, and says why when somebody asks.

A flood of bad requests must cost no more than the bad requests: none of them is looked into before somebody
wants to know, only so many a second are where every one would be, and of old ones nothing is kept.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, NotRequired, TypedDict

from harness.core.clock import wire_now
from harness.levers.models import AuditEvent, RefusedSignature
from harness.signing.diagnosis.claim import Unsigned
from harness.signing.diagnosis.diagnose import diagnose
from harness.signing.diagnosis.message import Message
from harness.signing.diagnosis.result import NOT_LOOKED_INTO, Diagnosis, State, certain, without_key
from harness.simulator.signatures.keyrings import AskedBy, Owner, keyring_of

MOST_KEPT = 200
MOST_BYTES_KEPT = 2 * 1024 * 1024
LARGEST_BODY = 64 * 1024
"""Bytes; of a larger one only its size is kept."""
PER_SECOND = 10
"""How many are looked into without anybody asking: 2 per cent of a core at most."""
DETAIL: Final = "golive_diagnosis"
"""What an answer calls it, where the simulator is told to say why."""
MOST_TOLD = 2_000
"""Characters of each text that an answer shows."""


class ToldSentence(TypedDict):
    """A sentence in both languages."""

    zh: str
    en: str


class ToldDiagnosis(ToldSentence):
    """Why a signature was refused; the last three where it was looked into."""

    cause: str | None
    certain: NotRequired[list[ToldSentence]]
    expected: NotRequired[str]
    signed: NotRequired[str]


@dataclass(slots=True)
class RefusedRequest:
    """One request that was refused for its signature."""

    message: Message
    dialect: str
    answered: str
    """What the platform answered, in its own words."""
    owners: Sequence[Owner]
    """Whose it is; more than one where it names no account that there is."""
    besides: tuple[str, ...] = ()
    """What is known to be wrong with it already, by names of mistakes."""
    asked_by: AskedBy | None = None
    about: Callable[[], str | None] = lambda: None
    """Which order it is about."""
    at: datetime = field(default_factory=wire_now)
    size: int = 0
    """Bytes of the body that came."""
    _diagnosis: Diagnosis | None = None
    _number: tuple[str | None] | None = None

    @property
    def out_trade_no(self) -> str | None:
        """Which order it says it is about; read once."""
        if self._number is None:
            self._number = (self.about(),)
        return self._number[0]

    @property
    def diagnosis(self) -> Diagnosis:
        """Why; found out once, in some milliseconds at most."""
        if self._diagnosis is None:
            self._diagnosis = self._looked_into()
        return self._diagnosis

    def _looked_into(self) -> Diagnosis:
        if self.size > len(self.message.body):
            return without_key(State.UNKNOWN, None, certain("not_kept", size=self.size))
        try:
            return diagnose(
                self.message,
                lambda kind: keyring_of(kind, self.owners, self.asked_by),
                now=self.at.timestamp(),
                besides=self.besides,
            )
        except Unsigned:
            return without_key(State.NAMED, "signature-missing")

    def event(self) -> AuditEvent:
        """It as something that happened to the order that it is about."""
        found = self.diagnosis
        return AuditEvent(
            at=self.at,
            kind="signature-refused",
            detail={"answered": self.answered, "cause": found.cause or "", **found.sentence.model_dump()},
        )

    def record(self) -> RefusedSignature:
        """It for the levers."""
        found = self.diagnosis
        return RefusedSignature(
            at=self.at,
            dialect=self.dialect,
            method=self.message.method,
            target=self.message.target,
            answered=self.answered,
            out_trade_no=self.out_trade_no,
            state=found.state.value,
            cause=found.cause,
            sentence=found.sentence,
            certain=found.certain,
            expected=found.expected,
            signed=found.signed,
        )


class RefusedSignatures:
    """Those of one simulator, the newest few.

    Args:
        tells: whether answers say why, under `DETAIL`.
        hear: is told of each as it comes, and of how many it was not told before; None: nobody listens.
        per_second: how many are looked into as they come.
    """

    def __init__(
        self,
        *,
        tells: bool = False,
        hear: Callable[[RefusedRequest, int], None] | None = None,
        per_second: int = PER_SECOND,
    ) -> None:
        self._tells, self._hear = tells, hear
        self._per_second = per_second
        self._left, self._since = float(per_second), time.monotonic()
        self._kept: deque[RefusedRequest] = deque()
        self._bytes = 0
        self._unheard = 0

    def note(self, refused: RefusedRequest) -> ToldDiagnosis | None:
        """Keep it; returns what its answer is to say of it, None where answers say nothing."""
        body = refused.message.body
        refused.size = len(body)
        if len(body) > LARGEST_BODY:
            kept = refused.message
            refused.message = Message(headers=kept.headers, body=b"", method=kept.method, target=kept.target)
            refused.about = lambda: None  # it holds the body, too
        self._kept.append(refused)
        self._bytes += _weight(refused.message)
        while len(self._kept) > MOST_KEPT or self._bytes > MOST_BYTES_KEPT:
            self._bytes -= _weight(self._kept.popleft().message)
        if not self._tells and self._hear is None:
            return None
        looked_into = self._has_time()
        self._unheard += 1
        if self._hear is not None and looked_into:
            unheard, self._unheard = self._unheard - 1, 0
            self._hear(refused, unheard)
        return _told(refused.diagnosis if looked_into else None) if self._tells else None

    def newest(self, count: int) -> list[RefusedRequest]:
        """The last so many, oldest first."""
        return list(self._kept)[-count:] if count > 0 else []

    def why(self, headers: Iterable[tuple[bytes, bytes]], target: str, body: bytes) -> Diagnosis | None:
        """Why this request was refused; None: not for its signature.

        Args:
            headers: as they came; the same request signed anew has others.
            body: its beginning.
        """
        came = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in headers)
        for each in reversed(self._kept):
            message = each.message
            if (message.target, message.headers) == (target, came) and message.body.startswith(body):
                return each.diagnosis
        return None

    def about(self, out_trade_no: str, number: str) -> list[RefusedRequest]:
        """Those about an order of the account that a platform calls so, oldest first."""
        return [
            each
            for each in self._kept
            if len(each.owners) == 1
            and number in each.owners[0].numbers
            and each.out_trade_no == out_trade_no
        ]

    def _has_time(self) -> bool:
        now = time.monotonic()
        self._left = min(self._per_second, self._left + (now - self._since) * self._per_second)
        self._since = now
        if self._left < 1:
            return False
        self._left -= 1
        return True


def _weight(message: Message) -> int:
    """Bytes of it."""
    return (
        len(message.body)
        + len(message.target)
        + sum(len(name) + len(value) for name, value in message.headers)
    )


def _told(diagnosis: Diagnosis | None) -> ToldDiagnosis:
    if diagnosis is None:
        return {"cause": None, "zh": NOT_LOOKED_INTO.zh, "en": NOT_LOOKED_INTO.en}
    return {
        "cause": diagnosis.cause,
        "zh": diagnosis.sentence.zh,
        "en": diagnosis.sentence.en,
        "certain": [{"zh": each.zh, "en": each.en} for each in diagnosis.certain],
        "expected": diagnosis.expected[:MOST_TOLD],
        "signed": (diagnosis.signed or "")[:MOST_TOLD],
    }

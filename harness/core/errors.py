"""The one error tree. Every message says what happened, where, and what to do next.

    GoLiveError                    base; catch this to catch everything of ours
    ├── UsageError            (4)  the command line or a call asks for something impossible
    ├── ConfigurationError    (4)  settings are missing, malformed or contradict each other
    ├── UnsafeRequest         (4)  refused because it could move money or load a host it must not
    ├── TargetFailure         (1)  the judged side answered, and the answer is wrong
    │   ├── PlatformRefusal        it refused, in the platform's own words (HTTP status and `code`)
    │   ├── SignatureInvalid       its signature is missing, stale, of an unknown key or wrong
    │   ├── UnknownOutcome         a request was sent and no trustworthy answer came: query, never guess
    │   │   └── AnswerOverdue      none had come completely when its time was up
    │   └── MerchantFailure        it was the app under test that answered
    ├── NotExercised          (2)  what has to succeed first did not, so that a check shows nothing
    │   └── NotAnswered            a person was there for it, and did not do or say what it rests on
    ├── EnvironmentUnreachable (3) nothing answered: no endpoint, no browser, no free port
    └── HarnessError          (5)  a bug of ours; please report it with the run record

The number is the exit code a command ends with when the error reaches its door.

    try:
        gateway.create(order)
    except UnknownOutcome:
        transaction = gateway.query(order.out_trade_no)
    except GoLiveError as error:
        print(error)
"""

from __future__ import annotations

from typing import ClassVar, Literal


class GoLiveError(Exception):
    """Base of every error this project raises on purpose."""

    exit_code: ClassVar[int] = 5

    def __init__(self, what: str, *, where: str = "", remedy: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.remedy = remedy

    def __str__(self) -> str:
        place = f" [{self.where}]" if self.where else ""
        advice = f" → {self.remedy}" if self.remedy else ""
        return f"{self.what}{place}{advice}"


class UsageError(GoLiveError):
    """The command line or a call asks for something that cannot be done; correct it and call again."""

    exit_code = 4


class ConfigurationError(GoLiveError):
    """Settings are missing, malformed or contradict each other; `golive config check` names them all."""

    exit_code = 4


class UnsafeRequest(GoLiveError):
    """A request was refused before it was sent, because it could move money or load a host it must not."""

    exit_code = 4


class TargetFailure(GoLiveError):
    """The endpoint or the merchant answered, and the answer is wrong: this is a finding, not a crash."""

    exit_code = 1
    side: Literal["endpoint", "merchant"] = "endpoint"
    """Whose answer it was."""


class PlatformRefusal(TargetFailure):
    """The platform refused in its own words. Branch on `code`, never on `message` (facts 1.6)."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        where: str = "",
        request_id: str = "",
    ) -> None:
        super().__init__(
            f"HTTP {status} {code or '(no code)'}: {message or '(empty body)'}",
            where=where,
            remedy=f"look up the code; quote Request-ID {request_id}" if request_id else "",
        )
        self.status = status
        self.code = code
        self.message = message
        self.request_id = request_id


class SignatureInvalid(TargetFailure):
    """A signature is missing, stale, made with an unknown key, or wrong: do not use what it covers."""


class UnknownOutcome(TargetFailure):
    """A request may have been accepted, but no trustworthy answer came: the next step is a query."""


class AnswerOverdue(UnknownOutcome):
    """No whole answer came before the deadline of the exchange; whoever does that twice is not answering."""


class MerchantFailure(TargetFailure):
    """The app under test answered, and the answer is wrong."""

    side = "merchant"


class NotExercised(GoLiveError):
    """What has to succeed first did not: whatever is refused after that proves nothing."""

    exit_code = 2


class NotAnswered(NotExercised):
    """A person was asked to pay, or what a phone showed, and nothing came: ask again when there is time."""


class EnvironmentUnreachable(GoLiveError):
    """Nothing answered at all: start it, install it or free the port as the message says."""

    exit_code = 3


class HarnessError(GoLiveError):
    """A bug of this project. It never counts against the merchant or the endpoint."""

    exit_code = 5

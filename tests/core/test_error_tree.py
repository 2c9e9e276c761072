"""Every error says what, where and what next, and knows the exit code of its kind."""

from __future__ import annotations

import pytest

from harness.core import errors
from harness.core.errors import (
    ConfigurationError,
    EnvironmentUnreachable,
    GoLiveError,
    HarnessError,
    NotExercised,
    PlatformRefusal,
    SignatureInvalid,
    TargetFailure,
    UnknownOutcome,
    UnsafeRequest,
    UsageError,
)


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (UsageError, 4),
        (ConfigurationError, 4),
        (UnsafeRequest, 4),
        (TargetFailure, 1),
        (PlatformRefusal, 1),
        (SignatureInvalid, 1),
        (UnknownOutcome, 1),
        (NotExercised, 2),
        (EnvironmentUnreachable, 3),
        (HarnessError, 5),
    ],
)
def test_each_kind_ends_a_command_with_the_code_of_the_front_door(kind: type[GoLiveError], code: int) -> None:
    assert kind.exit_code == code
    assert issubclass(kind, GoLiveError)


def test_the_tree_in_the_docstring_names_every_kind() -> None:
    kinds = {
        name
        for name, kind in vars(errors).items()
        if isinstance(kind, type) and issubclass(kind, GoLiveError)
    }
    assert len(kinds) == 14
    assert errors.__doc__ is not None
    assert [name for name in kinds if name not in errors.__doc__] == []


def test_what_can_be_answered_by_a_query_is_told_apart_from_what_cannot() -> None:
    for kind in (PlatformRefusal, SignatureInvalid, UnknownOutcome):
        assert issubclass(kind, TargetFailure)
    assert not issubclass(EnvironmentUnreachable, TargetFailure)


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (
            UsageError("no such control", where="CBK-99", remedy="golive explain"),
            "no such control [CBK-99] → golive explain",
        ),
        (UsageError("no such control", where="CBK-99"), "no such control [CBK-99]"),
        (UsageError("no such control", remedy="golive explain"), "no such control → golive explain"),
        (UsageError("no such control"), "no such control"),
    ],
)
def test_a_message_says_what_where_and_what_next(error: GoLiveError, message: str) -> None:
    assert str(error) == message


def test_a_refusal_keeps_the_platforms_own_words_apart() -> None:
    error = PlatformRefusal(
        403, "OUT_TRADE_NO_USED", "商户订单号重复", where="POST /v3/…", request_id="08F2-0"
    )
    assert (error.status, error.code, error.message) == (403, "OUT_TRADE_NO_USED", "商户订单号重复")
    assert str(error) == (
        "HTTP 403 OUT_TRADE_NO_USED: 商户订单号重复 [POST /v3/…] → look up the code; quote Request-ID 08F2-0"
    )


def test_a_refusal_without_a_body_still_reads_as_a_sentence() -> None:
    assert str(PlatformRefusal(404, "", "")) == "HTTP 404 (no code): (empty body)"

"""What it means that a request got no answer: nothing was sent, or nobody knows whether it was taken."""

from __future__ import annotations

from harness.core.errors import AnswerOverdue, EnvironmentUnreachable, UnknownOutcome

NOTHING_SENT = frozenset(
    {"ConnectError", "ConnectTimeout", "LocalProtocolError", "PoolTimeout", "ProxyError"}
)
"""Errors of httpx and of httpx2. By name, for they are called alike, and so neither has to be loaded."""
OVERDUE = frozenset({"TimeoutError", "TimeoutException"})


def no_answer(
    error: Exception, *, where: str, unsent: str, start: str, unsure: str, then: str
) -> EnvironmentUnreachable | UnknownOutcome:
    """The error of ours for one of the HTTP library's, which becomes its cause.

    Args:
        where: the operation.
        unsent: what happened if nothing was sent, before a colon and the reason.
        start: what to do then.
        unsure: what happened if the request may have been taken.
        then: what to do then.
    """
    ours: EnvironmentUnreachable | UnknownOutcome
    kinds = {kind.__name__ for kind in type(error).__mro__}
    if kinds & NOTHING_SENT:
        ours = EnvironmentUnreachable(f"{unsent}: {reason_of(error)}", where=where, remedy=start)
    else:
        kind = AnswerOverdue if kinds & OVERDUE else UnknownOutcome
        ours = kind(f"{unsure}: {reason_of(error)}", where=where, remedy=then)
    ours.__cause__ = error
    return ours


def reason_of(error: BaseException) -> str:
    """What the library says, or at least the name of its error."""
    if isinstance(error, TimeoutError) and not str(error):
        return "not complete in time"
    return str(error) or type(error).__name__

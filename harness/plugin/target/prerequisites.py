"""What a scenario needs that only a played platform, a person or a certain endpoint can give.

On a simulator that is played everything is there. On any other target a scenario whose need is not met is not
started; its check says what is missing and, where a person can supply it, exactly what that person does.
"""

from __future__ import annotations

import pytest

from harness.core import dialects as table
from harness.core.control import Outcome
from harness.core.payment import Provider
from harness.plugin.marks import NO_WIRE, dialect_of
from harness.plugin.target.attendance import is_for_phone, played_instead, unmet_attendance
from harness.plugin.target.needs import Prerequisite, UnmetPrerequisite
from harness.plugin.target.policy import TargetPolicy

__all__ = [
    "NotStartedError",
    "Prerequisite",
    "UnmetPrerequisite",
    "kept_from_starting",
    "needs",
    "not_started",
    "unmet_prerequisite",
]


_WORDS = {
    Prerequisite.LEVERS: "needs the simulator's levers",
    Prerequisite.PAYER: "pay",
    Prerequisite.CALLBACK: "let callbacks arrive",
    Prerequisite.MERCHANT: "try it in your app",
    Prerequisite.EXPERIENCE: "needs the experience edition",
    Prerequisite.OPENID: "needs GOLIVE_TEST_OPENID",
    Prerequisite.DIALECT: "needs an endpoint that speaks this dialect",
    Prerequisite.BUDGET: "fits into no budget",
    Prerequisite.LOAD: "needs a load",
}
_REHEARSE = "it plays the platform, which nobody does here; `golive run` rehearses it"
_PROBE = "`golive load --run experience` probes the experience edition; production is never loaded"


class NotStartedError(Exception):
    """Raised in place of a scenario's set-up: the target lacks what it needs."""

    def __init__(self, unmet: UnmetPrerequisite) -> None:
        super().__init__(unmet.message)
        self.unmet = unmet


def not_started(unmet: UnmetPrerequisite) -> BaseException:
    """What to raise in place of a set-up: to plain pytest, what does not apply is no error of anybody's."""
    error = NotStartedError(unmet)
    if unmet.outcome is not Outcome.NOT_APPLICABLE:
        return error
    skipped: BaseException = pytest.skip.Exception(unmet.message)
    skipped.__cause__ = error
    return skipped


def kept_from_starting(error: BaseException) -> UnmetPrerequisite | None:
    """The lack that an error tells of; None: it is another error."""
    told = error.__cause__ if isinstance(error, pytest.skip.Exception) else error
    return told.unmet if isinstance(told, NotStartedError) else None


def needs(need: Prerequisite, how: str) -> pytest.MarkDecorator:
    """Declare what a scenario needs on a target that is not played.

    Args:
        need: what.
        how: for a person: exactly what to do, in the imperative; else why it is needed.
    """
    return pytest.mark.needs(UnmetPrerequisite(need, f"{_WORDS[need]}: {how}"))


def unmet_prerequisite(item: pytest.Item, policy: TargetPolicy) -> UnmetPrerequisite | None:
    """What the target lacks for a scenario; None: it can start."""
    dialect = dialect_of(item)
    if policy.played:
        return played_instead(item) or _unmet_edition(item, policy)
    if dialect not in {NO_WIRE, *policy.dialects}:
        how = f"it speaks {_listed(policy.dialects)} (WECHAT_MCP_DIALECT)"
        if dialect in table.mcp_dialects(Provider.ALIPAY):
            how = "an MCP endpoint of Alipay's is asked in a rehearsal alone; `golive run` rehearses it"
        return UnmetPrerequisite(Prerequisite.DIALECT, f"{_WORDS[Prerequisite.DIALECT]}: {how}")
    wanted = _unmet_need(item, policy)
    if is_for_phone(item) and wanted is not None:  # no person brings another edition, or an openid
        return wanted
    return unmet_attendance(item) or wanted or _unmet_fixture(item)


def _unmet_need(item: pytest.Item, policy: TargetPolicy) -> UnmetPrerequisite | None:
    """What it says itself that it needs."""
    for mark in item.iter_markers("needs"):
        unmet = mark.args[0]
        if isinstance(unmet, UnmetPrerequisite) and not _met(unmet.need, policy):
            return unmet
    return None


def _unmet_fixture(item: pytest.Item) -> UnmetPrerequisite | None:
    """What it stands on."""
    fixtures = getattr(item, "fixturenames", ())
    if "load" in fixtures:
        return UnmetPrerequisite(Prerequisite.LOAD, f"{_WORDS[Prerequisite.LOAD]}: {_PROBE}")
    if {"levers", "profile"} & set(fixtures):
        return UnmetPrerequisite(Prerequisite.LEVERS, f"{_WORDS[Prerequisite.LEVERS]}: {_REHEARSE}")
    return None


def _unmet_edition(item: pytest.Item, policy: TargetPolicy) -> UnmetPrerequisite | None:
    """Of the played platform everything can be had but the edition, which it was started as."""
    wanted = [mark.args[0] for mark in item.iter_markers("needs")]
    edition = (each for each in wanted if each.need is Prerequisite.EXPERIENCE)
    return None if policy.experience else next(edition, None)


def _met(need: Prerequisite, policy: TargetPolicy) -> bool:
    if need is Prerequisite.EXPERIENCE:
        return policy.experience
    if need is Prerequisite.OPENID:
        return policy.settings is not None and policy.settings.test_openid is not None
    return False


def _listed(dialects: frozenset[str]) -> str:
    return " and ".join(dialect for dialect in table.dialects(sampled=True) if dialect in dialects)

"""Why a run's record cannot be believed as it stands: with any of these sentences nothing is GO."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from harness.core.control import Text

NEVER_CONTACTED = Text(
    zh="这个应用从未应答过，没有任何证据是关于它的，不能放行",
    en="the app never answered, in this run or in any whose evidence it rests on: nothing here is about it",
)
APP_SILENT = Text(
    zh="有通过的检查，但那次运行中应用从未应答过，不能说明应用合格",
    en="it passed in a run that the app never answered, which says nothing of the app",
)
SLACK = timedelta(seconds=2)
"""By how much the machine's clock may be corrected while a run goes on."""

_TOO_EARLY = Text(
    zh="要求评判的时刻 {asked} 早于运行结束的时刻，改按运行结束时评判，不能放行",
    en="asked for a verdict as of {asked}, before the run ended; judged as of its end, and never GO",
)
_OUT_OF_RUN = Text(
    zh="{count} 条结果的时间不在运行期间内：时钟被调整过，或记录不是这次运行写的",
    en="{count} results are dated outside the run: the clock was set, or this run did not write them",
)
_SET_BACK = Text(
    zh="运行期间时钟被回拨约 {seconds:.0f} 秒，证据的日期不可信",
    en="the clock was set back by about {seconds:.0f} s during the run, so its dates cannot be believed",
)
_MADE_FAULTY = Text(
    zh="平台按自定规则制造故障，这不是正确的演练，不能放行：{rules}",
    en="the platform went wrong by rules of one's own, so this is no correct rehearsal: {rules}",
)
_UNMET = Text(
    zh="其中未见命中任何请求的规则，这次运行不能说明应用在它们之下如何：{rules}",
    en="of these some are not known to have hit anything, and nothing here is about them: {rules}",
)
_NAMED = 3
"""Rules that the sentence names; it counts the rest."""


def made_faulty(rules: Sequence[str], unmet: Sequence[str] = ()) -> list[Text]:
    """That a run met a platform that somebody made go wrong, by which rules; nothing where nobody did.

    Args:
        unmet: those of the rules that hit nothing.
    """
    found = [_MADE_FAULTY.filled(rules=_some(rules))] if rules else []
    return [*found, _UNMET.filled(rules=_some(unmet))] if unmet else found


def _some(rules: Sequence[str]) -> str:
    more = len(rules) - _NAMED
    return " · ".join((*rules[:_NAMED], *([f"+{more}"] if more > 0 else [])))


def date_doubts(
    dates: Iterable[datetime],
    *,
    started: datetime,
    ended: datetime | None,
    lasted_s: float | None,
    as_of: datetime | None,
) -> list[Text]:
    """What is wrong with the dates of a run.

    Args:
        dates: when each of its results was complete.
        ended: None where its process was killed.
        lasted_s: how long it lasted by a clock that nobody sets, where that is known.
        as_of: the moment that somebody asked for; None: its end.
    """
    outside = sum(each < started - SLACK or (ended is not None and each > ended + SLACK) for each in dates)
    doubts = [] if not outside else [_OUT_OF_RUN.filled(count=outside)]
    if ended is not None and as_of is not None and as_of < ended:
        doubts.append(_TOO_EARLY.filled(asked=as_of.isoformat()))
    if ended is not None:
        lost = (lasted_s or 0.0) - (ended - started).total_seconds()
        if lost > SLACK.total_seconds():
            doubts.append(_SET_BACK.filled(seconds=lost))
    return doubts

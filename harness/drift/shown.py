"""A comparison for people, in their language, and for programs."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator

from harness.core.control import Language, Text
from harness.core.findings import told_in
from harness.core.plain_text import json_text, one_line
from harness.drift.accepted import Sorted
from harness.drift.capture import Head
from harness.drift.drift import Drift
from harness.drift.finding import BLAME, TITLES, Finding, Kind

DIFFERENCES, INCONCLUSIVE, NONE = 1, 2, 0
NAMED = 6
"""Operations that are named where many differ alike."""

_ASKED = Text(
    zh="记录自 {hosts}（{target}），{made}，等级 {grade}",
    en="recorded at {hosts} ({target}), {made}, grade {grade}",
)
_COPIED = Text(zh="抄自文档：{by}，{made}", en="copied from documents: {by}, {made}")
_WORTH = Text(zh="  这不是平台的实际：{reason}", en="  this is no platform's reality: {reason}")
_PLACED = Text(zh="{title}：{place}", en="{title}: {place}")
_IN = Text(zh="  操作：{operations}", en="  operation: {operations}")
_AND_MORE = Text(zh=" 等 {count} 个", en=" and {count} more")
_RECORDED = Text(zh="  记录：    {said}", en="  recorded:  {said}")
_SIMULATED = Text(zh="  模拟器：  {said}", en="  simulator: {said}")
_SOURCE = Text(zh="  出处：    {source}", en="  source:    {source}")
_OPEN = Text(zh="? {what}：未比较，{why}", en="? {what}: not compared, {why}")
_ACCEPTED = Text(zh="已知的差异：{count} 处", en="accepted differences: {count}")
_STALE = {
    "over": Text(
        zh="✗ {id}：已过期（{until}），请再看一次，改期或删去这一行",
        en="✗ {id}: its day {until} is over; look again, then move the day or take the line away",
    ),
    "unseen": Text(
        zh="✗ {id}：差异已不再出现，请删去这一行",
        en="✗ {id}: the difference is seen no more; take the line away",
    ),
}
_NOTHING = Text(
    zh="无从判断：没有可比较的操作，不能说没有差异",
    en="inconclusive: nothing could be compared, which is not the same as no drift",
)
_SOME = Text(
    zh="已比较 {compared} 个操作，差异 {count} 处：{blame}",
    en="{compared} operations compared, differences: {count}; {blame}",
)
_STALE_ALONE = Text(
    zh="{compared} 个操作没有新的差异，但有 {count} 行已知差异不再成立",
    en="{compared} operations compared, no further difference; accepted lines that hold no more: {count}",
)
_PART = Text(
    zh="无从判断：{compared} 个操作没有差异，另有 {count} 处未能比较",
    en="inconclusive: {compared} operations compared without a difference; not compared: {count}",
)
_CLEAN = Text(zh="{compared} 个操作没有差异", en="{compared} operations compared, no difference")
_ONLY_ACCEPTED = Text(
    zh="{compared} 个操作除已接受的 {count} 处外没有差异",
    en="{compared} operations compared, no difference but the accepted ones: {count}",
)


def exit_code(drift: Drift, found: Sorted) -> int:
    """1: a difference, or an accepted line that holds no more. 2: something could not be compared."""
    if found.fresh or found.stale:
        return DIFFERENCES
    return INCONCLUSIVE if drift.open or not drift.compared else NONE


def as_text(head: Head, drift: Drift, found: Sorted, language: Language) -> str:
    """For people."""
    return "\n".join(_lines(head, drift, found, language)) + "\n"


def as_json(head: Head, drift: Drift, found: Sorted) -> str:
    """For programs; `outcome` is `none`, `drift` or `inconclusive`."""
    outcomes = {NONE: "none", DIFFERENCES: "drift", INCONCLUSIVE: "inconclusive"}
    told = {
        "schema": 1,
        "outcome": outcomes[exit_code(drift, found)],
        "blame": "simulator",
        "recorded": head.model_dump(mode="json", by_alias=True),
        "compared": drift.compared,
        "not_compared": [each._asdict() for each in drift.open],
        "findings": [_member(each) for each in found.fresh],
        "accepted": [_member(each) for each in found.accepted],
        "stale": [{"id": each.line.id, "why": each.why} for each in found.stale],
    }
    return json_text(told, indent=2) + "\n"


def _member(finding: Finding) -> dict[str, object]:
    members: dict[str, object] = json.loads(finding.model_dump_json())
    return {"id": finding.id, **members}


def _lines(head: Head, drift: Drift, found: Sorted, language: Language) -> Iterator[str]:
    def say(text: Text, **parts: object) -> str:
        return one_line(getattr(text, language).format(**parts))

    made = head.made.isoformat(timespec="seconds")
    if head.origin == "documents":
        yield say(_COPIED, by=head.by, made=made)
    else:
        yield say(_ASKED, hosts=head.hosts or "-", target=head.target or "-", made=made, grade=head.grade)
    for reason in head.reasons:
        yield say(_WORTH, reason=reason.spoken(language))
    yield ""
    for (kind, place, said, says), alike in _grouped(found.fresh).items():
        title = say(TITLES[kind])
        yield "✗ " + (say(_PLACED, title=title, place=place) if place else title)
        named = ", ".join(f"{each.dialect} {each.operation}" for each in alike[:NAMED])
        more = say(_AND_MORE, count=len(alike) - NAMED) if len(alike) > NAMED else ""
        yield say(_IN, operations=named) + more
        if kind is not Kind.HEADER_EXTRA and kind is not Kind.MEMBER_EXTRA:
            yield say(_RECORDED, said=told_in(said, language))
        if kind is not Kind.HEADER_MISSING and kind is not Kind.MEMBER_MISSING:
            yield say(_SIMULATED, said=told_in(says, language))
        if source := alike[0].source:
            yield say(_SOURCE, source=source)
        yield f"  id: {one_line(alike[0].id)}"
    for each in drift.open:
        what = f"{each.dialect} {each.operation}".rstrip()
        yield say(_OPEN, what=what, why=told_in(each.why, language))
    for stale in found.stale:
        yield say(_STALE[stale.why], id=stale.line.id, until=stale.line.until)
    if found.accepted:
        yield say(_ACCEPTED, count=len(found.accepted))
    yield _ending(drift, found, say(BLAME), language)


def _ending(drift: Drift, found: Sorted, blame: str, language: Language) -> str:
    compared = drift.compared
    if found.fresh:
        text = _SOME.filled(count=len(found.fresh), compared=compared, blame=blame)
    elif found.stale:
        text = _STALE_ALONE.filled(count=len(found.stale), compared=compared)
    elif not compared:
        text = _NOTHING
    elif drift.open:
        text = _PART.filled(compared=compared, count=len(drift.open))
    elif found.accepted:
        text = _ONLY_ACCEPTED.filled(compared=compared, count=len(found.accepted))
    else:
        text = _CLEAN.filled(compared=compared)
    return text.spoken(language)


def _grouped(findings: tuple[Finding, ...]) -> dict[tuple[Kind, str, str, str], list[Finding]]:
    """Those that say the same of several operations, together."""
    groups: defaultdict[tuple[Kind, str, str, str], list[Finding]] = defaultdict(list)
    for each in findings:
        groups[each.kind, each.place, each.recorded, each.simulated].append(each)
    return dict(groups)

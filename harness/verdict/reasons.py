"""The sentences a verdict gives, in both languages."""

from __future__ import annotations

from collections.abc import Sequence

from harness.core.control import Grade, Scope, Text
from harness.core.findings import translated
from harness.verdict.doubts import APP_SILENT
from harness.verdict.locked_parts import LockedPart
from harness.verdict.precedence import Standing
from harness.verdict.readiness import Readiness

NAMED = 2
"""Absent scenarios named in a sentence."""
INTERRUPTED = Text(zh="运行被中断，不能放行", en="the run was interrupted, so it cannot be GO")
NOTHING_RAN = Text(zh="没有任何检查得出通过", en="nothing was exercised, and no data is no pass")

GRADES = {
    Grade.PAPER: Text(zh="书面", en="paper"),
    Grade.SIMULATED: Text(zh="模拟", en="simulated"),
    Grade.EXPERIENCE: Text(zh="体验版", en="experience"),
    Grade.PRODUCTION: Text(zh="生产", en="production"),
}
SCOPES = {
    Scope.APP: Text(zh="应用", en="app"),
    Scope.ENDPOINT: Text(zh="支付接口", en="endpoint"),
    Scope.SETTINGS: Text(zh="配置", en="settings"),
    Scope.PEOPLE: Text(zh="人员与文件", en="people"),
}
_REASONS = {
    Standing.FAIL: Text(zh="不合格", en="it fails"),
    Standing.HARNESS_ERROR: Text(
        zh="检查工具自身出错，请附运行记录报告", en="the check itself broke; report it with the run record"
    ),
    Standing.INCONCLUSIVE: Text(
        zh="没有 14 天内的{grade}级有效证据", en="no conclusive {grade} evidence younger than 14 days"
    ),
    Standing.NEEDS_HUMAN: Text(zh="需要人工判断", en="a person has to look"),
    Standing.WAIVED_OVER_BUDGET: Text(zh="不合格数超出豁免额度", en="more parts fail than the waiver covers"),
    Standing.PLANNED: Text(zh="尚无检查", en="it has no check yet"),
}
_NO_PLATFORM = Text(
    zh="需要真实平台的证据：没有 14 天内的{grade}级有效证据",
    en="needs a platform grade: no conclusive {grade} evidence younger than 14 days",
)
_NO_PAPER = Text(zh="尚无有效的书面证明", en="no valid attestation is on file")

_NOT_GIVEN = Text(
    zh="14 天内没有一次运行拿到足以判定它的材料",
    en="no run of the last 14 days was given what decides it",
)


def reason(
    standing: Standing,
    grade: Grade,
    absent: Sequence[LockedPart] = (),
    *,
    app_silent: bool = False,
    attested: bool = True,
    paper: str = "",
) -> Text:
    """Why a requirement is not satisfied; `standing` is one that does not satisfy.

    Args:
        attested: whether a person attests it, where grade PAPER is wanted; else a run judges it.
        paper: what the best paper on file came to; empty: there is none.
    """
    if paper:
        return translated(paper)
    if absent and standing is Standing.INCONCLUSIVE:
        return parts_absent(absent)
    if app_silent and standing is Standing.INCONCLUSIVE:
        return APP_SILENT
    if grade is Grade.PAPER and attested and standing in (Standing.PLANNED, Standing.INCONCLUSIVE):
        return _NO_PAPER
    if grade is Grade.PAPER and standing is Standing.INCONCLUSIVE:
        return _NOT_GIVEN
    text, word = _REASONS[standing], GRADES[grade]
    if standing is Standing.INCONCLUSIVE and grade > Grade.SIMULATED:
        text = _NO_PLATFORM
    return Text(zh=text.zh.format(grade=word.zh), en=text.en.format(grade=word.en))


def parts_absent(parts: Sequence[LockedPart]) -> Text:
    """Scenarios that evidence ought to have and has not."""
    named = ", ".join(f"{part.scenario} ({part.dialect})" for part in parts[:NAMED])
    rest = len(parts) - NAMED
    return Text(
        zh=f"锁定的场景未运行：{named}" + (f"，另有 {rest} 个" if rest > 0 else ""),
        en=f"scenarios of the lock did not run: {named}" + (f" and {rest} more" if rest > 0 else ""),
    )


def fault(message: str) -> Text:
    """A harness error that belongs to no check."""
    return Text(zh=f"检查工具出错：{translated(message).zh}", en=f"harness error: {message}")


def readiness_short(ready: Readiness, wanted: float) -> Text:
    """Readiness stays below what a gate wants, as a fraction that can be worked out again."""
    have, wants, percent = ready.points, ready.of_points, f"{ready.percent:.1f}"
    controls, of_controls = ready.controls, ready.of_controls
    return Text(
        zh=f"就绪度 {percent}% 低于 {wanted:g}%"
        f"（{wants} 分中得 {have} 分，{of_controls} 项控制项中 {controls} 项）",
        en=f"readiness {percent} % is below {wanted:g} % "
        f"({have} of {wants} points, {controls} of {of_controls} controls)",
    )

"""What changed from one run to another: controls, parts, latencies with their intervals, and what was judged.

A latency changed where the 95 % intervals of the two runs do not overlap. That is stricter than a test of two
samples at 5 %: where nothing changed, it says so wrongly less than once in a hundred times.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum
from itertools import chain

from harness.core.control import Control, Model, Text
from harness.core.plain_text import PlainText
from harness.verdict import Standing
from harness.verdict.precedence import rank
from reports.history.entry import KeptControl, KeptLatency, KeptPart, KeptRun, Percentile, RunEntry

_BAD = frozenset({Standing.FAIL, Standing.HARNESS_ERROR})
_APART = frozenset({Standing.NOT_APPLICABLE, Standing.PLANNED})


class Change(StrEnum):
    """Which way something went."""

    WORSE = "worse"
    BETTER = "better"
    NEW = "new"
    GONE = "gone"
    OTHER = "other"
    """Another word, and neither better nor worse: it no longer applies, say."""


class ControlChange(Model):
    """One control that two runs found differently, each by its own checks."""

    control: PlainText
    change: Change
    before: Standing | None
    after: Standing | None
    parts: tuple[PlainText, ...] = ()
    """Its parts that are bad now and were not before: scenario and wire."""

    @property
    def worse(self) -> bool:
        """Whether somebody has to look at it."""
        return self.change is Change.WORSE or (self.change is Change.NEW and self.after in _BAD)


class LatencyChange(Model):
    """One percentile of one series whose intervals do not overlap, or that only one of the runs measured."""

    series: PlainText
    percentile: PlainText
    change: Change
    before: Percentile | None
    after: Percentile | None

    @property
    def worse(self) -> bool:
        """Whether it became slower."""
        return self.change is Change.WORSE


class MemberChange(Model):
    """One thing that was told of each run and differs."""

    name: PlainText
    """`subject`, `environment`, `checklist`, `versions.python`, `plugins` …"""
    before: PlainText
    after: PlainText


class VerdictChange(Model):
    """One gate that was judged otherwise."""

    gate: PlainText
    before: PlainText
    after: PlainText


class CatalogueChange(Model):
    """One control that the two requirement sets have differently."""

    control: PlainText
    change: Change
    """New, gone, or other."""
    members: tuple[PlainText, ...] = ()
    """Of one that is in both sets, what of it changed: `criterion`, `severity`, `clauses` …"""


class Difference(Model):
    """Everything that changed from one run to another."""

    before: KeptRun
    after: KeptRun
    verdicts: tuple[VerdictChange, ...] = ()
    controls: tuple[ControlChange, ...] = ()
    latencies: tuple[LatencyChange, ...] = ()
    members: tuple[MemberChange, ...] = ()
    catalogue: tuple[CatalogueChange, ...] = ()
    flaky: tuple[PlainText, ...] = ()
    """Parts that failed and passed within the later run."""
    notes: tuple[Text, ...] = ()
    """What a reader has to know of the comparison as a whole."""

    @property
    def worse(self) -> bool:
        """Whether anything became worse."""
        slower = any(each.worse for each in self.latencies)
        return slower or any(each.worse for each in self.controls)


_NARROWED = Text(
    zh="{run} 只跑了一部分，或平台按自定规则出错：只比较两次都跑过的控制项",
    en="{run} was narrowed, interrupted, or under rules of one's own: only controls that both exercised are "
    "compared",
)
_ANOTHER = Text(
    zh="两次运行评判的不是同一对象或不是同一等级：差异不只来自应用",
    en="the two runs judged another subject, or at another grade: not only the app may have changed",
)


def difference(
    before: RunEntry, after: RunEntry, catalogues: tuple[Iterable[Control], Iterable[Control]] = ((), ())
) -> Difference:
    """Compare two runs.

    Args:
        catalogues: the controls of the two requirement sets, where they differ.
    """
    one, two = before.run, after.run
    notes = [_NARROWED.filled(run=run.id) for run in (one, two) if not run.whole]
    if (one.grade, one.merchant) != (two.grade, two.merchant):
        notes.append(_ANOTHER)
    return Difference(
        before=one,
        after=two,
        verdicts=tuple(_verdicts(one, two)),
        controls=tuple(_controls(before, after)),
        latencies=tuple(_latencies(before.latencies, after.latencies)),
        members=tuple(_members(one, two)),
        catalogue=tuple(_catalogue(*catalogues)),
        flaky=tuple(f"{each.control} {_named(each)}" for each in after.parts if each.retried),
        notes=tuple(notes),
    )


def _verdicts(one: KeptRun, two: KeptRun) -> Iterator[VerdictChange]:
    for gate in dict.fromkeys((*one.verdicts, *two.verdicts)):
        words = [run.verdicts[gate].verdict if gate in run.verdicts else "-" for run in (one, two)]
        if words[0] != words[1]:
            yield VerdictChange(gate=gate, before=words[0], after=words[1])


def _controls(before: RunEntry, after: RunEntry) -> Iterator[ControlChange]:
    was, is_ = _found(before.controls), _found(after.controls)
    bad = _bad_parts(after.parts).items()
    known = _bad_parts(before.parts)
    fresh = {control: sorted(parts - known.get(control, set())) for control, parts in bad}
    for control in sorted(was.keys() | is_.keys()):
        one, two = was.get(control), is_.get(control)
        if (one is None and not before.run.whole) or (two is None and not after.run.whole):
            continue
        change = _way(one, two)
        if change is not None:
            yield ControlChange(
                control=control, change=change, before=one, after=two, parts=tuple(fresh.get(control, ()))
            )


def _found(controls: Iterable[KeptControl]) -> dict[str, Standing]:
    return {each.control: each.found for each in controls if each.found is not None}


def _way(before: Standing | None, after: Standing | None) -> Change | None:
    """Which way a control went; what is no longer exercised at all is worse than whatever it was."""
    if before == after:
        return None
    if before is None:
        return Change.NEW
    if after is None:
        return Change.GONE if before in _BAD | _APART else Change.WORSE
    if {before, after} & _APART or rank(before) == rank(after):
        return Change.OTHER
    return Change.BETTER if rank(after) > rank(before) else Change.WORSE


def _bad_parts(parts: Iterable[KeptPart]) -> dict[str, set[str]]:
    bad: dict[str, set[str]] = {}
    for each in parts:
        if each.outcome in _BAD:
            bad.setdefault(each.control, set()).add(_named(each))
    return bad


def _named(part: KeptPart) -> str:
    return part.scenario.rpartition("::")[2] + (f" ({part.dialect})" if part.dialect != "-" else "")


def _latencies(before: Iterable[KeptLatency], after: Iterable[KeptLatency]) -> Iterator[LatencyChange]:
    was, is_ = ({each.name: each for each in some} for some in (before, after))
    if not was or not is_:
        return  # one of them had no load at all
    for series in sorted(was.keys() | is_.keys()):
        one, two = was.get(series), is_.get(series)
        names = dict.fromkeys(chain(one.percentiles if one else (), two.percentiles if two else ()))
        for name in names:
            left = one.percentiles.get(name) if one else None
            right = two.percentiles.get(name) if two else None
            change = _pace(left, right)
            if change is not None:
                yield LatencyChange(series=series, percentile=name, change=change, before=left, after=right)


def _pace(before: Percentile | None, after: Percentile | None) -> Change | None:
    """Slower or faster, and only where the intervals are apart: without an end they are never."""
    if before is None:
        return Change.NEW if after is not None and after.observed_ms is not None else None
    if after is None:
        return Change.GONE if before.observed_ms is not None else None
    if None not in (after.low_ms, before.high_ms) and after.low_ms > before.high_ms:  # type: ignore[operator]
        return Change.WORSE
    if None not in (before.low_ms, after.high_ms) and after.high_ms < before.low_ms:  # type: ignore[operator]
        return Change.BETTER
    return None


def _members(one: KeptRun, two: KeptRun) -> Iterator[MemberChange]:
    was, is_ = _told(one), _told(two)
    for name in dict.fromkeys((*was, *is_)):
        left, right = was.get(name, "-"), is_.get(name, "-")
        if left != right:
            yield MemberChange(name=name, before=left, after=right)


def _told(run: KeptRun) -> dict[str, str]:
    """What is told of a run, in the order in which a reader wants it."""
    more = run.details
    capabilities = "all" if more.capabilities is None else " ".join(more.capabilities)
    return {
        "subject": run.subject,
        "checklist": run.checklist,
        "merchant": run.merchant,
        "capabilities": capabilities or "-",
        "environment": run.environment,
        "target": more.target or "-",
        "host": more.host or "-",
        "grade": run.grade,
        "gate": run.gate,
        "dialects": " ".join(more.dialects) or "-",
        **{f"versions.{name}": version for name, version in sorted(more.versions.items())},
        "plugins": ", ".join(more.plugins) or "-",
        "sealed_by": run.sealed_by or "-",
    }


def _catalogue(before: Iterable[Control], after: Iterable[Control]) -> Iterator[CatalogueChange]:
    was, is_ = ({each.id: each for each in some} for some in (before, after))
    for control in sorted(was.keys() | is_.keys()):
        if control not in was:
            yield CatalogueChange(control=control, change=Change.NEW)
        elif control not in is_:
            yield CatalogueChange(control=control, change=Change.GONE)
        elif changed := _changed(was[control], is_[control]):
            yield CatalogueChange(control=control, change=Change.OTHER, members=changed)


def _changed(before: Control, after: Control) -> tuple[str, ...]:
    return tuple(name for name in Control.model_fields if getattr(before, name) != getattr(after, name))

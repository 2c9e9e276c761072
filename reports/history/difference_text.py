"""A difference as lines for a terminal, and as Markdown for a pull request."""

from __future__ import annotations

import re
from collections.abc import Iterator

from harness.core.clock import BEIJING
from harness.core.control import Language, Text
from reports.history.difference import Change, Difference, LatencyChange
from reports.history.entry import KeptRun, Percentile

_WORDS = {
    Change.WORSE: Text(zh="变差", en="worse"),
    Change.BETTER: Text(zh="变好", en="better"),
    Change.NEW: Text(zh="新增", en="new"),
    Change.GONE: Text(zh="不再有", en="gone"),
    Change.OTHER: Text(zh="改变", en="changed"),
}
_PACE = _WORDS | {Change.WORSE: Text(zh="变慢", en="slower"), Change.BETTER: Text(zh="变快", en="faster")}
_HEADINGS = {
    "verdicts": Text(zh="裁决", en="Verdicts"),
    "controls": Text(zh="控制项", en="Controls"),
    "latencies": Text(
        zh="延迟（95% 区间不相交才算改变）", en="Latencies (changed where 95 % intervals are apart)"
    ),
    "members": Text(zh="对象与环境", en="Subject and environment"),
    "catalogue": Text(zh="要求集", en="Requirement set"),
    "flaky": Text(zh="重试后才通过", en="Passed only when retried"),
}
_READY = Text(zh="就绪度", en="readiness")
_NOTHING = Text(zh="没有差异", en="nothing changed")
_SOMETHING_WORSE = Text(zh="有变差之处", en="something became worse")
_NOTHING_WORSE = Text(zh="没有变差之处", en="nothing became worse")
_SHOWN = 12
"""Controls that a row names; it counts the rest."""
_OBEYED = re.compile(r"([\\`*_{}\[\]<>|#~&!])")


def text_lines(found: Difference, language: Language) -> Iterator[str]:
    """One line for the two runs, a section for whatever changed; the last says whether anything is worse."""
    yield f"{_run(found.before)} → {_run(found.after)}"
    yield from (note.spoken(language) for note in found.notes)
    changed = False
    for name, rows in _sections(found, language):
        changed = True
        yield f"{_HEADINGS[name].spoken(language)}:"
        yield from (f"  {'  '.join(cell for cell in row if cell)}" for row in rows)
    if not changed:
        yield _NOTHING.spoken(language)
    yield (_SOMETHING_WORSE if found.worse else _NOTHING_WORSE).spoken(language)


def markdown_lines(found: Difference, language: Language) -> Iterator[str]:
    """The same as tables; no text of others can end a cell or become markup."""
    verdict = (_SOMETHING_WORSE if found.worse else _NOTHING_WORSE).spoken(language)
    yield f"### {_cell(_run(found.before))} → {_cell(_run(found.after))}: {verdict}"
    yield from (line for note in found.notes for line in ("", _cell(note.spoken(language))))
    for name, rows in _sections(found, language):
        yield from ("", f"**{_cell(_HEADINGS[name].spoken(language))}**", "")
        width = max(map(len, rows))
        yield "|" + " |" * width
        yield "|" + " --- |" * width
        for row in rows:
            cells = [*row, *[""] * (width - len(row))]
            yield "| " + " | ".join(map(_cell, cells)) + " |"


def _sections(found: Difference, language: Language) -> Iterator[tuple[str, list[tuple[str, ...]]]]:
    ready = found.before.readiness, found.after.readiness
    verdicts: list[tuple[str, ...]] = [
        (each.gate, f"{each.before} → {each.after}") for each in found.verdicts
    ]
    if ready[0] != ready[1]:
        verdicts.append((_READY.spoken(language), f"{ready[0]:.1f} % → {ready[1]:.1f} %"))
    sections: dict[str, list[tuple[str, ...]]] = {
        "verdicts": verdicts,
        "controls": [
            (
                each.control,
                _WORDS[each.change].spoken(language),
                f"{each.before or '-'} → {each.after or '-'}",
                ", ".join(each.parts[:5]),
            )
            for each in found.controls
        ],
        "latencies": [_latency(each, language) for each in found.latencies],
        "members": [(each.name, f"{each.before} → {each.after}") for each in found.members],
        "catalogue": _catalogue(found, language),
        "flaky": [(each,) for each in found.flaky],
    }
    yield from ((name, rows) for name, rows in sections.items() if rows)


def _catalogue(found: Difference, language: Language) -> list[tuple[str, ...]]:
    """Controls that changed alike in one row: a new set may touch a member of every one of them."""
    alike: dict[tuple[Change, tuple[str, ...]], list[str]] = {}
    for each in found.catalogue:
        alike.setdefault((each.change, each.members), []).append(each.control)
    return [
        (_some(controls), _WORDS[change].spoken(language), ", ".join(members))
        for (change, members), controls in alike.items()
    ]


def _some(controls: list[str]) -> str:
    more = len(controls) - _SHOWN
    return " ".join(controls[:_SHOWN]) + (f" … +{more}" if more > 0 else "")


def _latency(each: LatencyChange, language: Language) -> tuple[str, ...]:
    return (
        f"{each.series} {each.percentile}",
        _PACE[each.change].spoken(language),
        f"{_interval(each.before)} → {_interval(each.after)}",
    )


def _interval(found: Percentile | None) -> str:
    if found is None or found.observed_ms is None:
        return "-"
    bounds = [f"{each:.1f}" if each is not None else "?" for each in (found.low_ms, found.high_ms)]
    return " ".join((f"{found.observed_ms:.1f} ms", f"({'–'.join(bounds)})"))


def _run(run: KeptRun) -> str:
    return f"{run.id} ({run.ended.astimezone(BEIJING):%Y-%m-%d %H:%M}, {run.ending})"


def _cell(text: str) -> str:
    return _OBEYED.sub(r"\\\1", text.replace("\n", " "))

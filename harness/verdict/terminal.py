"""How a run ends at a terminal: its exit code and its last lines."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import groupby

from harness.core.control import Language, Scope
from harness.verdict.judgement import FAILING, GateVerdict, Judgement
from harness.verdict.locked_parts import LockedPart
from harness.verdict.reasons import SCOPES, parts_absent

SHOWN = 4
"""Ids named per kind of missing control."""
_COLON: Mapping[Language, str] = {"zh": "：", "en": ": "}
_COMMA: Mapping[Language, str] = {"zh": "，", "en": ", "}
_JOINT: Mapping[Language, str] = {"zh": "；", "en": "; "}
_BRACKETS: Mapping[Language, str] = {"zh": "（{}）", "en": " ({})"}


def exit_code(judgement: Judgement, gate: str) -> int:
    """The process's exit code, the first that applies.

    1 something judged failed · 5 harness error, or nothing ran · 3 environment unreachable · 2 inconclusive,
    needs a human, was interrupted, or else not GO · 0. (4, bad usage, never reaches a judgement.)
    """
    tally = judgement.tally
    narrowed = judgement.selection is not None
    failed = bool(judgement.selection_failing) if narrowed else judgement.gates[gate].verdict == "NO-GO"
    good = judgement.selection == "PASS" if narrowed else judgement.gates[gate].verdict == "GO"
    if failed:
        return 1
    if tally.harness_errors or not (tally.checks or judgement.interrupted):
        return 5
    if tally.unreachable:
        return 3
    return 0 if good else 2


def verdict_lines(judgement: Judgement, gate: str, lang: Language = "en") -> list[str]:
    """The terminal's last lines: which scenarios of the lock did not run; the judged gate, then every other
    one in the checklist's order."""
    return [*_absent(judgement, lang), *_endings(judgement, gate, lang)]


def _absent(judgement: Judgement, lang: Language) -> list[str]:
    """Of an interrupted run everybody knows that scenarios did not run."""
    parts = [LockedPart.read(line) for status in judgement.controls for line in status.absent]
    return [] if judgement.interrupted or not parts else [parts_absent(parts).spoken(lang)]


def _endings(judgement: Judgement, gate: str, lang: Language) -> list[str]:
    if judgement.selection is not None:
        count = judgement.tally.checks
        said = f"运行 {count} 项检查，不评判门禁" if lang == "zh" else f"{count} checks run, no gate judged"
        bad = [*judgement.selection_failing, *judgement.selection_open]
        notes = [note.spoken(lang) for note in judgement.selection_notes]
        return [" · ".join([f"SELECTION {judgement.selection}", said + _named(bad, lang), *notes])]
    ordered = [gate, *(each for each in judgement.gates if each != gate)]
    return [_line(each, judgement.gates[each], lang) for each in ordered]


def open_points(
    judgement: Judgement, gate: str, lang: Language = "en", say: Callable[[str], str] = str
) -> list[str]:
    """What stands between a gate and GO, cheapest first, one line for all controls that want the same.

    Args:
        say: puts what the target lacked, which a record keeps in English, into the language.
    """
    missing = judgement.gates[gate].missing
    if not missing:
        return []
    colon = _COLON[lang]
    wanted: dict[str, list[str]] = {}
    for each in missing:
        why = each.reason.spoken(lang)
        need = _JOINT[lang].join(map(say, each.needs))
        said = f"{each.price.text.spoken(lang)}{colon}{need or why}" + (
            _BRACKETS[lang].format(why) if need else ""
        )
        wanted.setdefault(said, []).append(each.control)
    heading = (
        f"{gate} 尚缺 {len(missing)} 项：" if lang == "zh" else f"what {gate} still wants, {len(missing)}:"
    )
    prices = sorted({each.price for each in missing}, key=lambda price: price.order)
    next_ = [f"  {price.text.spoken(lang)}{colon}{price.command.spoken(lang)}" for price in prices]
    return [heading, *(f"  {' '.join(ids)}  {said}" for said, ids in wanted.items()), *next_]


def _line(gate: str, verdict: GateVerdict, lang: Language) -> str:
    zh = lang == "zh"
    said: list[str] = []
    if verdict.failing:
        failing = verdict.failing
        said.append(f"{len(failing)} 项不合格：" if zh else f"{len(failing)} failing: ")
        said[-1] += " ".join(failing)
    rest = [each for each in verdict.missing if each.price not in FAILING]
    if rest:
        groups = [
            (price, [each.control for each in group])
            for price, group in groupby(rest, key=lambda each: each.price)
        ]
        kinds = _COMMA[lang].join(
            f"{len(ids)} × {price.text.spoken(lang)}{_BRACKETS[lang].format(_some(ids))}"
            for price, ids in groups
        )
        said.append(f"尚缺 {len(rest)} 项，由易到难：{kinds}" if zh else _missing_en(len(rest), kinds))
    said += [note.spoken(lang) for note in verdict.notes]
    if verdict.verdict == "GO":
        said.append(_passed(verdict, lang))
    if verdict.warnings:
        word = "警告" if zh else "warning"
        said.append(f"{word}{_COLON[lang]}{' '.join(verdict.warnings)}")
    return " · ".join([f"{gate.upper()} {verdict.verdict}", *said])


def _passed(verdict: GateVerdict, lang: Language) -> str:
    """What the app has shown, and apart from it what is about others."""
    beside = [
        f"{SCOPES[scope].spoken(lang)} {count.passed}"
        for scope, count in verdict.scopes.items()
        if scope is not Scope.APP and count.passed
    ]
    if lang == "zh":
        return f"应用 {verdict.app.passed} 项控制通过" + (f"（另有{'、'.join(beside)}）" if beside else "")
    rest = f" (beside {', '.join(beside)})" if beside else ""
    return f"{verdict.app.passed} controls of the app passed{rest}"


def _missing_en(count: int, kinds: str) -> str:
    return f"{count} missing, cheapest first: {kinds}"


def _some(ids: list[str]) -> str:
    return " ".join(ids[:SHOWN]) + (" …" if len(ids) > SHOWN else "")


def _named(ids: list[str], lang: Language) -> str:
    return (_COLON[lang] + " ".join(ids)) if ids else ""

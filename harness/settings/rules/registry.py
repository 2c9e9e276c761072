"""Where the configuration rules register, and what comes of them together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from harness.settings.context import Context
from harness.settings.env_file import EnvFile
from harness.settings.finding import ConfigurationReport, Finding, Note

__all__ = ["Context", "Ruling", "check", "judge", "rule"]


@dataclass(frozen=True, slots=True)
class Ruling:
    """What one rule found, over how many values; zero means that there was nothing to judge."""

    judged: int
    findings: tuple[Finding, ...] = ()
    notes: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    """What it could not judge, and why."""


Rule = Callable[[Context], Ruling]


@dataclass(frozen=True, slots=True)
class _Registered:
    control: str
    judge: Rule
    looks_around: bool


_RULES: list[_Registered] = []


def rule(control: str, *, looks_around: bool = False) -> Callable[[Rule], Rule]:
    """Register a function as a rule of a control, e.g. `@rule("CFG-02")`; a control may have several.

    Args:
        control: its id.
        looks_around: whether it looks further than the file (at modes, at a repository), which takes its time
            and never decides whether the values can be used.
    """

    def register(function: Rule) -> Rule:
        _RULES.append(_Registered(control, function, looks_around))
        return function

    return register


def check(env: EnvFile, *, target: str | None = None, other: EnvFile | None = None) -> ConfigurationReport:
    """Let every rule judge a file. Never raises for what the file holds.

    Args:
        env: the file.
        target: `simulator`, `experience`, `production` or a URL; None reads it off the file, and then
            the mode flags are judged against each other alone.
        other: the file of the other edition.

    Raises:
        UsageError: `target` is none of these.
    """
    return judge(Context.of(env, target, other=other), around=True)


def judge(context: Context, *, around: bool = False) -> ConfigurationReport:
    """The same for a context at hand; unless `around`, without the rules that look further than the file."""
    findings: list[Finding] = []
    notes: list[Note] = []
    doubts: list[Note] = []
    judged: dict[str, int] = {}
    rules = (each for each in _RULES if around or not each.looks_around)
    for each in sorted(rules, key=lambda entry: (not entry.control.startswith("CFG"), entry.control)):
        control, ruling = each.control, each.judge(context)
        judged[control] = judged.get(control, 0) + ruling.judged
        findings += ruling.findings
        notes += (Note(control=control, text=text) for text in ruling.notes)
        doubts += (Note(control=control, text=text) for text in ruling.doubts)
    order = list(judged)
    findings.sort(key=lambda finding: (order.index(finding.control), finding.line or 0))
    return ConfigurationReport(
        source=context.env.source,
        target=context.target.name,
        assumed=not context.declared,
        findings=tuple(findings),
        notes=tuple(notes),
        doubts=tuple(doubts),
        judged=judged,
    )

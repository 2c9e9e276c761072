"""CFG-01: every required variable is there, and none is a placeholder (P§2)."""

from __future__ import annotations

import re
from itertools import groupby

from harness.settings.env_file import EnvLine
from harness.settings.finding import Finding
from harness.settings.placeholders import BLANKS, placeholder
from harness.settings.rules.registry import Context, Ruling, rule
from harness.settings.target import TargetKind
from harness.settings.variables import VARIABLES, Presence, Variable, is_key

CONTROL = "CFG-01"
_INVISIBLE = re.compile("[" + BLANKS.strip(" \t") + "]")


@rule(CONTROL)
def required_variables(context: Context) -> Ruling:
    """Each variable the target needs is set by some line, at least."""
    needed = {Presence.ALWAYS}
    if context.target.kind is TargetKind.PRODUCTION:
        needed.add(Presence.PRODUCTION)
    required = [variable for variable in VARIABLES if variable.presence in needed]
    missing = [variable for variable in required if context.line(variable.name) is None]
    return Ruling(
        judged=len(required),
        findings=tuple(
            Finding(
                control=CONTROL,
                variable=variable.name,
                line=None,
                problem="is not set",
                fix=variable.fill,
            )
            for variable in missing
        ),
    )


@rule(CONTROL)
def alipay_whole(context: Context) -> Ruling:
    """A file that begins with Alipay and leaves some of it out is told what is missing."""
    missing = context.alipay_missing
    needed = [variable for variable in VARIABLES if variable.presence is Presence.ALIPAY]
    if not missing:
        return Ruling(judged=len(needed))
    if len(missing) == len(needed):
        return Ruling(judged=0)
    return Ruling(
        judged=0, notes=(f"Alipay is left out: {', '.join(missing)} not set, or still a placeholder",)
    )


@rule(CONTROL)
def placeholders(context: Context) -> Ruling:
    """No line holds a placeholder, not even one that a later line overrides: files get reordered."""
    judged = 0
    findings: list[Finding] = []
    for variable in context.variables():
        lines = context.env.defining(variable.name)
        for line in lines:
            if not line.value.strip(BLANKS) and not _needed(variable, context):
                continue
            judged += 1
            kind = placeholder(line.value)
            if kind is None:
                continue
            last = lines[-1].number
            findings.append(
                Finding(
                    control=CONTROL,
                    variable=variable.name,
                    line=line.number,
                    problem=f"is still {kind}"
                    + ("" if line.number == last else f" (line {last} overrides it)"),
                    fix=variable.fill if line.number == last else "delete the overridden line",
                    blocks=line.number == last,
                )
            )
    return Ruling(judged, tuple(findings))


@rule(CONTROL)
def one_meaning(context: Context) -> Ruling:
    """A variable set twice means one thing only: loaders differ in which line they take."""
    findings: list[Finding] = []
    twice = 0
    for variable in context.variables():
        lines = context.env.defining(variable.name)
        twice += len(lines) > 1
        if len({line.value for line in lines}) > 1:
            numbers = ", ".join(str(line.number) for line in lines)
            findings.append(
                Finding(
                    control=CONTROL,
                    variable=variable.name,
                    line=lines[-1].number,
                    problem=f"is set to different values on lines {numbers}; the last one counts",
                    fix="keep one line; for two environments keep two files",
                    blocks=False,
                )
            )
    return Ruling(twice, tuple(findings))


@rule(CONTROL)
def readable_lines(context: Context) -> Ruling:
    """Every line but comments reads `NAME=value`; the text of others may be a key and is not repeated."""
    runs = groupby(enumerate(context.env.unreadable), key=lambda pair: pair[1] - pair[0])
    spans = [[number for _, number in run] for _, run in runs]
    return Ruling(
        judged=len(context.env.unreadable),
        findings=tuple(
            Finding(
                control=CONTROL,
                variable="",
                line=span[0],
                problem=f"line {_span(span)} is not NAME=value, so loaders ignore it",
                fix="quote a key of several lines or name its file; start comments with #",
                blocks=False,
            )
            for span in spans
        ),
    )


@rule(CONTROL)
def no_stray_blanks(context: Context) -> Ruling:
    """No value has blanks or invisible characters in it that its quotes preserve and platforms refuse.

    A key may be many lines; any other value of ours is one word (facts 10, row 25).
    """
    ours = {variable.name for variable in context.variables()}
    found = [finding for line in context.env.lines if line.key in ours if (finding := _stray(line))]
    return Ruling(judged=len(found), findings=tuple(found))


@rule(CONTROL)
def switch(context: Context) -> Ruling:
    """`PAYMENT_MCP_ENABLED` is `true` or `false`, spelt so: programs compare the text."""
    line = context.usable("PAYMENT_MCP_ENABLED")
    if line is None or line.value in ("true", "false"):
        return Ruling(judged=int(line is not None))
    return Ruling(
        judged=1,
        findings=(
            Finding(
                control=CONTROL,
                variable=line.key,
                line=line.number,
                problem="is neither true nor false",
                fix="write true or false in lower case",
            ),
        ),
    )


def _needed(variable: Variable, context: Context) -> bool:
    return variable.presence in (Presence.ALWAYS, Presence.ALIPAY) or (
        variable.presence is Presence.PRODUCTION and context.target.kind is TargetKind.PRODUCTION
    )


def _stray(line: EnvLine) -> Finding | None:
    lines = "\r\n" if is_key(line.key) else ""
    value = line.value.strip(lines)
    if not value.strip(BLANKS):
        return None
    if value.strip(BLANKS) != value:
        problem = "has blanks at the start or the end of its value"
    elif found := _INVISIBLE.search(value.translate(dict.fromkeys(map(ord, lines)))):
        at, code = value.index(found[0]) + 1, f"U+{ord(found[0]):04X}"
        problem = f"has the invisible character {code} at place {at}"
    else:
        return None
    return Finding(
        control=CONTROL,
        variable=line.key,
        line=line.number,
        problem=problem,
        fix="delete them, those inside of quotes too: type the value anew, do not copy it from a page",
    )


def _span(numbers: list[int]) -> str:
    return str(numbers[0]) if len(numbers) == 1 else f"{numbers[0]}–{numbers[-1]}"

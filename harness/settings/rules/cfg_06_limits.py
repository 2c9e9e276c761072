"""CFG-06: limits are whole fen, the day's is not below one payment's, and comments say what values say.

The plan's own production block fails this twice (P§4.2): 1000000 is ¥10,000, its comment says 100元;
10000000 is ¥100,000, its comment says 1万元.
"""

from __future__ import annotations

from decimal import Decimal
from functools import partial

from harness.core.money import Fen
from harness.settings.env_file import EnvLine
from harness.settings.finding import Finding
from harness.settings.numbers import NamedAmount, named_amounts, whole_number, yuan
from harness.settings.rules.registry import Context, Ruling, rule

CONTROL = "CFG-06"
_finding = partial(Finding.on, CONTROL, blocks=False)
SINGLE, DAILY = "MCP_MAX_AMOUNT", "MCP_DAILY_LIMIT"


@rule(CONTROL)
def limits(context: Context) -> Ruling:
    """Each limit by itself, then the two against each other."""
    lines = list(context.usable_of(SINGLE, DAILY))
    findings: list[Finding] = []
    amounts: dict[str, Fen] = {}
    for line in lines:
        value = whole_number(line.value)
        if value is None or value == 0:
            findings.append(_no_amount(line))
            continue
        amounts[line.key] = Fen(value)
        beside = [named for named in named_amounts(line.comment) if named.fen != Decimal(value)]
        above = named_amounts(line.above)  # may speak of several lines, so one that agrees is enough
        if not any(named.fen == Decimal(value) for named in above):
            beside += above[:1]
        findings += (_contradiction(line, Fen(value), named) for named in beside)
    daily = context.line(DAILY)
    if daily and len(amounts) == 2 and amounts[DAILY] < amounts[SINGLE]:
        findings.append(_too_small(daily, amounts))
    return Ruling(len(lines), tuple(findings))


def _no_amount(line: EnvLine) -> Finding:
    length = len(line.value)
    return _finding(
        line,
        f"is not a whole number of fen above zero ({length} characters)",
        "write whole fen without point, comma or unit: ¥100 is 10000",
        blocks=True,
    )


def _contradiction(line: EnvLine, value: Fen, named: NamedAmount) -> Finding:
    return _finding(
        line,
        (f"is {value:d} fen, which is {yuan(value)}, but its comment says {named.text} ({named.display})"),
        f"write {named.fen:.0f} if {named.text} is meant, else correct the comment to {yuan(value)}"
        if named.fen == named.fen.to_integral_value()
        else f"else correct the comment to {yuan(value)}",
    )


def _too_small(line: EnvLine, amounts: dict[str, Fen]) -> Finding:
    return _finding(
        line,
        f"allows {yuan(amounts[DAILY])} a day, less than one payment of {yuan(amounts[SINGLE])}",
        f"write {amounts[SINGLE]:d} or more, or lower {SINGLE}",
    )

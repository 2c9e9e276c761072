"""CFG-05: time-out and attempts are sane, and their worst case is within a shopper's patience (P§2)."""

from __future__ import annotations

from functools import partial

from harness.settings.env_file import EnvLine
from harness.settings.finding import Finding
from harness.settings.numbers import whole_number
from harness.settings.rules.registry import Context, Ruling, rule

CONTROL = "CFG-05"
_finding = partial(Finding.on, CONTROL)
PATIENCE_S = 60
"""Seconds a shopper waits before paying elsewhere (controls, CFG-05)."""
SHORTEST_MS = 1_000
"""Below this a number was meant in seconds, or gives up before the platform can answer."""
MOST_ATTEMPTS = 10
_BACK_OFF_S = (1, 2, 4, 8)
_BACK_OFF_CAP_S = 10


def back_off_s(attempts: int) -> int:
    """Seconds slept between `attempts` tries: 1, 2, 4, 8, then 10 each (envelope facts, section 1)."""
    pauses = max(attempts - 1, 0)
    return sum(_BACK_OFF_S[:pauses]) + _BACK_OFF_CAP_S * max(pauses - len(_BACK_OFF_S), 0)


def worst_case_ms(timeout_ms: int, attempts: int) -> int:
    """Milliseconds a shopper waits when every attempt runs into its time-out."""
    return timeout_ms * attempts + 1000 * back_off_s(attempts)


@rule(CONTROL)
def patience(context: Context) -> Ruling:
    """Both numbers are sane by themselves, and together within 60 seconds."""
    timeout, attempts = context.usable("MCP_TIMEOUT"), context.usable("MCP_RETRY_COUNT")
    findings: list[Finding] = []
    timeout_ms = _timeout(timeout, findings) if timeout else None
    tries = _attempts(attempts, findings) if attempts else None
    judged = (timeout is not None) + (attempts is not None)
    if timeout is None or attempts is None or timeout_ms is None or tries is None:
        return Ruling(judged, tuple(findings))
    wait = worst_case_ms(timeout_ms, tries)
    sum_ = f"{timeout_ms} ms × {tries} + {back_off_s(tries)} s = {_seconds(wait)} s"
    if wait > PATIENCE_S * 1000:
        findings.append(
            _finding(
                timeout,
                (
                    f"makes a shopper wait {_seconds(wait)} s at worst ({sum_}, back-off included); "
                    f"patience ends at {PATIENCE_S} s"
                ),
                _shorter(tries, attempts),
                blocks=False,
            )
        )
    note = f"worst-case wait: {sum_} (back-off included)"
    return Ruling(judged, tuple(findings), notes=(note,))


def _shorter(tries: int, attempts: EnvLine) -> str:
    """How to come within patience: a shorter time-out, where the back-off leaves room for one."""
    longest = (PATIENCE_S - back_off_s(tries)) * 1000 // tries
    if longest < SHORTEST_MS:
        return f"lower MCP_RETRY_COUNT (line {attempts.number}) to 3 first"
    return (
        f"with {tries} attempts set MCP_TIMEOUT to {longest} at most, or lower MCP_RETRY_COUNT "
        f"(line {attempts.number})"
    )


def _timeout(line: EnvLine, findings: list[Finding]) -> int | None:
    value = whole_number(line.value)
    if value is None or value == 0:
        findings.append(_no_number(line, "milliseconds, e.g. 15000"))
        return None
    if value < SHORTEST_MS:
        findings.append(
            _finding(
                line,
                f"is {value} milliseconds, too short for any answer; the unit is not seconds",
                f"write {value * 1000} if {value} seconds were meant",
                blocks=False,
            )
        )
    return value


def _attempts(line: EnvLine, findings: list[Finding]) -> int | None:
    value = whole_number(line.value)
    if value is None or value == 0:
        findings.append(_no_number(line, "the attempts in all, 1 to 10"))
        return None
    if value > MOST_ATTEMPTS:
        findings.append(
            _finding(
                line,
                f"asks for {value} attempts, more than {MOST_ATTEMPTS}",
                "write 2 or 3",
                blocks=False,
            )
        )
        return None
    return value


def _seconds(milliseconds: int) -> str:
    return f"{milliseconds / 1000:g}" if milliseconds < 10**8 else str(milliseconds // 1000)


def _no_number(line: EnvLine, expected: str) -> Finding:
    return _finding(
        line,
        f"is not a whole number above zero ({len(line.value)} characters)",
        f"write {expected}",
    )

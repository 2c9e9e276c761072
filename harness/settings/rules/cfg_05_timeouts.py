"""CFG-05: time-out and attempts are sane, and their worst case is within a shopper's patience (P§2)."""

from __future__ import annotations

from harness.core.control import Text
from harness.settings.env_file import EnvLine
from harness.settings.finding import Finding
from harness.settings.numbers import whole_number
from harness.settings.rules.registry import Context, Ruling, rule

CONTROL = "CFG-05"
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
                Text(
                    zh=f"最坏要等 {_seconds(wait)} 秒（{sum_}，含重试间隔），超过顾客的耐心 {PATIENCE_S} 秒",
                    en=f"makes a shopper wait {_seconds(wait)} s at worst ({sum_}, back-off included); "
                    f"patience ends at {PATIENCE_S} s",
                ),
                _shorter(tries, attempts),
                blocks=False,
            )
        )
    note = Text(zh=f"最坏等待：{sum_}（含重试间隔）", en=f"worst-case wait: {sum_} (back-off included)")
    return Ruling(judged, tuple(findings), notes=(note,))


def _shorter(tries: int, attempts: EnvLine) -> Text:
    """How to come within patience: a shorter time-out, where the back-off leaves room for one."""
    longest = (PATIENCE_S - back_off_s(tries)) * 1000 // tries
    if longest < SHORTEST_MS:
        return Text(
            zh=f"先把 MCP_RETRY_COUNT（第 {attempts.number} 行）降到 3",
            en=f"lower MCP_RETRY_COUNT (line {attempts.number}) to 3 first",
        )
    return Text(
        zh=f"{tries} 次尝试时 MCP_TIMEOUT 最多 {longest}，或减少 MCP_RETRY_COUNT（第 {attempts.number} 行）",
        en=f"with {tries} attempts set MCP_TIMEOUT to {longest} at most, or lower MCP_RETRY_COUNT "
        f"(line {attempts.number})",
    )


def _timeout(line: EnvLine, findings: list[Finding]) -> int | None:
    value = whole_number(line.value)
    if value is None or value == 0:
        findings.append(_no_number(line, Text(zh="毫秒数，例如 15000", en="milliseconds, e.g. 15000")))
        return None
    if value < SHORTEST_MS:
        findings.append(
            _finding(
                line,
                Text(
                    zh=f"是 {value} 毫秒，任何应答都来不及；单位不是秒",
                    en=f"is {value} milliseconds, too short for any answer; the unit is not seconds",
                ),
                Text(
                    zh=f"若本意是 {value} 秒，写 {value * 1000}",
                    en=f"write {value * 1000} if {value} seconds were meant",
                ),
                blocks=False,
            )
        )
    return value


def _attempts(line: EnvLine, findings: list[Finding]) -> int | None:
    value = whole_number(line.value)
    if value is None or value == 0:
        findings.append(_no_number(line, Text(zh="总尝试次数，1 到 10", en="the attempts in all, 1 to 10")))
        return None
    if value > MOST_ATTEMPTS:
        findings.append(
            _finding(
                line,
                Text(
                    zh=f"要尝试 {value} 次，多于 {MOST_ATTEMPTS} 次",
                    en=f"asks for {value} attempts, more than {MOST_ATTEMPTS}",
                ),
                Text(zh="写 2 或 3", en="write 2 or 3"),
                blocks=False,
            )
        )
        return None
    return value


def _seconds(milliseconds: int) -> str:
    return f"{milliseconds / 1000:g}" if milliseconds < 10**8 else str(milliseconds // 1000)


def _no_number(line: EnvLine, expected: Text) -> Finding:
    return _finding(
        line,
        Text(
            zh=f"不是大于零的整数（{len(line.value)} 个字符）",
            en=f"is not a whole number above zero ({len(line.value)} characters)",
        ),
        Text(zh=f"填{expected.zh}", en=f"write {expected.en}"),
    )


def _finding(line: EnvLine, problem: Text, fix: Text, *, blocks: bool = True) -> Finding:
    return Finding(
        control=CONTROL, variable=line.key, line=line.number, problem=problem, fix=fix, blocks=blocks
    )

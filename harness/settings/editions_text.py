"""Two editions, or several readers of one folder, as lines for people and as JSON. No secret is in either."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from harness.core.control import Language, Text
from harness.core.findings import told_in, translated
from harness.settings.editions import Change, Row
from harness.settings.env_file import EnvLine
from harness.settings.finding import ConfigurationReport
from harness.settings.loaders.several import Framework
from harness.settings.variables import BY_NAME, is_key

_SIGNS = {Change.SAME: "=", Change.CHANGED: "~", Change.ADDED: "+", Change.REMOVED: "-"}
_OPEN = re.compile(
    r"[0-9]{1,16}|true|false|https?://[^@?#\s]{1,100}|wx[0-9A-Za-z]{16}|PUB_KEY_ID_[0-9]+|[0-9A-F]{40}|[a-z-]{1,20}"
)
"""What is shown, of variables that we know to be no secrets: people put keys into the wrong one, too."""
_WORDS = {
    "other": Text(zh="换了（{} 个字符）", en="another one ({} characters)"),
    "same": Text(zh="两套环境相同，生产必须有自己的", en="the same in both, and production needs its own"),
    "shared": Text(zh="相同：同一个账号只有一个（{}）", en="the same: one account has one ({})"),
    "equal": Text(zh="相同", en="the same"),
    "hidden": Text(zh="{} 个字符", en="{} characters"),
    "nothing": Text(zh="读不到", en="nothing"),
    "clean": Text(zh="CFG-11 没有发现问题", en="CFG-11 finds nothing wrong"),
    "agree": Text(zh="各程序读到的都一样", en="all of them see the same"),
    "differ": Text(zh="{} 个变量各程序读到的不同", en="{} variables are not the same to all of them"),
}


def _say(word: str, language: Language, *values: object) -> str:
    text = _WORDS[word]
    return (text.zh if language == "zh" else text.en).format(*values)


def told_rows(rows: tuple[Row, ...], report: ConfigurationReport, language: Language) -> Iterator[str]:
    """A line a variable, then what CFG-11 finds, each with its fix."""
    wide = max((len(row.name) for row in rows), default=0)
    for row in rows:
        sign = "✗" if row.must_differ else _SIGNS[row.change]
        yield f"{sign} {row.name:<{wide}}  {_told(row, language)}".rstrip()
    found = report.of("CFG-11")
    yield ""
    for finding in found:
        where = f":{finding.line}" if finding.line else ""
        yield f"✗ {report.source}{where}  {finding.variable}  {told_in(finding.problem, language)}"
        yield f"    → {told_in(finding.fix, language)}"
    if not found:
        yield _say("clean", language)


def rows_document(rows: tuple[Row, ...], report: ConfigurationReport) -> dict[str, object]:
    """The same as JSON; `before` and `after` are null where they may not be shown."""
    return {
        "schema": 1,
        "rows": [
            {
                "variable": row.name,
                "change": row.change,
                "secret": row.secret,
                "must_differ": row.must_differ,
                "before": _open(row.before),
                "after": _open(row.after),
            }
            for row in rows
        ],
        "findings": [
            {
                "control": each.control,
                "variable": each.variable,
                "line": each.line,
                "problem": translated(each.problem).model_dump(),
                "fix": translated(each.fix).model_dump(),
            }
            for each in report.of("CFG-11")
        ],
    }


def told_differences(
    read: Mapping[Framework, Mapping[str, tuple[str, str]]], language: Language
) -> list[str]:
    """Of each variable that is not the same to all: who sees what, from which file; then the sum."""
    names = dict.fromkeys(name for values in read.values() for name in values)
    lines: list[str] = []
    different = 0
    for name in names:
        seen: dict[tuple[str, str] | None, list[str]] = {}
        for framework, values in read.items():
            seen.setdefault(values.get(name), []).append(framework)
        if len({None if each is None else each[0] for each in seen}) == 1:
            continue
        different += 1
        lines.append(name)
        for each, who in seen.items():
            shown = (
                _say("nothing", language)
                if each is None
                else f"{_value(name, each[0], language)} ({each[1]})"
            )
            lines.append(f"  {shown}   {', '.join(who)}")
    return [*lines, _say("differ", language, different) if different else _say("agree", language)]


def _told(row: Row, language: Language) -> str:
    if row.must_differ:
        return _say("same", language)
    if row.account:
        return _say("shared", language, row.account)
    if row.change is Change.SAME:
        return _say("equal", language)
    if row.secret and row.change is Change.CHANGED and row.after is not None:
        return _say("other", language, len(row.after.value))
    before, after = (_value_of(line, language) for line in (row.before, row.after))
    return " → ".join(filter(None, (before, after)))


def _value_of(line: EnvLine | None, language: Language) -> str:
    return "" if line is None else _value(line.key, line.value, language)


def _value(name: str, value: str, language: Language) -> str:
    """A value that may be shown, or how long it is."""
    return value if _is_open(name, value) else _say("hidden", language, len(value))


def _is_open(name: str, value: str) -> bool:
    known = BY_NAME.get(name)
    return bool(known and not known.secret and not is_key(name) and _OPEN.fullmatch(value))


def _open(line: EnvLine | None) -> str | None:
    return line.value if line is not None and _is_open(line.key, line.value) else None

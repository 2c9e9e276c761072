"""The configuration report as a person reads it on a terminal: a table there, plain lines in a pipe."""

from __future__ import annotations

from typing import Literal

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text as Styled

from harness.core.control import Text
from harness.core.findings import told_in
from harness.settings.finding import ConfigurationReport, Finding

Language = Literal["zh", "en"]

TITLES: dict[str, Text] = {
    "CFG-01": Text(zh="变量齐全，没有占位符", en="variables present, no placeholder"),
    "CFG-02": Text(zh="接口地址安全可用", en="endpoints safe and usable"),
    "CFG-03": Text(zh="密钥可用且成对正确", en="keys load and belong where they stand"),
    "CFG-04": Text(zh="运行模式一致", en="modes agree"),
    "CFG-05": Text(zh="超时与重试合理", en="time-out and attempts sane"),
    "CFG-06": Text(zh="限额与注释一致", en="limits agree with their comments"),
    "CFG-07": Text(zh="密钥文件受保护，未入库", en="secret files protected, in no repository"),
    "CFG-08": Text(zh="密钥够强，各不相同", en="secrets strong and distinct"),
    "CFG-09": Text(zh="回调地址合规", en="callback addresses proper"),
    "CFG-10": Text(zh="商户标识相互匹配", en="identifiers proper and of one merchant"),
    "CFG-11": Text(zh="生产配置已切换干净", en="production profile clean"),
    "APP-05": Text(zh="五项体验版凭据到手", en="five experience credentials in hand"),
}


def say(text: Text, language: Language) -> str:
    """One language of a text."""
    return text.zh if language == "zh" else text.en


def print_report(report: ConfigurationReport, console: Console, language: Language) -> None:
    """Write the whole report. Nothing is cut: a table folds its cells, plain lines run to their end."""
    plain = not console.is_terminal
    console.print(Styled(heading(report, language), style="bold"), soft_wrap=plain)
    for control, judged in report.judged.items():
        console.print()
        console.print(_title(report, control, judged, language), soft_wrap=plain)
        found = report.of(control)
        if found:
            console.print(_lines(found, language) if plain else _table(found, language), soft_wrap=plain)
        for note in report.notes:
            if note.control == control:
                console.print(Styled(f"  · {told_in(note.text, language)}", style="dim"), soft_wrap=plain)
        for doubt in report.doubts:
            if doubt.control == control:
                console.print(Styled(f"  ? {told_in(doubt.text, language)}", style="yellow"), soft_wrap=plain)
    console.print()
    style = "bold red" if not report.clean else "bold green" if report.decided else "bold yellow"
    console.print(Styled(summary(report, language), style=style), soft_wrap=plain)


def heading(report: ConfigurationReport, language: Language) -> str:
    """Which file was judged for which target, and whether that was a guess."""
    zh = f"{report.source} · 目标 {report.target}"
    en = f"{report.source} · target {report.target}"
    if report.assumed:
        zh += "（由文件内容推断；用 --target 指定）"
        en += " (assumed from the file; name it with --target)"
    return say(Text(zh=zh, en=en), language)


def summary(report: ConfigurationReport, language: Language) -> str:
    """The last line: how many findings in how many controls, or that there are none."""
    count, controls = len(report.findings), len({finding.control for finding in report.findings})
    judged = sum(1 for values in report.judged.values() if values)
    unjudged = [control for control, values in report.judged.items() if not values]
    if count:
        text = Text(
            zh=f"配置检查未通过：{controls} 项控制共 {count} 个问题",
            en=f"CONFIGURATION FAILS · {count} finding{'s' * (count > 1)} in {controls} "
            f"control{'s' * (controls > 1)}",
        )
    elif not report.decided:
        text = Text(
            zh=f"配置检查未发现问题，但有 {len(report.doubts)} 处无从判断",
            en=f"CONFIGURATION UNDECIDED · {len(report.doubts)} open, no finding",
        )
    else:
        text = Text(zh=f"配置检查通过：{judged} 项控制", en=f"CONFIGURATION CLEAN · {judged} controls")
    if unjudged:
        names = ", ".join(unjudged)
        text = Text(zh=f"{text.zh}；无可判断：{names}", en=f"{text.en} · nothing to judge: {names}")
    return say(text, language)


def _title(report: ConfigurationReport, control: str, judged: int, language: Language) -> Styled:
    findings = len(report.of(control))
    if findings:
        mark, style = "✗", "red"
    else:
        doubted = any(doubt.control == control for doubt in report.doubts)
        mark, style = ("?", "yellow") if doubted else ("✓", "green") if judged else ("–", "yellow")
    name = say(TITLES[control], language) if control in TITLES else ""
    counted = say(
        Text(
            zh=f"判断了 {judged} 个值，{findings} 个问题",
            en=f"{judged} value{'s' * (judged != 1)} judged, {findings} finding{'s' * (findings != 1)}",
        ),
        language,
    )
    brackets = "（{}）" if language == "zh" else "({})"
    return Styled.assemble(
        (f"{mark} {control} ", f"bold {style}"), (f"{name} ", "bold"), (brackets.format(counted), "dim")
    )


def _table(findings: tuple[Finding, ...], language: Language) -> RenderableType:
    table = Table(show_edge=False, pad_edge=False, show_lines=True, expand=True)
    table.add_column(say(Text(zh="行", en="line"), language), justify="right", no_wrap=True)
    table.add_column(say(Text(zh="变量", en="variable"), language), overflow="fold")
    table.add_column(say(Text(zh="问题与解决办法", en="problem and fix"), language), ratio=1, overflow="fold")
    for finding in findings:
        table.add_row(
            str(finding.line or "–"),
            Styled(finding.variable or "–", style="bold"),
            Group(
                Styled(told_in(finding.problem, language)),
                Styled(f"→ {told_in(finding.fix, language)}", style="cyan"),
            ),
        )
    return table


def _lines(findings: tuple[Finding, ...], language: Language) -> RenderableType:
    """One finding a line and its fix on the next: what grep, logs and screen readers want."""
    place = Text(zh="第 {} 行", en="line {}")
    lines = Styled()
    for finding in findings:
        where = say(place, language).format(finding.line) if finding.line else "–"
        lines.append(f"  {where}  {finding.variable or '–'}  {told_in(finding.problem, language)}\n")
        lines.append(f"      → {told_in(finding.fix, language)}\n")
    lines.rstrip()
    return lines

"""Every word the kill matrix says of its own, in both languages; defects and checklist bring the rest."""

from __future__ import annotations

from harness.core.control import Text
from harness.evidence.kill_matrix import KillMatrix
from reports.kill_matrix.view import Cell

_t = Text.of

WORDS = {
    "title": _t("杀伤矩阵", "Kill matrix"),
    "skip": _t("跳到矩阵", "Skip to the matrix"),
    "print": _t("打印", "Print"),
    "question": _t("这些检查真的会报错吗？", "Can these checks fail?"),
    "soak_question": _t("正确的商户会被冤枉吗？", "Is the correct shop ever accused?"),
    "caught": _t("缺陷被抓住", "defects caught"),
    "false_alarms": _t("误报", "false alarms"),
    "correct_runs": _t("正确商户的运行", "runs of the correct shop"),
    "time": _t("总用时", "in all"),
    "interrupted": _t(
        "测量被中断，只包含已完成的部分。", "It was interrupted: only what was measured is shown."
    ),
    "narrowed": _t("只测了：", "Narrowed to: "),
    "false_alarm": _t("误报", "false alarm"),
    "undecided_run": _t("这次运行不能证明什么", "this run proves nothing"),
    "matrix": _t("矩阵", "The matrix"),
    "quick_note": _t(
        "每行一个故意的缺陷，每列一个控制项。快速测量：缺陷只面对它自己的控制项，被抓住就停。"
        "完整矩阵：golive mutants --wide。",
        "A row is a deliberate defect, a column a control. Quick: a defect met the scenarios of its own "
        "control until it was caught. For the full matrix: golive mutants --wide.",
    ),
    "wide_note": _t(
        "每行一个故意的缺陷，每列一个控制项。完整测量：每个缺陷都面对全部场景。",
        "A row is a deliberate defect, a column a control. Wide: every defect met every scenario.",
    ),
    "defect": _t("缺陷", "Defect"),
    "seconds": _t("用时", "Time"),
    "shop": _t("参考商户", "shop"),
    "endpoint": _t("支付接口", "endpoint"),
    "details": _t("缺陷明细", "The defects"),
    "wrong": _t("故意做错的", "What is wrong"),
    "control": _t("应抓住它的控制项", "Meant to catch it"),
    "scenario": _t("最先报错的场景", "Caught first in"),
    "said": _t("它说", "It said"),
    "killed_by": _t("报错的控制项", "Controls that failed"),
    "kept": _t("保留的运行", "Kept run"),
    "again": _t("再看一次", "See it again"),
    "correct": _t("正确的商户", "The correct shop"),
    "correct_note": _t(
        "什么都没做错时，一项也不许不合格；警告不算误报。",
        "With nothing wrong, nothing may fail; a warning is no alarm.",
    ),
    "run": _t("运行", "Run"),
    "checks": _t("检查", "Checks"),
    "scope": _t("范围", "Scope"),
    "whole": _t("全部场景", "every scenario"),
    "part": _t("只有所选部分", "the chosen ones"),
    "outcome": _t("结果", "Outcome"),
    "made": _t("本页只由 kill-matrix.json 生成。", "This page is made from kill-matrix.json alone."),
}

STATES = {
    "killed": ("✓", _t("已抓住", "caught"), "go"),
    "survived": ("✕", _t("漏网", "survived"), "no"),
    "error": ("⚙", _t("无法判断", "undecided"), "wait"),
    "silent": ("✓", _t("无误报", "silent"), "go"),
    "alarm": ("✕", _t("误报", "false alarm"), "no"),
}
"""Symbol, word and colour of what became of a run: never colour alone."""

CELLS = {
    Cell.CAUGHT: ("✓", _t("本该抓住，抓住了", "meant to catch it, and did")),
    Cell.MISSED: ("✕", _t("本该抓住，没抓住", "meant to catch it, and did not")),
    Cell.ALSO: ("●", _t("另一项也报错", "another that failed too")),
    Cell.BROKEN: ("⚙", _t("另一项无法判断", "another that could not decide")),
    Cell.SILENT: ("·", _t("运行过，没有报错", "ran, and did not fail")),
    Cell.UNASKED: ("", _t("没有运行", "did not run")),
}
"""Symbol and meaning of a cell."""


def answer(matrix: KillMatrix) -> tuple[Text, str]:
    """The page's answer and its colour."""
    states = matrix.states
    if "survived" in states:
        return _t("不是每一项", "Not all of them"), "no"
    if "alarm" in states:
        if matrix.mode == "soak":
            return _t("会", "Yes"), "no"
        return _t("会，但也冤枉好人", "Yes, but they cry wolf"), "no"
    if "error" in states or matrix.interrupted or not states:
        return _t("还不能断定", "Not decided"), "wait"
    if matrix.mode == "soak":
        return _t("一次也没有", "Never"), "go"
    return _t("会，每一项都会", "Yes, every one"), "go"


def lede(matrix: KillMatrix) -> Text:
    """One sentence below the answer."""
    killed, total = sum(each.killed for each in matrix.defects), len(matrix.defects)
    runs, checks = len(matrix.correct), sum(run.checks for run in matrix.correct)
    alarms = len(matrix.alarms)
    zh = f"正确的商户跑了 {runs} 次、{checks} 项检查，误报 {alarms} 次。"
    times = "once" if runs == 1 else f"{runs} times"
    heard = f"{alarms or 'no'} false alarm{'' if alarms == 1 else 's'}"
    en = f"The correct shop ran {times}, {checks} checks in all, with {heard}."
    if matrix.mode == "soak":
        return _t(zh, en)
    return _t(
        f"故意做错 {total} 处，{killed} 处被对应的控制项抓住。{zh}",
        f"Of {total} things made wrong on purpose, {killed} were caught by the control meant for them. {en}",
    )

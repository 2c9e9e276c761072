"""Every word the page says of its own, in both languages; the checklist brings the rest."""

from __future__ import annotations

from collections.abc import Mapping

from harness.core.control import Blame, Method, Severity, Text
from harness.verdict import Standing

_t = Text.of

WORDS = {
    "title": _t("上线裁决", "Go-live verdict"),
    "skip": _t("跳到控制项", "Skip to the controls"),
    "print": _t("打印", "Print"),
    "question": _t("这套支付集成可以收取真实货款吗？", "May this integration take real money?"),
    "judged_here": _t("本次评判", "Judged here"),
    "go_means": _t("GO 意味着：", "GO means: "),
    "total": _t("合计", "in all"),
    "passed_of": _t("已通过", "passed"),
    "price": _t("放行还差什么", "The price of GO"),
    "nothing_missing": _t("一项不缺。", "Nothing is missing."),
    "warnings": _t("警告", "Warnings"),
    "what": _t("评判对象", "What was judged"),
    "target": _t("目标", "Target"),
    "host": _t("主机", "Host"),
    "merchant": _t("商户", "Merchant"),
    "grade": _t("证据等级", "Grade of evidence"),
    "time": _t("时间（北京）", "Time (Beijing)"),
    "as_of": _t("评判时刻", "Judged as of"),
    "checks": _t("检查", "Checks"),
    "dialects": _t("接入方式", "Dialects"),
    "checklist": _t("清单", "Checklist"),
    "run": _t("运行", "Run"),
    "subject": _t("对象指纹", "Subject fingerprint"),
    "environment": _t("环境指纹", "Environment fingerprint"),
    "versions": _t("版本", "Versions"),
    "command": _t("命令", "Command"),
    "dropped": _t("商户声明不具备，故不适用", "Not applicable, by the merchant's profile"),
    "torn": _t(
        "记录的最后一行不完整：运行进程被终止过。",
        "The last line of the record is cut off: its process was killed.",
    ),
    "readiness": _t("商业化就绪度", "Readiness"),
    "readiness_note": _t(
        "已通过且达到所需等级的控制项权重 ÷ 全部适用控制项权重（致命 5 · 必须 3 · 应当 1）。",
        "Weight of controls passed at the grade they need ÷ weight of all that apply "
        "(fatal 5 · must 3 · should 1).",
    ),
    "plan_today": _t("计划自述的现状", "The plan's own claim today"),
    "plan_goal": _t("计划的目标", "The plan's goal"),
    "measured": _t("实证", "Proven"),
    "milestones": _t("里程碑", "Milestones"),
    "reached": _t("已达成", "reached"),
    "not_reached": _t("未达成", "not reached"),
    "journey": _t("支付旅程", "The payment journey"),
    "journey_note": _t("检查过程中的真实截图，点击放大。", "Taken while the checks ran; click to enlarge."),
    "no_pictures": _t("本次运行没有截图。", "This run took no pictures."),
    "picture_lost": _t("图片文件已不在记录中", "The picture is no longer in the record"),
    "close": _t("关闭", "Close"),
    "timings": _t("耗时", "Timings"),
    "whole_run": _t("整次运行", "The whole run"),
    "slowest": _t("最慢的检查", "The slowest checks"),
    "no_timings": _t("没有可画的检查。", "There is no check to draw."),
    "no_steps": _t("没有分步计时", "no steps timed"),
    "controls": _t("控制项", "Controls"),
    "search": _t("搜索编号、名称、消息…", "Search id, title, message…"),
    "shown": _t("项显示", "shown"),
    "none_shown": _t("没有符合条件的控制项。", "No control fits the filter."),
    "all": _t("全部", "All"),
    "failing": _t("不合格", "Failing"),
    "open": _t("待定", "Open"),
    "passed": _t("通过", "Passed"),
    "planned": _t("计划中", "Planned"),
    "not_applicable": _t("不适用", "Not applicable"),
    "criterion": _t("判据", "Criterion"),
    "remedy": _t("如何改正", "How to mend it"),
    "source": _t("出处", "Source"),
    "method": _t("方法", "Method"),
    "severity": _t("严重度", "Severity"),
    "needs": _t("所需等级", "Grade needed"),
    "evidence": _t("证据", "Evidence"),
    "scenario": _t("场景", "Scenario"),
    "outcome": _t("结果", "Outcome"),
    "duration": _t("用时", "Time"),
    "exercised": _t("观察数", "Observations"),
    "blame": _t("该谁处理", "Whose turn"),
    "from_runs": _t("依据的运行", "Rests on run"),
    "no_evidence": _t("本次运行没有检查它。", "This run did not check it."),
    "no_check_yet": _t(
        "尚无检查：在它实现之前，本项不可能通过。", "No check exists yet: until one does, it cannot pass."
    ),
    "rebuild": _t(
        "本页由运行记录单独生成，任何时候都可逐字节重建：",
        "This page is made from the run record alone and can be rebuilt, byte for byte, at any time:",
    ),
}

STANDINGS = {
    Standing.FAIL: ("✕", _t("不合格", "fail"), "no"),
    Standing.HARNESS_ERROR: ("⚙", _t("工具出错", "harness error"), "no"),
    Standing.INCONCLUSIVE: ("?", _t("无定论", "inconclusive"), "wait"),
    Standing.NEEDS_HUMAN: ("☞", _t("需人工", "needs a human"), "wait"),
    Standing.WAIVED_OVER_BUDGET: ("!", _t("超出豁免", "waived over budget"), "wait"),
    Standing.WARN: ("!", _t("通过，有警告", "pass with a warning"), "warn"),
    Standing.WAIVED: ("~", _t("已豁免", "waived"), "warn"),
    Standing.PASS: ("✓", _t("通过", "pass"), "go"),
    Standing.NOT_APPLICABLE: ("–", _t("不适用", "not applicable"), "mute"),
    Standing.PLANNED: ("○", _t("计划中", "planned"), "plan"),
}
"""Symbol, word and colour of every standing: never colour alone."""

FILTERS = {
    "failing": frozenset({Standing.FAIL, Standing.HARNESS_ERROR}),
    "open": frozenset({Standing.INCONCLUSIVE, Standing.NEEDS_HUMAN, Standing.WAIVED_OVER_BUDGET}),
    "passed": frozenset({Standing.PASS, Standing.WARN, Standing.WAIVED}),
    "planned": frozenset({Standing.PLANNED}),
    "not_applicable": frozenset({Standing.NOT_APPLICABLE}),
}

VERDICTS = {
    "GO": ("✓", _t("放行", "GO"), "go"),
    "NO-GO": ("✕", _t("不放行", "NO-GO"), "no"),
    "NOT YET": ("…", _t("尚不放行", "NOT YET"), "wait"),
}

SEVERITIES = {
    Severity.FATAL: _t("致命", "fatal"),
    Severity.MUST: _t("必须", "must"),
    Severity.SHOULD: _t("应当", "should"),
}

METHODS = {
    Method.TEST: _t("测试", "test"),
    Method.MEASURE: _t("测量", "measurement"),
    Method.SCAN: _t("扫描", "scan"),
    Method.SOAK: _t("多日观察", "soak"),
    Method.ATTEST: _t("书面证明", "attestation"),
}

BLAMES = {
    Blame.MERCHANT: _t("商户", "merchant"),
    Blame.ENDPOINT: _t("支付接口", "endpoint"),
    Blame.HARNESS: _t("检查工具", "harness"),
    Blame.ENVIRONMENT: _t("环境", "environment"),
    Blame.AMBIGUOUS: _t("待判明", "ambiguous"),
}

NO_DIALECT = _t("不分接入方式", "Whatever the dialect")

MILESTONES = (
    _t("体验版配置完成，基础支付可用", "Experience edition configured, basic payment works"),
    _t("端到端测试通过，全部场景验证", "End-to-end passed, every scenario proven"),
    _t("生产版上线", "Production"),
)


def headline(verdicts: Mapping[str, str], selection: str | None) -> tuple[Text, str]:
    """The page's answer and its colour: the last gate's verdict, or the ending of a narrowed run."""
    if selection is not None:
        good = selection == "PASS"
        chosen = (
            _t("所选检查通过", "The selection passed")
            if good
            else _t("所选检查未通过", "The selection failed")
        )
        return chosen, "go" if good else "no"
    *_, last = verdicts.values()
    answers = {"GO": _t("可以", "Yes"), "NO-GO": _t("不可以", "No"), "NOT YET": _t("还不可以", "Not yet")}
    return answers[last], VERDICTS[last][2]


def lede(gate: Text, verdict: str, failing: int, missing: int) -> Text:
    """One sentence below the answer, about the first gate that is not GO."""
    if verdict == "NO-GO":
        return _t(
            f"{gate.zh}关口不放行：{failing} 项不合格，须先修复。",
            f"The {gate.en.lower()} gate is NO-GO: {failing} failing, to be mended first.",
        )
    return _t(
        f"下一关是{gate.zh}：还差 {missing} 项。",
        f"Next is the {gate.en.lower()} gate: {missing} missing.",
    )


ALL_OPEN = _t("三个关口全部放行。", "Every gate is GO.")

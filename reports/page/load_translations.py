"""Every word of the page's load section, in both languages."""

from __future__ import annotations

from harness.core.control import Text

_t = Text.of

WORDS = {
    "load": _t("压测", "Load"),
    "criteria": _t("判据", "Criteria"),
    "reading": _t(
        "横条：真值以 95 % 的把握（每端各自）所在之处；圆点：实测值；竖线：限值。"
        "整条在线右侧才通过，整条在左侧才可能不合格，跨线即无定论。对数刻度。",
        "Bar: where the truth lies, each end with 95 %. Dot: as measured. Upright line: the limit. "
        "A bar wholly right of it passes, one wholly left of it may fail, one across it decides nothing. "
        "Logarithmic.",
    ),
    "limit": _t("限值", "limit"),
    "worse": _t("← 更差", "← worse"),
    "better": _t("更好 →", "better →"),
    "worst_stretch": _t("最差的一段", "worst stretch"),
    "requests": _t("请求", "Requests"),
    "rate": _t("平均速率", "Mean rate"),
    "failed": _t("失败", "Failed"),
    "lasted": _t("历时", "Lasted"),
    "lag": _t("发送迟滞 p99", "Scheduler lag p99"),
    "whole": _t("全部请求", "All requests"),
    "latency": _t("延迟随时间", "Latency over time"),
    "latency_note": _t(
        "从应发送的时刻算起，按应发送的时刻画：接口停顿时，等待的请求照样计时。",
        "Counted from the moment a request was due, and drawn there: while an endpoint freezes, "
        "those that wait still count.",
    ),
    "throughput": _t("吞吐：应发与应答", "Throughput: due and answered"),
    "curve": _t("百分位曲线", "Percentiles"),
    "due": _t("应发", "due"),
    "answered": _t("已应答", "answered"),
    "failing": _t("失败", "failed"),
    "gap": _t("没有任何应答", "nothing answered"),
    "observed": _t("实测", "measured"),
    "band": _t("置信带（每侧 95 %）", "confidence band (95 % each side)"),
    "beyond": _t("失败的请求", "requests that failed"),
    "reasons": _t("失败原因", "Why requests failed"),
    "more_reasons": _t("其他原因", "other reasons"),
    "none_failed": _t("没有请求失败。", "No request failed."),
    "generator": _t("发送有多迟", "How late we sent"),
    "generator_note": _t(
        "压力发生器自身的迟滞。超出允许范围，则本次什么也不下结论。",
        "How late the generator itself was. Beyond what is allowed, nothing is concluded.",
    ),
    "late": _t("压力发生器没有跟上，因此不下结论", "The generator fell behind, so nothing is concluded"),
    "cut_short": _t("压测没有做完，因此什么也不通过。", "The load was cut short, so nothing passes."),
    "unsent": _t("应发未发", "due and never sent"),
    "unfinished": _t("未等到结果", "ends not waited for"),
    "each": _t("逐个接口、场景与接入方式", "Each endpoint, scenario and dialect"),
    "locust": _t("Locust 自带的报告", "Locust's own report"),
    "locust_note": _t(
        "（四舍五入，仅供参考；裁决不依据它）", "(rounded, for reference; no verdict rests on it)"
    ),
    "capacity": _t("容量", "Capacity"),
    "knee": _t("拐点", "knee"),
    "held": _t("全部判据成立", "every criterion held"),
    "broke": _t("有判据不成立", "a criterion broke"),
    "not_held": _t("有判据不成立，或压力发生器跟不上", "a criterion broke, or the generator was late"),
    "p99_at": _t("各速率下的 p99", "p99 at each rate"),
    "no_knee": _t("最低的速率就已有判据不成立", "A criterion broke at the lowest rate already"),
    "never_broke": _t(
        "直到试过的最高速率，判据都成立", "Every criterion held up to the highest rate that was tried"
    ),
    "no_requests": _t("没有请求", "no request"),
    "a_failure": _t("失败的请求", "a request that failed"),
}


def verdict(held: int, failing: int, asked: int) -> Text:
    """What became of the criteria, in one sentence."""
    if failing:
        return _t(f"{asked} 条判据中 {failing} 条不合格。", f"{failing} of {asked} criteria failed.")
    if held < asked:
        return _t(
            f"{asked} 条判据中 {held} 条通过，其余尚无定论。",
            f"{held} of {asked} criteria hold; the rest is not known yet.",
        )
    return _t(f"{asked} 条判据全部通过。", f"All {asked} criteria hold.")


def latency_told(longest: str) -> Text:
    """The latency chart in words."""
    return _t(f"延迟随时间：p99 最高 {longest}", f"Latency over time: p99 up to {longest}")


def throughput_told(due: int, answered: int, failed: int) -> Text:
    """The throughput chart in words."""
    return _t(
        f"应发 {due}，应答 {answered}，失败 {failed}", f"{due} due, {answered} answered, {failed} failed"
    )


def curve_told(p50: str, p99: str) -> Text:
    """The percentile curve in words."""
    return _t(f"百分位曲线：p50 {p50}，p99 {p99}", f"Percentiles: p50 {p50}, p99 {p99}")


def knee_told(knee: str) -> Text:
    """The capacity chart in words."""
    return _t(f"容量：拐点 {knee} 次/秒", f"Capacity: knee at {knee} requests a second")


def plain(word: str) -> Text:
    """A word that is the same in both languages, such as p99."""
    return _t(word, word)
